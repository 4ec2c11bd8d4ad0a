// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/scpi_simulator/scpi_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>

namespace meterrig::scpi::simulator {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
char capital(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// Up to the separator, which is taken as well.
std::string_view take_part(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

bool same_any_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return capital(x) == capital(y); });
}

Result<ScpiCommand> parse_one(std::string_view text) {
  const auto refuse = [text](std::string_view what) {
    return fail(ErrorCode::invalid_argument, fmt::format("'{}': {}", text, what));
  };
  ScpiCommand command;
  const std::size_t blank = std::min(text.find_first_of(" \t"), text.size());
  std::string_view header = text.substr(0, blank);
  std::string_view parameters = trimmed(text.substr(blank));
  if (header.ends_with('?')) {
    command.query = true;
    header.remove_suffix(1);
  }
  if (header.starts_with(':')) header.remove_prefix(1);
  if (header.empty()) return refuse("no header");
  while (!header.empty()) {
    const std::string_view mnemonic = take_part(header, ':');
    std::string_view letters = mnemonic;
    if (letters.starts_with('*')) letters.remove_prefix(1);
    const bool right =
        !letters.empty() && is_letter(letters.front()) &&
        std::ranges::all_of(letters, [](char c) { return is_letter(c) || is_digit(c); });
    if (!right) return refuse("no mnemonic of letters and digits");
    command.mnemonics.emplace_back(mnemonic);
  }
  while (!parameters.empty()) command.parameters.emplace_back(trimmed(take_part(parameters, ',')));
  return command;
}

/// The number behind a mnemonic that fits one of the pattern; 0 when the pattern has none.
std::optional<int> match_mnemonic(std::string_view sent, std::string_view pattern) {
  const bool numbered = pattern.ends_with('#');
  if (numbered) pattern.remove_suffix(1);
  int number = numbered ? 1 : 0;
  if (numbered && !sent.empty() && is_digit(sent.back())) {
    number = sent.back() - '0';
    sent.remove_suffix(1);
  }
  const auto short_end = std::ranges::find_if(pattern, [](char c) { return c >= 'a' && c <= 'z'; });
  const std::string_view short_form =
      pattern.substr(0, static_cast<std::size_t>(short_end - pattern.begin()));
  if (same_any_case(sent, pattern) || same_any_case(sent, short_form)) return number;
  return std::nullopt;
}

}  // namespace

std::vector<Result<ScpiCommand>> parse_scpi(std::string_view line) {
  std::vector<Result<ScpiCommand>> commands;
  while (!line.empty()) {
    const std::string_view text = trimmed(take_part(line, ';'));
    if (!text.empty()) commands.push_back(parse_one(text));
  }
  return commands;
}

std::optional<int> matches(const ScpiCommand& command, std::string_view pattern) {
  int number = 0;
  for (const std::string& mnemonic : command.mnemonics) {
    if (pattern.empty()) return std::nullopt;
    const auto found = match_mnemonic(mnemonic, take_part(pattern, ':'));
    if (!found) return std::nullopt;
    if (*found != 0) number = *found;
  }
  return pattern.empty() ? std::optional(number) : std::nullopt;
}

std::optional<double> scpi_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size() || !std::isfinite(number))
    return std::nullopt;
  return number;
}

std::optional<bool> scpi_boolean(std::string_view text) {
  if (text == "1" || same_any_case(text, "ON")) return true;
  if (text == "0" || same_any_case(text, "OFF")) return false;
  return std::nullopt;
}

}  // namespace meterrig::scpi::simulator
