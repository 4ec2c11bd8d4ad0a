// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "meterrig/campaign/bench.h"
#include "meterrig/ports/clock.h"
#include "meterrig/safety/source_process.h"
#include "meterrig/vocabulary/instruments.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/roles.h"

namespace meterrig::campaign {

/// An instrument that meters by itself, or converters whose samples are metered here.
using ReferenceInstrument =
    std::variant<std::unique_ptr<ReferenceStandard>, std::unique_ptr<SampleInput>>;

/// What a reading of samples says in the words of a reference standard.
[[nodiscard]] ReferenceValues reference_values(const reference::MeterReading& reading);

struct HardwareBenchSettings {
  Frequency nominal_frequency;
  Percent reference_standard_uncertainty;   ///< of the reference energy, k = 1
  Percent reference_drift;                  ///< at most, since its calibration
  Duration timestamp_standard_uncertainty;  ///< of a pulse at the reference's input, k = 1
  Duration lease;                           ///< of the source process
  Voltage wiring_voltage;                   ///< greatest that is put out to look at the wiring
  Current wiring_current;
  std::string pulse_output;           ///< of the device, at the reference's pulse input
  std::string source_calibration;     ///< for the report
  std::string reference_calibration;  ///< for the report
};

/// Source and reference of a bench with hardware, which all its positions share.
class HardwareInstruments;

/// Takes both and asks who they are; nothing is switched on. Errors: those of the instruments, and
/// of starting the source process.
[[nodiscard]] Result<std::shared_ptr<HardwareInstruments>> take_instruments(
    const HardwareBenchSettings& settings, safety::SourceProcess source,
    ReferenceInstrument reference);

/// A position of such a bench. The first point that is applied is preceded by a look at the wiring
/// at low level. `pulses` are edges on a modem line, stamped by `clock`; null when they are on the
/// reference's input. An output that was switched off by whatever keeps it safe is unavailable,
/// with its reason.
[[nodiscard]] std::unique_ptr<Bench> open_position(std::shared_ptr<HardwareInstruments> instruments,
                                                   std::unique_ptr<DeviceLink> link,
                                                   std::unique_ptr<PulseInput> pulses);

}  // namespace meterrig::campaign
