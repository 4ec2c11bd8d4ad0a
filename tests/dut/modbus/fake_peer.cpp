// SPDX-License-Identifier: GPL-3.0-or-later
#include "fake_peer.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "meterrig/ports/clock.h"

using namespace meterrig;

Bytes rtu(Bytes body) {
  unsigned crc = 0xFFFF;
  for (const std::uint8_t byte : body) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      const unsigned feedback = (crc ^ (byte >> bit)) & 1U;
      crc = (crc >> 1U) ^ (feedback != 0 ? 0xA001U : 0U);
    }
  }
  body.push_back(static_cast<std::uint8_t>(crc & 0xFFU));
  body.push_back(static_cast<std::uint8_t>(crc >> 8U));
  return body;
}

FakePeer::FakePeer(int descriptor, std::size_t request_length, std::vector<Step> script,
                   std::function<void()> hang_up)
    : hang_up_(std::move(hang_up)),
      thread_([this, descriptor, request_length, script = std::move(script)] {
        run(descriptor, request_length, script);
      }) {}

FakePeer::~FakePeer() {
  stopping_ = true;
  thread_.join();
}

std::vector<Bytes> FakePeer::requests() const {
  const std::scoped_lock lock(mutex_);
  return requests_;
}

void FakePeer::run(int descriptor, std::size_t request_length, const std::vector<Step>& script) {
  struct Due {
    Instant time;
    Bytes bytes;
  };
  const ports::MonotonicClock clock;
  std::vector<Due> due;
  Bytes request;
  std::size_t step = 0;
  while (!stopping_) {
    std::ranges::stable_sort(due, {}, &Due::time);
    while (!due.empty() && due.front().time <= clock.now()) {
      const Bytes bytes = due.front().bytes;
      due.erase(due.begin());
      if (bytes.empty()) return hang_up_();
      if (::write(descriptor, bytes.data(), bytes.size()) < 0) return;
    }
    pollfd polled{.fd = descriptor, .events = POLLIN, .revents = 0};
    if (::poll(&polled, 1, 2) <= 0) continue;
    std::array<std::uint8_t, 64> buffer{};
    const ssize_t count =
        ::read(descriptor, buffer.data(), std::min(buffer.size(), request_length - request.size()));
    if (count <= 0) return;
    request.insert(request.end(), buffer.begin(), buffer.begin() + count);
    if (request.size() < request_length) continue;
    {
      const std::scoped_lock lock(mutex_);
      requests_.push_back(std::exchange(request, {}));
    }
    if (step >= script.size()) continue;
    for (const Send& send : script[step++]) due.push_back({clock.now() + send.after, send.bytes});
  }
}
