// SPDX-License-Identifier: GPL-3.0-or-later
#include "request.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <utility>

namespace meterrig::iio_server {
namespace {

using Words = std::span<const std::string_view>;

std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find(' '), line.size());
    if (end > 0) words.push_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return words;
}

bool same_command(std::string_view word, std::string_view command) {
  return std::ranges::equal(word, command, [](char a, char b) {
    return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b;
  });
}

Result<std::uint64_t> number(std::string_view word, std::uint64_t greatest) {
  std::uint64_t value = 0;
  const char* const end = word.data() + word.size();
  const auto parsed = std::from_chars(word.data(), end, value);
  if (parsed.ec != std::errc{} || parsed.ptr != end || value > greatest)
    return fail(ErrorCode::invalid_argument,
                fmt::format("'{}' is no number from 0 to {}", word, greatest));
  return value;
}

Result<std::vector<bool>> mask_of(std::string_view word) {
  constexpr std::size_t digits_a_word = 8;
  constexpr std::size_t most_words = 8;
  if (word.empty() || word.size() % digits_a_word != 0 || word.size() > most_words * digits_a_word)
    return fail(ErrorCode::invalid_argument, fmt::format("'{}' is no mask of channels", word));
  std::vector<bool> mask;
  for (std::size_t i = word.size(); i-- > 0;) {  // the last digit has the first channels
    unsigned digit = 0;
    const auto parsed = std::from_chars(&word[i], &word[i] + 1, digit, 16);
    if (parsed.ec != std::errc{})
      return fail(ErrorCode::invalid_argument, fmt::format("'{}' is no mask of channels", word));
    for (unsigned bit = 0; bit < 4; ++bit) mask.push_back(((digit >> bit) & 1U) != 0);
  }
  return mask;
}

tl::unexpected<Error> wrong(std::string_view line) {
  return fail(ErrorCode::invalid_argument, fmt::format("'{}' is no command", line));
}

/// The place after `READ dev` or `WRITE dev`; takes its words off.
bool take_place(Words& words, Request& request) {
  if (words.empty()) return true;
  const std::array<std::pair<std::string_view, Place>, 4> places{{{"INPUT", Place::input_channel},
                                                                  {"OUTPUT", Place::output_channel},
                                                                  {"DEBUG", Place::debug},
                                                                  {"BUFFER", Place::buffer}}};
  for (const auto& [name, place] : places) {
    if (!same_command(words.front(), name)) continue;
    request.place = place;
    words = words.subspan(1);
    if (place == Place::debug || place == Place::buffer) return true;
    if (words.empty()) return false;
    request.channel = words.front();
    words = words.subspan(1);
    return true;
  }
  return true;
}

Result<Request> attribute_request(Request request, Words words, std::string_view line) {
  if (!take_place(words, request)) return wrong(line);
  if (request.verb == Verb::write) {
    if (words.empty()) return wrong(line);
    const auto length = number(words.back(), longest_value);
    if (!length) return tl::unexpected(length.error());
    request.count = *length;
    words = words.first(words.size() - 1);
  }
  if (words.size() > 1) return wrong(line);
  if (!words.empty()) request.attribute = words.front();
  return request;
}

Result<Request> open_request(Request request, Words words, std::string_view line) {
  if (words.size() < 2 || words.size() > 3) return wrong(line);
  const auto samples = number(words[0], longest_buffer);
  if (!samples) return tl::unexpected(samples.error());
  auto mask = mask_of(words[1]);
  if (!mask) return tl::unexpected(mask.error());
  if (words.size() == 3 && !same_command(words[2], "CYCLIC")) return wrong(line);
  request.count = *samples;
  request.mask = std::move(*mask);
  request.cyclic = words.size() == 3;
  return request;
}

Result<Request> with_number(Request request, Words words, std::uint64_t greatest,
                            std::string_view line) {
  if (words.size() != 1) return wrong(line);
  const auto value = number(words[0], greatest);
  if (!value) return tl::unexpected(value.error());
  request.count = *value;
  return request;
}

}  // namespace

Result<Request> parse_request(std::string_view line) {
  constexpr std::uint64_t most_milliseconds = 1ULL << 32U;
  constexpr std::uint64_t most_buffers = 1024;
  const std::vector<std::string_view> all = split(line);
  if (all.empty()) return wrong(line);
  Words words(all);
  const auto is = [&all](std::string_view command) { return same_command(all[0], command); };
  words = words.subspan(1);

  Request request;
  if (is("VERSION") || is("PRINT") || is("EXIT")) {
    if (!words.empty()) return wrong(line);
    request.verb = is("VERSION") ? Verb::version : is("PRINT") ? Verb::print : Verb::exit;
    return request;
  }
  if (is("TIMEOUT")) {
    request.verb = Verb::timeout;
    return with_number(std::move(request), words, most_milliseconds, line);
  }
  if (words.empty()) return wrong(line);
  request.device = words.front();
  words = words.subspan(1);
  if (is("READ") || is("WRITE")) {
    request.verb = is("READ") ? Verb::read : Verb::write;
    return attribute_request(std::move(request), words, line);
  }
  if (is("OPEN")) {
    request.verb = Verb::open;
    return open_request(std::move(request), words, line);
  }
  if (is("READBUF") || is("WRITEBUF")) {
    request.verb = is("READBUF") ? Verb::read_buffer : Verb::write_buffer;
    return with_number(std::move(request), words, longest_buffer, line);
  }
  if (is("CLOSE") || is("GETTRIG")) {
    if (!words.empty()) return wrong(line);
    request.verb = is("CLOSE") ? Verb::close : Verb::get_trigger;
    return request;
  }
  if (is("SETTRIG")) {
    if (words.size() > 1) return wrong(line);
    request.verb = Verb::set_trigger;
    if (!words.empty()) request.attribute = words.front();
    return request;
  }
  if (is("SET") && words.size() == 2 && same_command(words[0], "BUFFERS_COUNT")) {
    request.verb = Verb::set_buffers_count;
    return with_number(std::move(request), words.subspan(1), most_buffers, line);
  }
  return wrong(line);
}

}  // namespace meterrig::iio_server
