// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <complex>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

namespace meterrig::rigloop {

using Sample = std::complex<float>;

/// How a transmitter or receiver stands while samples pass.
struct Tuning {
  double oscillator = 0;  ///< hertz
  double amplitude = 1;   ///< of the gain chain, as a ratio
};

/// What is on its way between transmitter and receiver, by ticks of the sample clock. A tick that
/// nobody has sent at is silent.
class Air {
 public:
  /// Puts samples from tick `first` on, with the tuning that they are sent with. Ticks never go
  /// back.
  void send(std::int64_t first, std::span<const Sample> samples, Tuning tuning);
  /// Adds to `out` what a receiver hears from tick `first` on: sent samples times both amplitudes,
  /// turned by the difference of the oscillators; nothing where that is half the rate or more.
  /// `rate` is in hertz.
  void receive(std::int64_t first, std::span<std::complex<double>> out, Tuning tuning,
               double rate) const;
  /// Forgets what was sent before a tick, but for the last of it.
  void forget_before(std::int64_t tick);
  /// Takes back what was sent for a tick and later.
  void take_back_from(std::int64_t tick);
  /// Magnitude of the last sample at or before a tick that is still known; 0 when there is none.
  [[nodiscard]] double magnitude_at(std::int64_t tick) const;

 private:
  struct Sent {
    std::int64_t first;
    std::vector<Sample> samples;
    Tuning tuning;
    [[nodiscard]] std::int64_t end() const {
      return first + static_cast<std::int64_t>(samples.size());
    }
  };
  std::deque<Sent> sent_;
};

}  // namespace meterrig::rigloop
