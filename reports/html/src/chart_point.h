// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/report/point.h"
#include "meterrig/svg/error_chart.h"

namespace meterrig::report {

/// A result in a chart, with what is shown when it is pointed at.
[[nodiscard]] svg::ChartPoint chart_point(const Point& point, double x);

}  // namespace meterrig::report
