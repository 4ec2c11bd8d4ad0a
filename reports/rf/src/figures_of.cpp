// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures_of.h"

#include <fmt/format.h>

#include "meterrig/vocabulary/units.h"

namespace meterrig::report {

std::string level_text(const v1::RfRequestRecord& request) {
  return request.has_field_strength()
             ? readable(request.field_strength(), QuantityKind::field_strength)
             : readable(request.e_m_f(), QuantityKind::voltage);
}

std::string modulation_text(const v1::RfModulationRecord& modulation) {
  if (modulation.has_amplitude())
    return fmt::format("AM {:.4g} % at {}", modulation.amplitude().depth(),
                       frequency_text(modulation.amplitude().frequency()));
  if (modulation.has_pulses())
    return fmt::format("pulses {:.4g} % at {}", modulation.pulses().duty(),
                       frequency_text(modulation.pulses().frequency()));
  return "unmodulated";
}

std::string frequency_text(double hertz) { return readable(hertz, QuantityKind::frequency, 6); }

std::string request_text(const v1::RfRequestRecord& request) {
  return fmt::format("{}:{}, level {} ({}), {} to {}, {}", request.designation(), request.edition(),
                     request.level(), level_text(request), frequency_text(request.from()),
                     frequency_text(request.to()), modulation_text(request.modulation()));
}

std::optional<double> level_of(const v1::RfStepRecord& step) {
  if (step.has_e_m_f()) return step.e_m_f();
  if (step.has_field_strength()) return step.field_strength();
  return std::nullopt;
}

std::optional<double> modulation_of(const v1::RfStepRecord& step) {
  if (step.has_duty()) return step.duty();
  if (step.has_depth()) return step.depth();
  return std::nullopt;
}

std::optional<double> modulation_of(const v1::RfModulationRecord& modulation) {
  if (modulation.has_amplitude()) return modulation.amplitude().depth();
  if (modulation.has_pulses()) return modulation.pulses().duty();
  return std::nullopt;
}

std::string level_unit(const v1::RfRequestRecord& request) {
  return request.has_field_strength() ? "V/m" : "V";
}

}  // namespace meterrig::report
