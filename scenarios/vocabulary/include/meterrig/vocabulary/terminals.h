// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "meterrig/vocabulary/element.h"
#include "meterrig/vocabulary/instant.h"
#include "meterrig/vocabulary/rational.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/roles.h"
#include "meterrig/vocabulary/signal.h"

namespace meterrig {

/// An analog-to-digital converter of two's complement whose codes a device wants in place of volts
/// and amperes: code = round(value / step), from -2^(bits-1) to 2^(bits-1) - 1.
struct Converter {
  Rational rate{1, 1};  ///< samples a second
  int bits = 24;        ///< 2 to 32
  double volts_per_code = 0;
  double amperes_per_code = 0;
};

/// A run of samples as codes, planar. Sample i is at (first_sample + i) / rate seconds.
struct CodeBlock {
  std::int64_t first_sample = 0;
  Rational rate{1, 1};
  PerPhase<std::vector<std::int32_t>> volts;    ///< equally long
  PerPhase<std::vector<std::int32_t>> amperes;  ///< as long as those

  [[nodiscard]] std::size_t count() const { return volts.front().size(); }
};

/// Who a device is, at what time it stands and what its terminals take.
struct TerminalsDescription {
  std::string device;  ///< family, such as "smart-x96-5a"
  std::string serial_number;
  Instant now;  ///< since it was switched on
  bool simulated = true;
  std::string model;         ///< name of the error model that it runs
  std::string model_sha256;  ///< of the model's file
  bool takes_recipes = true;
  std::optional<Converter> converter;  ///< set: samples come as its codes, at its rate
};

/// A signal that comes as samples.
struct SampleFeed {
  Rational rate{1, 1};       ///< samples a second
  Rational frequency{1, 1};  ///< of the fundamental, hertz
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

/// The side of a device by which volts, amperes and time reach it: the meaning of the service
/// `Terminals` of dut.proto without its wire. For one thread at a time. Over a wire every call may
/// also fail with unavailable (nobody there any more), deadline_exceeded (the device's state is
/// then unknown until describe()) and internal (an answer that makes no sense).
class Terminals {
 public:
  virtual ~Terminals() = default;
  [[nodiscard]] virtual Result<TerminalsDescription> describe() = 0;
  /// Switches the device off and on: time 0, the registers it starts with, dead terminals.
  [[nodiscard]] virtual Result<void> power_cycle() = 0;
  /// Puts a signal on the terminals from the present time on, which is time 0 of the recipe, and
  /// returns that time. What is random inside the device follows from the seed. Errors:
  /// invalid_argument or out_of_range for a recipe that cannot be computed, unimplemented for a
  /// device that takes none; the old one stays.
  [[nodiscard]] virtual Result<Instant> apply(const SignalRecipe& recipe,
                                              std::uint64_t device_seed) = 0;
  /// Puts samples that feed() will bring on the terminals; sample 0 is at the present time. Errors:
  /// out_of_range for a rate or frequency that the device cannot take; the old signal stays.
  [[nodiscard]] virtual Result<FeedTerms> apply_samples(const SampleFeed& samples,
                                                        std::uint64_t device_seed) = 0;
  /// Takes the samples that follow those fed so far, in volts and amperes or, for a device with a
  /// converter, in its codes. Errors, which leave everything as it was: invalid_argument (another
  /// rate, a value that is not finite, a code that the converter lacks), failed_precondition (they
  /// do not follow, there is no room, the terminals follow a recipe), unimplemented (the other
  /// form).
  [[nodiscard]] virtual Result<FeedState> feed(const SampleBlock& block) = 0;
  [[nodiscard]] virtual Result<FeedState> feed(const CodeBlock& block) = 0;
  /// Lets time pass up to `until` and returns the rising edges of the pulse outputs meanwhile, in
  /// order of time. Errors: out_of_range for a time in the past or more than an hour ahead,
  /// failed_precondition for a time whose samples were not fed; then no time passes.
  [[nodiscard]] virtual Result<std::vector<Pulse>> advance(Instant until) = 0;
};

/// Codes of an ideal converter, saturated at its ends. `saturated` counts the samples that were.
[[nodiscard]] CodeBlock convert(const SampleBlock& block, const Converter& converter,
                                std::int64_t& saturated);

/// Volts and amperes of codes.
[[nodiscard]] SampleBlock samples_of(const CodeBlock& block, const Converter& converter);

}  // namespace meterrig
