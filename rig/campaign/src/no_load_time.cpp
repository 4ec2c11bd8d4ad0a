// SPDX-License-Identifier: GPL-3.0-or-later
#include "no_load_time.h"

#include <fmt/format.h>

#include "meterrig/vocabulary/terminals.h"
#include "method.h"
#include "rows.h"

namespace meterrig::campaign {
namespace {

constexpr double seconds_a_minute = 60;
constexpr double seconds_an_hour = 3600;

tl::unexpected<MissingFigure> not_known(const v1::CurrentLevel& level, const v1::Device& device) {
  return tl::unexpected(MissingFigure{
      .found = fmt::format("{}, which is not known of {}", label(level), device.model()),
      .expected = "a current that the device's ratings or a relation of the standard give"});
}

}  // namespace

tl::expected<NoLoadFigures, MissingFigure> no_load_figures(const v1::NoLoadRow& row,
                                                           const v1::Standard& standard,
                                                           std::string_view accuracy_class,
                                                           const v1::Device& device,
                                                           const RatedCurrents& rated) {
  const v1::PulseOutput* output = test_output(device, standard.energy());
  NoLoadFigures figures{.constant = output == nullptr ? 0 : output->constant(),
                        .elements = static_cast<int>(phase_count),
                        .reference = volt(device.ratings().reference_voltage()),
                        .rated = rated,
                        .starting = {},
                        .limit_at_minimum = {}};
  if (row.formula() == v1::NO_LOAD_FORMULA_MINIMUM) {
    v1::CurrentLevel minimum;
    minimum.set_factor(1);
    minimum.set_base(v1::CURRENT_BASE_MINIMUM);
    if (!rated.minimum.known()) return not_known(minimum, device);
    const v1::ErrorRow* limits = find_row(standard.error_rows(), row.limit_row());
    const auto limit =
        limits == nullptr ? std::nullopt : limit_of(*limits, accuracy_class, standard);
    if (!limit)
      return tl::unexpected(MissingFigure{
          .found =
              fmt::format("row {} without a limit for class {}", row.limit_row(), accuracy_class),
          .expected = "an error row with a limit for the suite's class"});
    figures.limit_at_minimum = percent(limit->magnitude());
    return figures;
  }
  if (row.starting_row().empty()) return figures;
  const v1::StartingRow* starting = find_row(standard.starting_rows(), row.starting_row());
  if (starting == nullptr)
    return tl::unexpected(MissingFigure{.found = fmt::format("'{}'", row.starting_row()),
                                        .expected = "the id of a starting row"});
  const v1::CurrentLevel* level = starting_level(*starting, rated);
  if (level == nullptr) return figures;
  figures.starting = resolve(*level, rated);
  if (!figures.starting.known()) return not_known(*level, device);
  return figures;
}

Duration no_load_time(const v1::NoLoadRow& row, const NoLoadFigures& figures) {
  const double coefficient = row.time_coefficient();
  const double pulses = figures.constant * figures.elements;  // of one element's kWh
  const double reference = figures.reference.in(volt);
  const double test = row.voltage_factor() * reference;
  switch (row.formula()) {
    case v1::NO_LOAD_FORMULA_MAXIMUM:
      return second(seconds_a_minute * coefficient /
                    (pulses * reference * figures.rated.maximum.in(ampere)));
    case v1::NO_LOAD_FORMULA_MINIMUM:
      return second(
          seconds_an_hour * coefficient /
          (figures.limit_at_minimum.in(percent)*pulses * test * figures.rated.minimum.in(ampere)));
    case v1::NO_LOAD_FORMULA_FIXED:
      return second(seconds_a_minute * coefficient);
    default:
      return second(seconds_a_minute * coefficient / (pulses * test * figures.starting.in(ampere)));
  }
}

}  // namespace meterrig::campaign
