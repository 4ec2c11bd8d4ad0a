// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <complex>
#include <cstdint>
#include <span>
#include <string_view>

#include "meterrig/reference/meter.h"
#include "meterrig/reference/power_theory.h"

namespace meterrig::reference {

/// How a meter is connected to the line conductors.
enum class Connection : std::uint8_t {
  one_phase_two_wire,      ///< 1P2W: one element, u_1 i_1
  two_phase_three_wire,    ///< 2P3W: two lines and their common conductor, u_1 i_1 and u_2 i_2
  three_phase_three_wire,  ///< 3P3W: two elements, u_12 i_1 and u_32 i_3 (Aron)
  three_phase_four_wire,   ///< 3P4W: three elements
};
/// "1P2W", "2P3W", "3P3W", "3P4W".
[[nodiscard]] std::string_view name(Connection connection);
/// Errors: invalid_argument that lists what there is.
[[nodiscard]] Result<Connection> parse_connection(std::string_view text);
/// Number of measuring elements: 1, 2, 2, 3.
[[nodiscard]] int element_count(Connection connection);

/// What the meter's elements see of the voltages to any common point and the currents of the lines.
/// Each element is a row, 3P3W in the rows of L1 and L3; the other rows are 0. The mean of the sum
/// of u i over rows is P, which for 3P3W is that of the three lines, u_12 i_1 + u_32 i_3 =
/// u_1 i_1 + u_2 i_2 + u_3 i_3, if i_1 + i_2 + i_3 = 0 (Blondel 1893); Q1 likewise. `elements` is
/// resized where its count differs.
void to_elements(Connection connection, const SampleBlock& lines, SampleBlock& elements);

/// Voltages u_12, u_23, u_31, and in the row of L1 the current i_1 + i_2 + i_3 of the neutral,
/// whose r.m.s. values IEEE 1459 and DIN 40110 need; the other currents are 0. Resizes as above.
void to_line_voltages(const SampleBlock& lines, SampleBlock& between);

/// Totals of a connection.
struct ConnectionTotals {
  ActivePower p;
  ReactivePower q1;
  /// Sum over elements of U I; for 3P3W sqrt(3) / 2 of it, so that S of a symmetrical load is
  /// sqrt(3) U_12 I.
  ApparentPower s;
  double power_factor;  ///< P / S; NaN when S is 0
};
/// From the reading of a block of to_elements().
[[nodiscard]] ConnectionTotals totals(Connection connection, const MeterReading& elements);

/// A transformer between line and meter, as its plate says: 400 A / 5 A.
struct TransformerRatio {
  double primary = 1;
  double secondary = 1;
};

/// Primary value over what reaches the meter, of voltages and of currents.
struct Ratios {
  double voltage = 1;
  double current = 1;
  [[nodiscard]] constexpr double power() const { return voltage * current; }
};
/// Errors: out_of_range for a plate whose numbers are not finite and above 0.
[[nodiscard]] Result<Ratios> make_ratios(TransformerRatio voltage, TransformerRatio current);

/// The reading on the primary side. Ratios, angles and power factors stay.
[[nodiscard]] MeterReading primary(const MeterReading& secondary, Ratios ratios);

/// A Rogowski coil: its voltage is M di/dt, or after an integrator proportional to i.
struct RogowskiCoil {
  double volts_per_ampere = 0;  ///< at `at`
  Frequency at;                 ///< such as 50 Hz; of no account with an integrator
  bool integrated = true;
};
/// Ratios of a channel that reads the coil's volts as amperes. Errors: out_of_range for a scale not
/// above 0, failed_precondition without an integrator: then the ratio depends on the order.
[[nodiscard]] Result<Ratios> make_ratios(TransformerRatio voltage, const RogowskiCoil& coil);
/// Phasors of the current from those of the coil's voltage, in place:
///   I_h = U_h / (j h f / at) / volts_per_ampere  without an integrator, U_h / volts_per_ampere
///   with.
/// A coil does not see dc: order 0 becomes 0. Errors: out_of_range for a scale or frequency not
/// above 0.
[[nodiscard]] Result<void> to_rogowski_current(std::span<std::complex<double>> phasors,
                                               const RogowskiCoil& coil, Frequency fundamental);

}  // namespace meterrig::reference
