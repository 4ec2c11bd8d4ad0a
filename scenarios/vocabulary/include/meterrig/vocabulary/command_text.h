// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "meterrig/vocabulary/result.h"

namespace meterrig {

/// A part of a command or of an expected reply.
struct CommandPiece {
  enum class Sort : std::uint8_t {
    literal,   ///< `text` as it stands
    value,     ///< the value of parameter `text`
    range,     ///< the least of the parameter's ranges that holds its value
    anything,  ///< in replies: whatever comes up to the next piece
  };
  Sort sort = Sort::literal;
  std::string text;   ///< literal text, or the parameter's name without its place
  std::string place;  ///< "L1", "L2", "L3", or empty
  /// Such as "voltage.L1": what values are filed under.
  [[nodiscard]] std::string key() const { return place.empty() ? text : text + "." + place; }
  friend bool operator==(const CommandPiece&, const CommandPiece&) = default;
};

/// A command to an instrument, or the form of its reply, with places for values:
/// `SOUR:VOLT1 {voltage.L1}`, `SOUR:VOLT1:RANG {voltage.L1:range}`, `{voltage.L1},{*}`.
class CommandText {
 public:
  CommandText() = default;
  /// Errors: invalid_argument for text that is empty, not printable ASCII, with braces that do not
  /// pair or hold no parameter, or with two placeholders side by side, naming what was found and
  /// what was expected.
  [[nodiscard]] static Result<CommandText> parse(std::string_view text);
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::span<const CommandPiece> pieces() const { return pieces_; }
  friend bool operator==(const CommandText&, const CommandText&) = default;

 private:
  std::string text_;
  std::vector<CommandPiece> pieces_;
};

}  // namespace meterrig
