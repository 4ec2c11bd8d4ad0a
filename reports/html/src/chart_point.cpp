// SPDX-License-Identifier: GPL-3.0-or-later
#include "chart_point.h"

#include <fmt/format.h>

#include "meterrig/report/figures.h"
#include "meterrig/report/words.h"

namespace meterrig::report {

svg::ChartPoint chart_point(const Point& point, double x) {
  const Figures text = figures(point);
  svg::ChartPoint drawn;
  drawn.x = x;
  drawn.y = point.value();
  drawn.uncertainty = point.expanded_uncertainty();
  drawn.title =
      fmt::format("{}: {} (U {}), limit {}, {}", description(point), with_unit(text.value, point),
                  with_unit(text.uncertainty, point), limit_text(point), word(point.outcome()));
  if (is_failure(point.outcome())) drawn.mark = svg::Mark::failed;
  if (point.outcome() == v1::OUTCOME_NOT_VALID) drawn.mark = svg::Mark::doubtful;
  return drawn;
}

}  // namespace meterrig::report
