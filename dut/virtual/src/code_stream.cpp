// SPDX-License-Identifier: GPL-3.0-or-later
#include "code_stream.h"

#include <utility>

namespace meterrig::twin {

CodeStream::CodeStream(std::unique_ptr<Signal> signal, reference::FrontEnd front_end,
                       Frequency fundamental, Pace pace, std::optional<SelfWarming> warming,
                       Temperature ambient)
    : signal_(std::move(signal)),
      front_end_(std::move(front_end)),
      fundamental_(fundamental),
      pace_(pace),
      begin_(warming),
      warming_(warming),
      ambient_(ambient),
      rate_(signal_->rate()),
      latency_(front_end_.latency()),
      block_(rate_, 0, block_samples) {}

Result<const reference::CodeBlock*> CodeStream::next() {
  Slot& slot = slots_.at(given_ % slot_count);
  if (pace_ == Pace::as_asked) {
    compute(slot);
  } else {
    if (!thread_.joinable())
      thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    std::unique_lock lock(mutex_);
    released_ = given_;
    if (computed_ - released_ <= slot_count - at_once) changed_.notify_one();
    if (computed_ == given_) changed_.wait(lock, [this] { return computed_ >= given_ + at_once; });
  }
  ++given_;
  if (!slot.computed) return tl::unexpected(slot.computed.error());
  return &slot.codes;
}

const std::optional<SelfWarming>& CodeStream::warming() const {
  return given_ == 0 ? begin_ : slots_.at((given_ - 1) % slot_count).warming;
}

void CodeStream::compute(Slot& slot) {
  slot.computed = signal_->read(block_);
  if (!slot.computed) return;
  if (warming_) {
    slot.warming = warming_;
    front_end_.set_temperature(ambient_ + degree_celsius(warming_->kelvins()));
    warming_->pass(block_);
  }
  front_end_.convert(block_, fundamental_, slot.codes);
  block_.first_sample += static_cast<std::int64_t>(block_samples);
}

void CodeStream::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const auto room = [this] { return released_ + slot_count - computed_; };
  while (!stop.stop_requested()) {
    if (room() == 0) {
      changed_.wait(lock, stop, [&] { return room() >= at_once; });
      continue;
    }
    Slot& slot = slots_.at(computed_ % slot_count);
    lock.unlock();
    compute(slot);
    lock.lock();
    ++computed_;
    if (computed_ - released_ >= at_once) changed_.notify_one();
  }
}

}  // namespace meterrig::twin
