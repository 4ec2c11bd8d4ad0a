// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/power_theory.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <numbers>
#include <string>

#include "meterrig/reference/din40110.h"
#include "meterrig/reference/ieee1459.h"
#include "meterrig/reference/quantity_agreement.h"
#include "meterrig/reference/wiring.h"
#include "random_signal.h"
#include "spectra.h"

using namespace meterrig;
using namespace meterrig::reference;
using enum meterrig::reference::ReactivePowerDefinition;

namespace {

using Values = std::map<std::string, double>;

Values values_of(const SinglePhasePower& x, const PowerElement& element) {
  return {{"V", x.u.in(volt)},
          {"I", x.i.in(ampere)},
          {"VH", x.uh.in(volt)},
          {"IH", x.ih.in(ampere)},
          {"THDV", x.voltage_thd.in(percent) / 100},
          {"THDI", x.current_thd.in(percent) / 100},
          {"P", x.p.in(watt)},
          {"P1", x.p1.in(watt)},
          {"PH", x.ph.in(watt)},
          {"Q1", x.q1.in(var)},
          {"QB", reactive_power(element, budeanu).value.in(var)},
          {"S", x.s.in(volt_ampere)},
          {"S1", x.s1.in(volt_ampere)},
          {"SN", x.sn.in(volt_ampere)},
          {"DI", x.di.in(var)},
          {"DV", x.dv.in(var)},
          {"SH", x.sh.in(volt_ampere)},
          {"DH", x.dh.in(var)},
          {"N", x.n.in(var)},
          {"PF", x.power_factor},
          {"PF1", x.fundamental_power_factor},
          {"DB", distortion_power(element).in(var)}};
}

Values values_of(const ThreePhasePower& x) {
  return {{"Ve", x.ue.in(volt)},
          {"Ie", x.ie.in(ampere)},
          {"Ve1", x.ue1.in(volt)},
          {"Ie1", x.ie1.in(ampere)},
          {"Se", x.se.in(volt_ampere)},
          {"Se1", x.se1.in(volt_ampere)},
          {"SeN", x.sen.in(volt_ampere)},
          {"P", x.p.in(watt)},
          {"Pplus", x.p_positive.in(watt)},
          {"Qplus", x.q_positive.in(var)},
          {"Splus", x.s_positive.in(volt_ampere)},
          {"PFplus", x.positive_power_factor},
          {"SU1", x.su1.in(volt_ampere)},
          {"PF", x.power_factor},
          {"N", x.n.in(var)},
          {"S_arithmetic", x.s_arithmetic.in(volt_ampere)},
          {"S_vector_fund", x.s_vector.in(volt_ampere)}};
}

// 1e-13 of the greatest of the values, S; a root of a difference of squares that is 0 is known to
// sqrt(2^-50) of S, the squares being right to some roundings.
void check(const Values& found, const Values& expected, double s) {
  for (const auto& [quantity, value] : expected) {
    const auto at = found.find(quantity);
    if (at == found.end()) continue;
    BOOST_TEST_CONTEXT(quantity << " " << at->second << ", expected " << value)
    BOOST_TEST(std::abs(at->second - value) <= (value == 0 ? 3e-8 : 1e-13) * s);
  }
}

// IEEE 1459-2010, annex B: the example with its figures.
const Spectrum annex_u = spectrum({{1, 100, 0}, {3, 8, -70}, {5, 15, 140}, {7, 5, 20}});
const Spectrum annex_i = spectrum({{1, 100, -30}, {3, 20, -165}, {5, 15, 234}, {7, 10, 234}});
const Values annex{
    {"V", 101.55786527886454}, {"I", 103.56157588603989},    {"VH", 17.72004514666935},
    {"IH", 26.92582403567252}, {"THDV", 0.1772004514666935}, {"THDI", 0.2692582403567252},
    {"P", 8589.162033784582},  {"P1", 8660.254037844386},    {"PH", -71.09200405980557},
    {"Q1", 4999.999999999999}, {"QB", 4962.8988855597545},   {"S", 10517.492571901346},
    {"S1", 10000.0},           {"SN", 3258.4735690197026},   {"DI", 2692.5824035672517},
    {"DV", 1772.004514666935}, {"SH", 477.1268175233917},    {"DH", 471.80072801847234},
    {"N", 6069.921379836274},  {"PF", 0.8166549179917165},   {"PF1", 0.8660254037844386},
    {"DB", 3494.793299911062}};

// A symmetrical voltage with a load between two lines.
const PerPhase<Spectrum> two_lines_u{spectrum({{1, 127, 0}}), spectrum({{1, 127, -120}}),
                                     spectrum({{1, 127, 120}})};
const PerPhase<Spectrum> two_lines_i{spectrum({{1, 22.727272, 30}}),
                                     spectrum({{1, 22.727272, -150}}), Spectrum{}};
const Values two_lines{{"Ve", 127.0},
                       {"Ie", 18.55673988181444},
                       {"Se", 7070.117894971302},
                       {"Se1", 7070.117894971302},
                       {"SeN", 0.0},
                       {"P", 4999.328307322567},
                       {"Pplus", 4999.328307322566},
                       {"Qplus", 0.0},
                       {"Splus", 4999.328307322566},
                       {"PFplus", 1.0},
                       {"SU1", 4999.3283073225675},
                       {"PF", 0.7071067811865476},
                       {"N", 4999.328307322567},
                       {"S_arithmetic", 5772.727088},
                       {"S_vector_fund", 4999.328307322567}};

ThreePhaseElements three(const PerPhase<Spectrum>& u, const PerPhase<Spectrum>& i, Wires wires) {
  ThreePhaseElements elements{.wires = wires, .phase = {}, .line_to_line = {}, .neutral = {}};
  for (std::size_t k = 0; k < phase_count; ++k) elements.phase.at(k) = element_of(u.at(k), i.at(k));
  return elements;
}

Spectrum spectrum_of(const nlohmann::json& lines) {
  std::vector<Line> read;
  for (const auto& line : lines)
    read.push_back(
        {line.at(0).get<std::size_t>(), line.at(1).get<double>(), line.at(2).get<double>()});
  return spectrum(read);
}

Values values_of(const nlohmann::json& expected) {
  Values values;
  for (const auto& [quantity, value] : expected.items())
    if (value.is_number()) values[quantity] = value.get<double>();
  return values;
}

// Phase by phase a quarter of the fundamental's period later.
SignalRecipe delayed(SignalRecipe recipe) {
  for (auto& channel : recipe.voltage)
    for (auto& c : channel.components) c.phase = c.phase - degree(90.0 * c.order);
  return recipe;
}

MeterReading reading_of(const SignalRecipe& recipe) {
  const auto reading = measure(samples_of(recipe, {8000, 1}, 77, 3200));
  BOOST_TEST_REQUIRE(reading.has_value());
  return *reading;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(power_theory)

BOOST_AUTO_TEST_CASE(the_example_of_ieee_1459_annex_b_is_met) {
  const PowerElement element = element_of(annex_u, annex_i);
  check(values_of(single_phase_power(element), element), annex, 10517);
  BOOST_TEST(std::abs(single_phase_power(element).harmonic_pollution - 0.32584735690197026) <
             1e-13);
}

BOOST_AUTO_TEST_CASE(a_load_between_two_lines_has_the_effective_values_of_ieee_1459) {
  const ThreePhasePower power = three_phase_power(three(two_lines_u, two_lines_i, Wires::four));
  check(values_of(power), two_lines, 7070);
  BOOST_TEST(std::abs(power.load_unbalance - 1) < 1e-12);
  BOOST_TEST(std::abs(power.fundamental_power_factor - 1) < 1e-12);
  const ThreePhasePower lagging = three_phase_power(
      three({annex_u, annex_u, annex_u}, {annex_i, annex_i, annex_i}, Wires::four));
  BOOST_TEST(std::abs(lagging.fundamental_power_factor - annex.at("PF1")) < 1e-13);
  // No current in the neutral and no voltage at it: three wires say the same.
  check(values_of(three_phase_power(three(two_lines_u, two_lines_i, Wires::three))), two_lines,
        7070);
}

BOOST_AUTO_TEST_CASE(the_examples_of_the_vector_file_are_met) {
  const std::filesystem::path file =
      std::filesystem::path(METERRIG_SOURCE) / "../shared/vectors/power-1459.json";
  if (!std::filesystem::exists(file)) {
    std::cout << "skipped: no " << file << '\n';
    return;
  }
  const nlohmann::json vectors = nlohmann::json::parse(std::ifstream(file));
  for (const auto& example : vectors.at("single")) {
    const Spectrum u = spectrum_of(example.at("V"));
    const Spectrum i = spectrum_of(example.at("I"));
    const PowerElement element = element_of(u, i);
    const SinglePhasePower power = single_phase_power(element);
    check(values_of(power, element), values_of(example.at("expected")), power.s.in(volt_ampere));
  }
  for (const auto& example : vectors.at("three_phase")) {
    const PerPhase<Spectrum> u{spectrum_of(example.at("Va")), spectrum_of(example.at("Vb")),
                               spectrum_of(example.at("Vc"))};
    const PerPhase<Spectrum> i{spectrum_of(example.at("Ia")), spectrum_of(example.at("Ib")),
                               spectrum_of(example.at("Ic"))};
    const ThreePhasePower power = three_phase_power(
        three(u, i, example.at("wires").get<int>() == 4 ? Wires::four : Wires::three));
    check(values_of(power), values_of(example.at("expected")), power.se.in(volt_ampere));
  }
}

// Each square of the sum is of order S^2, and rounded a few times.
BOOST_AUTO_TEST_CASE(apparent_power_resolves_into_the_parts_of_ieee_1459) {
  std::mt19937_64 random(11);
  for (int n = 0; n < 50; ++n) {
    const RandomSystem system(random, n % 2 == 0 ? Wires::four : Wires::three, 9);
    const auto squares = [](auto unit, auto... x) { return (std::pow(x.in(unit), 2) + ...); };
    const ThreePhaseElements elements = system.elements();
    const SinglePhasePower one = single_phase_power(elements.phase[0]);
    const double s2 = squares(volt_ampere, one.s);
    BOOST_TEST(std::abs(squares(volt_ampere, one.s1, one.sh) + squares(var, one.di, one.dv) - s2) <
               1e-14 * s2);
    BOOST_TEST(std::abs(squares(watt, one.p) + squares(var, one.n) - s2) < 1e-14 * s2);
    BOOST_TEST(std::abs(squares(watt, one.ph) + squares(var, one.dh) -
                        squares(volt_ampere, one.sh)) < 1e-14 * s2);
    const ThreePhasePower all = three_phase_power(elements);
    const double se2 = squares(volt_ampere, all.se);
    BOOST_TEST(std::abs(squares(volt_ampere, all.se1, all.seh) + squares(var, all.dei, all.dev) -
                        se2) < 1e-14 * se2);
    BOOST_TEST(std::abs(squares(volt_ampere, all.s_positive, all.su1) -
                        squares(volt_ampere, all.se1)) < 1e-14 * se2);
    BOOST_TEST(std::abs(squares(watt, all.p_positive) + squares(var, all.q_positive) -
                        squares(volt_ampere, all.s_positive)) < 1e-14 * se2);
  }
}

BOOST_AUTO_TEST_CASE(every_quantity_has_its_second_form_within_rounding) {
  std::mt19937_64 random(12);
  for (int n = 0; n < 60; ++n) {
    const RandomSystem system(random, n % 2 == 0 ? Wires::four : Wires::three,
                              static_cast<std::size_t>(1 + n));
    const ThreePhaseElements elements = system.elements();
    for (const QuantityAgreement& q : three_phase_agreement(elements))
      BOOST_TEST_CONTEXT(q.quantity << " " << q.first << " " << q.second << " bound " << q.bound)
    BOOST_TEST(q.within());
    for (const PowerElement& element : elements.phase)
      for (const QuantityAgreement& q : waveform_agreement(element, volt(0), ampere(0), 0))
        BOOST_TEST_CONTEXT(q.quantity << " " << q.first << " " << q.second << " bound " << q.bound)
    BOOST_TEST(q.within());
  }
}

BOOST_AUTO_TEST_CASE(a_wrong_total_or_phasor_is_noticed) {
  std::mt19937_64 random(13);
  const RandomSystem system(random, Wires::four, 20);
  const PowerElement good = system.elements().phase[0];
  const auto agrees = [](const PowerElement& element) {
    return all_within(waveform_agreement(element, volt(0), ampere(0), 1e-9));
  };
  BOOST_TEST(agrees(good));
  PowerElement wrong = good;
  wrong.u = good.u * (1 + 3e-9);
  BOOST_TEST(!agrees(wrong));
  wrong = good;
  wrong.i = good.i * (1 - 3e-9);
  BOOST_TEST(!agrees(wrong));
  wrong = good;
  wrong.p = good.p + watt(5e-9 * (good.u * good.i).in(volt_ampere));
  BOOST_TEST(!agrees(wrong));
  wrong.p = ActivePower{};  // unknown agrees with nothing
  BOOST_TEST(!agrees(wrong));
  Spectrum other = system.u[0];
  other[7] *= 1.001;
  wrong = good;
  wrong.voltage = other;
  BOOST_TEST(!agrees(wrong));
  // What is told to lie outside the phasors is allowed for.
  PowerElement noisy = good;
  noisy.u = volt(std::sqrt(std::pow(good.u.in(volt), 2) + 4));
  BOOST_TEST(!agrees(noisy));
  BOOST_TEST(all_within(waveform_agreement(noisy, volt(2), ampere(0), 1e-9)));
}

BOOST_AUTO_TEST_CASE(a_current_that_does_not_return_is_noticed_in_three_wires) {
  std::mt19937_64 random(14);
  RandomSystem system(random, Wires::three, 5);
  BOOST_TEST(all_within(three_phase_agreement(system.elements())));
  system.i[1][1] *= 1.0001;
  BOOST_TEST(!all_within(three_phase_agreement(system.elements())));
}

// The common point of the voltages of three wires is anyone's choice.
BOOST_AUTO_TEST_CASE(three_wires_do_not_depend_on_the_common_point) {
  std::mt19937_64 random(15);
  RandomSystem system(random, Wires::three, 9);
  const ThreePhaseElements before_elements = system.elements();
  const ThreePhasePower before = three_phase_power(before_elements);
  const Din40110Power collective_before = din40110_power(before_elements);
  PerPhase<double> q{};
  const std::array definitions{fundamental, budeanu, quarter_period_delay};
  for (std::size_t d = 0; d < 3; ++d)
    q.at(d) = reactive_power(before_elements, definitions.at(d)).value.in(var);
  const Spectrum shift = random_spectrum(random, 9, 100);
  for (auto& u : system.u)
    for (std::size_t h = 0; h < u.size(); ++h) u[h] += shift[h];
  const ThreePhaseElements after_elements = system.elements();
  const ThreePhasePower after = three_phase_power(after_elements);
  const double s = before.se.in(volt_ampere);
  BOOST_TEST(std::abs((after.p - before.p).in(watt)) < 1e-13 * s);
  BOOST_TEST(std::abs((after.se - before.se).in(volt_ampere)) < 1e-13 * s);
  BOOST_TEST(std::abs((after.se1 - before.se1).in(volt_ampere)) < 1e-13 * s);
  BOOST_TEST(std::abs((after.p_positive - before.p_positive).in(watt)) < 1e-13 * s);
  BOOST_TEST(std::abs((din40110_power(after_elements).s - collective_before.s).in(volt_ampere)) <
             1e-13 * s);
  for (std::size_t d = 0; d < 3; ++d)
    BOOST_TEST(std::abs(reactive_power(after_elements, definitions.at(d)).value.in(var)-q.at(d)) <
               1e-13 * s);
}

BOOST_AUTO_TEST_CASE(all_definitions_of_q_agree_for_symmetrical_sines) {
  const double lag = 37;
  PerPhase<Spectrum> u;
  PerPhase<Spectrum> i;
  for (std::size_t k = 0; k < phase_count; ++k) {
    const double at = -120.0 * static_cast<double>(k);
    u.at(k) = spectrum({{1, 230, at}});
    i.at(k) = spectrum({{1, 5, at - lag}});
  }
  const double expected = 3 * 230 * 5 * std::sin(lag * std::numbers::pi / 180);
  for (const auto definition : {fundamental, budeanu, fryze, quarter_period_delay, arithmetic,
                                vector, effective, collective}) {
    const DefinedReactivePower q = reactive_power(three(u, i, Wires::four), definition);
    BOOST_TEST_CONTEXT(name(definition)) {
      BOOST_TEST((q.definition == definition));
      // the four conductors of DIN 40110-2 see the neutral's, which carries nothing:
      // S_sum^2 = (3 U^2 + 3 * 3 U^2) / 4 * 3 I^2 = 9 U^2 I^2, the same
      BOOST_TEST(std::abs(q.value.in(var)-expected) < 1e-11);
    }
  }
}

// Distorted waves part the definitions; each against its formula written out.
BOOST_AUTO_TEST_CASE(each_definition_of_q_is_its_formula) {
  const PowerElement one = element_of(annex_u, annex_i);
  BOOST_TEST(std::abs(reactive_power(one, fundamental).value.in(var)-5000) < 1e-10);
  BOOST_TEST(std::abs(reactive_power(one, budeanu).value.in(var)-annex.at("QB")) < 1e-10);
  BOOST_TEST(std::abs(reactive_power(one, fryze).value.in(var)-annex.at("N")) < 1e-10);
  // Orders 3 and 7 with the sign turned: 5000 - 159.39... - 224.45... - 27.95...
  BOOST_TEST(std::abs(reactive_power(one, quarter_period_delay).value.in(var) -
                      (5000 - 159.39115169467928 - 224.45191130846044 - 27.959645173537336)) <
             1e-10);
  // Three phases, of which one carries this and the others nothing.
  const PerPhase<Spectrum> u{annex_u, Spectrum{}, Spectrum{}};
  const PerPhase<Spectrum> i{annex_i, Spectrum{}, Spectrum{}};
  const ThreePhaseElements system = three(u, i, Wires::four);
  BOOST_TEST(std::abs(reactive_power(system, arithmetic).value.in(var)-annex.at("N")) < 1e-10);
  BOOST_TEST(std::abs(reactive_power(system, vector).value.in(var)-annex.at("N")) < 1e-10);
  BOOST_TEST(std::abs(reactive_power(system, fryze).value.in(var)-annex.at("N")) < 1e-10);
  // U_e^2 = (3 U^2 + 2 U^2) / 18, I_e^2 = 2 I^2 / 3: S_e^2 = 9 * 5 / 27 S^2
  const double s = annex.at("S");
  const double p = annex.at("P");
  BOOST_TEST(std::abs(reactive_power(system, effective)
                          .value.in(var)-std::sqrt(45.0 / 27 * s * s - p * p)) < 1e-9);
  // U_sum^2 = 3 U^2 / 4, I_sum^2 = 2 I^2
  BOOST_TEST(
      std::abs(reactive_power(system, collective).value.in(var)-std::sqrt(1.5 * s * s - p * p)) <
      1e-9);
  BOOST_TEST(std::abs(din40110_power(one).q_total.in(var)-annex.at("N")) < 1e-10);
}

// The voltage synthesised a quarter of a period later, metered as any other: its P is Q.
BOOST_AUTO_TEST_CASE(quarter_period_delay_is_the_power_of_a_voltage_that_comes_later) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    std::mt19937_64 random(seed);
    const SignalRecipe recipe = random_recipe(random, {5021, 100}, 30);
    const auto second = measure_by_fit(samples_of(recipe, {8000, 1}, 77, 3200), hertz(50.21));
    BOOST_TEST_REQUIRE(second.has_value());
    const MeterReading later = reading_of(delayed(recipe));
    for (std::size_t p = 0; p < phase_count; ++p) {
      const PowerElement element =
          element_of(second->voltage_phasors.at(p), second->current_phasors.at(p));
      BOOST_TEST(std::abs(reactive_power(element, quarter_period_delay)
                              .value.in(var)-later.phase.at(p)
                              .p.in(watt)) <
                 (later.leakage + 1e-11) * later.phase.at(p).s.in(volt_ampere));
    }
  }
}

// The totals of measure(), which knows nothing of harmonics, with the phasors of the fit.
BOOST_AUTO_TEST_CASE(sampled_waves_have_the_powers_of_their_recipe) {
  std::mt19937_64 random(5);
  const SignalRecipe recipe = random_recipe(random, {4997, 100}, 40);
  const SampleBlock block = samples_of(recipe, {8000, 1}, 0, 3200);
  const auto first = measure(block);
  const auto second = measure_by_fit(block, hertz(49.97));
  BOOST_TEST_REQUIRE(first.has_value());
  BOOST_TEST_REQUIRE(second.has_value());
  for (std::size_t p = 0; p < phase_count; ++p) {
    const PhaseReading& phase = first->phase.at(p);
    const PowerElement element{.u = phase.u,
                               .i = phase.i,
                               .p = phase.p,
                               .voltage = second->voltage_phasors.at(p),
                               .current = second->current_phasors.at(p)};
    const double error = first->leakage + 1e-11;
    BOOST_TEST(all_within(waveform_agreement(element, second->voltage_residual.at(p),
                                             second->current_residual.at(p), error)));
    double ph = recipe.voltage.at(p).dc.in(volt)*recipe.current.at(p).dc.in(ampere);
    for (std::size_t h = 1; h < 40; ++h) {
      const auto& u = recipe.voltage.at(p).components[h];
      const auto& i = recipe.current.at(p).components[h];
      ph += u.rms.in(volt)*i.rms.in(ampere)*std::cos(
          (u.phase - i.phase).in(degree)*std::numbers::pi / 180);
    }
    BOOST_TEST(std::abs(single_phase_power(element).ph.in(watt)-ph) <
               2 * error * phase.s.in(volt_ampere));
  }
}

// 2 V of a mains signal, say, between the harmonics, is in U_H and in the voltages between lines
// where these are given.
BOOST_AUTO_TEST_CASE(what_lies_between_harmonics_counts_where_it_is_told) {
  const PerPhase<Spectrum> u{spectrum({{1, 230, 0}}), spectrum({{1, 230, -120}}),
                             spectrum({{1, 230, 120}})};
  const PerPhase<Spectrum> i{spectrum({{1, 5, 0}}), spectrum({{1, 5, -120}}),
                             spectrum({{1, 5, 120}})};
  ThreePhaseElements elements = three(u, i, Wires::four);
  for (PowerElement& element : elements.phase) element.u = volt(std::sqrt(230.0 * 230.0 + 4));
  BOOST_TEST(std::abs(single_phase_power(elements.phase[0]).uh.in(volt)-2) < 1e-10);
  // the same in all phases: nothing between lines, 9 * 4 / 18
  BOOST_TEST(std::abs(three_phase_power(elements).ueh.in(volt)-std::sqrt(2.0)) < 1e-10);
  elements.line_to_line.fill(volt(std::sqrt(3 * 230.0 * 230.0 + 4)));
  BOOST_TEST(std::abs(three_phase_power(elements).ueh.in(volt)-std::sqrt(48.0 / 18)) < 1e-10);
  elements.neutral = ampere(3);
  BOOST_TEST(std::abs(three_phase_power(elements).ieh.in(ampere)-std::sqrt(3.0)) < 1e-10);
}

BOOST_AUTO_TEST_CASE(any_number_of_conductors_has_collective_values) {
  // Two conductors are the single phase: the star point lies half-way.
  const Spectrum back = [] {
    Spectrum x = annex_i;
    for (auto& phasor : x) phasor = -phasor;
    return x;
  }();
  const std::array<Conductor, 2> pair{Conductor{annex_u, annex_i}, Conductor{{}, back}};
  const Din40110Power two = din40110_power(pair);
  BOOST_TEST(std::abs(two.u.in(volt)-annex.at("V") / std::sqrt(2.0)) < 1e-11);
  BOOST_TEST(std::abs(two.i.in(ampere)-annex.at("I") * std::sqrt(2.0)) < 1e-11);
  BOOST_TEST(std::abs(two.s.in(volt_ampere)-annex.at("S")) < 1e-9);
  BOOST_TEST(std::abs(two.p.in(watt)-annex.at("P")) < 1e-9);
  BOOST_TEST(std::abs(two.power_factor - annex.at("PF")) < 1e-13);
  BOOST_TEST(!din40110_power(std::span<const Conductor>{}).s.known());
}

BOOST_AUTO_TEST_CASE(without_power_there_is_no_factor_and_the_unknown_stays_unknown) {
  const PowerElement silent = element_of(annex_u, {});
  const SinglePhasePower power = single_phase_power(silent);
  BOOST_TEST(power.p.in(watt) == 0.0);
  BOOST_TEST(std::isnan(power.power_factor));
  BOOST_TEST(std::isnan(power.fundamental_power_factor));
  BOOST_TEST(!power.current_thd.known());
  BOOST_TEST(all_within(waveform_agreement(silent, volt(0), ampere(0), 0)));
  BOOST_TEST(!reactive_power(PowerElement{}, fryze).value.known());
  BOOST_TEST(!single_phase_power(PowerElement{}).n.known());
  BOOST_TEST(!three_phase_power(ThreePhaseElements{}).se.known());
}

BOOST_AUTO_TEST_SUITE_END()
