// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "meterrig/vocabulary/result.h"

namespace meterrig::iio_server {

enum class Verb : std::uint8_t {
  version,
  print,
  timeout,
  read,
  write,
  open,
  close,
  read_buffer,
  write_buffer,
  get_trigger,
  set_trigger,
  set_buffers_count,
  exit,
};

/// Where an attribute is.
enum class Place : std::uint8_t { device, input_channel, output_channel, debug, buffer };

/// A command line of the IIOD protocol. What the verb does not need is empty.
struct Request {
  Verb verb = Verb::exit;
  std::string device;
  Place place = Place::device;
  std::string channel;
  std::optional<std::string> attribute;  ///< none is all attributes of the place
  std::uint64_t count = 0;               ///< bytes, samples, buffers or milliseconds
  std::vector<bool> mask;                ///< channel i is enabled; a multiple of 32 entries
  bool cyclic = false;
};

/// Longest command line, and most bytes of an attribute and of a buffer, that are taken.
inline constexpr std::size_t longest_line = 1024;
inline constexpr std::uint64_t longest_value = 1ULL << 20;
inline constexpr std::uint64_t longest_buffer = 1ULL << 30;

/// Reads a line without its end. Error: invalid_argument for what is no command.
[[nodiscard]] Result<Request> parse_request(std::string_view line);

}  // namespace meterrig::iio_server
