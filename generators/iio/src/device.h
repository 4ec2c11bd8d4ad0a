// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "meterrig/iio/context.h"
#include "meterrig/vocabulary/rational.h"
#include "meterrig/vocabulary/result.h"

struct iio_buffer;
struct iio_channel;
struct iio_device;

namespace meterrig::iio {

/// A channel of a converter's buffer: codes with the format that the driver tells, and
/// (code + offset) scale millivolts.
class ConverterChannel {
 public:
  ConverterChannel(iio_channel* channel, std::string name, double offset, double scale);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] iio_channel* handle() const { return channel_; }
  [[nodiscard]] std::int64_t lowest_code() const { return lowest_; }
  [[nodiscard]] std::int64_t highest_code() const { return highest_; }
  [[nodiscard]] double millivolts(std::int64_t code) const {
    return (static_cast<double>(code) + offset_) * scale_;
  }
  /// Nearest code, which may be one that the converter lacks.
  [[nodiscard]] double code_of(double millivolts) const { return millivolts / scale_ - offset_; }
  void enable();

  /// Puts codes into a buffer from frame 0 on, and takes them out.
  void put(iio_buffer* buffer, std::span<const std::int64_t> codes) const;
  void get(iio_buffer* buffer, std::span<std::int64_t> codes) const;

 private:
  iio_channel* channel_;
  std::string name_;
  double offset_;
  double scale_;
  std::int64_t lowest_ = 0;
  std::int64_t highest_ = 0;
  std::size_t bytes_ = 0;
  bool signed_ = false;
};

/// A converter by its label or name. Keeps its context open.
class Device {
 public:
  /// Errors: not_found, naming what there is; invalid_argument for a name that several have.
  [[nodiscard]] static Result<Device> find(std::shared_ptr<Context> context,
                                           const std::string& name);

  /// For messages, such as "ad3552r 'source-l1'".
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] iio_device* handle() const { return device_; }
  [[nodiscard]] const std::shared_ptr<Context>& context() const { return context_; }

  /// A channel of the buffer. `millivolts_per_code` is for a driver that does not tell its scale.
  /// Errors: not_found, failed_precondition (no scale), and those of reading.
  [[nodiscard]] Result<ConverterChannel> channel(const std::string& id, bool output,
                                                 std::optional<double> millivolts_per_code) const;

  [[nodiscard]] bool has(const std::string& attribute) const;
  [[nodiscard]] Result<std::string> read(const std::string& attribute) const;
  [[nodiscard]] Result<void> write(const std::string& attribute, const std::string& value) const;

  /// Sets the rate, which is the device's or that of every channel of its buffer, and returns what
  /// the board made of it. Errors: failed_precondition (several rates in one buffer), and those of
  /// the board.
  [[nodiscard]] Result<Rational> set_rate(Rational wanted) const;
  [[nodiscard]] Result<Rational> rate() const;
  /// Rates that it says it can take; empty when it does not say.
  [[nodiscard]] std::vector<Rational> rates() const;
  /// Bytes of which a block must be a multiple; 1 when it does not say.
  [[nodiscard]] std::size_t alignment() const;

 private:
  Device(std::shared_ptr<Context> context, iio_device* device, std::string name);
  std::shared_ptr<Context> context_;
  iio_device* device_;
  std::string name_;
};

}  // namespace meterrig::iio
