// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "buffer.h"
#include "device.h"
#include "meterrig/iio/dac_source.h"
#include "meterrig/vocabulary/rational.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/signal.h"

namespace meterrig::iio {

/// Codes of each channel of a bank, in its order, equally long.
using Codes = std::vector<std::vector<std::int64_t>>;

/// The outputs of all boards as one: same rate, same begin. For one thread at a time.
class OutputBank {
 public:
  /// Errors: those of DacSource::open().
  [[nodiscard]] static Result<OutputBank> open(const std::shared_ptr<Context>& context,
                                               const DacSettings& settings);

  [[nodiscard]] Rational rate() const { return rate_; }
  /// Sets all boards. Error: failed_precondition when they make different rates of it.
  [[nodiscard]] Result<void> set_rate(Rational rate);
  /// Rates that every board says it can take.
  [[nodiscard]] std::vector<Rational> rates() const;
  /// Samples of which a buffer must have a multiple.
  [[nodiscard]] std::size_t alignment() const;

  /// Codes of volts and amperes at the terminals. Error: out_of_range, naming the peak and what the
  /// converter and its amplifier reach.
  [[nodiscard]] Result<Codes> codes_of(const SampleBlock& block) const;
  /// Codes of 0 V.
  [[nodiscard]] Codes zeros(std::size_t samples) const;

  /// Opens the buffers of all boards and hands them their first samples, with which they begin.
  [[nodiscard]] Result<void> begin(const Codes& codes, bool cyclic);
  /// The samples that follow, as many as begin() had.
  [[nodiscard]] Result<void> push(const Codes& codes);
  void close();
  [[nodiscard]] bool is_open() const { return !buffers_.empty(); }
  /// Puts out 0 V and closes: whatever a board gives once it is closed, it is this.
  [[nodiscard]] Result<void> rest();
  /// Whether the boards still answer.
  [[nodiscard]] Result<void> probe() const;

 private:
  struct Member {
    ConverterChannel channel;
    std::size_t device = 0;
    DacChannel settings;
  };
  OutputBank() = default;
  [[nodiscard]] Result<void> hold(bool on) const;

  std::vector<Device> devices_;
  std::vector<Member> members_;
  std::vector<Buffer> buffers_;  // by device, when open
  Rational rate_{1, 1};
  std::size_t blocks_ = 4;
};

/// Such as "voltage L1".
[[nodiscard]] std::string terminal_name(ChannelKind kind, Phase phase);

}  // namespace meterrig::iio
