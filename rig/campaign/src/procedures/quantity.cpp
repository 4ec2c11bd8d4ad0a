// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "../reference_lines.h"
#include "../reference_value.h"
#include "../replay/comparison.h"
#include "meterrig/verdict/messages.h"
#include "meterrig/vocabulary/units.h"
#include "procedures.h"

namespace meterrig::campaign {
namespace {

struct Row {
  QuantityId id;
  std::vector<double> differences;
  double reference = 0;   // sum
  double scale = 0;       // of the reference's relative uncertainty, greatest
  double resolution = 0;  // greatest
};

Result<std::vector<Row>> rows_of(const PointContext& context) {
  std::vector<Row> rows;
  for (const auto* names : {&context.point.decides(), &context.point.along()}) {
    for (const std::string& name : *names) {
      const auto id = parse_quantity_id(name);
      if (!id) return tl::unexpected(id.error());
      if (context.bench.device_offers(*id)) rows.push_back({.id = *id, .differences = {}});
    }
  }
  return rows;
}

// The signal is steady: the reference reads it at the same time as the device, which shows the
// mean of what it was.
Result<void> observe(PointContext& context, v1::PointResult& result, std::vector<Row>& rows) {
  std::vector<QuantityId> ids;
  ids.reserve(rows.size());
  for (const Row& row : rows) ids.push_back(row.id);
  const auto readings = note_readings(context, result, ids);
  if (!readings) return tl::unexpected(readings.error());
  const auto reference = context.bench.read_reference();
  if (!reference) return tl::unexpected(reference.error());
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const auto value = reference_value(*reference, rows[r].id);
    if (!value) continue;
    const double difference = (*readings)[r].value - value->value;
    if (!std::isfinite(difference)) continue;
    rows[r].differences.push_back(difference);
    rows[r].reference += value->value;
    rows[r].scale = std::max(rows[r].scale, std::abs(value->scale));
    rows[r].resolution = std::max(rows[r].resolution, (*readings)[r].resolution);
  }
  return {};
}

void write(const Bench& bench, const Row& row, v1::PointResult& result) {
  const std::size_t n = row.differences.size();
  if (n < 2) return;
  double mean = 0;
  for (const double difference : row.differences) mean += difference / static_cast<double>(n);
  const double reference = row.reference / static_cast<double>(n);
  std::vector<verdict::Contribution> budget = reference_lines(bench, row.scale / 100);
  budget.push_back(verdict::rectangular("resolution of the reading", row.resolution / 2));
  budget.push_back(verdict::repeatability("repeatability", row.differences));
  add_comparison(result, row.id, reference + mean, reference, static_cast<std::uint32_t>(n),
                 budget);
}

// What a number in the quantity's unit is multiplied with to be one in the limit's.
double to_limit_unit(const v1::PlannedPoint& point, double reference) {
  switch (point.limit_basis()) {
    case v1::LIMIT_BASIS_READING:
      return 100 / std::abs(reference);
    case v1::LIMIT_BASIS_NOMINAL:
      return 100 / point.nominal_value();
    default:
      return 1;
  }
}

// Decides on the comparison that is furthest off; says why not when one is missing.
void decide(const PointContext& context, const v1::PointResult& measured, v1::PointResult& result) {
  const v1::Comparison* worst = nullptr;
  double error = 0;
  double factor = 1;
  std::string missing;
  for (const std::string& name : context.point.decides()) {
    const auto& all = measured.comparisons();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& c) { return c.quantity() == name; });
    if (found == all.end()) {
      missing += (missing.empty() ? "" : ", ") + name;
      continue;
    }
    const double own = to_limit_unit(context.point, found->reference());
    if (worst != nullptr && std::abs(own * found->difference()) <= std::abs(error)) continue;
    worst = &*found;
    factor = own;
    error = own * found->difference();
  }
  if (worst == nullptr) {
    if (result.outcome() == v1::OUTCOME_NOT_VALID) return;
    result.set_outcome(v1::OUTCOME_NOT_RUN);
    result.set_reason(fmt::format("device or reference has no {}", missing));
    return;
  }
  if (!std::isfinite(error)) {
    make_not_valid(result, fmt::format("the reference reads no {}, so that there is nothing that "
                                       "an error is a share of",
                                       worst->quantity()));
    return;
  }
  std::vector<verdict::Contribution> budget;
  budget.reserve(static_cast<std::size_t>(worst->budget_size()));
  for (const v1::Contribution& message : worst->budget()) {
    verdict::Contribution contribution = verdict::contribution_from(message);
    contribution.standard_uncertainty *= factor;
    budget.push_back(std::move(contribution));
  }
  conclude(context, result, error, budget);
  // A device without one of several places is judged by those that it has, and that is said.
  if (!missing.empty() && result.reason().empty())
    result.set_reason(fmt::format("device or reference has no {}", missing));
}

void name_result(const PointContext& context, v1::PointResult& result) {
  result.set_result_name("greatest error");
  result.set_unit(context.point.limit_unit());
}

// From the point that measured it together with others.
v1::PointResult from_earlier(PointContext& context) {
  v1::PointResult result = empty_result(context);
  name_result(context, result);
  const std::string& name = context.point.of_points(0);
  const v1::PointResult* of = context.earlier(name);
  if (of == nullptr || (of->outcome() == v1::OUTCOME_NOT_RUN && of->comparisons().empty())) {
    result.set_outcome(v1::OUTCOME_NOT_RUN);
    result.set_reason(fmt::format("needs {}, which was not run", name));
    return result;
  }
  if (of->outcome() == v1::OUTCOME_NOT_VALID) {
    make_not_valid(result, fmt::format("{} is not valid: {}", name, of->reason()));
    return result;
  }
  decide(context, *of, result);
  result.set_begin_ns(of->begin_ns());
  result.set_end_ns(of->end_ns());
  return result;
}

}  // namespace

Result<v1::PointResult> quantity(PointContext& context) {
  if (context.point.of_points_size() > 0) return from_earlier(context);
  auto rows = rows_of(context);
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty()) {
    v1::PointResult nothing = empty_result(context);
    nothing.set_outcome(v1::OUTCOME_NOT_RUN);
    nothing.set_reason(fmt::format("the device has no {}", context.point.decides(0)));
    return nothing;
  }
  auto prepared = prepare(context, true);
  // What a bench cannot put out says nothing about the device.
  if (!prepared && (prepared.error().code == ErrorCode::unimplemented ||
                    prepared.error().code == ErrorCode::out_of_range)) {
    v1::PointResult result = empty_result(context);
    result.set_outcome(v1::OUTCOME_NOT_RUN);
    result.set_reason(prepared.error().message);
    return result;
  }
  if (!prepared) return prepared;
  v1::PointResult& result = *prepared;
  name_result(context, result);
  const unsigned count = context.point.quantity_observations();
  const Duration pause = second(context.point.duration_s() / count);
  for (unsigned n = 0; n < count; ++n) {
    if (auto passed = let_pass(context, pause, static_cast<double>(n) / count,
                               static_cast<double>(n + 1) / count);
        !passed)
      return tl::unexpected(passed.error());
    if (auto observed = observe(context, result, *rows); !observed)
      return tl::unexpected(observed.error());
  }
  for (const Row& row : *rows) write(context.bench, row, result);
  decide(context, result, result);
  result.set_end_ns(context.bench.now().nanoseconds);
  return prepared;
}

}  // namespace meterrig::campaign
