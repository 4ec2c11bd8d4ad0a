// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/vocabulary/command_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace meterrig {
namespace {

bool is_name(std::string_view text) {
  return !text.empty() && text.front() >= 'a' && text.front() <= 'z' &&
         std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

bool is_place(std::string_view text) { return text == "L1" || text == "L2" || text == "L3"; }

std::optional<CommandPiece> placeholder(std::string_view inside) {
  CommandPiece piece{.sort = CommandPiece::Sort::value, .text = {}, .place = {}};
  if (inside == "*") {
    piece.sort = CommandPiece::Sort::anything;
    return piece;
  }
  constexpr std::string_view range = ":range";
  if (inside.ends_with(range)) {
    piece.sort = CommandPiece::Sort::range;
    inside.remove_suffix(range.size());
  }
  const std::size_t dot = inside.find('.');
  piece.text = inside.substr(0, dot);
  if (dot != std::string_view::npos) {
    piece.place = inside.substr(dot + 1);
    if (!is_place(piece.place)) return std::nullopt;
  }
  if (!is_name(piece.text)) return std::nullopt;
  return piece;
}

}  // namespace

Result<CommandText> CommandText::parse(std::string_view text) {
  const auto refuse = [](std::string found, std::string_view expected) {
    return fail(ErrorCode::invalid_argument, fmt::format("{}; expected {}", found, expected));
  };
  if (text.empty()) return refuse("an empty text", "a command or the form of a reply");
  if (!std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; }))
    return refuse("a character that does not print", "printable ASCII characters");
  CommandText command;
  command.text_ = text;
  std::string_view rest = text;
  while (!rest.empty()) {
    if (rest.front() != '{') {
      const std::size_t end = std::min(rest.find_first_of("{}"), rest.size());
      if (end == 0) return refuse("'}' without '{'", "braces in pairs");
      command.pieces_.push_back({.sort = CommandPiece::Sort::literal,
                                 .text = std::string(rest.substr(0, end)),
                                 .place = {}});
      rest.remove_prefix(end);
      continue;
    }
    const std::size_t close = rest.find('}');
    if (close == std::string_view::npos) return refuse("'{' without '}'", "braces in pairs");
    const std::string_view inside = rest.substr(1, close - 1);
    auto piece = placeholder(inside);
    if (!piece)
      return refuse(fmt::format("'{{{}}}'", inside),
                    "a placeholder such as {voltage.L1}, {voltage.L1:range}, {frequency} or {*}");
    // A reply could not be told apart into two values without anything between them.
    if (!command.pieces_.empty() && command.pieces_.back().sort != CommandPiece::Sort::literal)
      return refuse(fmt::format("'{{{}}}' directly after another placeholder", inside),
                    "text between two placeholders");
    command.pieces_.push_back(std::move(*piece));
    rest.remove_prefix(close + 1);
  }
  return command;
}

}  // namespace meterrig
