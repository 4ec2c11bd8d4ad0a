// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "meterrig/vocabulary/quantity.h"

namespace meterrig::scpi::simulator {

/// What goes wrong with one line of text that a simulated instrument gets.
struct Fault {
  enum class Sort : std::uint8_t {
    garbage,          ///< its reply comes as bytes that are no text
    over_long,        ///< its reply is longer than any
    late,             ///< its reply, and those that follow, come after `delay`
    lost,             ///< it is done, but its reply does not come
    damaged_command,  ///< the first digit of its first parameter is another one
    disconnect,       ///< the connection breaks before it is done
  };
  Sort sort = Sort::lost;
  Duration delay = second(0);
};

/// Which lines have a fault, asked for by a test; and what was heard. For any thread.
class Faults {
 public:
  /// The n-th line from now on, counted from 1, has the fault.
  void at(std::int64_t n, Fault fault);
  void clear();
  /// Lines heard since the start.
  [[nodiscard]] std::int64_t lines() const;
  [[nodiscard]] std::vector<std::string> heard() const;

  /// A line came: its fault, if any. For the server.
  [[nodiscard]] std::optional<Fault> next(const std::string& line);

 private:
  struct Planned {
    std::int64_t line;
    Fault fault;
  };
  mutable std::mutex mutex_;
  std::vector<Planned> planned_;
  std::vector<std::string> heard_;
};

}  // namespace meterrig::scpi::simulator
