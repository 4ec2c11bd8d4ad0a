// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/ports/paced_relay.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <ctime>
#include <deque>

#include "meterrig/ports/clock.h"
#include "meterrig/ports/system_error_text.h"

namespace meterrig::ports {
namespace {

constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;

bool transient(int error) { return error == EAGAIN || error == EINTR; }

/// One direction of the line.
class Lane {
 public:
  Lane(int from, int to, const SerialSettings& settings)
      : from_(from), to_(to), bits_(character_bits(settings)), baud_rate_(settings.baud_rate) {}

  [[nodiscard]] int from() const { return from_; }
  [[nodiscard]] bool full() const { return queue_.size() >= capacity; }
  /// When the next byte has been sent in full; far away when there is none.
  [[nodiscard]] std::int64_t next() const {
    return queue_.empty() ? INT64_MAX : queue_.front().due_nanoseconds;
  }

  /// Takes what waits at the sender. False when that side has hung up.
  bool receive(std::int64_t now) {
    std::array<std::uint8_t, 256> bytes;
    const ssize_t count = ::read(from_, bytes.data(), bytes.size());
    if (count == 0) return false;
    if (count < 0) return transient(errno);
    if (now > last_due_) {  // the line is idle: a new burst begins
      burst_start_ = now;
      burst_length_ = 0;
    }
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      ++burst_length_;
      last_due_ = burst_start_ + burst_length_ * bits_ * nanoseconds_per_second / baud_rate_;
      queue_.push_back({last_due_, bytes.at(i)});
    }
    return true;
  }

  /// Hands over what has been sent in full. False when the receiver has hung up.
  bool deliver(std::int64_t now) {
    std::array<std::uint8_t, 256> bytes;
    std::size_t count = 0;
    while (!queue_.empty() && queue_.front().due_nanoseconds <= now && count < bytes.size()) {
      bytes.at(count++) = queue_.front().byte;
      queue_.pop_front();
    }
    // A byte that the receiver has no room for is lost: a UART does not wait.
    return count == 0 || ::write(to_, bytes.data(), count) >= 0 || transient(errno);
  }

 private:
  static constexpr std::size_t capacity = 4096;
  struct TimedByte {
    std::int64_t due_nanoseconds;
    std::uint8_t byte;
  };
  int from_;
  int to_;
  std::int64_t bits_;
  std::int64_t baud_rate_;
  std::deque<TimedByte> queue_;
  std::int64_t burst_start_ = 0;
  std::int64_t burst_length_ = 0;  // characters since burst_start_: their sum never rounds twice
  std::int64_t last_due_ = INT64_MIN;
};

bool make_non_blocking(int descriptor) {
  const int flags = ::fcntl(descriptor, F_GETFL);
  return flags >= 0 && ::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0;
}

}  // namespace

Result<std::unique_ptr<PacedRelay>> PacedRelay::start(int line_fd, int device_fd,
                                                      SerialSettings settings) {
  if (auto checked = check(settings); !checked) return tl::unexpected(checked.error());
  std::unique_ptr<PacedRelay> relay(new PacedRelay());
  if (!make_non_blocking(line_fd) || !make_non_blocking(device_fd)) {
    return fail(ErrorCode::unavailable, fmt::format("no relay between descriptors {} and {}: {}",
                                                    line_fd, device_fd, system_error_text(errno)));
  }
  auto started = relay->worker_.start([raw = relay.get(), line_fd, device_fd, settings] {
    raw->run(line_fd, device_fd, settings);
    raw->running_ = false;
  });
  if (!started) return tl::unexpected(started.error());
  return relay;
}

void PacedRelay::run(int line_fd, int device_fd, SerialSettings settings) {
  const MonotonicClock clock;
  std::array lanes{Lane(line_fd, device_fd, settings), Lane(device_fd, line_fd, settings)};
  for (;;) {
    std::int64_t now = clock.now().nanoseconds;
    for (Lane& lane : lanes) {
      if (!lane.deliver(now)) return;
    }
    std::array<pollfd, 3> polled{};
    for (std::size_t i = 0; i < lanes.size(); ++i) {
      polled.at(i) = {.fd = lanes.at(i).from(),
                      .events = static_cast<std::int16_t>(lanes.at(i).full() ? 0 : POLLIN),
                      .revents = 0};
    }
    polled.back() = {.fd = worker_.stop_descriptor(), .events = POLLIN, .revents = 0};
    const std::int64_t next = std::min(lanes.front().next(), lanes.back().next());
    const std::int64_t wait = std::max<std::int64_t>(0, next - now);
    const timespec timeout{.tv_sec = wait / nanoseconds_per_second,
                           .tv_nsec = wait % nanoseconds_per_second};
    const int ready =
        ::ppoll(polled.data(), polled.size(), next == INT64_MAX ? nullptr : &timeout, nullptr);
    if (ready < 0 && errno != EINTR) return;
    if (ready <= 0) continue;
    if (polled.back().revents != 0) return;
    now = clock.now().nanoseconds;
    for (std::size_t i = 0; i < lanes.size(); ++i) {
      const int events = polled.at(i).revents;
      if ((events & POLLIN) != 0) {
        if (!lanes.at(i).receive(now)) return;
      } else if (events != 0) {
        return;
      }
    }
  }
}

}  // namespace meterrig::ports
