// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "meterrig/vocabulary/command_file.h"

namespace meterrig::scpi::simulator {

/// An instrument behind a line: it takes lines of text and answers some of them.
class ServedInstrument {
 public:
  virtual ~ServedInstrument() = default;
  /// How its lines end, both ways.
  [[nodiscard]] virtual LineEnd line_end() const = 0;
  /// The reply to a line, without its end; none for a command. Any text may come.
  [[nodiscard]] virtual std::optional<std::string> answer(std::string_view line) = 0;
  /// Called every few milliseconds while nothing comes, for what time does.
  virtual void pass_time() {}
};

}  // namespace meterrig::scpi::simulator
