// SPDX-License-Identifier: GPL-3.0-or-later
#include "hardware_instruments.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "counting_reference.h"
#include "meterrig/safety/wiring.h"
#include "sampled_reference.h"

namespace meterrig::campaign {
namespace {

// Between two looks at an output on its way.
constexpr Duration look_interval = millisecond(20);
// A ramp or a range change takes seconds; a source that takes longer than this never gets there.
constexpr Duration patience = second(120);

// Of source, amplifiers and converters before the wiring is read.
constexpr Duration settling = second(1);

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

HardwareInstruments::HardwareInstruments(const HardwareBenchSettings& settings,
                                         safety::SourceProcess source,
                                         std::unique_ptr<ReferencePath> reference,
                                         std::vector<BenchInstrument> identities)
    : settings_(settings),
      source_(std::move(source)),
      reference_(std::move(reference)),
      identities_(std::move(identities)) {}

HardwareInstruments::~HardwareInstruments() {
  // A destructor cannot report; the source process switches off when this end is gone.
  if (on_) static_cast<void>(off("the bench was closed"));
}

Result<void> HardwareInstruments::off(std::string_view reason) {
  on_ = false;
  return source_.off(reason);
}

Result<void> HardwareInstruments::renew() {
  if (auto renewed = source_.renew(); !renewed) return renewed;
  const auto status = source_.status();
  if (!status) return tl::unexpected(status.error());
  if (status->on()) return {};
  on_ = false;
  return fail(ErrorCode::unavailable, "the output was switched off: " + status->reason());
}

Instant HardwareInstruments::now() const { return bench_time(reference_->now()); }

Instant HardwareInstruments::since_begin(Instant instant) const {
  return {instant.nanoseconds - begun_at_.nanoseconds};
}

Instant HardwareInstruments::bench_time(Instant since_begin) const {
  return {begun_at_.nanoseconds + since_begin.nanoseconds};
}

Result<void> HardwareInstruments::begin() {
  const Instant time = now();
  if (auto begun = reference_->begin(); !begun) return begun;
  begun_at_ = time;
  return {};
}

Result<void> HardwareInstruments::put_out(const OperatingPoint& point) {
  // The lease must hold before anything is on.
  if (auto renewed = source_.renew(); !renewed) return renewed;
  if (auto energised = source_.energise(point); !energised) return energised;
  on_ = true;
  const Instant end = clock_.now() + patience;
  while (true) {
    if (auto renewed = source_.renew(); !renewed) return renewed;
    const auto status = source_.status();
    if (!status) return tl::unexpected(status.error());
    if (!status->on()) {
      on_ = false;
      return fail(ErrorCode::unavailable, "the output was switched off: " + status->reason());
    }
    if (status->settled()) return {};
    if (clock_.now() > end) {
      static_cast<void>(off("it did not get to the point"));
      return fail(
          ErrorCode::deadline_exceeded,
          fmt::format("the source did not get to the point within {} s", patience.in(second)));
    }
    clock_.sleep_until(clock_.now() + look_interval);
  }
}

Result<void> HardwareInstruments::look_at_wiring() {
  const OperatingPoint point = safety::wiring_point(
      settings_.nominal_frequency, settings_.wiring_voltage, settings_.wiring_current);
  if (auto out = put_out(point); !out) return out;
  if (auto begun = begin(); !begun) return begun;
  if (auto settled = reference_->pass(settling); !settled) return settled;
  if (auto renewed = renew(); !renewed) return renewed;
  const auto reading = reference_->read();
  std::vector<std::string> faults;
  if (reading) {
    faults = safety::wiring_faults(point, reference_values(reading->first));
  } else if (reading.error().code == ErrorCode::failed_precondition) {
    // No periodic signal: nothing of what is put out arrives.
    faults.push_back("nothing arrives at the reference: " + reading.error().message);
  } else {
    return tl::unexpected(reading.error());
  }
  if (faults.empty()) {
    wiring_is_right_ = true;
    return {};
  }
  static_cast<void>(off("the wiring is not as it should be"));
  std::string text;
  for (const std::string& fault : faults) text += (text.empty() ? "" : "; ") + fault;
  return fail(ErrorCode::failed_precondition,
              "wiring, looked at with low voltage and current: " + text);
}

Result<void> HardwareInstruments::energise(const OperatingPoint& point) {
  if (!wiring_is_right_) {
    if (auto looked = look_at_wiring(); !looked) {
      static_cast<void>(off("the look at the wiring failed"));
      return looked;
    }
  }
  if (auto out = put_out(point); !out) return out;
  return begin();
}

Result<std::shared_ptr<HardwareInstruments>> take_instruments(const HardwareBenchSettings& settings,
                                                              safety::SourceProcess source,
                                                              ReferenceInstrument reference) {
  const auto source_identity = source.identify();
  if (!source_identity) return tl::unexpected(source_identity.error());
  std::unique_ptr<ReferencePath> path;
  Result<InstrumentIdentity> reference_identity;
  if (auto* standard = std::get_if<std::unique_ptr<ReferenceStandard>>(&reference)) {
    reference_identity = (*standard)->identify();
    path = std::make_unique<CountingReference>(std::move(*standard), settings.pulse_output,
                                               settings.reference_standard_uncertainty);
  } else {
    auto& input = std::get<std::unique_ptr<SampleInput>>(reference);
    reference_identity = input->identify();
    path = std::make_unique<SampledReference>(std::move(input), settings.nominal_frequency);
  }
  if (!reference_identity) return tl::unexpected(reference_identity.error());
  return std::make_shared<HardwareInstruments>(
      settings, std::move(source), std::move(path),
      std::vector<BenchInstrument>{{.role = "source",
                                    .identity = *source_identity,
                                    .calibration = settings.source_calibration},
                                   {.role = "reference",
                                    .identity = *reference_identity,
                                    .calibration = settings.reference_calibration}});
}

}  // namespace meterrig::campaign
