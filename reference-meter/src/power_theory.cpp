// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/power_theory.h"

#include "meterrig/reference/din40110.h"
#include "meterrig/reference/ieee1459.h"
#include "phasor_sums.h"

namespace meterrig::reference {
namespace {

double apparent(const PowerElement& element) { return (element.u * element.i).in(volt_ampere); }

double sum_of_q(const PowerElement& element) {
  const std::size_t orders = std::min(element.voltage.size(), element.current.size());
  double sum = 0;
  for (std::size_t h = 1; h < orders; ++h)
    sum += complex_power(element.voltage[h], element.current[h]).imag();
  return sum;
}

// A quarter of a period turns order h back by h right angles: Re(-j)^h U I*.
double delayed(const PowerElement& element) {
  const std::size_t orders = std::min(element.voltage.size(), element.current.size());
  double sum = 0;
  for (std::size_t h = 0; h < orders; ++h) {
    const std::complex<double> s = complex_power(element.voltage[h], element.current[h]);
    const double part = h % 2 == 0 ? s.real() : s.imag();
    sum += h % 4 < 2 ? part : -part;
  }
  return sum;
}

double fryze(const PowerElement& element) {
  return root_of_difference(square(apparent(element)), square(element.p.in(watt)));
}

double distortion(const PowerElement& element) {
  return root_of_difference(square(apparent(element)),
                            square(element.p.in(watt)) + square(sum_of_q(element)));
}

double of_one(const PowerElement& element, ReactivePowerDefinition definition) {
  switch (definition) {
    case ReactivePowerDefinition::fundamental:
      return complex_power(phasor(element.voltage, 1), phasor(element.current, 1)).imag();
    case ReactivePowerDefinition::budeanu:
      return sum_of_q(element);
    case ReactivePowerDefinition::quarter_period_delay:
      return delayed(element);
    case ReactivePowerDefinition::fryze:
    case ReactivePowerDefinition::arithmetic:
    case ReactivePowerDefinition::vector:
    case ReactivePowerDefinition::effective:
    case ReactivePowerDefinition::collective:
      break;
  }
  return fryze(element);
}

double of_three(const ThreePhaseElements& elements, ReactivePowerDefinition definition) {
  switch (definition) {
    case ReactivePowerDefinition::arithmetic: {
      double s = 0;
      for (const PowerElement& element : elements.phase) s += apparent(element);
      return root_of_difference(square(s), square(active_power(elements).in(watt)));
    }
    case ReactivePowerDefinition::vector: {
      double q = 0;
      double d = 0;
      for (const PowerElement& element : elements.phase) {
        q += sum_of_q(element);
        d += distortion(element);
      }
      return std::sqrt(square(q) + square(d));
    }
    case ReactivePowerDefinition::effective:
      return three_phase_power(elements).n.in(var);
    case ReactivePowerDefinition::collective:
      return din40110_power(elements).q_total.in(var);
    case ReactivePowerDefinition::fundamental:
    case ReactivePowerDefinition::budeanu:
    case ReactivePowerDefinition::fryze:
    case ReactivePowerDefinition::quarter_period_delay:
      break;
  }
  double sum = 0;
  for (const PowerElement& element : elements.phase) sum += of_one(element, definition);
  return sum;
}

}  // namespace

PowerElement element_of(HarmonicPhasors voltage, HarmonicPhasors current) {
  const std::size_t orders = std::min(voltage.size(), current.size());
  double watts = 0;
  for (std::size_t h = 0; h < orders; ++h) watts += complex_power(voltage[h], current[h]).real();
  return {.u = volt(std::sqrt(square_of(voltage))),
          .i = ampere(std::sqrt(square_of(current))),
          .p = watt(watts),
          .voltage = voltage,
          .current = current};
}

ActivePower active_power(const ThreePhaseElements& elements) {
  return elements.phase[0].p + elements.phase[1].p + elements.phase[2].p;
}

std::string_view name(ReactivePowerDefinition definition) {
  switch (definition) {
    case ReactivePowerDefinition::fundamental:
      return "fundamental";
    case ReactivePowerDefinition::budeanu:
      return "Budeanu";
    case ReactivePowerDefinition::fryze:
      return "Fryze";
    case ReactivePowerDefinition::quarter_period_delay:
      return "quarter-period delay";
    case ReactivePowerDefinition::arithmetic:
      return "arithmetic";
    case ReactivePowerDefinition::vector:
      return "vector";
    case ReactivePowerDefinition::effective:
      return "effective (IEEE 1459)";
    case ReactivePowerDefinition::collective:
      return "collective (DIN 40110-2)";
  }
  return "";
}

DefinedReactivePower reactive_power(const PowerElement& element,
                                    ReactivePowerDefinition definition) {
  return {.value = var(of_one(element, definition)), .definition = definition};
}

DefinedReactivePower reactive_power(const ThreePhaseElements& elements,
                                    ReactivePowerDefinition definition) {
  return {.value = var(of_three(elements, definition)), .definition = definition};
}

ReactivePower distortion_power(const PowerElement& element) { return var(distortion(element)); }

PerPhase<double> line_to_line_squares(const ThreePhaseElements& elements) {
  PerPhase<double> squares{};
  for (std::size_t k = 0; k < phase_count; ++k) {
    const auto [from, to] = line_pairs[k];
    const Voltage told = elements.line_to_line[k];
    squares[k] = told.known()
                     ? square(told.in(volt))
                     : square_of_sum<2>({elements.phase[from].voltage, elements.phase[to].voltage},
                                        {1.0, -1.0});
  }
  return squares;
}

double neutral_square(const ThreePhaseElements& elements) {
  if (elements.wires == Wires::three) return 0;
  if (elements.neutral.known()) return square(elements.neutral.in(ampere));
  return square_of_sum<3>(
      {elements.phase[0].current, elements.phase[1].current, elements.phase[2].current},
      {1.0, 1.0, 1.0});
}

}  // namespace meterrig::reference
