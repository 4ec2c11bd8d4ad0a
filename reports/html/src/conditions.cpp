// SPDX-License-Identifier: GPL-3.0-or-later
// The conditions reached, against those at which the standard wants errors measured.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "meterrig/report/figures.h"
#include "meterrig/report/words.h"
#include "page.h"

namespace meterrig::report {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// The largest deviation of one condition over all points, and where.
struct Worst {
  double deviation = unknown;
  const Point* point = nullptr;
  void take(double value, const Point& at) {
    if (std::isnan(value) || value <= deviation) return;
    deviation = value;
    point = &at;
  }
};

struct Reached {
  Worst voltage, voltage_symmetry, current_symmetry, frequency, displacement_spread, distortion;
};

double percent_off(double measured, double wanted) {
  return wanted > 0 ? 100 * std::abs(measured / wanted - 1) : unknown;
}

/// Greatest deviation of a value from their mean, in % of it; unknown for fewer than two.
double asymmetry(const std::vector<double>& values) {
  if (values.size() < 2) return unknown;
  double mean = 0;
  for (const double value : values) mean += value / static_cast<double>(values.size());
  double worst = unknown;
  for (const double value : values) {
    const double off = percent_off(value, mean);
    if (!(off <= worst)) worst = off;
  }
  return worst;
}

/// An angle in (-180, 180] deg.
double turned(double degrees) {
  const double rest = std::remainder(degrees, 360);
  return rest == -180 ? 180 : rest;
}

void take_point(Reached& reached, const Point& point) {
  const v1::Conditions& conditions = point.result->conditions();
  const v1::AppliedPoint& measured = conditions.measured();
  const v1::AppliedPoint& wanted = point.plan->applied();
  reached.frequency.take(percent_off(measured.frequency(), wanted.frequency()), point);
  std::vector<double> voltages;
  std::vector<double> currents;
  std::vector<double> displacements;
  const int elements = std::min(measured.elements_size(), wanted.elements_size());
  for (int i = 0; i < elements; ++i) {
    const v1::ElementPoint& got = measured.elements(i);
    const v1::ElementPoint& set = wanted.elements(i);
    if (set.voltage() > 0) {
      reached.voltage.take(percent_off(got.voltage(), set.voltage()), point);
      voltages.push_back(got.voltage());
    }
    if (set.current() > 0) {
      currents.push_back(got.current());
      displacements.push_back(got.displacement());
    }
  }
  reached.voltage_symmetry.take(asymmetry(voltages), point);
  reached.current_symmetry.take(asymmetry(currents), point);
  for (std::size_t i = 0; i < displacements.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      reached.displacement_spread.take(std::abs(turned(displacements[i] - displacements[j])),
                                       point);
    }
  }
  for (const double percent : conditions.voltage_distortion())
    reached.distortion.take(percent, point);
  for (const double percent : conditions.current_distortion())
    reached.distortion.take(percent, point);
}

Part condition(std::string_view name, const Worst& worst, double tolerance, std::string_view unit,
               const Page& page) {
  const bool measured = worst.point != nullptr;
  const bool stated = !std::isnan(tolerance);
  Part part;
  part.text("condition", name)
      .text("tolerance", stated ? fmt::format("{} {}", plain(tolerance), unit) : "not stated")
      .text("deviation",
            measured ? fmt::format("{} {}", fixed(worst.deviation, 3), unit) : "not measured")
      .text("condition_point", measured ? page.number(*worst.point) : "")
      .text("condition_anchor", measured ? page.anchor(*worst.point) : "")
      .text("kept", !measured || !stated           ? ""
                    : worst.deviation <= tolerance ? "kept"
                                                   : "exceeded")
      .flag("exceeded", measured && stated && worst.deviation > tolerance);
  return part;
}

std::string element_text(const v1::AppliedPoint& measured, int element,
                         double (v1::ElementPoint::*get)() const, int decimals) {
  if (element >= measured.elements_size()) return "";
  return fixed((measured.elements(element).*get)(), decimals);
}

/// Five significant digits, so that 5 mA and 6 A are both told.
std::string current_text(const v1::AppliedPoint& measured, int element) {
  if (element >= measured.elements_size()) return "";
  const double current = measured.elements(element).current();
  if (!(current > 0)) return plain(current);
  return fixed(current, std::clamp(4 - static_cast<int>(std::floor(std::log10(current))), 0, 7));
}

std::string greatest_text(const google::protobuf::RepeatedField<double>& percents) {
  double greatest = unknown;
  for (const double percent : percents) {
    if (!std::isnan(percent) && !(percent <= greatest)) greatest = percent;
  }
  return std::isnan(greatest) ? "\u2013" : fixed(greatest, 2);
}

Part measured_row(const Point& point, const Page& page) {
  const v1::AppliedPoint& measured = point.result->conditions().measured();
  std::vector<Part> voltages;
  std::vector<Part> currents;
  std::vector<Part> angles;
  for (int i = 0; i < 3; ++i) {
    voltages.push_back(
        Part().text("number_text", element_text(measured, i, &v1::ElementPoint::voltage, 3)));
    currents.push_back(Part().text("number_text", current_text(measured, i)));
    // Without current an angle between it and the voltage has no meaning.
    const bool flows = i < measured.elements_size() && measured.elements(i).current() > 0 &&
                       (i >= point.plan->applied().elements_size() ||
                        point.plan->applied().elements(i).current() > 0);
    angles.push_back(Part().text(
        "number_text", flows ? fixed(turned(measured.elements(i).displacement()), 3) : "\u2013"));
  }
  return Part()
      .text("number", page.number(point))
      .text("anchor", page.anchor(point))
      .text("id", point.id)
      .text("frequency", fixed(measured.frequency(), 4))
      .list("voltages", voltages)
      .list("currents", currents)
      .list("angles", angles)
      .text("voltage_thd", greatest_text(point.result->conditions().voltage_distortion()))
      .text("current_thd", greatest_text(point.result->conditions().current_distortion()));
}

}  // namespace

void add_conditions(Part& root, const Page& page) {
  Reached reached;
  std::vector<Part> rows;
  for (const Point& point : page.points) {
    if (point.result == nullptr || !point.result->has_conditions()) continue;
    take_point(reached, point);
    rows.push_back(measured_row(point, page));
  }
  root.listed("measured", rows);

  // Of several standards the narrowest tolerance counts.
  std::string source;
  const auto narrow = [](double a, double b) { return std::isnan(a) || b < a ? b : a; };
  double tolerance[6] = {unknown, unknown, unknown, unknown, unknown, unknown};
  for (const v1::Standard& standard : page.run.header().standards()) {
    if (!standard.has_reference_conditions()) continue;
    const v1::ReferenceConditions& c = standard.reference_conditions();
    const double own[6] = {c.voltage(),   c.voltage_symmetry(),    c.current_symmetry(),
                           c.frequency(), c.displacement_spread(), c.distortion()};
    for (std::size_t i = 0; i < 6; ++i) tolerance[i] = narrow(tolerance[i], own[i]);
    append(source, "; ",
           fmt::format("{}, {} ({})", dated(standard.designation(), standard.edition()),
                       c.source().clause(), word(c.source().confidence())));
  }
  root.text("conditions_source", source);
  root.list("conditions",
            {condition("Voltage, from the point's", reached.voltage, tolerance[0], "%", page),
             condition("Voltage, each phase from the mean", reached.voltage_symmetry, tolerance[1],
                       "%", page),
             condition("Current, each phase from the mean (balanced load)",
                       reached.current_symmetry, tolerance[2], "%", page),
             condition("Frequency, from the point's", reached.frequency, tolerance[3], "%", page),
             condition("Phase displacement, spread between phases", reached.displacement_spread,
                       tolerance[4], "\u00B0", page),
             condition("Distortion (THD) of voltages and currents", reached.distortion,
                       tolerance[5], "%", page)});
  const v1::Environment& environment = page.run.header().bench().environment();
  const bool has_environment = page.run.header().bench().has_environment();
  root.text(
      "environment",
      has_environment
          ? fmt::format("temperature {} \u00B0C, relative humidity {} %, as the bench declares",
                        plain(environment.temperature()), plain(environment.relative_humidity()))
      : page.run.header().simulated() ? "not applicable: nothing physical was tested"
                                      : "not stated by the bench");
}

}  // namespace meterrig::report
