// SPDX-License-Identifier: GPL-3.0-or-later
#include "comparison.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "../reference_value.h"
#include "meterrig/verdict/messages.h"
#include "meterrig/vocabulary/turn.h"
#include "meterrig/vocabulary/units.h"

namespace meterrig::campaign {
namespace {

constexpr std::array measurands{Measurand::voltage,        Measurand::current,
                                Measurand::active_power,   Measurand::reactive_power,
                                Measurand::apparent_power, Measurand::power_factor,
                                Measurand::phase_angle,    Measurand::frequency};
constexpr std::array places{Place::L1, Place::L2, Place::L3, Place::total};
double apart(QuantityId id, double a, double b) {
  if (id.measurand != Measurand::phase_angle || !std::isfinite(a - b)) return a - b;
  return angle_of(turn_of(degree(a - b))).in(degree);
}

verdict::Contribution normal(std::string name, double standard_uncertainty) {
  return {.name = std::move(name),
          .type = 'B',
          .distribution = verdict::Distribution::normal,
          .standard_uncertainty = standard_uncertainty};
}

}  // namespace

Comparisons::Comparisons(const PointContext& context, Duration averaging) : averaging_(averaging) {
  for (const Measurand measurand : measurands)
    for (const Place place : places) {
      Row row;
      row.id = {measurand, place};
      if (context.bench.device_offers(row.id)) rows_.push_back(std::move(row));
    }
}

Result<void> Comparisons::observe(PointContext& context, v1::PointResult& result) {
  std::vector<QuantityId> ids;
  ids.reserve(rows_.size());
  for (const Row& row : rows_) ids.push_back(row.id);
  const auto readings = note_readings(context, result, ids);
  if (!readings) return tl::unexpected(readings.error());
  const Instant now = context.bench.now();
  const auto last = context.bench.read_reference(now + -averaging_, now);
  const auto before = context.bench.read_reference(now + -2.0 * averaging_, now + -averaging_);
  if (!last || !before) {
    // A signal that the reference cannot measure is no failure of the bench.
    for (const auto& reading : {last, before})
      if (!reading && reading.error().code != ErrorCode::failed_precondition)
        return tl::unexpected(reading.error());
    return {};
  }
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    Row& row = rows_[r];
    const auto value = reference_value(*last, row.id);
    const auto earlier = reference_value(*before, row.id);
    // Nothing on that terminal: there is nothing to compare.
    if (!value || !earlier || !(value->scale > 0)) continue;
    const double difference = apart(row.id, (*readings)[r].value, value->value);
    const double change = apart(row.id, value->value, earlier->value);
    if (!std::isfinite(difference) || !std::isfinite(change)) continue;
    row.differences.push_back(difference);
    row.device += (*readings)[r].value;
    row.reference += value->value;
    row.reference_uncertainty =
        std::max(row.reference_uncertainty,
                 context.bench.reference_standard_uncertainty().in(percent) / 100 * value->scale);
    row.resolution = std::max(row.resolution, (*readings)[r].resolution);
    row.change = std::max(row.change, std::abs(change));
  }
  return {};
}

void Comparisons::write(v1::PointResult& result) const {
  for (const Row& row : rows_) {
    const std::size_t n = row.differences.size();
    if (n < 2) continue;
    double mean = 0;
    for (const double difference : row.differences) mean += difference / static_cast<double>(n);
    const double reference = row.reference / static_cast<double>(n);
    const std::array budget{
        normal("reference standard", row.reference_uncertainty),
        verdict::rectangular("resolution of the reading", row.resolution / 2),
        verdict::rectangular("change of the signal within the device's averaging", row.change),
        verdict::repeatability("repeatability", row.differences),
    };
    add_comparison(result, row.id, reference + mean, reference, static_cast<std::uint32_t>(n),
                   budget);
  }
}

void add_comparison(v1::PointResult& result, QuantityId id, double device, double reference,
                    std::uint32_t readings, std::span<const verdict::Contribution> budget) {
  const verdict::Expanded expanded = verdict::expand(budget);
  v1::Comparison& comparison = *result.add_comparisons();
  comparison.set_quantity(to_string(id));
  comparison.set_unit(std::string(unit_symbol(kind_of(id.measurand))));
  comparison.set_device(device);
  comparison.set_reference(reference);
  comparison.set_difference(device - reference);
  comparison.set_expanded_uncertainty(expanded.expanded);
  comparison.set_coverage_factor(expanded.coverage_factor);
  if (std::isfinite(expanded.effective_degrees_of_freedom))
    comparison.set_degrees_of_freedom(expanded.effective_degrees_of_freedom);
  for (const verdict::Contribution& contribution : budget)
    *comparison.add_budget() = verdict::message_from(contribution);
  comparison.set_readings(readings);
}

}  // namespace meterrig::campaign
