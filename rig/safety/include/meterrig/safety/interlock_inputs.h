// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "meterrig/ports/modem_lines.h"

namespace meterrig::safety {

/// A contact on a modem line that stands for an interlock. Wire it so that it opens when it is not
/// safe, and leave `safe_when_off` away: then a broken wire and a port that is gone are not safe
/// either.
struct InterlockInput {
  std::string interlock;
  std::shared_ptr<ports::ModemLines> lines;  ///< of its port, which several may share
  ports::ModemLine line = ports::ModemLine::cts;
  bool safe_when_off = false;
};

/// Contacts that are looked at now and then. For one thread.
class InterlockInputs {
 public:
  struct Level {
    std::string interlock;
    bool safe = false;
  };

  InterlockInputs() = default;
  explicit InterlockInputs(std::vector<InterlockInput> inputs);
  /// The levels that are others than at the look before; at the first look, all. A line that cannot
  /// be read is not safe.
  [[nodiscard]] std::vector<Level> look();

 private:
  std::vector<InterlockInput> inputs_;
  std::vector<std::optional<bool>> told_;
};

}  // namespace meterrig::safety
