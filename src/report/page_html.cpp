#include <fmt/format.h>

#include "page_assets.hpp"
#include "page_text.hpp"
#include "varisk/core/version.hpp"
#include "varisk/report/page.hpp"

namespace varisk::report {
namespace {

constexpr std::string_view no_script =
    "This page draws itself, with JavaScript, which is switched off here. It loads nothing from the network. Its "
    "numbers "
    "are also in the tables beside it.";

constexpr auto json_errors = io::Json::error_handler_t::replace;

/// The text in well-formed UTF-8, by way of JSON, which replaces what is not.
std::string clean_text(std::string_view text) {
  std::string clean = io::Json::parse(io::Json(std::string(text)).dump(-1, ' ', true, json_errors)).get<std::string>();
  std::string result;
  for (const char c : clean) {
    const auto byte = static_cast<unsigned char>(c);
    const bool control = (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
    if (control) {
      result += "\xef\xbf\xbd";
    } else {
      result += c;
    }
  }
  return result;
}

/// Only what is in the file runs or is shown, and nothing is loaded.
std::string security_policy() {
  return fmt::format(
      "default-src 'none'; script-src 'sha256-{}' 'sha256-{}'; style-src 'sha256-{}'; img-src data:; base-uri 'none'; "
      "form-action 'none'",
      page_assets::library_script_sha256(), page_assets::page_script_sha256(), page_assets::style_sha256());
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string result;
  for (const char c : clean_text(text)) {
    switch (c) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '"': result += "&quot;"; break;
      case '\'': result += "&#39;"; break;
      default: result += c;
    }
  }
  return result;
}

std::string json_for_html(const io::Json& json) {
  const std::string text = json.dump(-1, ' ', true, json_errors);
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '<': result += "\\u003c"; break;
      case '>': result += "\\u003e"; break;
      case '&': result += "\\u0026"; break;
      default: result += c;
    }
  }
  return result;
}

std::string write_page(const Page& page) {
  const std::string data = json_for_html(page_json(page));
  std::string html;
  html.reserve(data.size() + page_assets::library_script().size() + page_assets::page_script().size() +
               page_assets::style().size() + 16384);
  html += "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  html += fmt::format("<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n", security_policy());
  html += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  html += "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n";
  html += fmt::format("<meta name=\"generator\" content=\"varisk {}\">\n", version());
  html += "<link rel=\"icon\" href=\"data:,\">\n";
  html += fmt::format("<title>{}</title>\n", escape_html(page.title));
  html += fmt::format("<style>{}</style>\n</head>\n<body>\n", page_assets::style());
  html += fmt::format("<noscript><p>{}</p></noscript>\n<div id=\"page\"></div>\n", no_script);
  html += fmt::format("<template id=\"library-licence\">{}</template>\n", escape_html(page_assets::library_licence()));
  html += fmt::format("<script type=\"application/json\" id=\"page-data\">{}</script>\n", data);
  html += fmt::format("<script>{}</script>\n", page_assets::library_script());
  html += fmt::format("<script>{}</script>\n</body>\n</html>\n", page_assets::page_script());
  return html;
}

}  // namespace varisk::report
