// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <span>

#include "air.h"

namespace meterrig::rigloop {

/// By what the sample clock runs.
enum class Pace {
  wall,     ///< the machine's monotonic clock, as on hardware
  unpaced,  ///< the receiver's reading, else the transmitter's writing: as fast as they go
};

/// Between the connectors of transmitter and receiver, and what the receiver adds.
struct Path {
  double loss = 20;    ///< decibels at 1 MHz
  double tilt = 0;     ///< decibels of further loss a decade of frequency
  double noise = -90;  ///< r.m.s. of the receiver's noise before its gain, decibels of full scale
  double parts_per_million = 0;  ///< by which the receiver's oscillator is high
};

/// Something that happened to the stream of transmitted samples.
struct StreamEvent {
  int code = 0;  ///< SOAPY_SDR_UNDERFLOW or SOAPY_SDR_TIME_ERROR
  std::int64_t tick = 0;
};

/// One burst of samples for the transmitter, or a part of it.
struct Burst {
  std::span<const Sample> samples;
  std::optional<std::int64_t> tick;  ///< at which the first goes out; none: at once or after what
                                     ///< was written before
  bool end = false;                  ///< nothing is to follow
};

/// Samples that were received.
struct Received {
  int code = 0;  ///< their number, or an error code of SoapySDR
  std::int64_t tick = 0;
};

inline constexpr std::size_t largest_transfer = 4096;  // samples
inline constexpr std::size_t most_receivers = 2;

/// A transmitter and receivers on one sample clock, looped through a path. For any number of
/// threads. Codes are SoapySDR's.
class Loop {
 public:
  using Patience = std::chrono::microseconds;

  /// `buffer` is how many samples the transmitter takes ahead of the clock, at least
  /// largest_transfer.
  Loop(Pace pace, std::size_t buffer) : pace_(pace), buffer_(static_cast<std::int64_t>(buffer)) {}

  /// Samples a second; the clock's time goes on.
  void set_rate(double rate);
  [[nodiscard]] double rate() const;
  void set_path(const Path& path);
  [[nodiscard]] Path path() const;
  void tune_transmitter(Tuning tuning);
  void tune_receiver(std::size_t receiver, Tuning tuning);
  /// Loses the next so many writes, as if they had come too late.
  void lose_writes(int count);

  /// Tick of the sample clock.
  [[nodiscard]] std::int64_t now() const;
  void set_now(std::int64_t tick);

  int start_transmitter(std::optional<std::int64_t> tick);
  /// What has not gone out yet is dropped.
  void stop_transmitter();
  int write(const Burst& burst, Patience patience);
  [[nodiscard]] std::optional<StreamEvent> next_event(Patience patience);
  [[nodiscard]] bool transmitting() const;
  /// Magnitude that the converter was left at, or stands at.
  [[nodiscard]] double transmitted_magnitude() const;

  int start_receiver(std::optional<std::int64_t> tick);
  void stop_receiver();
  /// Fills the rows, all of one length, with as many samples as there are, at most
  /// largest_transfer.
  Received read(std::span<const std::span<Sample>> rows, std::span<const std::size_t> receivers,
                Patience patience);

 private:
  using Lock = std::unique_lock<std::mutex>;
  using TimePoint = std::chrono::steady_clock::time_point;

  [[nodiscard]] std::int64_t now_locked() const;
  [[nodiscard]] TimePoint time_of(std::int64_t tick) const;
  void settle();
  void wait(Lock& lock, std::int64_t tick, TimePoint deadline);
  [[nodiscard]] std::int64_t receivable() const;
  [[nodiscard]] Tuning sent() const;
  void hear(std::span<Sample> row, std::size_t receiver);

  const Pace pace_;
  const std::int64_t buffer_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  double rate_ = 1e6;
  Path path_;
  TimePoint epoch_ = std::chrono::steady_clock::now();
  std::int64_t epoch_tick_ = 0;
  Air air_;
  Tuning transmitter_;
  std::array<Tuning, most_receivers> receivers_;
  bool transmitting_ = false;
  bool in_burst_ = false;
  std::int64_t next_out_ = 0;  // tick after the last sample that was written
  double left_at_ = 0;
  int writes_to_lose_ = 0;
  std::deque<StreamEvent> events_;
  bool receiving_ = false;
  std::int64_t next_in_ = 0;  // tick of the sample that is read next
};

}  // namespace meterrig::rigloop
