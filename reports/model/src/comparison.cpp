// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/report/comparison.h"

#include <fmt/format.h>

#include <cmath>

#include "meterrig/report/words.h"
#include "meterrig/verdict/rounding.h"

namespace meterrig::report {
namespace {

int decimals_of(const std::string& number) {
  const std::size_t dot = number.find('.');
  return dot == std::string::npos ? 0 : static_cast<int>(number.size() - dot - 1);
}

/// Angles, frequencies and power factors have no sensible percentage.
bool has_percentage(const v1::Comparison& comparison) {
  const std::string& unit = comparison.unit();
  return !unit.empty() && unit != "deg" && unit != "Hz" && comparison.reference() != 0;
}

}  // namespace

ComparisonFigures comparison_figures(const v1::Comparison& comparison, Signs signs) {
  ComparisonFigures text;
  text.quantity = comparison.quantity();
  text.unit = comparison.unit();
  const double u = comparison.expanded_uncertainty();
  text.uncertainty = verdict::round_for_report(0, u).uncertainty;
  const int decimals = decimals_of(text.uncertainty);
  text.device = fixed(comparison.device(), decimals, signs);
  text.reference = fixed(comparison.reference(), decimals, signs);
  text.difference = fixed(comparison.difference(), decimals, signs);
  if (has_percentage(comparison)) {
    const double percent_of_one = 100 / std::abs(comparison.reference());
    const auto rounded = verdict::round_for_report(0, u * percent_of_one);
    text.uncertainty_percent = rounded.uncertainty;
    text.difference_percent =
        fixed(comparison.difference() * percent_of_one, decimals_of(rounded.uncertainty), signs);
  }
  return text;
}

std::vector<std::pair<std::string, std::string>> played_facts(const v1::PlayedRecording& played) {
  std::vector<std::pair<std::string, std::string>> facts;
  std::string files;
  for (const v1::NamedHash& file : played.files())
    append(files, "; ", fmt::format("{}, SHA-256 {}", file.name(), file.sha256()));
  facts.emplace_back("Recording", files);
  facts.emplace_back("Format", played.format());
  facts.emplace_back("Scans", fmt::format("{} from scan {} on, {} a second", played.count(),
                                          played.first(), plain(played.scan_rate(), 9)));
  facts.emplace_back(
      "Loop",
      fmt::format("{} cycles of {} Hz, {} s, round and round; the last cycle goes over into "
                  "the one before the first",
                  played.loop_cycles(), plain(played.frequency(), 4), plain(played.loop_s(), 6)));
  facts.emplace_back("Scale", fmt::format("voltages x {:.6g}, currents x {:.6g}",
                                          played.voltage_factor(), played.current_factor()));
  for (const v1::PlayedTerminal& terminal : played.terminals()) {
    const bool voltage = terminal.terminal().starts_with("voltage");
    facts.emplace_back("Terminal " + terminal.terminal(),
                       fmt::format("{}; {:.4g} {} r.m.s.", terminal.source(), terminal.rms(),
                                   voltage ? "V" : "A"));
  }
  for (const std::string& note : played.notes()) facts.emplace_back("Note", note);
  return facts;
}

}  // namespace meterrig::report
