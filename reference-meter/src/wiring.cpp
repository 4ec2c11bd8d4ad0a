// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/wiring.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "meterrig/vocabulary/turn.h"

namespace meterrig::reference {
namespace {

using Phasor = std::complex<double>;
using Phases = std::vector<std::size_t>;

constexpr double least_voltage = 0.1;   // of the highest
constexpr double least_current = 0.01;  // of the highest
constexpr double widest_spread = 60;    // degrees, between displacements of loads of one kind
constexpr double usual = 75;            // degrees: loads of a power factor above a quarter

std::string name_of(std::size_t phase) { return fmt::format("L{}", phase + 1); }

std::string names_of(const Phases& phases) {
  std::string names;
  for (std::size_t i = 0; i < phases.size(); ++i) {
    if (i > 0) names += i + 1 == phases.size() ? " and " : ", ";
    names += name_of(phases[i]);
  }
  return names;
}

// Voltage that each current in use belongs to, and whether it is turned round.
struct Assignment {
  Phases voltage_of;
  std::vector<bool> reversed;
  int changes = 0;
  double spread = 0;  // degrees
  bool is_usual = true;
};

Phases moved_of(const Assignment& a, const Phases& used) {
  Phases moved;
  for (std::size_t i = 0; i < used.size(); ++i)
    if (a.voltage_of[i] != used[i]) moved.push_back(used[i]);
  return moved;
}

Phases reversed_of(const Assignment& a, const Phases& used) {
  Phases reversed;
  for (std::size_t i = 0; i < used.size(); ++i)
    if (a.reversed[i]) reversed.push_back(used[i]);
  return reversed;
}

bool is_outflow(const Assignment& a) {
  return std::all_of(a.reversed.begin(), a.reversed.end(), [](bool each) { return each; });
}

// Every current has one direction for a voltage that puts it within 90 degrees.
Assignment directed(const Phases& used, Phases voltage_of, const std::array<Phasor, 3>& voltages,
                    const std::array<Phasor, 3>& currents) {
  Assignment a{.voltage_of = std::move(voltage_of), .reversed = {}};
  double lowest = 90;
  double highest = -90;
  for (std::size_t i = 0; i < used.size(); ++i) {
    const Phasor power = voltages[a.voltage_of[i]] * std::conj(currents[used[i]]);
    const bool reversed = !(power.real() > 0);
    const double sign = reversed ? -1 : 1;
    const double angle = angle_of_point(sign * power.real(), sign * power.imag()).in(degree);
    a.reversed.push_back(reversed);
    lowest = std::min(lowest, angle);
    highest = std::max(highest, angle);
  }
  a.spread = highest - lowest;
  a.is_usual = std::max(highest, -lowest) <= usual;
  const std::size_t moved = moved_of(a, used).size();
  a.changes = moved == 0 ? 0 : static_cast<int>(moved) - 1;
  a.changes += is_outflow(a) ? 1 : static_cast<int>(reversed_of(a, used).size());
  return a;
}

// All assignments whose displacements lie near one another, or all when none has that; the fewest
// changes first, and of these the usual displacements.
std::vector<Assignment> assignments(const Phases& used, const std::array<Phasor, 3>& voltages,
                                    const std::array<Phasor, 3>& currents) {
  std::vector<Assignment> all;
  Phases order = used;
  do all.push_back(directed(used, order, voltages, currents));
  while (std::next_permutation(order.begin(), order.end()));
  std::stable_sort(all.begin(), all.end(), [](const Assignment& a, const Assignment& b) {
    const bool a_apart = a.spread > widest_spread;
    const bool b_apart = b.spread > widest_spread;
    if (a_apart != b_apart) return b_apart;
    return a.changes != b.changes ? a.changes < b.changes : a.is_usual && !b.is_usual;
  });
  if (all.front().spread <= widest_spread)
    std::erase_if(all, [](const Assignment& a) { return a.spread > widest_spread; });
  return all;
}

std::string swap_text(const Assignment& a, const Phases& used, bool reversed_sequence) {
  const Phases moved = moved_of(a, used);
  if (moved.size() == 2)
    return fmt::format("{}: currents swapped: exchange the two current circuits{}", names_of(moved),
                       reversed_sequence ? ", or the two voltage leads" : "");
  std::string text = "currents moved on:";
  for (std::size_t i = 0; i < used.size(); ++i)
    text += fmt::format("{} that on {} belongs to {}", i > 0 ? "," : "", name_of(used[i]),
                        name_of(a.voltage_of[i]));
  return text;
}

std::string reversal_text(std::size_t phase) {
  return fmt::format("{0}: current reversed: turn the transformer of {0} round (K and L)",
                     name_of(phase));
}

std::string outflow_text(const Phases& used) {
  if (used.size() == 1)
    return fmt::format("{}: current reversed, or power flows out", name_of(used[0]));
  return fmt::format("{}: {} reversed, or power flows out", names_of(used),
                     used.size() == 2 ? "both currents" : "all three");
}

std::vector<WiringFinding> findings_of(const Assignment& a, const Phases& used,
                                       bool reversed_sequence) {
  std::vector<WiringFinding> findings;
  if (Phases moved = moved_of(a, used); !moved.empty())
    findings.push_back({.fault = WiringFault::currents_swapped,
                        .phases = std::move(moved),
                        .text = swap_text(a, used, reversed_sequence)});
  if (is_outflow(a))
    findings.push_back({.fault = WiringFault::current_reversed,
                        .phases = used,
                        .text = outflow_text(used),
                        .ambiguous = true});
  else
    for (const std::size_t phase : reversed_of(a, used))
      findings.push_back({.fault = WiringFault::current_reversed,
                          .phases = {phase},
                          .text = reversal_text(phase)});
  return findings;
}

std::string text_of(const std::vector<WiringFinding>& findings) {
  std::string text;
  for (const WiringFinding& finding : findings) text += (text.empty() ? "" : "; ") + finding.text;
  return text;
}

std::vector<WiringFinding> diagnose_currents(const Phases& used,
                                             const std::array<Phasor, 3>& voltages,
                                             const std::array<Phasor, 3>& currents,
                                             bool reversed_sequence) {
  if (used.empty() || directed(used, used, voltages, currents).changes == 0) return {};
  const auto all = assignments(used, voltages, currents);
  const Assignment& best = all.front();
  std::vector<WiringFinding> findings = findings_of(best, used, reversed_sequence);
  const bool unique =
      all.size() == 1 || all[1].changes > best.changes || (best.is_usual && !all[1].is_usual);
  const bool in_doubt = is_outflow(best) && moved_of(best, used).empty();
  if (unique && !in_doubt) return findings;
  std::string text = text_of(findings);
  for (std::size_t k = 1; k < all.size(); ++k)
    if (all[k].changes <= best.changes + 1)
      text += " - or " + text_of(findings_of(all[k], used, reversed_sequence));
  findings.front().text = std::move(text);
  findings.front().ambiguous = true;
  findings.resize(1);
  return findings;
}

// Each after the other by 120 degrees (or 240 from L1 to L3) in the standard order; of two, too.
bool runs_backwards(const Phases& present, const std::array<Phasor, 3>& voltages) {
  if (present.size() == 3) {
    const SequenceReading sequence = symmetrical_components(voltages);
    return std::norm(sequence.negative) > std::norm(sequence.positive);
  }
  if (present.size() != 2) return false;
  const double lead = (voltages[present[0]] * std::conj(voltages[present[1]])).imag();
  return present[1] - present[0] == 2 ? lead > 0 : lead < 0;
}

}  // namespace

SequenceReading symmetrical_components(const std::array<std::complex<double>, 3>& x) {
  const Phasor a{-0.5, 0.5 * std::sqrt(3.0)};
  const Phasor b = std::conj(a);  // a squared
  return {.zero = (x[0] + x[1] + x[2]) / 3.0,
          .positive = (x[0] + a * x[1] + b * x[2]) / 3.0,
          .negative = (x[0] + b * x[1] + a * x[2]) / 3.0};
}

std::vector<WiringFinding> diagnose_wiring(
    const std::array<std::complex<double>, 3>& voltages,
    const std::array<std::optional<std::complex<double>>, 3>& currents) {
  std::vector<WiringFinding> findings;
  double highest_voltage = 0;
  double highest_current = 0;
  for (std::size_t p = 0; p < 3; ++p) {
    highest_voltage = std::max(highest_voltage, std::abs(voltages[p]));
    highest_current = std::max(highest_current, std::abs(currents[p].value_or(0)));
  }
  Phases energised;
  for (std::size_t p = 0; p < 3; ++p)
    if (std::abs(voltages[p]) > 0 && std::abs(voltages[p]) >= least_voltage * highest_voltage)
      energised.push_back(p);
    else
      findings.push_back(
          {.fault = WiringFault::voltage_missing,
           .phases = {p},
           .text = fmt::format("{}: voltage missing: check its lead and its fuse", name_of(p))});
  const bool reversed_sequence = runs_backwards(energised, voltages);
  if (reversed_sequence) {
    WiringFinding& finding = findings.emplace_back();
    finding.fault = WiringFault::reversed_sequence;
    finding.phases = energised;
    finding.text = "phase order L1-L3-L2: exchange two phases, voltage and current";
  }

  Phases used;
  std::array<Phasor, 3> flowing{};
  for (std::size_t p = 0; p < 3; ++p) {
    if (!currents[p] || !(highest_current > 0)) continue;
    flowing[p] = currents[p].value_or(0);
    if (!(std::abs(flowing[p]) >= least_current * highest_current))
      findings.push_back({.fault = WiringFault::current_missing,
                          .phases = {p},
                          .text = fmt::format("{}: current missing: no load, or its circuit is "
                                              "open or bridged",
                                              name_of(p))});
    else if (std::find(energised.begin(), energised.end(), p) != energised.end())
      used.push_back(p);
  }
  for (WiringFinding& finding : diagnose_currents(used, voltages, flowing, reversed_sequence))
    findings.push_back(std::move(finding));
  return findings;
}

}  // namespace meterrig::reference
