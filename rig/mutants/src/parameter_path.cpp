// SPDX-License-Identifier: GPL-3.0-or-later
#include "parameter_path.h"

#include <fmt/format.h>

namespace meterrig::mutants {

Result<std::vector<PathStep>> parse_path(std::string_view text) {
  const auto wrong = [text](std::string_view what) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("'{}' {}; expected fields with points between, such as "
                            "front_end.current[*].gain",
                            text, what));
  };
  std::vector<PathStep> steps;
  std::string_view rest = text;
  while (true) {
    // An entry may hold points: active_energy_import.total.
    const std::size_t stop = rest.find_first_of(".[");
    PathStep step{.field = std::string(rest.substr(0, stop)), .entry = {}};
    if (step.field.empty()) return wrong("has a field without a name");
    rest.remove_prefix(step.field.size());
    if (rest.starts_with('[')) {
      const std::size_t close = rest.find(']');
      if (close == std::string_view::npos || close == 1) return wrong("has an unclosed bracket");
      step.entry = rest.substr(1, close - 1);
      rest.remove_prefix(close + 1);
    }
    steps.push_back(std::move(step));
    if (rest.empty()) return steps;
    if (!rest.starts_with('.')) return wrong("goes on after a bracket");
    rest.remove_prefix(1);
  }
}

}  // namespace meterrig::mutants
