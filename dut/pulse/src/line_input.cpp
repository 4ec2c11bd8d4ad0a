// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/pulse/line_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "meterrig/pulse/pulse_queue.h"

namespace meterrig::pulse {
namespace {

class LineInput final : public PulseInput {
 public:
  LineInput(std::unique_ptr<ports::ModemLines> lines, LineInputSettings settings,
            ports::Clock& clock)
      : lines_(std::move(lines)),
        settings_(std::move(settings)),
        clock_(clock),
        finder_(settings_.shape),
        thread_([this] { watch(); }) {}
  LineInput(const LineInput&) = delete;
  LineInput& operator=(const LineInput&) = delete;
  ~LineInput() override {
    stop_ = true;
    thread_.join();
  }

  Result<std::vector<Pulse>> take(Duration patience) override { return queue_.take(patience); }

  [[nodiscard]] std::string time_base() const override { return "rig"; }
  [[nodiscard]] Duration standard_uncertainty() const override {
    const std::scoped_lock lock(finder_mutex_);
    const double looks = finder_.standard_uncertainty().in(second);
    const double latency = 0.5 * lines_->latency().in(second) / std::sqrt(3.0);
    return second(std::hypot(looks, latency));
  }

 private:
  void watch() {
    const Duration pause = std::max(second(1e-4), 0.01 * settings_.shape.width);
    while (!stop_) {
      if (!look()) return;
      clock_.sleep_until(clock_.now() + pause);
    }
  }

  // False when there is no sense in going on.
  bool look() {
    // The level is of some moment between these two.
    const Instant begin = clock_.now();
    const auto level = lines_->read(settings_.line);
    const Instant time = begin + 0.5 * (clock_.now() - begin);
    if (!level) {
      queue_.end(level.error());
      return false;
    }
    const auto edge = find(time, *level);
    if (!edge) {
      queue_.end(edge.error());
      return false;
    }
    if (const std::optional<Instant> found = *edge) queue_.put({settings_.output, *found});
    return true;
  }

  Result<std::optional<Instant>> find(Instant time, bool level) {
    const std::scoped_lock lock(finder_mutex_);
    return finder_.look(time, level);
  }

  std::unique_ptr<ports::ModemLines> lines_;
  LineInputSettings settings_;
  ports::Clock& clock_;
  mutable std::mutex finder_mutex_;
  EdgeFinder finder_;
  PulseQueue queue_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;  // last: it uses all the others
};

}  // namespace

Result<std::unique_ptr<PulseInput>> watch_line(std::unique_ptr<ports::ModemLines> lines,
                                               const LineInputSettings& settings,
                                               ports::Clock& clock) {
  const Duration width = settings.shape.width;
  if (!(width >= millisecond(1) && width <= second(10)))
    return fail(ErrorCode::out_of_range,
                fmt::format("pulses of {:.4g} ms; expected 1 ms to 10 s", width.in(millisecond)));
  return std::make_unique<LineInput>(std::move(lines), settings, clock);
}

}  // namespace meterrig::pulse
