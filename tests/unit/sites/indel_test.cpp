#include "varisk/sites/indel.hpp"

#include <gmock/gmock.h>

#include <random>

namespace varisk::sites {
namespace {

using testing::ElementsAre;

/// One contig, `1`.
class Sequence final : public ReferenceBases {
 public:
  explicit Sequence(std::string text) : text_(std::move(text)) {}
  std::string bases(std::string_view contig, Position first, std::int64_t count) const override {
    if (contig != "1" || first.value < 1 || first.value > static_cast<std::int64_t>(text_.size())) return {};
    return text_.substr(static_cast<std::size_t>(first.value - 1), static_cast<std::size_t>(count));
  }
  /// With the bases at the position replaced.
  [[nodiscard]] std::string with(std::int64_t position, const std::string& ref, const std::string& alt) const {
    std::string result = text_;
    return result.replace(static_cast<std::size_t>(position - 1), ref.size(), alt);
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

SiteRequest request(std::int64_t position, const std::string& effect, const std::string& other) {
  return {"1", Position{position}, effect, other};
}

TEST(AsIndel, IsTheSameBaseWithAndWithoutMore) {
  EXPECT_EQ(as_indel(Position{5}, "G", "GTT"), (Indel{Position{5}, "TT", false}));
  EXPECT_EQ(as_indel(Position{5}, "CGTTA", "CGA"), (Indel{Position{6}, "TT", true}));
  for (const auto& [first, second] : std::vector<std::pair<std::string, std::string>>{
           {"A", "C"}, {"AC", "GT"}, {"A", "CT"}, {"AT", "AT"}, {"A", "<DEL>"}, {"A", "*"}, {"AN", "A"}}) {
    EXPECT_EQ(as_indel(Position{5}, first, second), std::nullopt) << first << '/' << second;
  }
}

TEST(LeftAligned, MovesToTheFirstPlaceOfTheRepeat) {
  const Sequence genome("GATTTTTCAGAGAGC");  // 1-based: T 3 to 7, AG 9 to 14
  const auto aligned = [&](std::int64_t position, const std::string& effect, const std::string& other) {
    const SiteRequest found = left_aligned(request(position, effect, other), genome);
    return std::to_string(found.position.value) + ":" + found.effect_allele + ":" + *found.other_allele;
  };
  EXPECT_EQ(aligned(6, "TT", "T"), "2:AT:A");
  EXPECT_EQ(aligned(7, "T", "TT"), "2:A:AT");
  EXPECT_EQ(aligned(5, "TTTC", "TTC"), "2:AT:A");
  EXPECT_EQ(aligned(12, "GAG", "G"), "8:CAG:C");
  EXPECT_EQ(aligned(13, "AGA", "A"), "8:CAG:C");
  EXPECT_EQ(aligned(2, "AT", "A"), "2:AT:A");
  EXPECT_EQ(aligned(4, "GT", "G"), "4:GT:G") << "the base before it is not the reference's";
  EXPECT_EQ(aligned(5, "A", "T"), "5:A:T");
  EXPECT_EQ(aligned(1, "G", "GG"), "1:G:GG") << "there is nothing before the first base";
}

TEST(RepeatSitesOf, FindsEverySpelling) {
  const Sequence genome("GATTTTTCAGAGAGC");
  std::vector<SiteId> ids;
  const SitePlan plan(std::vector<SiteRequest>{left_aligned(request(7, "T", "TT"), genome), request(9, "A", "C")}, ids);
  const RepeatSites repeats(plan, genome);
  std::vector<SiteId> found;
  const auto at = [&](std::int64_t position) {
    repeats.find(plan.find_contig("1"), Position{position}, found);
    return found;
  };
  EXPECT_THAT(at(2), ElementsAre()) << "found by its position";
  for (const std::int64_t position : {3, 7}) EXPECT_THAT(at(position), ElementsAre(ids[0])) << position;
  EXPECT_THAT(at(8), ElementsAre());
  const auto match = [&](std::int64_t position, std::vector<std::string_view> alleles) {
    return repeats.match(ids[0], Position{position}, alleles);
  };
  EXPECT_EQ(match(6, {"T", "TT"}).kind, MatchKind::as_given);
  EXPECT_EQ(match(6, {"T", "TT"}).effect.value, 0);
  EXPECT_EQ(match(6, {"TT", "T"}).effect.value, 1);
  EXPECT_EQ(match(7, {"T", "TT"}).kind, MatchKind::as_given);
  EXPECT_EQ(match(7, {"TT", "T"}).kind, MatchKind::none) << "no T stands there to be deleted";
  EXPECT_EQ(match(6, {"T", "TA"}).kind, MatchKind::none);
  EXPECT_EQ(match(6, {"T", "TTT"}).kind, MatchKind::none);
  EXPECT_TRUE(match(6, {"TT", "T", "TTT"}).is_ambiguous);
  EXPECT_EQ(repeats.match(ids[1], Position{9}, std::vector<std::string_view>{"A", "AA"}).kind, MatchKind::none);
}

/// Two spellings are one event if they make the same sequence.
TEST(RepeatSitesOf, AgreesWithTheSequencesThatTheAllelesMake) {
  std::mt19937 random(7);
  std::size_t same = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    while (text.size() < 24) {
      std::string unit;
      for (std::size_t i = 0; i < 1 + random() % 3; ++i) unit += "AC"[random() % 2];
      for (std::size_t i = 0; i < 1 + random() % 4; ++i) text += unit;
    }
    const Sequence genome(text);
    struct Variant {
      std::int64_t position;
      std::string ref, alt;
    };
    const auto draw = [&]() -> Variant {
      const std::size_t start = 1 + random() % 18;
      const std::size_t size = 1 + random() % 4;
      const std::string anchor = text.substr(start, 1);
      if (random() % 2 == 0) return {static_cast<std::int64_t>(start + 1), text.substr(start, 1 + size), anchor};
      std::string more;
      for (std::size_t i = 0; i < size; ++i) more += "AC"[random() % 2];
      return {static_cast<std::int64_t>(start + 1), anchor, anchor + more};
    };
    const Variant row = draw();
    const Variant record = draw();
    std::vector<SiteId> ids;
    const SitePlan plan(std::vector<SiteRequest>{left_aligned(request(row.position, row.alt, row.ref), genome)}, ids);
    const RepeatSites repeats(plan, genome);
    const std::vector<std::string_view> alleles = {record.ref, record.alt};
    auto match = match_alleles(plan.site(ids[0]), Position{record.position}, alleles);
    if (match.kind != MatchKind::as_given) match = repeats.match(ids[0], Position{record.position}, alleles);
    const bool equal =
        genome.with(row.position, row.ref, row.alt) == genome.with(record.position, record.ref, record.alt);
    same += equal ? 1U : 0U;
    if (equal) {
      EXPECT_EQ(match.kind, MatchKind::as_given) << text << ' ' << row.position << row.ref << '>' << row.alt << ' '
                                                 << record.position << record.ref << '>' << record.alt;
      EXPECT_EQ(match.effect.value, 1);
      std::vector<SiteId> found;
      const std::int64_t anchor = plan.site(ids[0]).position.value;
      repeats.find(plan.find_contig("1"), Position{record.position}, found);
      EXPECT_TRUE(anchor >= record.position || !found.empty());
    } else if (match.kind == MatchKind::as_given) {
      EXPECT_EQ(match.effect.value, 0) << "an insertion of the row is a deletion of the record";
    }
  }
  EXPECT_GT(same, 100U);
}

}  // namespace
}  // namespace varisk::sites
