// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/report/rf_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "figures_of.h"
#include "meterrig/report/words.h"
#include "meterrig/vocabulary/units.h"

namespace meterrig::report {
namespace {

std::string number_text(const std::optional<double>& value, const std::string& unit) {
  return value ? fmt::format("{:.4g} {}", *value, unit) : "-";
}

/// Least and greatest of what was found.
class Range {
 public:
  void take(const std::optional<double>& value) {
    if (!value || !std::isfinite(*value)) return;
    least_ = std::min(least_, *value);
    greatest_ = std::max(greatest_, *value);
  }
  [[nodiscard]] std::string text(const std::string& unit) const {
    if (greatest_ < least_) return "";
    return fmt::format("{:.4g} to {:.4g} {}", least_, greatest_, unit);
  }

 private:
  double least_ = std::numeric_limits<double>::infinity();
  double greatest_ = -std::numeric_limits<double>::infinity();
};

bool is_sure(v1::Confidence confidence) { return confidence == v1::CONFIDENCE_VERIFIED; }

std::string radio_line(std::string_view role, const v1::RfRadioRecord& radio) {
  std::string line = fmt::format("  {:<12} {}", role, radio.device());
  if (!radio.model().empty())
    line += fmt::format(" ({} {} {})", radio.maker(), radio.model(), radio.serial_number());
  return line +
         fmt::format(", calibration {}, due {}\n", radio.calibration(), radio.calibration_due());
}

}  // namespace

std::string rf_plan_text(const v1::RfSweepRecord& record) {
  const v1::RfRequestRecord& request = record.request();
  std::string text = request_text(request) + "\n";
  for (const v1::RfFigure& figure : request.figures())
    text +=
        fmt::format("  {:<12} {}, {}; {}{}\n", figure.figure(), figure.source().clause(),
                    word(figure.source().confidence()), figure.source().provenance(),
                    is_sure(figure.source().confidence()) ? "" : " [not checked in the standard]");
  for (const std::string& departure : request.departures())
    text += fmt::format("  not the standard's: {}\n", departure);
  text += fmt::format("  {:<12} {}: {}, at most {} at the peak{}\n", "set-up", record.bench(),
                      record.set_up().description(),
                      readable(record.set_up().power_limit(), QuantityKind::active_power),
                      record.simulated() ? "; SIMULATED radio" : "");
  text += radio_line("generator", record.generator());
  text += radio_line("monitor", record.monitor());
  text += fmt::format("  {} steps of {:.4g} %, {} each and at least {} in all\n",
                      record.steps_planned(), request.step(),
                      readable(request.dwell(), QuantityKind::duration),
                      readable(request.dwell() * record.steps_planned(), QuantityKind::duration));
  return text;
}

std::string rf_result_text(const v1::RfSweepRecord& record) {
  const v1::RfRequestRecord& request = record.request();
  Range levels;
  Range depths;
  int valid = 0;
  for (const v1::RfStepRecord& step : record.steps()) {
    if (!step.valid()) continue;
    ++valid;
    levels.take(level_of(step));
    depths.take(modulation_of(step));
  }
  std::string text;
  if (record.steps_size() < record.steps_planned())
    text +=
        fmt::format("{} of {} steps were made{}{}\n", record.steps_size(), record.steps_planned(),
                    record.stopped().empty() ? "" : ": ", record.stopped());
  text += fmt::format("{} of {} steps valid", valid, record.steps_size());
  if (valid > 0) {
    text += ", level " + levels.text(level_unit(request));
    if (modulation_of(request.modulation()))
      text += fmt::format(", {} {}", request.modulation().has_pulses() ? "duty" : "depth",
                          depths.text("%"));
  }
  text += fmt::format("; the standard's figures are {}\n", word(request.confidence()));
  if (valid == record.steps_size()) return text;
  text +=
      fmt::format("{:>14}  {:>12}  {:>10}  why it is not valid\n", "frequency", "level", "depth");
  for (const v1::RfStepRecord& step : record.steps())
    if (!step.valid())
      text += fmt::format("{:>14}  {:>12}  {:>10}  {}\n", frequency_text(step.frequency()),
                          number_text(level_of(step), level_unit(request)),
                          number_text(modulation_of(step), "%"), step.reason());
  return text;
}

}  // namespace meterrig::report
