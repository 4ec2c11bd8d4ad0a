// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "meterrig/ports/modem_lines.h"
#include "meterrig/safety/output.h"
#include "meterrig/vocabulary/result.h"

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

/// Looks at contacts and tells an output their levels. For one thread.
class InterlockInputs {
 public:
  explicit InterlockInputs(std::vector<InterlockInput> inputs);
  /// Tells each level that is another than at the look before; at the first look, all. A line that
  /// cannot be read is not safe. Errors: those of Output::set_interlock(), after all were told.
  Result<void> look(Output& output);

 private:
  std::vector<InterlockInput> inputs_;
  std::vector<std::optional<bool>> told_;
};

}  // namespace meterrig::safety
