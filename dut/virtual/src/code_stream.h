// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "meterrig/reference/front_end.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/signal.h"
#include "self_warming.h"

namespace meterrig::twin {

// Samples are computed in blocks of this many from the last apply() on, whatever is asked for, so
// that nothing can depend on the steps in which time advances.
inline constexpr std::size_t block_samples = 2048;

/// Codes of a converter, block by block from sample 0 on. A stream that runs ahead computes some
/// blocks in a thread of its own before they are asked for, while the meter core takes those
/// before them; the thread starts with the first next(). What it gives is the same either way.
class CodeStream {
 public:
  enum class Pace : std::uint8_t {
    as_asked,  ///< for a signal whose samples come from elsewhere, between calls of next()
    ahead,
  };

  /// With `warming` the front end's temperature is `ambient` and what the currents add, from block
  /// to block; without it nothing is done to it. Its clock keeps the rate that it begins with.
  CodeStream(std::unique_ptr<Signal> signal, reference::FrontEnd front_end, Frequency fundamental,
             Pace pace, std::optional<SelfWarming> warming = std::nullopt,
             Temperature ambient = reference::reference_temperature);
  ~CodeStream() = default;
  CodeStream(const CodeStream&) = delete;
  CodeStream& operator=(const CodeStream&) = delete;

  /// Samples a second.
  [[nodiscard]] Rational rate() const { return rate_; }
  /// Samples by which the codes lag the terminals.
  [[nodiscard]] std::size_t latency() const { return latency_; }
  /// The next block, which stands until the next call. Errors: those of the signal.
  [[nodiscard]] Result<const reference::CodeBlock*> next();
  /// Where the warming stands at the begin of the block that was last given.
  [[nodiscard]] const std::optional<SelfWarming>& warming() const;

 private:
  struct Slot {
    reference::CodeBlock codes;
    Result<void> computed;
    std::optional<SelfWarming> warming;  // before it
  };
  // Enough to compute on while the other thread reads registers or waits for the disk.
  static constexpr std::size_t slot_count = 32;
  // Who waits waits for so many blocks or free slots: to wake a thread costs as much as a block.
  static constexpr std::size_t at_once = 8;

  void compute(Slot& slot);
  void run(const std::stop_token& stop);

  std::unique_ptr<Signal> signal_;
  reference::FrontEnd front_end_;
  Frequency fundamental_;
  Pace pace_;
  std::optional<SelfWarming> begin_;  // of the warming
  std::optional<SelfWarming> warming_;
  Temperature ambient_;
  Rational rate_;
  std::size_t latency_;

  SampleBlock block_;
  std::array<Slot, slot_count> slots_;
  std::size_t given_ = 0;  // blocks, the last of which still stands
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::size_t computed_ = 0;  // blocks
  std::size_t released_ = 0;  // blocks whose slots may be used again
  std::jthread thread_;       // the last: it uses all of the above
};

}  // namespace meterrig::twin
