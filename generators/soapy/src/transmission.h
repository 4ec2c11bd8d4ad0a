// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "envelope.h"
#include "meterrig/ports/clock.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"
#include "radio.h"

namespace meterrig::soapy {

/// One output of a radio from its first sample to its last zero, on a thread of its own.
class Transmission {
 public:
  /// The radio is tuned, and used by nobody else meanwhile. `run_out` is the number of zeros at the
  /// end; `lease` is after what time without renew() or check() it ends by itself.
  Transmission(Radio& radio, Envelope envelope, std::int64_t run_out, Duration lease);
  Transmission(const Transmission&) = delete;
  Transmission& operator=(const Transmission&) = delete;
  ~Transmission() { static_cast<void>(end()); }

  /// Starts the stream, and returns when samples go out. Errors: unavailable (no thread, a radio
  /// that does not stream), unimplemented (one that does not report gaps), as of check().
  [[nodiscard]] Result<void> begin();
  /// Waits until the radio has been asked for gaps after this call, and renews. Errors: aborted (a
  /// gap, or the lease ended), unavailable; the output has ended then.
  [[nodiscard]] Result<void> check();
  /// The control loop gets on.
  void renew();
  /// Ends it with zeros and stops the stream. Again is harmless. Error: unavailable when the radio
  /// did not confirm.
  Result<void> end();

 private:
  void run(const std::stop_token& stop);
  [[nodiscard]] Result<void> send(const std::stop_token& stop);
  [[nodiscard]] Result<void> send_all(std::span<const std::complex<float>> samples, int flags);
  [[nodiscard]] Result<void> look_for_gaps();
  [[nodiscard]] Result<void> look_at_lease();
  [[nodiscard]] Result<void> finish();
  [[nodiscard]] Result<void> wait_for_looks(std::int64_t more);

  Radio& radio_;
  Envelope envelope_;
  std::int64_t run_out_;
  Duration lease_;
  ports::MonotonicClock clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Instant renewed_;
  std::int64_t looks_ = 0;      // how often the radio was asked for gaps
  std::optional<Error> fault_;  // why it ended by itself
  bool running_ = false;
  Result<void> finished_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace meterrig::soapy
