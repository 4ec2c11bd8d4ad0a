// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/safety/wiring.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>
#include <optional>

#include "meterrig/vocabulary/units.h"

namespace meterrig::safety {
namespace {

// Of the greatest: far enough apart to be told from each other by an uncalibrated reference.
constexpr PerPhase<double> shares{1.0, 0.8, 0.6};
constexpr double close = 0.08;  // of the value: less than half the distance of two shares
constexpr double half_close = 0.04;
constexpr double nothing = 0.1;   // of the value: what an open circuit still shows
constexpr double wrong_way = 90;  // degrees

constexpr double displacement_degrees = 30;  // none is its own opposite, or 0

/// The phase that has this magnitude, where there is exactly one.
std::optional<std::size_t> phase_of(double value, const PerPhase<double>& magnitudes) {
  std::optional<std::size_t> found;
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    if (std::abs(value - magnitudes[phase]) > close * magnitudes[phase]) continue;
    if (found) return std::nullopt;
    found = phase;
  }
  return found;
}

/// Between -180 and 180 degrees.
double turned(double degrees) { return std::remainder(degrees, 360.0); }

std::string line(std::size_t phase) { return fmt::format("L{}", phase + 1); }

/// Faults of three circuits of one kind by their magnitudes, and which conductor each is on.
template <class Kind>
PerPhase<std::optional<std::size_t>> find_circuits(const PerPhase<Quantity<Kind>>& out,
                                                   const PerPhase<Quantity<Kind>>& seen,
                                                   Unit<Kind> unit, QuantityKind kind,
                                                   std::string_view missing,
                                                   std::vector<std::string>& faults) {
  PerPhase<double> magnitudes{};
  for (std::size_t phase = 0; phase < phase_count; ++phase) magnitudes[phase] = out[phase].in(unit);
  PerPhase<std::optional<std::size_t>> conductors;
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    const double value = seen[phase].in(unit);
    const auto told = [&](std::string_view what) {
      faults.push_back(fmt::format("{} {}: {} ({} where {} is put out)", name(kind), line(phase),
                                   what, readable(value, kind, 3),
                                   readable(magnitudes[phase], kind, 3)));
    };
    if (!(value > nothing * magnitudes[phase])) {
      told(missing);
      continue;
    }
    const std::optional<std::size_t> here = phase_of(value, magnitudes);
    conductors[phase] = here;
    if (!here) {
      told("neither its own nor that of another phase");
    } else if (*here != phase) {
      told(fmt::format("that of {} is here", line(*here)));
    }
  }
  return conductors;
}

/// Equal impedances then put the star point at the mean of the three voltages.
bool neutral_is_open(const OperatingPoint& out, const ReferenceValues& seen) {
  PerPhase<std::complex<double>> voltages{};
  std::complex<double> star = 0;
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    voltages[phase] = std::polar(out.voltage[phase].in(volt), out.voltage_angle[phase].in(radian));
    star += voltages[phase] / static_cast<double>(phase_count);
  }
  bool shifted = false;
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    const double expected = std::abs(voltages[phase] - star);
    const double value = seen.voltage[phase].in(volt);
    if (!(std::abs(value - expected) <= half_close * expected)) return false;
    shifted = shifted || std::abs(value - std::abs(voltages[phase])) > half_close * value;
  }
  return shifted;
}

bool phase_order_is_reversed(const ReferenceValues& seen) {
  const double l2 = turned(seen.voltage_angle[1].in(degree)-seen.voltage_angle[0].in(degree));
  const double l3 = turned(seen.voltage_angle[2].in(degree)-seen.voltage_angle[0].in(degree));
  return l2 > 0 && l3 < 0;  // false where an angle is not known
}

}  // namespace

OperatingPoint wiring_point(Frequency frequency, Voltage voltage, Current current) {
  OperatingPoint point{.frequency = frequency,
                       .voltage = {},
                       .voltage_angle = {degree(0), degree(-120), degree(120)},
                       .current = {},
                       .displacement = {}};
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    point.voltage[phase] = shares[phase] * voltage;
    point.current[phase] = shares[phase] * current;
    point.displacement[phase] = degree(displacement_degrees);
  }
  return point;
}

std::vector<std::string> wiring_faults(const OperatingPoint& out, const ReferenceValues& seen) {
  std::vector<std::string> faults;
  PerPhase<std::optional<std::size_t>> voltages{0, 1, 2};
  if (neutral_is_open(out, seen)) {
    faults.emplace_back("neutral: open (the voltages are those against their own star point)");
  } else {
    voltages = find_circuits(out.voltage, seen.voltage, volt, QuantityKind::voltage,
                             "shorted or not connected", faults);
  }
  const auto currents = find_circuits(out.current, seen.current, ampere, QuantityKind::current,
                                      "the circuit is open", faults);
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    const std::optional<std::size_t> u = voltages[phase];
    const std::optional<std::size_t> i = currents[phase];
    if (!u || !i) continue;
    // phi between the conductors that are here: the angles of both voltages count.
    const double expected = out.voltage_angle[*u].in(degree)-out.voltage_angle[*i].in(degree) +
                            out.displacement[*i].in(degree);
    const double away = turned(seen.displacement[phase].in(degree)-expected);
    if (std::abs(away) > wrong_way)
      faults.push_back(
          fmt::format("current {}: reversed (displacement {:.0f} deg, expected {:.0f} "
                      "deg); expected its two wires exchanged, K and L",
                      line(phase), seen.displacement[phase].in(degree), turned(expected)));
  }
  if (phase_order_is_reversed(seen))
    faults.emplace_back("phase order: L1-L3-L2; expected two of the voltages exchanged");
  return faults;
}

}  // namespace meterrig::safety
