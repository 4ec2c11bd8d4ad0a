// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "meterrig/vocabulary/instruments.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"

struct iio_context;

namespace meterrig::iio {

/// A converter of a context that has a buffer.
struct ConverterInfo {
  std::string name;   ///< of its driver, such as "ad7768"
  std::string label;  ///< of this one among several; may be empty
  bool output = false;
  std::vector<std::string> channels;  ///< of its buffer, such as "voltage0"
};

/// The converters of one machine or board, reached by libiio. Closes it when the last user is gone.
class Context {
 public:
  /// `uri` is "local:", "ip:HOST[:PORT]", "ip:[ADDRESS]:PORT" or "usb:BUS.ADDRESS.INTERFACE".
  /// `timeout` is how long any answer may take. Errors: invalid_argument (no such kind of address),
  /// unavailable (nobody there), deadline_exceeded, permission_denied.
  [[nodiscard]] static Result<std::shared_ptr<Context>> open(const std::string& uri,
                                                             Duration timeout = second(5));

  [[nodiscard]] const std::string& uri() const { return uri_; }
  [[nodiscard]] Duration timeout() const { return timeout_; }
  /// What the context says of its board; the model is its description when it says no more.
  [[nodiscard]] InstrumentIdentity identity() const;
  [[nodiscard]] std::vector<ConverterInfo> converters() const;
  /// libiio's own; stays the context's.
  [[nodiscard]] iio_context* handle() const { return context_.get(); }

 private:
  struct Close {
    void operator()(iio_context* context) const;
  };
  std::string uri_;
  Duration timeout_;
  std::unique_ptr<iio_context, Close> context_;
};

}  // namespace meterrig::iio
