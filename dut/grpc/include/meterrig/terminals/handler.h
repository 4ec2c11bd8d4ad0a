// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "meterrig/vocabulary/instant.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/roles.h"
#include "meterrig/vocabulary/signal.h"

namespace meterrig::terminals {

/// Who a device is and at what time it stands.
struct Description {
  std::string device;  ///< family, such as "smart-x96-5a"
  std::string serial_number;
  Instant now;  ///< since it was switched on
  bool simulated = true;
  std::string model;         ///< name of the error model that it runs
  std::string model_sha256;  ///< of the model's file
};

/// A signal that comes as samples.
struct SampleFeed {
  Rational rate;       ///< samples a second
  Rational frequency;  ///< of the fundamental, hertz
};

/// What a device says to a feed: how many samples it holds, and how many it needs beyond a time to
/// get there.
struct FeedTerms {
  Instant now;
  std::int64_t capacity = 0;
  std::int64_t reach = 0;
};

/// Where a feed stands.
struct FeedState {
  std::int64_t next_sample = 0;
  std::int64_t room = 0;  ///< samples that may follow before time advances
};

/// What stands behind the terminals of a device: the meaning of dut.proto without its wire. A
/// server calls it from one thread at a time.
class Handler {
 public:
  virtual ~Handler() = default;
  [[nodiscard]] virtual Description describe() = 0;
  /// Switches the device off and on: time 0, the registers it starts with, dead terminals.
  [[nodiscard]] virtual Result<void> power_cycle() = 0;
  /// Puts a signal on the terminals from the present time on, which is time 0 of the recipe, and
  /// returns that time. What is random inside the device follows from the seed. Errors:
  /// invalid_argument or out_of_range for a recipe that cannot be computed; the old one stays.
  [[nodiscard]] virtual Result<Instant> apply(const SignalRecipe& recipe,
                                              std::uint64_t device_seed) = 0;
  /// Puts samples that feed() will bring on the terminals; sample 0 is at the present time. Errors:
  /// out_of_range for a rate or frequency that the device cannot take; the old signal stays.
  [[nodiscard]] virtual Result<FeedTerms> apply_samples(const SampleFeed& samples,
                                                        std::uint64_t device_seed) = 0;
  /// Takes the samples that follow those fed so far. Errors, which leave everything as it was:
  /// invalid_argument (another rate, a value that is not finite), failed_precondition (they do not
  /// follow, there is no room, or the terminals follow a recipe).
  [[nodiscard]] virtual Result<FeedState> feed(const SampleBlock& block) = 0;
  /// Lets time pass up to `until` and returns the rising edges of the pulse outputs meanwhile, in
  /// order of time. Errors: out_of_range for a time in the past or more than an hour ahead,
  /// failed_precondition for a time whose samples were not fed; then no time passes.
  [[nodiscard]] virtual Result<std::vector<Pulse>> advance(Instant until) = 0;
};

}  // namespace meterrig::terminals
