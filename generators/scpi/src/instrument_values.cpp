// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/scpi/instrument_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <optional>

namespace meterrig::scpi {
namespace {

constexpr double turn_degrees = 360;
// SCPI 1999 7.2.1: infinity is 9.9E37, what is not a number 9.91E37.
constexpr double scpi_infinity = 9.9e37;

std::string shown(double number, const InstrumentParameter& parameter) {
  return exact_text(number, parameter.kind);
}

bool is_whole_turn(const InstrumentParameter& parameter) {
  return parameter.kind == QuantityKind::angle &&
         parameter.maximum - parameter.minimum >= turn_degrees - 1;
}

double wrapped(double degrees, const InstrumentParameter& parameter) {
  double within = std::fmod(degrees - parameter.minimum, turn_degrees);
  if (within < 0) within += turn_degrees;
  return parameter.minimum + within;
}

Result<std::string> number_text(const CommandPiece& piece, double number,
                                const InstrumentParameter& parameter) {
  if (!std::isfinite(number))
    return fail(
        ErrorCode::invalid_argument,
        fmt::format("{} is unknown; expected {} to {}", piece.key(),
                    shown(parameter.minimum, parameter), shown(parameter.maximum, parameter)));
  const double asked = number;
  if (is_whole_turn(parameter)) number = wrapped(number, parameter);
  // What the instrument will read, not what was meant, has to be within the limits.
  const auto text_of = [&parameter](double value) {
    return fmt::format("{:.{}f}", value / parameter.unit_factor * parameter.scale,
                       parameter.decimals);
  };
  const auto value_of = [&parameter](const std::string& text) {
    double read = 0;
    std::from_chars(text.data(), text.data() + text.size(), read);
    return read / parameter.scale * parameter.unit_factor;
  };
  std::string text = text_of(number);
  const double slack = 1e-9 * std::max(std::abs(parameter.minimum), std::abs(parameter.maximum));
  if (is_whole_turn(parameter) && value_of(text) > parameter.maximum + slack)
    text = text_of(number - turn_degrees);
  const double sent = value_of(text);
  const bool meant_within =
      is_whole_turn(parameter) || (asked >= parameter.minimum && asked <= parameter.maximum);
  if (!meant_within || sent < parameter.minimum - slack || sent > parameter.maximum + slack)
    return fail(
        ErrorCode::out_of_range,
        fmt::format("{} of {}; expected {} to {}", piece.key(), shown(asked, parameter),
                    shown(parameter.minimum, parameter), shown(parameter.maximum, parameter)));
  return text;
}

Result<std::string> word_text(const CommandPiece& piece, const InstrumentValue& value,
                              const InstrumentParameter& parameter) {
  std::string known;
  for (const auto& [word, text] : parameter.words) {
    if (word == value.word) return text;
    if (known.find(word) == std::string::npos) known += (known.empty() ? "" : ", ") + word;
  }
  return fail(ErrorCode::invalid_argument,
              fmt::format("{} of '{}'; expected one of {}", piece.key(), value.word, known));
}

Result<std::string> range_text(const CommandPiece& piece, double number,
                               const InstrumentParameter& parameter) {
  const auto range =
      std::ranges::find_if(parameter.ranges, [number](double end) { return end >= number; });
  if (range == parameter.ranges.end())
    return fail(
        ErrorCode::out_of_range,
        fmt::format("{} of {}; expected at most {}", piece.key(), shown(number, parameter),
                    shown(parameter.ranges.empty() ? 0 : parameter.ranges.back(), parameter)));
  return fmt::format("{:.{}f}", *range / parameter.unit_factor * parameter.scale,
                     parameter.decimals);
}

char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Where `part` begins in `text`, whatever the case; npos when it does not.
std::size_t find_any_case(std::string_view text, std::string_view part) {
  const auto found = std::search(text.begin(), text.end(), part.begin(), part.end(),
                                 [](char a, char b) { return small(a) == small(b); });
  return found == text.end() ? std::string_view::npos
                             : static_cast<std::size_t>(found - text.begin());
}

bool same_any_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return small(x) == small(y); });
}

std::optional<double> finite_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
  if (!(std::abs(number) < scpi_infinity)) return std::nullopt;
  return number;
}

std::optional<InstrumentValue> value_of(std::string_view text,
                                        const InstrumentParameter& parameter) {
  InstrumentValue value;
  if (!parameter.words.empty()) {
    const auto found = std::ranges::find_if(
        parameter.words, [text](const auto& word) { return same_any_case(word.second, text); });
    if (found == parameter.words.end()) return std::nullopt;
    value.word = found->first;
    return value;
  }
  const auto number = finite_number(text);
  if (!number) return std::nullopt;
  value.number = *number / parameter.scale * parameter.unit_factor;
  return value;
}

}  // namespace

Result<std::string> fill_in(const CommandText& command, const CommandFile& file,
                            const InstrumentValues& values) {
  std::string text;
  for (const CommandPiece& piece : command.pieces()) {
    if (piece.sort == CommandPiece::Sort::literal) {
      text += piece.text;
      continue;
    }
    const InstrumentParameter* parameter = file.parameter(piece.text);
    const auto value = values.find(piece.key());
    if (parameter == nullptr || value == values.end())
      return fail(ErrorCode::invalid_argument,
                  fmt::format("'{}' needs a value of {}; got none", command.text(), piece.key()));
    auto part = piece.sort == CommandPiece::Sort::range
                    ? range_text(piece, value->second.number, *parameter)
                : parameter->words.empty() ? number_text(piece, value->second.number, *parameter)
                                           : word_text(piece, value->second, *parameter);
    if (!part) return part;
    text += *part;
  }
  return text;
}

Result<void> take_values(const CommandText& form, std::string_view reply, const CommandFile& file,
                         InstrumentValues& values) {
  const auto refuse = [&](std::string_view why) {
    return fail(ErrorCode::data_loss,
                fmt::format("the reply '{}' {}; expected the form '{}'", reply, why, form.text()));
  };
  std::string_view rest = trimmed(reply);
  const auto pieces = form.pieces();
  InstrumentValues found;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const CommandPiece& piece = pieces[i];
    if (piece.sort == CommandPiece::Sort::literal) {
      const std::string_view wanted = trimmed(piece.text);
      rest = trimmed(rest);
      if (!same_any_case(rest.substr(0, wanted.size()), wanted))
        return refuse(fmt::format("has no '{}' there", wanted));
      rest.remove_prefix(wanted.size());
      continue;
    }
    // A placeholder goes up to the literal that follows; blanks alone part values by blanks.
    std::size_t end = rest.size();
    if (i + 1 < pieces.size()) {
      const std::string_view next = trimmed(pieces[i + 1].text);
      rest = trimmed(rest);
      end = next.empty() ? rest.find_first_of(" \t") : find_any_case(rest, next);
      if (end == std::string_view::npos) return refuse(fmt::format("ends before '{}'", next));
    }
    const std::string_view text = trimmed(rest.substr(0, end));
    rest.remove_prefix(end);
    if (piece.sort == CommandPiece::Sort::anything) continue;
    const InstrumentParameter* parameter = file.parameter(piece.text);
    const auto value = parameter == nullptr ? std::nullopt : value_of(text, *parameter);
    if (!value) return refuse(fmt::format("has '{}' for {}", text, piece.key()));
    found[piece.key()] = *value;
  }
  if (!trimmed(rest).empty()) return refuse(fmt::format("goes on with '{}'", rest));
  for (auto& [key, value] : found) values[key] = std::move(value);
  return {};
}

}  // namespace meterrig::scpi
