// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/soapy/admission.h"

#include <fmt/format.h>

#include <cmath>

#include "envelope.h"
#include "meterrig/vocabulary/units.h"

namespace meterrig::soapy {

Result<void> check_settings(const GeneratorSettings& settings,
                            const LevelCalibration& calibration) {
  if (settings.set_up.enclosure == Enclosure::none)
    return fail(ErrorCode::failed_precondition,
                "no closed set-up is declared; transmitting needs a shielded room, a cell, a "
                "coupling network, a clamp or an attenuator");
  if (!(settings.set_up.power_limit.in(watt) > 0) ||
      !std::isfinite(settings.set_up.power_limit.in(watt)))
    return fail(
        ErrorCode::failed_precondition,
        fmt::format("set-up '{}' has a power limit of {}; expected one above 0 W",
                    settings.set_up.description,
                    readable(settings.set_up.power_limit.in(watt), QuantityKind::active_power)));
  if (!calibration.data().rows.front().forward_power.known())
    return fail(ErrorCode::failed_precondition,
                fmt::format("calibration '{}' has no forward power, so a power limit cannot be "
                            "kept",
                            calibration.data().id));
  if (!(settings.greatest_peak > 0) || !(settings.greatest_peak <= 1))
    return fail(ErrorCode::out_of_range,
                fmt::format("a greatest peak of {}; expected above 0 and at most 1",
                            settings.greatest_peak));
  if (!(settings.lease > second(0)) || !(settings.lease <= second(60)))
    return fail(ErrorCode::out_of_range,
                fmt::format("a lease of {} s; expected above 0 s and at most 60 s",
                            settings.lease.in(second)));
  if (!(settings.run_out >= second(0)) || !(settings.run_out <= second(10)))
    return fail(ErrorCode::out_of_range,
                fmt::format("zeros for {} s at the end; expected 0 s to 10 s",
                            settings.run_out.in(second)));
  return {};
}

Result<Drive> admit(const GeneratorSettings& settings, const LevelCalibration& calibration,
                    const RfOutput& output) {
  const auto peak = peak_of(output.modulation);
  if (!peak) return tl::unexpected(peak.error());
  const auto full_scale = calibration.at(output.carrier);
  if (!full_scale) return tl::unexpected(full_scale.error());
  const auto amplitude = calibration.amplitude_of(output.level, output.carrier);
  if (!amplitude) return tl::unexpected(amplitude.error());
  const std::string carrier = readable(output.carrier.in(hertz), QuantityKind::frequency);
  const double crest = *amplitude * *peak;
  if (crest > settings.greatest_peak)
    return fail(
        ErrorCode::out_of_range,
        fmt::format("{} at {} needs {:.4g} of full scale at its peak; at most {:.4g} is used, "
                    "which gives {}",
                    readable(output.level), carrier, crest, settings.greatest_peak,
                    readable(settings.greatest_peak / crest * output.level)));
  const ActivePower power = crest * crest * full_scale->forward_power;
  if (!(power <= settings.set_up.power_limit))
    return fail(
        ErrorCode::out_of_range,
        fmt::format("{} at {} takes {} at its peak; the set-up allows {}", readable(output.level),
                    carrier, readable(power.in(watt), QuantityKind::active_power),
                    readable(settings.set_up.power_limit.in(watt), QuantityKind::active_power)));
  return Drive{.amplitude = *amplitude, .crest = crest, .peak_power = power};
}

}  // namespace meterrig::soapy
