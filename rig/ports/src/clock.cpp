// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/ports/clock.h"

#include <cerrno>
#include <ctime>

namespace meterrig::ports {
namespace {

constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;

}  // namespace

Instant MonotonicClock::now() const {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return {time.tv_sec * nanoseconds_per_second + time.tv_nsec};
}

void MonotonicClock::sleep_until(Instant time) {
  const timespec until{.tv_sec = time.nanoseconds / nanoseconds_per_second,
                       .tv_nsec = time.nanoseconds % nanoseconds_per_second};
  while (time > now() &&
         ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) {
  }
}

}  // namespace meterrig::ports
