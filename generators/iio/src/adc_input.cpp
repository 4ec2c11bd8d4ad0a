// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/iio/adc_input.h"

#include <fmt/format.h>
#include <iio.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <utility>

#include "adc_checks.h"
#include "broken_pipe.h"
#include "buffer.h"
#include "device.h"
#include "pulse_finder.h"

namespace meterrig::iio {
namespace {

__extension__ using Wide = __int128;

constexpr const char* stamp_id = "timestamp";

/// The middle between a sample and the one before it, as a time since sample 0.
Instant middle_before(std::int64_t sample, Rational rate) {
  constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;
  const Wide halves = Wide{2 * sample - 1} * rate.denominator * nanoseconds_per_second;
  return {static_cast<std::int64_t>((halves + rate.numerator) / (2 * Wide{rate.numerator}))};
}

}  // namespace

class AdcInput::State {
 public:
  State(Device device, AdcSettings settings)
      : device_(std::move(device)), settings_(std::move(settings)) {}

  Result<void> prepare();
  [[nodiscard]] const Device& device() const { return device_; }
  [[nodiscard]] Rational rate() const { return rate_; }
  Result<void> start();
  Result<SampleBlock> read(std::size_t count);
  std::vector<Pulse> take_pulses() { return std::exchange(pulses_, {}); }
  [[nodiscard]] bool has_pulse_inputs() const { return !lines_.empty(); }
  void stop() { buffer_.reset(); }

 private:
  struct Member {
    ConverterChannel channel;
    AdcChannel settings;
    std::vector<std::int64_t> codes;
  };
  /// A pulse input.
  struct Line {
    ConverterChannel channel;
    std::string output;
    PulseLevel level;
    PulseFinder finder;
    std::vector<std::int64_t> codes;
  };
  /// Looks for pulses in the next `count` codes, of which the first is sample `first`.
  void find_pulses(std::size_t count, std::int64_t first);
  Result<void> refill(Buffer& buffer);
  Result<void> check_stamps(const ConverterChannel& channel, Buffer& buffer);
  Result<std::int64_t> lost_samples() const;

  Device device_;
  AdcSettings settings_;
  Rational rate_{1, 1};
  std::vector<Member> members_;
  std::vector<Line> lines_;
  std::vector<Pulse> pulses_;  // not given yet, in the order of time
  std::optional<ConverterChannel> stamp_;
  std::vector<std::int64_t> stamps_;
  std::optional<std::int64_t> last_stamp_;
  std::int64_t lost_at_start_ = 0;
  std::optional<Buffer> buffer_;
  std::size_t taken_ = 0;  // of the samples that came last
  std::int64_t next_sample_ = 0;
};

Result<void> AdcInput::State::prepare() {
  for (const AdcChannel& wanted : settings_.channels) {
    auto channel = device_.channel(wanted.channel, false, wanted.millivolts_per_code);
    if (!channel) return tl::unexpected(channel.error());
    members_.push_back({.channel = std::move(*channel), .settings = wanted, .codes = {}});
  }
  for (const AdcPulseInput& wanted : settings_.pulse_inputs) {
    auto channel = device_.channel(wanted.channel, false, wanted.millivolts_per_code);
    if (!channel) return tl::unexpected(channel.error());
    const PulseLevel level{.threshold = wanted.threshold,
                           .hysteresis = wanted.hysteresis,
                           .active_low = wanted.active_low};
    lines_.push_back({.channel = std::move(*channel),
                      .output = wanted.output,
                      .level = level,
                      .finder = PulseFinder(level),
                      .codes = {}});
  }
  if (auto stamp = device_.channel(stamp_id, false, 1.0)) stamp_ = std::move(*stamp);
  const auto rate = device_.set_rate(settings_.rate);
  if (!rate) return tl::unexpected(rate.error());
  rate_ = *rate;
  return {};
}

Result<std::int64_t> AdcInput::State::lost_samples() const {
  if (settings_.lost_samples_attribute.empty()) return 0;
  const auto text = device_.read(settings_.lost_samples_attribute);
  if (!text) return tl::unexpected(text.error());
  std::int64_t count = 0;
  const auto parsed = std::from_chars(text->data(), text->data() + text->size(), count);
  if (parsed.ec != std::errc{})
    return fail(ErrorCode::aborted,
                fmt::format("{} of device {} is '{}'; expected a number",
                            settings_.lost_samples_attribute, device_.name(), *text));
  return count;
}

Result<void> AdcInput::State::start() {
  stop();
  for (unsigned c = 0; c < iio_device_get_channels_count(device_.handle()); ++c)
    iio_channel_disable(iio_device_get_channel(device_.handle(), c));
  for (Member& member : members_) member.channel.enable();
  for (Line& line : lines_) line.channel.enable();
  if (stamp_) stamp_->enable();
  auto buffer = Buffer::open(device_, settings_.block_samples, false, settings_.blocks);
  if (!buffer) return tl::unexpected(buffer.error());
  const auto lost = lost_samples();
  if (!lost) return tl::unexpected(lost.error());
  lost_at_start_ = *lost;
  buffer_ = std::move(*buffer);
  for (Member& member : members_) member.codes.clear();
  for (Line& line : lines_) line.finder = PulseFinder(line.level);
  pulses_.clear();
  taken_ = 0;
  next_sample_ = 0;
  last_stamp_.reset();
  return {};
}

Result<void> AdcInput::State::check_stamps(const ConverterChannel& channel, Buffer& buffer) {
  stamps_.resize(settings_.block_samples);
  channel.get(buffer.handle(), stamps_);
  for (const std::int64_t stamp : stamps_) {
    if (last_stamp_) {
      const double periods = static_cast<double>(stamp - *last_stamp_) * 1e-9 * rate_.value();
      const auto steps = std::llround(periods);
      if (steps < 1)
        return fail(ErrorCode::aborted,
                    fmt::format("device {}: a time stamp that is {} ns after the one before; "
                                "expected {:.0f} ns",
                                device_.name(), stamp - *last_stamp_, 1e9 / rate_.value()));
      if (steps > 1)
        return fail(ErrorCode::aborted, fmt::format("device {} lost {} samples, by its time stamps",
                                                    device_.name(), steps - 1));
    }
    last_stamp_ = stamp;
  }
  return {};
}

Result<void> AdcInput::State::refill(Buffer& buffer) {
  if (auto came = buffer.refill(); !came) return came;
  for (Member& member : members_) {
    member.codes.resize(settings_.block_samples);
    member.channel.get(buffer.handle(), member.codes);
  }
  for (Line& line : lines_) {
    line.codes.resize(settings_.block_samples);
    line.channel.get(buffer.handle(), line.codes);
  }
  taken_ = 0;
  if (stamp_)
    if (auto checked = check_stamps(*stamp_, buffer); !checked) return checked;
  const auto lost = lost_samples();
  if (!lost) return tl::unexpected(lost.error());
  if (*lost != lost_at_start_)
    return fail(ErrorCode::aborted,
                fmt::format("device {} lost {} samples, by its {}", device_.name(),
                            *lost - lost_at_start_, settings_.lost_samples_attribute));
  return {};
}

void AdcInput::State::find_pulses(std::size_t count, std::int64_t first) {
  const auto before = static_cast<std::ptrdiff_t>(pulses_.size());
  for (Line& line : lines_) {
    for (std::size_t i = 0; i < count; ++i) {
      if (!line.finder.next(line.channel.millivolts(line.codes[taken_ + i]) / 1000)) continue;
      const auto sample = first + static_cast<std::int64_t>(i);
      pulses_.push_back({.output = line.output, .time = middle_before(sample, rate_)});
    }
  }
  std::ranges::stable_sort(pulses_.begin() + before, pulses_.end(), {}, &Pulse::time);
}

Result<SampleBlock> AdcInput::State::read(std::size_t count) {
  if (!buffer_) return fail(ErrorCode::failed_precondition, "the input is not started");
  SampleBlock block(rate_, next_sample_, count);
  std::size_t done = 0;
  while (done < count) {
    const std::size_t there = members_.front().codes.size() - taken_;
    if (there == 0) {
      if (auto filled = refill(*buffer_); !filled) {
        stop();
        return tl::unexpected(filled.error());
      }
      continue;
    }
    const std::size_t now = std::min(there, count - done);
    for (const Member& member : members_) {
      const auto phase = static_cast<std::size_t>(member.settings.phase);
      const auto row =
          member.settings.kind == ChannelKind::current ? block.amperes(phase) : block.volts(phase);
      for (std::size_t i = 0; i < now; ++i)
        row[done + i] =
            member.channel.millivolts(member.codes[taken_ + i]) / 1000 / member.settings.gain;
    }
    find_pulses(now, next_sample_ + static_cast<std::int64_t>(done));
    taken_ += now;
    done += now;
  }
  next_sample_ += static_cast<std::int64_t>(count);
  return block;
}

AdcInput::AdcInput(std::unique_ptr<State> state) : state_(std::move(state)) {}

AdcInput::~AdcInput() {
  const NoBrokenPipe guard;
  state_->stop();
}

Result<std::unique_ptr<AdcInput>> AdcInput::open(std::shared_ptr<Context> context,
                                                 AdcSettings settings) {
  const NoBrokenPipe guard;
  if (auto checked = check(settings); !checked) return tl::unexpected(checked.error());
  auto device = Device::find(std::move(context), settings.device);
  if (!device) return tl::unexpected(device.error());
  auto state = std::make_unique<State>(std::move(*device), std::move(settings));
  if (auto prepared = state->prepare(); !prepared) return tl::unexpected(prepared.error());
  return std::unique_ptr<AdcInput>(new AdcInput(std::move(state)));
}

Result<InstrumentIdentity> AdcInput::identify() {
  const NoBrokenPipe guard;
  if (auto rate = state_->device().rate(); !rate) return tl::unexpected(rate.error());
  return state_->device().context()->identity();
}

Rational AdcInput::rate() const { return state_->rate(); }

std::string AdcInput::time_base() const {
  return fmt::format("sample clock of {} at {}, {} Hz", state_->device().name(),
                     state_->device().context()->uri(), rate().value());
}

Result<void> AdcInput::start() {
  const NoBrokenPipe guard;
  return state_->start();
}

Result<SampleBlock> AdcInput::read(std::size_t count) {
  const NoBrokenPipe guard;
  return state_->read(count);
}

std::vector<Pulse> AdcInput::take_pulses() { return state_->take_pulses(); }

Duration AdcInput::timestamp_standard_uncertainty() const {
  if (!state_->has_pulse_inputs()) return {};
  return second(0.5 / rate().value() / std::sqrt(3.0));
}

Result<void> AdcInput::stop() {
  const NoBrokenPipe guard;
  state_->stop();
  return {};
}

}  // namespace meterrig::iio
