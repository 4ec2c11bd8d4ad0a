// SPDX-License-Identifier: GPL-3.0-or-later
// Budget, raw readings and pulses of each point, and the results that a later attempt replaced.
#include <fmt/format.h>

#include <cmath>

#include "meterrig/report/figures.h"
#include "meterrig/report/margin.h"
#include "meterrig/report/words.h"
#include "meterrig/verdict/decision.h"
#include "meterrig/verdict/limit_range.h"
#include "page.h"

namespace meterrig::report {
namespace {

constexpr int most_pulses = 500;
constexpr int most_readings = 500;

std::string seconds(std::int64_t nanoseconds) {
  return fixed(static_cast<double>(nanoseconds) * 1e-9, 9);
}

void add_risk(std::vector<Part>& facts, const Point& point) {
  const v1::PointResult& result = *point.result;
  if (point.unit() != "%" || !point.has_limit() || !result.has_coverage_factor()) return;
  const double u = point.expanded_uncertainty() / result.coverage_factor();
  const verdict::LimitRange range = verdict::range_of(point.limit());
  const double outside =
      verdict::probability_of_false_acceptance(point.value() - range.middle, u, range.half_width);
  if (!(u > 0) || std::isnan(outside)) return;
  const std::string percent = outside < 5e-5 ? "below 0.01" : fixed(100 * outside, 2);
  facts.push_back(fact("Probability that the true error is outside the limit",
                       fmt::format("{} %", percent), "normal distribution, no prior knowledge"));
}

std::vector<Part> measurement_facts(const Point& point) {
  const v1::PointResult& result = *point.result;
  std::vector<Part> facts;
  const auto add = [&facts](std::string_view name, bool known, double number,
                            std::string_view unit) {
    if (known) facts.push_back(fact(name, fmt::format("{} {}", raw(number), unit)));
  };
  if (!word(result.method()).empty()) facts.push_back(fact("Method", word(result.method())));
  facts.push_back(fact("Attempt", std::to_string(result.attempt())));
  if (result.has_answer()) {
    facts.push_back(fact(
        "Answered", fmt::format("{}, by {}", result.answer().time(), result.answer().operator_()),
        result.answer().remark()));
  } else {
    facts.push_back(
        fact("Measured",
             fmt::format("{} s to {} s of bench time ({} s)", seconds(result.begin_ns()),
                         seconds(result.end_ns()), seconds(result.end_ns() - result.begin_ns()))));
  }
  add("Value, unrounded", result.has_value(), result.value(),
      point.unit() == "1" ? "" : point.unit());
  add("U, unrounded", result.has_expanded_uncertainty(), result.expanded_uncertainty(),
      point.unit() == "1" ? "" : point.unit());
  add("Error under the influence", result.has_influenced_error(), result.influenced_error(), "%");
  add("Error before, at reference conditions", result.has_reference_error(),
      result.reference_error(), "%");
  if (result.has_coverage_factor()) {
    const std::string degrees =
        result.has_degrees_of_freedom() ? plain(result.degrees_of_freedom(), 1) : "\u221E";
    facts.push_back(fact("Coverage", fmt::format("k = {}, effective degrees of freedom {}",
                                                 fixed(result.coverage_factor(), 2), degrees)));
  }
  if (result.has_sequential()) {
    const v1::SequentialStop& stop = result.sequential();
    const v1::Sequential& planned = point.plan->sequential();
    facts.push_back(fact(
        "Sequential test",
        fmt::format("{} after {} of at most {} measurements", stop.outcome(), stop.measurements(),
                    planned.last_look()),
        fmt::format("mean \u00B1 {} u against the limit, u = {:.3g} %, risk {} %",
                    fixed(stop.factor(), 2), stop.standard_uncertainty(), plain(planned.risk()))));
  }
  if (result.has_simulated_uncertainty()) {
    const v1::SimulatedUncertainty& simulated = result.simulated_uncertainty();
    facts.push_back(fact(
        simulated.agrees() ? "By simulation of the budget"
                           : "By simulation of the budget, other than value \u00B1 U",
        fmt::format("{} to {}", fixed(simulated.low(), 6),
                    with_unit(fixed(simulated.high(), 6), point)),
        fmt::format("95.45 %, u = {:.3g}, {} trials, tolerance {:.3g} (JCGM 101); U decides",
                    simulated.standard_uncertainty(), simulated.trials(), simulated.tolerance())));
  }
  const double acceptance = acceptance_limit(point);
  if (!std::isnan(acceptance)) {
    const double middle = verdict::range_of(point.limit()).middle;
    const std::string text =
        point.limit().has_least()
            ? fmt::format("{} to {}", plain(middle - acceptance), plain(middle + acceptance))
            : plain(acceptance);
    facts.push_back(fact(point.limit().has_least() ? "Accepted" : "Accepted up to",
                         with_unit(text, point), rule_name(point.decision_rule())));
  }
  add_risk(facts, point);
  add("Reference energy", result.has_reference_energy_wh(), result.reference_energy_wh(), "Wh");
  add("Device energy", result.has_device_energy_wh(), result.device_energy_wh(), "Wh");
  add("Reference energy", result.has_reference_energy_varh(), result.reference_energy_varh(),
      "varh");
  add("Device energy", result.has_device_energy_varh(), result.device_energy_varh(), "varh");
  add("Reference power", result.has_reference_power_w(), result.reference_power_w(), "W");
  add("Second algorithm", result.has_second_power_w(), result.second_power_w(), "W");
  if (result.has_reference_power_w() && result.has_second_power_w()) {
    const double apart = result.second_power_w() - result.reference_power_w();
    facts.push_back(fact("Algorithms differ by", fmt::format("{:.3g} W", apart),
                         result.has_agreement_bound_w()
                             ? fmt::format("bound {} W", raw(result.agreement_bound_w()))
                             : ""));
  }
  add("Closed form of the recipe", result.has_true_power_w(), result.true_power_w(), "W");
  std::string partial;
  for (const double error : result.partial_errors()) append(partial, ", ", fixed(error, 4));
  if (!partial.empty())
    facts.push_back(fact(result.has_sequential() ? "Errors of the measurements / %"
                                                 : "Errors of the sub-intervals / %",
                         partial));
  for (const v1::CompositePart& part : result.parts())
    facts.push_back(
        fact(fmt::format("Part of the {}", part.name()),
             fmt::format("{} %, U = {} %", raw(part.value()), raw(part.expanded_uncertainty())),
             part.point()));
  std::string compared;
  for (const std::string& id : point.plan->of_points()) append(compared, "; ", id);
  if (!compared.empty()) facts.push_back(fact("Points compared", compared));
  return facts;
}

std::vector<Part> budget(const v1::PointResult& result) {
  double variance = 0;
  for (const v1::Contribution& part : result.budget())
    variance += part.standard_uncertainty() * part.standard_uncertainty();
  std::vector<Part> parts;
  for (const v1::Contribution& part : result.budget()) {
    const double share = 100 * part.standard_uncertainty() * part.standard_uncertainty() / variance;
    parts.push_back(
        Part()
            .text("contribution", part.name())
            .text("type", part.type())
            .text("distribution", part.distribution())
            .text("standard_uncertainty", fmt::format("{:.3g}", part.standard_uncertainty()))
            .text("degrees",
                  part.has_degrees_of_freedom() ? plain(part.degrees_of_freedom(), 1) : "\u221E")
            .text("share", std::isfinite(share) ? fixed(share, 1) : ""));
  }
  return parts;
}

std::vector<Part> pulses(const v1::PointResult& result) {
  std::vector<std::pair<std::string, std::string>> outputs;
  for (int i = 0; i < std::min(result.pulses_size(), most_pulses); ++i) {
    const v1::PulseRecord& pulse = result.pulses(i);
    if (outputs.empty() || outputs.back().first != pulse.output())
      outputs.emplace_back(pulse.output(), "");
    append(outputs.back().second, "  ", seconds(pulse.time_ns()));
  }
  std::vector<Part> parts;
  parts.reserve(outputs.size());
  for (const auto& [output, times] : outputs)
    parts.push_back(Part().text("output", output).text("times", times));
  return parts;
}

std::vector<Part> readings(const v1::PointResult& result) {
  std::vector<Part> parts;
  for (int i = 0; i < std::min(result.readings_size(), most_readings); ++i) {
    const v1::ReadingRecord& reading = result.readings(i);
    parts.push_back(Part()
                        .text("quantity", reading.quantity())
                        .text("reading", raw(reading.value()))
                        .text("reading_unit", reading.unit())
                        .text("resolution", fmt::format("{:.3g}", reading.resolution()))
                        .text("reading_time", seconds(reading.time_ns()))
                        .text("time_base", reading.time_base()));
  }
  return parts;
}

Part record_of(const Point& point, const Page& page) {
  const v1::PointResult& result = *point.result;
  const int left_out = std::max(0, result.pulses_size() - most_pulses) +
                       std::max(0, result.readings_size() - most_readings);
  const Figures text = figures(point);
  return Part()
      .text("number", page.number(point))
      .text("anchor", page.anchor(point))
      .text("record_anchor", fmt::format("r{}", page.number(point)))
      .text("id", point.id)
      .text("description", description(point))
      .text("value", with_unit(text.value, point))
      .text("verdict", word(point.outcome()))
      .text("verdict_class", verdict_class(point.outcome()))
      .text("record_reason", point.reason())
      .list("facts", measurement_facts(point))
      .listed("budget", budget(result))
      .text("budget_unit", point.unit())
      .listed("ranges", condition_ranges(result))
      .listed("pulses", pulses(result))
      .text("pulse_count", std::to_string(result.pulses_size()))
      .listed("readings", readings(result))
      .text("left_out", left_out == 0 ? "" : std::to_string(left_out));
}

}  // namespace

void add_records(Part& root, const Page& page) {
  std::vector<Part> records;
  for (const Point& point : page.points) {
    if (has_record(point)) records.push_back(record_of(point, page));
  }
  root.listed("records", records);
  std::vector<Part> superseded;
  for (const v1::PointResult& result : page.run.superseded()) {
    const Point old{
        .id = result.point(), .plan = &v1::PlannedPoint::default_instance(), .result = &result};
    const Figures text = figures(old);
    superseded.push_back(Part()
                             .text("number", page.number(old))
                             .text("id", result.point())
                             .text("attempt", std::to_string(result.attempt()))
                             .text("value", with_unit(text.value, old))
                             .text("uncertainty", with_unit(text.uncertainty, old))
                             .text("verdict", word(old.outcome()))
                             .text("verdict_class", verdict_class(old.outcome()))
                             .text("reason", result.reason()));
  }
  root.listed("superseded", superseded);
}

}  // namespace meterrig::report
