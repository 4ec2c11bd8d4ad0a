// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "meterrig/iio_server/description.h"
#include "meterrig/iio_server/virtual_bench.h"

namespace meterrig::iio_server {

/// The buffer of an output and the converters behind it. Time is counted in frames of the bench.
class Output {
 public:
  explicit Output(const DeviceDescription& device);

  [[nodiscard]] bool is_open() const { return owner_.has_value(); }
  [[nodiscard]] bool owned_by(std::uint64_t owner) const { return owner_ == owner; }
  [[nodiscard]] bool cyclic() const { return cyclic_; }
  [[nodiscard]] bool begun() const { return begun_; }
  [[nodiscard]] bool loaded() const { return end_ > 0; }
  [[nodiscard]] const std::vector<bool>& enabled() const { return enabled_; }
  [[nodiscard]] std::int64_t underflows() const { return underflows_; }
  [[nodiscard]] std::int64_t rate() const { return rate_; }

  void open(std::uint64_t owner, std::size_t samples, std::vector<bool> enabled, bool cyclic);
  void close(AfterClose after, std::int64_t frame);
  void set_rate(std::int64_t rate) { rate_ = rate; }
  void set_buffers(std::size_t buffers) { buffers_ = buffers; }
  /// Sets a channel that no buffer drives.
  void set_level(std::size_t channel, double volts) { levels_[channel] = volts; }

  /// Frames that fit in; 0 once a cyclic buffer has its samples.
  [[nodiscard]] std::size_t room() const;
  /// Takes whole frames, no more than room().
  void append(const DeviceDescription& device, std::span<const std::uint8_t> frames);
  void begin(std::int64_t frame);

  /// Bench frames from `frame` on for which there are samples; nothing where it does not end.
  [[nodiscard]] std::optional<std::int64_t> lasts(std::int64_t frame) const;
  /// From now on 0 V, until samples come.
  void run_dry();
  /// Fills in the volts of bench frames from `frame` on, as they were `delay` nanoseconds before.
  void volts(std::size_t channel, std::int64_t frame, std::int64_t delay,
             std::span<double> values) const;
  /// Whether it puts out anything but 0 V: a level, or one of the samples that it holds.
  [[nodiscard]] bool live() const;
  /// Forgets samples that no delay reaches any more.
  void forget_before(std::int64_t frame);
  /// The bench counts frames anew, at another rate: `frame` becomes 0.
  void change_bench_rate(std::int64_t frame, std::int64_t bench_rate);

 private:
  [[nodiscard]] std::int64_t index(std::int64_t frame, std::int64_t delay) const;

  std::int64_t bench_rate_ = 1;
  std::int64_t rate_ = 1;
  std::size_t buffers_ = 4;
  std::vector<double> levels_;  // volts of each channel while no buffer drives it
  std::optional<std::uint64_t> owner_;
  std::size_t samples_ = 0;  // of a block
  std::vector<bool> enabled_;
  bool cyclic_ = false;
  bool begun_ = false;
  bool dry_ = false;
  std::int64_t underflows_ = 0;
  std::int64_t start_ = 0;  // bench frame of sample base_
  std::int64_t base_ = 0;
  std::int64_t first_ = 0;    // number of the oldest sample held
  std::int64_t end_ = 0;      // number of the sample that comes next
  std::int64_t current_ = 0;  // number of the sample that is out
  std::vector<std::vector<double>> rows_;
};

}  // namespace meterrig::iio_server
