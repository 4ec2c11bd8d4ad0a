// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/ieee1459.h"

#include "meterrig/reference/wiring.h"
#include "phasor_sums.h"

namespace meterrig::reference {
namespace {

double effective_voltage_square(Wires wires, const PerPhase<double>& phase,
                                const PerPhase<double>& line_to_line) {
  const double lines = line_to_line[0] + line_to_line[1] + line_to_line[2];
  if (wires == Wires::three) return lines / 9;
  return (3 * (phase[0] + phase[1] + phase[2]) + lines) / 18;
}

double effective_current_square(const PerPhase<double>& phase, double neutral) {
  return (phase[0] + phase[1] + phase[2] + neutral) / 3;
}

}  // namespace

SinglePhasePower single_phase_power(const PowerElement& element) {
  const double u = element.u.in(volt);
  const double i = element.i.in(ampere);
  const double p = element.p.in(watt);
  const std::complex<double> first_u = phasor(element.voltage, 1);
  const std::complex<double> first_i = phasor(element.current, 1);
  const double u1 = std::sqrt(std::norm(first_u));
  const double i1 = std::sqrt(std::norm(first_i));
  const double uh = root_of_difference(u * u, u1 * u1);
  const double ih = root_of_difference(i * i, i1 * i1);
  const std::complex<double> first = complex_power(first_u, first_i);
  const double s = u * i;
  const double s1 = u1 * i1;
  const double sn = root_of_difference(s * s, s1 * s1);
  const double ph = p - first.real();
  return {.u = element.u,
          .u1 = volt(u1),
          .uh = volt(uh),
          .i = element.i,
          .i1 = ampere(i1),
          .ih = ampere(ih),
          .voltage_thd = percent(100 * ratio(uh, u1)),
          .current_thd = percent(100 * ratio(ih, i1)),
          .p = element.p,
          .p1 = watt(first.real()),
          .ph = watt(ph),
          .q1 = var(first.imag()),
          .s = volt_ampere(s),
          .s1 = volt_ampere(s1),
          .sn = volt_ampere(sn),
          .di = var(u1 * ih),
          .dv = var(uh * i1),
          .sh = volt_ampere(uh * ih),
          .dh = var(root_of_difference(square(uh * ih), ph * ph)),
          .n = var(root_of_difference(s * s, p * p)),
          .power_factor = ratio(p, s),
          .fundamental_power_factor = ratio(first.real(), s1),
          .harmonic_pollution = ratio(sn, s1)};
}

ThreePhasePower three_phase_power(const ThreePhaseElements& elements) {
  PerPhase<std::complex<double>> u1;
  PerPhase<std::complex<double>> i1;
  PerPhase<double> u_square{};
  PerPhase<double> i_square{};
  PerPhase<double> u1_square{};
  PerPhase<double> i1_square{};
  PerPhase<double> lines1_square{};
  std::complex<double> first;
  double arithmetic = 0;
  for (std::size_t k = 0; k < phase_count; ++k) {
    const PowerElement& element = elements.phase[k];
    u1[k] = phasor(element.voltage, 1);
    i1[k] = phasor(element.current, 1);
    u_square[k] = square(element.u.in(volt));
    i_square[k] = square(element.i.in(ampere));
    u1_square[k] = std::norm(u1[k]);
    i1_square[k] = std::norm(i1[k]);
    first += complex_power(u1[k], i1[k]);
    arithmetic += (element.u * element.i).in(volt_ampere);
  }
  for (std::size_t k = 0; k < phase_count; ++k)
    lines1_square[k] = std::norm(u1[line_pairs[k][0]] - u1[line_pairs[k][1]]);
  const double neutral1_square =
      elements.wires == Wires::four ? std::norm(i1[0] + i1[1] + i1[2]) : 0;

  const double ue_square =
      effective_voltage_square(elements.wires, u_square, line_to_line_squares(elements));
  const double ue1_square = effective_voltage_square(elements.wires, u1_square, lines1_square);
  const double ie_square = effective_current_square(i_square, neutral_square(elements));
  const double ie1_square = effective_current_square(i1_square, neutral1_square);
  const double ue1 = std::sqrt(ue1_square);
  const double ie1 = std::sqrt(ie1_square);
  const double ueh = root_of_difference(ue_square, ue1_square);
  const double ieh = root_of_difference(ie_square, ie1_square);
  const double p = active_power(elements).in(watt);
  const double ph = p - first.real();
  const double se_square = 9 * ue_square * ie_square;
  const double se1_square = 9 * ue1_square * ie1_square;
  const double se = std::sqrt(se_square);
  const double se1 = std::sqrt(se1_square);
  const double sen = root_of_difference(se_square, se1_square);
  const SequenceReading u_sequence = symmetrical_components(u1);
  const SequenceReading i_sequence = symmetrical_components(i1);
  const std::complex<double> positive =
      3.0 * complex_power(u_sequence.positive, i_sequence.positive);
  const double s_positive = std::sqrt(std::norm(positive));
  const double su1 = root_of_difference(se1_square, std::norm(positive));
  return {.ue = volt(std::sqrt(ue_square)),
          .ue1 = volt(ue1),
          .ueh = volt(ueh),
          .ie = ampere(std::sqrt(ie_square)),
          .ie1 = ampere(ie1),
          .ieh = ampere(ieh),
          .voltage_thd = percent(100 * ratio(ueh, ue1)),
          .current_thd = percent(100 * ratio(ieh, ie1)),
          .p = watt(p),
          .p1 = watt(first.real()),
          .ph = watt(ph),
          .q1 = var(first.imag()),
          .se = volt_ampere(se),
          .se1 = volt_ampere(se1),
          .sen = volt_ampere(sen),
          .dei = var(3 * ue1 * ieh),
          .dev = var(3 * ueh * ie1),
          .seh = volt_ampere(3 * ueh * ieh),
          .deh = var(root_of_difference(square(3 * ueh * ieh), ph * ph)),
          .n = var(root_of_difference(se_square, p * p)),
          .p_positive = watt(positive.real()),
          .q_positive = var(positive.imag()),
          .s_positive = volt_ampere(s_positive),
          .su1 = volt_ampere(su1),
          .s_arithmetic = volt_ampere(arithmetic),
          .s_vector = volt_ampere(std::sqrt(std::norm(first))),
          .power_factor = ratio(p, se),
          .fundamental_power_factor = ratio(first.real(), std::sqrt(std::norm(first))),
          .positive_power_factor = ratio(positive.real(), s_positive),
          .harmonic_pollution = ratio(sen, se1),
          .load_unbalance = ratio(su1, s_positive)};
}

}  // namespace meterrig::reference
