// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>

#include "device.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::iio {

/// An open buffer of a device; closes it.
class Buffer {
 public:
  /// Opens one of the channels that are enabled. Errors: failed_precondition (somebody has it
  /// open), and those of the board.
  [[nodiscard]] static Result<Buffer> open(const Device& device, std::size_t samples, bool cyclic,
                                           std::size_t blocks);

  [[nodiscard]] iio_buffer* handle() const { return buffer_.get(); }
  /// Hands the samples to an output, or takes the next ones of an input.
  [[nodiscard]] Result<void> push();
  [[nodiscard]] Result<void> refill();

 private:
  struct Close {
    void operator()(iio_buffer* buffer) const;
  };
  std::unique_ptr<iio_buffer, Close> buffer_;
  std::string name_;  // of the device
};

}  // namespace meterrig::iio
