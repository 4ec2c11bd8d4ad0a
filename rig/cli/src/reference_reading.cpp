// SPDX-License-Identifier: GPL-3.0-or-later
#include "reference_reading.h"

#include <cmath>
#include <memory>
#include <variant>

namespace meterrig::cli {
namespace {

Result<ReferenceValues> read_samples(SampleInput& input, Duration span) {
  if (auto started = input.start(); !started) return tl::unexpected(started.error());
  const auto count = static_cast<std::size_t>(std::ceil(input.rate().value() * span.in(second)));
  const auto block = input.read(count);
  if (!block) return tl::unexpected(block.error());
  if (auto stopped = input.stop(); !stopped) return tl::unexpected(stopped.error());
  return reference::measure(*block).map(reference_values);
}

}  // namespace

ReferenceValues reference_values(const reference::MeterReading& reading) {
  ReferenceValues values{.frequency = reading.frequency,
                         .voltage = {},
                         .voltage_angle = {},
                         .current = {},
                         .displacement = {},
                         .active_power = {},
                         .reactive_power = {},
                         .apparent_power = {},
                         .voltage_thd = {},
                         .current_thd = {}};
  for (std::size_t p = 0; p < phase_count; ++p) {
    const reference::PhaseReading& phase = reading.phase.at(p);
    values.voltage.at(p) = phase.u;
    values.voltage_angle.at(p) = phase.voltage_angle;
    values.current.at(p) = phase.i;
    values.displacement.at(p) = phase.displacement;
    values.active_power.at(p) = phase.p;
    values.reactive_power.at(p) = phase.q1;
    values.apparent_power.at(p) = phase.s;
    values.voltage_thd.at(p) = phase.voltage_thd;
    values.current_thd.at(p) = phase.current_thd;
  }
  return values;
}

Result<ReferenceValues> read_reference(OpenReference& reference, Duration span) {
  if (auto* const standard = std::get_if<std::unique_ptr<ReferenceStandard>>(&reference))
    return (*standard)->read();
  return read_samples(*std::get<std::unique_ptr<SampleInput>>(reference), span);
}

}  // namespace meterrig::cli
