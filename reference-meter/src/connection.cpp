// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "phasor_sums.h"

namespace meterrig::reference {
namespace {

constexpr std::array<std::string_view, 4> connection_names{"1P2W", "2P3W", "3P3W", "3P4W"};

void fit(const SampleBlock& from, SampleBlock& to) {
  if (to.count() != from.count()) to = SampleBlock(from.rate, from.first_sample, from.count());
  to.rate = from.rate;
  to.first_sample = from.first_sample;
}

void copy(std::span<const double> from, std::span<double> to) {
  std::copy(from.begin(), from.end(), to.begin());
}

void subtract(std::span<const double> a, std::span<const double> b, std::span<double> to) {
  for (std::size_t n = 0; n < to.size(); ++n) to[n] = a[n] - b[n];
}

void silence(std::span<double> row) { std::fill(row.begin(), row.end(), 0.0); }

bool is_positive(double x) { return x > 0 && std::isfinite(x); }

Result<double> ratio_of(TransformerRatio plate, std::string_view what) {
  if (!is_positive(plate.primary) || !is_positive(plate.secondary))
    return fail(ErrorCode::out_of_range,
                fmt::format("a {} transformer of {} / {}: both must be above 0", what,
                            plate.primary, plate.secondary));
  return plate.primary / plate.secondary;
}

Result<void> check(const RogowskiCoil& coil) {
  if (!is_positive(coil.volts_per_ampere))
    return fail(ErrorCode::out_of_range,
                fmt::format("a Rogowski coil of {} V/A: must be above 0", coil.volts_per_ampere));
  return {};
}

}  // namespace

std::string_view name(Connection connection) {
  return connection_names.at(static_cast<std::size_t>(connection));
}

Result<Connection> parse_connection(std::string_view text) {
  for (std::size_t k = 0; k < connection_names.size(); ++k)
    if (connection_names.at(k) == text) return static_cast<Connection>(k);
  return fail(ErrorCode::invalid_argument,
              fmt::format("no connection \"{}\"; there are 1P2W, 2P3W, 3P3W, 3P4W", text));
}

int element_count(Connection connection) {
  switch (connection) {
    case Connection::one_phase_two_wire:
      return 1;
    case Connection::two_phase_three_wire:
    case Connection::three_phase_three_wire:
      return 2;
    case Connection::three_phase_four_wire:
      break;
  }
  return 3;
}

void to_elements(Connection connection, const SampleBlock& lines, SampleBlock& elements) {
  fit(lines, elements);
  if (connection == Connection::three_phase_three_wire) {
    for (const std::size_t line : {std::size_t{0}, std::size_t{2}}) {
      subtract(lines.volts(line), lines.volts(1), elements.volts(line));
      copy(lines.amperes(line), elements.amperes(line));
    }
    silence(elements.volts(1));
    silence(elements.amperes(1));
    return;
  }
  const auto count = static_cast<std::size_t>(element_count(connection));
  for (std::size_t p = 0; p < phase_count; ++p) {
    if (p < count) {
      copy(lines.volts(p), elements.volts(p));
      copy(lines.amperes(p), elements.amperes(p));
    } else {
      silence(elements.volts(p));
      silence(elements.amperes(p));
    }
  }
}

void to_line_voltages(const SampleBlock& lines, SampleBlock& between) {
  fit(lines, between);
  for (std::size_t k = 0; k < phase_count; ++k) {
    const auto [from, to] = line_pairs[k];
    subtract(lines.volts(from), lines.volts(to), between.volts(k));
    silence(between.amperes(k));
  }
  const std::span<double> neutral = between.amperes(0);
  for (std::size_t n = 0; n < neutral.size(); ++n)
    neutral[n] = lines.amperes(0)[n] + lines.amperes(1)[n] + lines.amperes(2)[n];
}

ConnectionTotals totals(Connection connection, const MeterReading& elements) {
  // The rows that a connection does not use are 0, so that all may be summed.
  ApparentPower s = elements.s_total;
  if (connection == Connection::three_phase_three_wire) s = s * (0.5 * std::numbers::sqrt3);
  return {.p = elements.p_total,
          .q1 = elements.q1_total,
          .s = s,
          .power_factor = ratio(elements.p_total.in(watt), s.in(volt_ampere))};
}

Result<Ratios> make_ratios(TransformerRatio voltage, TransformerRatio current) {
  const auto u = ratio_of(voltage, "voltage");
  if (!u) return tl::unexpected(u.error());
  const auto i = ratio_of(current, "current");
  if (!i) return tl::unexpected(i.error());
  return Ratios{.voltage = *u, .current = *i};
}

MeterReading primary(const MeterReading& secondary, Ratios ratios) {
  MeterReading reading = secondary;
  for (PhaseReading& phase : reading.phase) {
    phase.u = phase.u * ratios.voltage;
    phase.i = phase.i * ratios.current;
    phase.p = phase.p * ratios.power();
    phase.q1 = phase.q1 * ratios.power();
    phase.s = phase.s * ratios.power();
  }
  reading.p_total = reading.p_total * ratios.power();
  reading.q1_total = reading.q1_total * ratios.power();
  reading.s_total = reading.s_total * ratios.power();
  return reading;
}

Result<Ratios> make_ratios(TransformerRatio voltage, const RogowskiCoil& coil) {
  const auto u = ratio_of(voltage, "voltage");
  if (!u) return tl::unexpected(u.error());
  if (const auto valid = check(coil); !valid) return tl::unexpected(valid.error());
  if (!coil.integrated)
    return fail(ErrorCode::failed_precondition,
                "a Rogowski coil without an integrator has no ratio for a whole wave");
  return Ratios{.voltage = *u, .current = 1 / coil.volts_per_ampere};
}

Result<void> to_rogowski_current(std::span<std::complex<double>> phasors, const RogowskiCoil& coil,
                                 Frequency fundamental) {
  if (auto valid = check(coil); !valid) return valid;
  if (!is_positive(fundamental.in(hertz)) || (!coil.integrated && !is_positive(coil.at.in(hertz))))
    return fail(ErrorCode::out_of_range, "a frequency that is not above 0 Hz");
  if (!phasors.empty()) phasors[0] = 0;
  for (std::size_t h = 1; h < phasors.size(); ++h) {
    const std::complex<double> amperes = phasors[h] / coil.volts_per_ampere;
    phasors[h] = amperes;
    if (coil.integrated) continue;
    const double gain = static_cast<double>(h) * (fundamental / coil.at);
    phasors[h] = {amperes.imag() / gain, -amperes.real() / gain};
  }
  return {};
}

}  // namespace meterrig::reference
