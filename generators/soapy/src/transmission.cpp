// SPDX-License-Identifier: GPL-3.0-or-later
#include "transmission.h"

#include <SoapySDR/Constants.h>
#include <SoapySDR/Errors.h>
#include <fmt/format.h>

#include <SoapySDR/Errors.hpp>
#include <algorithm>
#include <system_error>
#include <utility>
#include <vector>

namespace meterrig::soapy {
namespace {

constexpr long write_patience = 100'000;  // microseconds
constexpr int most_full_writes = 10;      // one after the other that took nothing

}  // namespace

Transmission::Transmission(Radio& radio, Envelope envelope, std::int64_t run_out, Duration lease)
    : radio_(radio), envelope_(std::move(envelope)), run_out_(run_out), lease_(lease) {}

Result<void> Transmission::begin() {
  running_ = true;
  renew();
  try {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  } catch (const std::system_error& error) {
    running_ = false;
    return fail(ErrorCode::unavailable, fmt::format("no thread: {}", error.what()));
  }
  return wait_for_looks(1);
}

Result<void> Transmission::check() {
  renew();
  // One look may have begun before now.
  return wait_for_looks(2);
}

void Transmission::renew() {
  const std::scoped_lock lock(mutex_);
  renewed_ = clock_.now();
}

Result<void> Transmission::wait_for_looks(std::int64_t more) {
  std::unique_lock lock(mutex_);
  const std::int64_t wanted = looks_ + more;
  changed_.wait(lock, [&] { return looks_ >= wanted || !running_; });
  if (fault_) return tl::unexpected(*fault_);
  return {};
}

Result<void> Transmission::end() {
  if (thread_.joinable()) {
    thread_.request_stop();
    thread_.join();
  }
  return finished_;
}

void Transmission::run(const std::stop_token& stop) {
  auto sent = radio_.activate();
  if (sent) sent = send(stop);
  // Whatever happened, and even to a stream that would not start.
  auto finished = finish();
  const std::scoped_lock lock(mutex_);
  if (!sent) fault_ = sent.error();
  finished_ = std::move(finished);
  running_ = false;
  changed_.notify_all();
}

Result<void> Transmission::send(const std::stop_token& stop) {
  std::vector<std::complex<float>> samples(radio_.transfer());
  std::int64_t first = 0;
  while (!stop.stop_requested()) {
    envelope_.fill(first, samples);
    first += static_cast<std::int64_t>(samples.size());
    if (auto sent = send_all(samples, 0); !sent) return sent;
    if (auto looked = look_for_gaps(); !looked) return looked;
    if (auto held = look_at_lease(); !held) return held;
    const std::scoped_lock lock(mutex_);
    ++looks_;
    changed_.notify_all();
  }
  return {};
}

Result<void> Transmission::send_all(std::span<const std::complex<float>> samples, int flags) {
  int full = 0;
  while (!samples.empty()) {
    const auto code = radio_.write(samples, flags, write_patience);
    if (!code) return tl::unexpected(code.error());
    if (*code > 0) {
      samples = samples.subspan(std::min(samples.size(), static_cast<std::size_t>(*code)));
      full = 0;
    } else if (*code == 0 || *code == SOAPY_SDR_TIMEOUT) {
      if (++full >= most_full_writes)
        return fail(ErrorCode::unavailable, "the transmitter takes no samples");
    } else if (*code == SOAPY_SDR_UNDERFLOW) {
      return fail(ErrorCode::aborted, "a gap in the transmitted samples (underflow)");
    } else {
      return fail(ErrorCode::unavailable,
                  fmt::format("writing samples: {}", SoapySDR::errToStr(*code)));
    }
  }
  return {};
}

Result<void> Transmission::look_for_gaps() {
  while (true) {
    const auto code = radio_.status(0);
    if (!code) return tl::unexpected(code.error());
    if (*code == SOAPY_SDR_TIMEOUT) return {};
    if (*code == SOAPY_SDR_UNDERFLOW)
      return fail(ErrorCode::aborted, "a gap in the transmitted samples (underflow)");
    if (*code == SOAPY_SDR_NOT_SUPPORTED)
      return fail(ErrorCode::unimplemented,
                  "the radio does not report gaps in the transmitted samples");
    if (*code < 0)
      return fail(ErrorCode::aborted,
                  fmt::format("the transmitter's stream: {}", SoapySDR::errToStr(*code)));
  }
}

Result<void> Transmission::look_at_lease() {
  const std::scoped_lock lock(mutex_);
  if (clock_.now() - renewed_ <= lease_) return {};
  return fail(ErrorCode::aborted,
              fmt::format("the control loop did not get on for {} s, so the output ended",
                          lease_.in(second)));
}

// Zeros first, for a converter may hold its last code; then the stream, whether it took them or
// not.
Result<void> Transmission::finish() {
  const std::vector<std::complex<float>> zeros(radio_.transfer());
  std::int64_t left = run_out_;
  Result<void> zeroed;
  while (left > 0 && zeroed) {
    const std::int64_t count = std::min(left, static_cast<std::int64_t>(zeros.size()));
    left -= count;
    zeroed = send_all(std::span(zeros).first(static_cast<std::size_t>(count)),
                      left == 0 ? SOAPY_SDR_END_BURST : 0);
  }
  auto stopped = radio_.deactivate();
  auto lowered = radio_.lower_gains();
  if (!stopped) return stopped;
  if (!lowered) return lowered;
  return zeroed;
}

}  // namespace meterrig::soapy
