// SPDX-License-Identifier: GPL-3.0-or-later
#include "mutants_words.h"

#include <fmt/format.h>

#include <algorithm>

namespace meterrig::report {
namespace {

std::string with_unit(double number, const std::string& unit) {
  return unit == "1" ? fmt::format("{:.4g}", number) : fmt::format("{:.4g} {}", number, unit);
}

}  // namespace

std::string_view word(v1::MutantVerdict verdict) {
  switch (verdict) {
    case v1::MUTANT_VERDICT_CAUGHT:
      return "caught";
    case v1::MUTANT_VERDICT_MISSED:
      return "MISSED";
    case v1::MUTANT_VERDICT_NOT_SEEN:
      return "not seen, as declared";
    case v1::MUTANT_VERDICT_SEEN_AFTER_ALL:
      return "SEEN, declared as not seen";
    case v1::MUTANT_VERDICT_WITHIN_LIMITS:
      return "within limits";
    case v1::MUTANT_VERDICT_NOT_DEMANDED:
      return "nothing demanded";
    default:
      return "NOT TRIED";
  }
}

std::string size_text(const v1::MutantResult& result) {
  return result.has_size() ? with_unit(result.size(), result.unit()) : "-";
}

std::string smallest_text(const v1::MutantResult& result) {
  if (!result.has_smallest_caught()) return "";
  return with_unit(result.smallest_caught(), result.unit()) +
         (result.has_largest_missed() ? "" : " (mildest)");
}

std::string counts_text(const v1::MutantStudy& study) {
  std::string text;
  for (int verdict = v1::MutantVerdict_MIN; verdict <= v1::MutantVerdict_MAX; ++verdict) {
    const auto count = std::count_if(
        study.mutants().begin(), study.mutants().end(),
        [verdict](const v1::MutantResult& result) { return result.verdict() == verdict; });
    if (count > 0)
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count,
                          word(static_cast<v1::MutantVerdict>(verdict)));
  }
  return text;
}

std::string alarms_text(const v1::MutantStudy& study) {
  const v1::MutantFalseAlarms& alarms = study.without_defect();
  if (alarms.runs() == 0) return "";
  std::string text = fmt::format(
      "without a defect: {} of {} runs failed; false alarms {:.3g} % to {:.3g} % of "
      "runs ({:.0f} %, Clopper and Pearson)",
      alarms.alarms(), alarms.runs(), 100 * alarms.lowest_rate(), 100 * alarms.highest_rate(),
      100 * alarms.confidence());
  for (const std::string& point : alarms.failed_points()) text += "\n  failed: " + point;
  return text;
}

std::string effort_text(const v1::MutantStudy& study) {
  return fmt::format("{} runs in {:.0f} s", study.runs(), study.seconds());
}

}  // namespace meterrig::report
