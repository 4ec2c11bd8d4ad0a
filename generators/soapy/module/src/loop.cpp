// SPDX-License-Identifier: GPL-3.0-or-later
#include "loop.h"

#include <SoapySDR/Errors.h>

#include <algorithm>
#include <cmath>

#include "meterrig/vocabulary/noise.h"

namespace meterrig::rigloop {
namespace {

// How far behind the clock a receiver may read before samples are lost.
constexpr std::int64_t receive_buffer = std::int64_t{1} << 20;
constexpr std::uint64_t noise_seed = 0x7269676c6f6f70;

double ratio_of(double decibels) { return std::pow(10.0, decibels / 20); }

}  // namespace

std::int64_t Loop::now_locked() const {
  if (pace_ == Pace::unpaced) return epoch_tick_;
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - epoch_;
  return epoch_tick_ + static_cast<std::int64_t>(std::floor(elapsed.count() * rate_));
}

Loop::TimePoint Loop::time_of(std::int64_t tick) const {
  const std::chrono::duration<double> after(static_cast<double>(tick - epoch_tick_) / rate_);
  return epoch_ + std::chrono::ceil<std::chrono::steady_clock::duration>(after);
}

// What the passing of time has brought.
void Loop::settle() {
  const std::int64_t tick = now_locked();
  if (in_burst_ && next_out_ < tick) {
    in_burst_ = false;
    events_.push_back({.code = SOAPY_SDR_UNDERFLOW, .tick = next_out_});
    changed_.notify_all();
  }
  left_at_ = transmitting_ ? air_.magnitude_at(tick - 1) : left_at_;
  const std::int64_t oldest = tick - receive_buffer;
  air_.forget_before(receiving_ ? std::max(oldest, std::min(next_in_, tick - 1)) : tick - 1);
}

// Until something changes, the clock reaches a tick, or the deadline.
void Loop::wait(Lock& lock, std::int64_t tick, TimePoint deadline) {
  changed_.wait_until(lock, pace_ == Pace::wall ? std::min(deadline, time_of(tick)) : deadline);
}

void Loop::set_rate(double rate) {
  const std::scoped_lock lock(mutex_);
  const double seconds = static_cast<double>(now_locked()) / rate_;
  rate_ = rate;
  epoch_ = std::chrono::steady_clock::now();
  epoch_tick_ = std::llround(seconds * rate_);
  air_ = Air();
}

double Loop::rate() const {
  const std::scoped_lock lock(mutex_);
  return rate_;
}

void Loop::set_path(const Path& path) {
  const std::scoped_lock lock(mutex_);
  path_ = path;
}

Path Loop::path() const {
  const std::scoped_lock lock(mutex_);
  return path_;
}

void Loop::tune_transmitter(Tuning tuning) {
  const std::scoped_lock lock(mutex_);
  transmitter_ = tuning;
}

void Loop::tune_receiver(std::size_t receiver, Tuning tuning) {
  const std::scoped_lock lock(mutex_);
  receivers_.at(receiver) = tuning;
}

void Loop::lose_writes(int count) {
  const std::scoped_lock lock(mutex_);
  writes_to_lose_ = count;
}

std::int64_t Loop::now() const {
  const std::scoped_lock lock(mutex_);
  return now_locked();
}

void Loop::set_now(std::int64_t tick) {
  const std::scoped_lock lock(mutex_);
  epoch_ = std::chrono::steady_clock::now();
  epoch_tick_ = tick;
  air_ = Air();
  next_in_ = tick;
  in_burst_ = false;
}

int Loop::start_transmitter(std::optional<std::int64_t> tick) {
  const std::scoped_lock lock(mutex_);
  if (tick && *tick < now_locked()) return SOAPY_SDR_TIME_ERROR;
  transmitting_ = true;
  in_burst_ = false;
  next_out_ = tick.value_or(now_locked());
  events_.clear();
  return 0;
}

void Loop::stop_transmitter() {
  const std::scoped_lock lock(mutex_);
  settle();
  const std::int64_t tick = now_locked();
  air_.take_back_from(tick);
  transmitting_ = false;
  in_burst_ = false;
  changed_.notify_all();
}

int Loop::write(const Burst& burst, Patience patience) {
  const TimePoint deadline = std::chrono::steady_clock::now() + patience;
  Lock lock(mutex_);
  while (true) {
    if (!transmitting_) return SOAPY_SDR_STREAM_ERROR;
    settle();
    const std::int64_t tick = now_locked();
    if (writes_to_lose_ > 0) {
      --writes_to_lose_;
      in_burst_ = false;
      events_.push_back({.code = SOAPY_SDR_UNDERFLOW, .tick = next_out_});
      next_out_ += static_cast<std::int64_t>(burst.samples.size());
      changed_.notify_all();
      return static_cast<int>(burst.samples.size());
    }
    std::int64_t first = next_out_;
    if (burst.tick) {
      first = *burst.tick;
      if (first < tick || (in_burst_ && first < next_out_)) {
        events_.push_back({.code = SOAPY_SDR_TIME_ERROR, .tick = first});
        changed_.notify_all();
        return static_cast<int>(burst.samples.size());
      }
    } else if (!in_burst_) {
      // As a radio that begins when its buffer is half full, and its writer well under way.
      first = std::max(next_out_, tick + (pace_ == Pace::wall ? buffer_ / 2 : 0));
    }
    const auto wanted = static_cast<std::int64_t>(std::min(burst.samples.size(), largest_transfer));
    std::int64_t room = buffer_ - (first - tick);
    if (pace_ == Pace::unpaced && room < wanted) {
      // Up to where somebody listens, the writing itself moves the clock.
      const std::int64_t unheard = receiving_ ? std::max(tick, next_in_) : first + wanted;
      epoch_tick_ = std::max(tick, std::min(first + wanted - buffer_, unheard));
      room = buffer_ - (first - epoch_tick_);
    }
    if (room > 0) {
      const std::int64_t count = std::min(wanted, room);
      air_.send(first, burst.samples.first(static_cast<std::size_t>(count)), sent());
      next_out_ = first + count;
      in_burst_ = !burst.end || count < static_cast<std::int64_t>(burst.samples.size());
      changed_.notify_all();
      return static_cast<int>(count);
    }
    if (std::chrono::steady_clock::now() >= deadline) return SOAPY_SDR_TIMEOUT;
    // A quarter of the buffer at a time, not sample by sample.
    wait(lock, tick - room + 1 + std::min(wanted, buffer_ / 4), deadline);
  }
}

std::optional<StreamEvent> Loop::next_event(Patience patience) {
  const TimePoint deadline = std::chrono::steady_clock::now() + patience;
  Lock lock(mutex_);
  while (true) {
    settle();
    if (!events_.empty()) {
      const StreamEvent event = events_.front();
      events_.pop_front();
      return event;
    }
    if (std::chrono::steady_clock::now() >= deadline) return std::nullopt;
    changed_.wait_until(lock, in_burst_ && pace_ == Pace::wall
                                  ? std::min(deadline, time_of(next_out_ + 1))
                                  : deadline);
  }
}

bool Loop::transmitting() const {
  const std::scoped_lock lock(mutex_);
  return transmitting_;
}

double Loop::transmitted_magnitude() const {
  const std::scoped_lock lock(mutex_);
  return transmitting_ ? air_.magnitude_at(now_locked() - 1) : left_at_;
}

int Loop::start_receiver(std::optional<std::int64_t> tick) {
  const std::scoped_lock lock(mutex_);
  if (tick && *tick < now_locked()) return SOAPY_SDR_TIME_ERROR;
  receiving_ = true;
  next_in_ = tick.value_or(now_locked());
  return 0;
}

void Loop::stop_receiver() {
  const std::scoped_lock lock(mutex_);
  receiving_ = false;
  changed_.notify_all();
}

// How many samples a receiver can have now.
std::int64_t Loop::receivable() const {
  if (pace_ == Pace::wall) return now_locked() - next_in_;
  // Unpaced, time goes on by itself unless a transmitter owes samples.
  return in_burst_ ? next_out_ - next_in_ : static_cast<std::int64_t>(largest_transfer);
}

// The transmitter as it stands at the far end of the path.
Tuning Loop::sent() const {
  const double decades = std::log10(std::max(transmitter_.oscillator, 1.0) / 1e6);
  return {.oscillator = transmitter_.oscillator,
          .amplitude = transmitter_.amplitude * ratio_of(-path_.loss - path_.tilt * decades)};
}

void Loop::hear(std::span<Sample> row, std::size_t receiver) {
  Tuning tuning = receivers_.at(receiver);
  tuning.oscillator *= 1 + path_.parts_per_million * 1e-6;
  std::vector<std::complex<double>> heard(row.size());
  air_.receive(next_in_, heard, tuning, rate_);
  const double deviation = tuning.amplitude * ratio_of(path_.noise) / std::sqrt(2.0);
  std::vector<double> noise(row.size());
  for (std::uint32_t part = 0; part < 2; ++part) {
    std::fill(noise.begin(), noise.end(), 0.0);
    add_noise({.seed = noise_seed, .channel = static_cast<std::uint32_t>(2 * receiver) + part},
              next_in_, deviation, noise);
    for (std::size_t i = 0; i < noise.size(); ++i)
      heard[i] += part == 0 ? std::complex<double>(noise[i], 0) : std::complex<double>(0, noise[i]);
  }
  std::transform(heard.begin(), heard.end(), row.begin(), [](const std::complex<double>& value) {
    return Sample(static_cast<float>(std::clamp(value.real(), -1.0, 1.0)),
                  static_cast<float>(std::clamp(value.imag(), -1.0, 1.0)));
  });
}

Received Loop::read(std::span<const std::span<Sample>> rows, std::span<const std::size_t> receivers,
                    Patience patience) {
  const TimePoint deadline = std::chrono::steady_clock::now() + patience;
  Lock lock(mutex_);
  const auto wanted = static_cast<std::int64_t>(std::min(rows.front().size(), largest_transfer));
  while (true) {
    if (!receiving_) return {.code = SOAPY_SDR_STREAM_ERROR};
    settle();
    const std::int64_t tick = now_locked();
    if (pace_ == Pace::wall && tick - next_in_ > receive_buffer) {
      next_in_ = tick;
      return {.code = SOAPY_SDR_OVERFLOW, .tick = tick};
    }
    const std::int64_t ready = receivable();
    const bool late = std::chrono::steady_clock::now() >= deadline;
    if (ready >= wanted || (late && ready > 0)) {
      const std::int64_t count = std::min(wanted, ready);
      for (std::size_t r = 0; r < rows.size(); ++r)
        hear(rows[r].first(static_cast<std::size_t>(count)), receivers[r]);
      const Received received{.code = static_cast<int>(count), .tick = next_in_};
      next_in_ += count;
      if (pace_ == Pace::unpaced) epoch_tick_ = std::max(epoch_tick_, next_in_);
      changed_.notify_all();
      return received;
    }
    if (late) return {.code = SOAPY_SDR_TIMEOUT};
    wait(lock, next_in_ + wanted, deadline);
  }
}

}  // namespace meterrig::rigloop
