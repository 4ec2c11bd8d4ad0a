// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "meterrig/report/point.h"
#include "meterrig/v1/run.pb.h"

namespace meterrig::report {

/// "pass", "conditional pass", ... as in the design's table of outcomes.
[[nodiscard]] std::string_view word(v1::Outcome outcome);
/// "P", "CP", "CF", "F", "NV", "NR", "M": for places too narrow for the word.
[[nodiscard]] std::string_view letters(v1::Outcome outcome);
/// One word for attributes: "pass", "conditionalPass", "conditionalFail", "fail", "notValid", ...
[[nodiscard]] std::string_view token(v1::Outcome outcome);

[[nodiscard]] std::string_view word(v1::Confidence confidence);
[[nodiscard]] std::string_view word(v1::Method method);
[[nodiscard]] std::string_view word(v1::Direction direction);
[[nodiscard]] std::string_view word(v1::Load load);
[[nodiscard]] std::string_view word(v1::Connection connection);
[[nodiscard]] std::string_view word(v1::Parity parity);

/// The rule in a sentence with its formula and its risk (ILAC-G8:09/2019, 4.2), in ASCII but for
/// the signs of print.
[[nodiscard]] std::string statement(const v1::DecisionRule& rule);
/// Its name alone: "simple acceptance".
[[nodiscard]] std::string rule_name(const v1::DecisionRule& rule);

/// "IEC 62053-22:2020".
[[nodiscard]] std::string dated(std::string_view designation, std::string_view edition);

/// "0.5 ind" for "0.5i", "0.8 cap" for "0.8c"; other labels as they are.
[[nodiscard]] std::string power_factor_text(std::string_view label);

/// Adds `item` to `list`, with `separator` before it unless the list is empty.
void append(std::string& list, std::string_view separator, std::string_view item);

/// "Balanced load, import, 0.05 In", from what the plan says; the id when it says nothing.
[[nodiscard]] std::string short_description(const Point& point);
/// The same with the power factor: "Balanced load, import, 0.05 In, PF 0.5 ind".
[[nodiscard]] std::string description(const Point& point);

}  // namespace meterrig::report
