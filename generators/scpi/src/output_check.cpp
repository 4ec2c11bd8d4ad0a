// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/scpi/output_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>

#include "meterrig/vocabulary/turn.h"
#include "meterrig/vocabulary/units.h"

namespace meterrig::scpi {
namespace {

constexpr std::array<std::string_view, phase_count> phase_names{"L1", "L2", "L3"};

Result<void> check_amplitude(std::string_view name, std::string_view phase, double number,
                             double greatest, QuantityKind kind) {
  if (!std::isfinite(number) || number < 0)
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} of {}: {}; expected 0 {} to {}", name, phase,
                            std::isnan(number) ? "unknown" : exact_text(number, kind),
                            unit_symbol(kind), exact_text(greatest, kind)));
  if (number > greatest)
    return fail(ErrorCode::out_of_range,
                fmt::format("{} of {}: {}; expected at most {}", name, phase,
                            exact_text(number, kind), exact_text(greatest, kind)));
  return {};
}

Result<void> check_angle(std::string_view name, std::string_view phase, Angle angle) {
  if (std::isfinite(angle.in(degree))) return {};
  return fail(ErrorCode::invalid_argument,
              fmt::format("{} of {}: unknown; expected an angle, for there is something to have it",
                          name, phase));
}

Result<void> compare(const std::string& name, double set, double read, double allowed,
                     QuantityKind kind) {
  if (std::abs(read - set) <= allowed) return {};
  return fail(
      ErrorCode::aborted,
      fmt::format("{} was set to {}, the instrument reads {}; expected within {}", name,
                  exact_text(set, kind), std::isnan(read) ? "nothing" : exact_text(read, kind),
                  exact_text(allowed, kind)));
}

Result<void> compare_angle(const std::string& name, Angle set, Angle read, Angle allowed) {
  if (!read.known()) return compare(name, set.in(degree), std::nan(""), 0, QuantityKind::angle);
  const double apart = angle_of(turn_of(read - set)).in(degree);
  return compare(name, set.in(degree), set.in(degree) + apart, allowed.in(degree),
                 QuantityKind::angle);
}

template <class Q, class U>
double allowed(const Tolerance<Q>& tolerance, Q set, U unit) {
  const double absolute = tolerance.absolute.known() ? tolerance.absolute.in(unit) : 0;
  return absolute + tolerance.relative * std::abs(set.in(unit));
}

}  // namespace

Result<void> check_range(const OperatingPoint& point, const SourceRange& range) {
  if (!point.frequency.known())
    return fail(ErrorCode::invalid_argument, "frequency: unknown; expected one to put out");
  if (!(point.frequency >= range.lowest && point.frequency <= range.highest))
    return fail(ErrorCode::out_of_range,
                fmt::format("frequency: {}; expected {} to {}",
                            exact_text(point.frequency.in(hertz), QuantityKind::frequency),
                            exact_text(range.lowest.in(hertz), QuantityKind::frequency),
                            exact_text(range.highest.in(hertz), QuantityKind::frequency)));
  for (std::size_t p = 0; p < phase_count; ++p) {
    const std::string_view phase = phase_names.at(p);
    const Voltage u = point.voltage.at(p);
    const Current i = point.current.at(p);
    auto checked = check_amplitude("voltage", phase, u.in(volt), range.voltage.in(volt),
                                   QuantityKind::voltage);
    if (checked)
      checked = check_amplitude("current", phase, i.in(ampere), range.current.in(ampere),
                                QuantityKind::current);
    if (checked && u > volt(0))
      checked = check_angle("voltage angle", phase, point.voltage_angle.at(p));
    if (checked && i > ampere(0))
      checked = check_angle("displacement", phase, point.displacement.at(p));
    if (!checked) return checked;
  }
  return {};
}

OperatingPoint with_all_angles(OperatingPoint point) {
  for (std::size_t p = 0; p < phase_count; ++p) {
    if (!point.voltage_angle.at(p).known()) point.voltage_angle.at(p) = degree(0);
    if (!point.displacement.at(p).known()) point.displacement.at(p) = degree(0);
  }
  return point;
}

Result<void> check_output(const OperatingPoint& set, const OperatingPoint& read,
                          const OutputTolerance& tolerance) {
  auto same = compare("frequency", set.frequency.in(hertz), read.frequency.in(hertz),
                      allowed(tolerance.frequency, set.frequency, hertz), QuantityKind::frequency);
  for (std::size_t p = 0; p < phase_count && same; ++p) {
    const std::string of = fmt::format(" of {}", phase_names.at(p));
    const Voltage u = set.voltage.at(p);
    const Current i = set.current.at(p);
    // A phase that is not asked for and that the instrument lacks is as it should be.
    if (u > volt(0) || read.voltage.at(p).known())
      same = compare("voltage" + of, u.in(volt), read.voltage.at(p).in(volt),
                     allowed(tolerance.voltage, u, volt), QuantityKind::voltage);
    if (same && (i > ampere(0) || read.current.at(p).known()))
      same = compare("current" + of, i.in(ampere), read.current.at(p).in(ampere),
                     allowed(tolerance.current, i, ampere), QuantityKind::current);
    if (same && u > volt(0))
      same = compare_angle("voltage angle" + of, set.voltage_angle.at(p), read.voltage_angle.at(p),
                           tolerance.angle);
    if (same && u > volt(0) && i > ampere(0))
      same = compare_angle("displacement" + of, set.displacement.at(p), read.displacement.at(p),
                           tolerance.angle);
  }
  return same;
}

Result<void> check_silent(const OperatingPoint& read, const OutputTolerance& tolerance) {
  for (std::size_t p = 0; p < phase_count; ++p) {
    const auto loud = [p](std::string_view name, double number, QuantityKind kind) {
      return fail(ErrorCode::aborted,
                  fmt::format("after switching off, the instrument reads {} of {}: {}; expected 0",
                              name, phase_names.at(p), exact_text(number, kind)));
    };
    const Voltage u = read.voltage.at(p);
    const Current i = read.current.at(p);
    if (u.known() && u.in(volt) > allowed(tolerance.voltage, volt(0), volt))
      return loud("voltage", u.in(volt), QuantityKind::voltage);
    if (i.known() && i.in(ampere) > allowed(tolerance.current, ampere(0), ampere))
      return loud("current", i.in(ampere), QuantityKind::current);
  }
  return {};
}

}  // namespace meterrig::scpi
