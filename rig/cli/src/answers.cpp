// SPDX-License-Identifier: GPL-3.0-or-later
#include "answers.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "messages.h"
#include "meterrig/campaign/answers.h"
#include "meterrig/loader/answers.h"
#include "surroundings.h"

namespace meterrig::cli {
namespace {

// A line of the person, nothing at the end of the input.
std::optional<std::string> line(std::istream& in, std::ostream& out, std::string_view question) {
  out << question << ": " << std::flush;
  std::string text;
  if (!std::getline(in, text)) return std::nullopt;
  const std::size_t begin = std::min(text.find_first_not_of(" \t\r"), text.size());
  const std::size_t end = text.find_last_not_of(" \t\r");
  return begin == text.size() ? "" : text.substr(begin, end + 1 - begin);
}

std::string limit_text(const v1::PlannedPoint& point, const std::string& unit) {
  const v1::LimitUsed& limit = point.limit();
  return limit.has_least() ? fmt::format("{} to {} {}", limit.least(), limit.magnitude(), unit)
                           : fmt::format("+-{} {}", limit.magnitude(), unit);
}

// Fills in what was found at the point. False at the end of the input; a point that is skipped has
// neither value nor outcome.
bool ask_finding(v1::ManualAnswer& answer, const std::string& unit, std::istream& in,
                 std::ostream& out) {
  const auto found = line(in, out, fmt::format("  value in {}, pass or fail (Enter skips)", unit));
  if (!found) return false;
  if (found->empty()) return true;
  if (*found == "pass" || *found == "fail") {
    answer.set_outcome(*found == "pass" ? v1::MANUAL_OUTCOME_PASS : v1::MANUAL_OUTCOME_FAIL);
  } else {
    const bool with_unit = found->ends_with(unit);
    answer.set_value(with_unit ? *found : fmt::format("{} {}", *found, unit));
    const auto uncertainty = line(in, out, fmt::format("  its uncertainty in {}, k = 2", unit));
    if (!uncertainty) return false;
    answer.set_uncertainty(uncertainty->ends_with(unit) ? *uncertainty
                                                        : fmt::format("{} {}", *uncertainty, unit));
  }
  const auto remark = line(in, out, "  remark (Enter for none)");
  if (!remark) return false;
  answer.set_remark(*remark);
  return true;
}

}  // namespace

std::optional<std::vector<v1::PointResult>> read_answers(const std::string& file,
                                                         const v1::RunHeader& header) {
  const auto loaded = loader::load_answers(file);
  if (!loaded) return complain(loaded.error()), std::nullopt;
  std::vector<v1::PointResult> results;
  std::vector<loader::Finding> findings;
  results.reserve(static_cast<std::size_t>(loaded->message.answers_size()));
  for (int i = 0; i < loaded->message.answers_size(); ++i) {
    auto result = campaign::answered(loaded->message.answers(i), header);
    if (result) {
      results.push_back(std::move(*result));
      continue;
    }
    findings.push_back(
        loaded->locations.finding(fmt::format("answers[{}].{}", i, result.error().field),
                                  result.error().found, result.error().expected));
  }
  if (!findings.empty()) return complain(findings), std::nullopt;
  return results;
}

std::vector<v1::PointResult> ask(const v1::RunHeader& header,
                                 std::span<const v1::PlannedPoint> points, std::istream& in,
                                 std::ostream& out, const std::function<std::string()>& now,
                                 const std::atomic<bool>& stop) {
  std::vector<v1::PointResult> results;
  if (points.empty()) return results;
  out << fmt::format("{} points are left to a person.\n", points.size());
  const auto person = line(in, out, "Your name (Enter answers none, Ctrl-D ends)");
  if (!person || person->empty()) return results;
  for (const v1::PlannedPoint& point : points) {
    const std::string unit = campaign::answer_unit(point);
    out << fmt::format("{}: {} ({})\n  {}\n", point.id(), point.influence_title(),
                       limit_text(point, unit), point.not_run_reason());
    while (true) {
      v1::ManualAnswer answer;
      answer.set_point(point.id());
      answer.set_operator_(*person);
      if (!ask_finding(answer, unit, in, out) || stop.load()) return results;
      if (answer.value().empty() && answer.outcome() == v1::MANUAL_OUTCOME_UNSPECIFIED) break;
      answer.set_time(now());
      auto result = campaign::answered(answer, header);
      if (result) {
        results.push_back(std::move(*result));
        break;
      }
      out << fmt::format("  {}: found {}; expected {}\n", result.error().field,
                         result.error().found, result.error().expected);
    }
  }
  return results;
}

std::vector<v1::PointResult> ask_at_terminal(const v1::Run& run, const std::atomic<bool>& stop) {
  if (stop.load() || isatty(STDIN_FILENO) != 1 || isatty(STDERR_FILENO) != 1) return {};
  return ask(run.header(), campaign::waiting_points(run), std::cin, std::cerr, &utc_now, stop);
}

}  // namespace meterrig::cli
