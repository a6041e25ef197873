#include "precision.hpp"

#include <cmath>
#include <numeric>

namespace varisk::evaluation {
namespace {

/// ∫ x / (a x + b) dx from `from` to `to`: true positives over all positives, along a straight line of the ROC curve.
double integral(double from, double to, double a, double b) {
  const double start = a * from + b;
  const double all = (to - from) / a;
  if (b == 0 || start == 0) return all;
  return all - b / (a * a) * std::log1p(a * (to - from) / start);
}

/// Calls `action(events, non-events, events so far, non-events so far)`, weighted, for each group from above.
template <typename Action>
void from_above(const Prepared& data, const GroupCounts& counts, const Action& action) {
  double events = 0;
  double nonevents = 0;
  for (std::size_t g = counts.events.size(); g-- > 0;) {
    const double e = data.weights.event * counts.events[g];
    const double c = data.weights.nonevent * counts.nonevents[g];
    if (e > 0 || c > 0) action(e, c, events, nonevents);
    events += e;
    nonevents += c;
  }
}

double all_events(const Prepared& data, const GroupCounts& counts) {
  return data.weights.event *
         static_cast<double>(std::accumulate(counts.events.begin(), counts.events.end(), std::uint64_t{0}));
}

}  // namespace

double average_precision(const Prepared& data, const GroupCounts& counts) {
  double area = 0;
  from_above(data, counts, [&](double e, double c, double events, double nonevents) {
    area += e * (events + e) / (events + e + nonevents + c);
  });
  return area / all_events(data, counts);
}

double interpolated_precision(const Prepared& data, const GroupCounts& counts) {
  double area = 0;
  from_above(data, counts, [&](double e, double c, double events, double nonevents) {
    if (e == 0) return;
    const double slope = c / e;
    area += integral(events, events + e, 1 + slope, nonevents - slope * events);
  });
  return area / all_events(data, counts);
}

}  // namespace varisk::evaluation
