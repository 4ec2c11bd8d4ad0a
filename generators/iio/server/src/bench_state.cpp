// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace meterrig::iio_server {

std::optional<std::size_t> channel_index(const DeviceDescription& device, std::string_view id) {
  for (std::size_t i = 0; i < device.channels.size(); ++i)
    if (device.channels[i].id == id) return i;
  return std::nullopt;
}

std::int64_t code_of(const ChannelDescription& channel, double volts) {
  const double code = std::round(volts * 1000 / channel.scale - channel.offset);
  return static_cast<std::int64_t>(std::clamp(code, static_cast<double>(channel.format.lowest()),
                                              static_cast<double>(channel.format.highest())));
}

BenchState::BenchState(ContextDescription context, BenchSettings settings)
    : context_(std::move(context)),
      settings_(std::move(settings)),
      xml_(xml_of(context_)),
      terminals_(settings_.wiring),
      pulse_lines_(settings_.wiring.pulse_lines) {}

std::optional<std::size_t> BenchState::find(std::string_view device) const {
  for (std::size_t i = 0; i < context_.devices.size(); ++i)
    if (device == fmt::format("iio:device{}", i)) return i;
  for (std::size_t i = 0; i < context_.devices.size(); ++i)
    if (!device.empty() && device == context_.devices[i].label) return i;
  for (std::size_t i = 0; i < context_.devices.size(); ++i)
    if (device == context_.devices[i].name) return i;
  return std::nullopt;
}

Result<void> BenchState::check_converters() const {
  std::size_t inputs = 0;
  for (const DeviceDescription& device : context_.devices) {
    const auto refuse = [&device](const std::string& what) {
      return fail(ErrorCode::invalid_argument, fmt::format("device '{}': {}", device.name, what));
    };
    if (!device.output) ++inputs;
    if (!std::ranges::binary_search(device.rates, device.rate) || device.rates.front() <= 0)
      return refuse(
          fmt::format("a rate of {} samples a second, which is not among its rates", device.rate));
    if (device.channels.empty()) return refuse("no channel");
    for (const ChannelDescription& channel : device.channels) {
      const SampleFormat& format = channel.format;
      const bool sized = format.storage == 8 || format.storage == 16 || format.storage == 32 ||
                         format.storage == 64;
      if (!sized || format.bits < 1 || format.shift < 0 ||
          format.bits + format.shift > format.storage)
        return refuse(fmt::format("channel '{}' of format {}", channel.id, to_string(format)));
      if (!(std::abs(channel.scale) > 0))
        return refuse(fmt::format("channel '{}' with a scale of {}", channel.id, channel.scale));
    }
  }
  if (inputs != 1)
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} input devices; expected one, whose clock is the bench's", inputs));
  return {};
}

Result<BenchState::Feed> BenchState::resolve(const ChannelAddress& address, bool output) const {
  const auto refuse = [&] {
    return fail(ErrorCode::invalid_argument,
                fmt::format("wiring: no {} channel '{}' of device '{}'",
                            output ? "output" : "input", address.channel, address.device));
  };
  const auto device = find(address.device);
  if (!device || context_.devices[*device].output != output) return refuse();
  const auto channel = channel_index(context_.devices[*device], address.channel);
  if (!channel) return refuse();
  return Feed{.device = *device, .channel = *channel};
}

Result<void> BenchState::resolve_wiring() {
  constexpr std::int64_t longest_delay = 1'000'000;
  for (const Amplifier& amplifier : settings_.wiring.amplifiers) {
    const auto feed = resolve(amplifier.from, true);
    if (!feed) return tl::unexpected(feed.error());
    feeds_.push_back(*feed);
    if (amplifier.delay < 0 || amplifier.delay > longest_delay)
      return fail(ErrorCode::invalid_argument,
                  fmt::format("wiring: a delay of {} ns; expected 0 to {} ns", amplifier.delay,
                              longest_delay));
  }
  drivers_.assign(input_description().channels.size(), {});
  for (const Sensor& sensor : settings_.wiring.sensors) {
    const auto to = resolve(sensor.to, false);
    if (!to) return tl::unexpected(to.error());
    drivers_[to->channel].sensor = &sensor;
  }
  for (std::size_t i = 0; i < settings_.wiring.pulse_lines.size(); ++i) {
    const PulseLine& line = settings_.wiring.pulse_lines[i];
    const auto to = resolve(line.to, false);
    if (!to) return tl::unexpected(to.error());
    Driver& driver = drivers_[to->channel];
    if (driver.sensor != nullptr || driver.pulse_line)
      return fail(ErrorCode::invalid_argument,
                  fmt::format("wiring: pulse output '{}' on channel '{}' of device '{}', which has "
                              "something else on it",
                              line.output, line.to.channel, line.to.device));
    if (!(line.width > second(0)))
      return fail(ErrorCode::invalid_argument,
                  fmt::format("wiring: pulses of '{}' that are {} s wide; expected more than 0 s",
                              line.output, line.width.in(second)));
    driver.pulse_line = i;
  }
  return {};
}

Result<void> BenchState::begin_device() {
  if (!device_) return {};
  const Rational rate{input_description().rate, 1};
  if (auto begun = device_->begin(rate); !begun) return begun;
  pulse_lines_.begin(device_->start(), rate);
  const bool shown = !settings_.wiring.pulse_lines.empty();
  delay_.begin(shown ? static_cast<std::size_t>(std::max<std::int64_t>(0, device_->reach())) : 0);
  return {};
}

Result<void> BenchState::prepare() {
  if (auto checked = check_converters(); !checked) return checked;
  for (std::size_t i = 0; i < context_.devices.size(); ++i) {
    const DeviceDescription& device = context_.devices[i];
    if (device.output) {
      outputs_.push_back(std::make_unique<Output>(device));
    } else {
      input_index_ = i;
      input_ = std::make_unique<Input>(device);
      outputs_.push_back(nullptr);
    }
  }
  input_volts_.assign(input_description().channels.size(), 0);
  if (auto resolved = resolve_wiring(); !resolved) return resolved;
  for (auto& output : outputs_)
    if (output) output->change_bench_rate(0, input_description().rate);
  if (settings_.device != nullptr) {
    device_.emplace(*settings_.device, settings_.fundamental);
    if (auto begun = begin_device(); !begun) return begun;
  }
  if (!settings_.paced) return {};
  paced_from_ = clock_.now().nanoseconds;
  return worker_.start([this] { pace(); });
}

void BenchState::stop() {
  {
    const Lock lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  worker_.stop();
}

void BenchState::lose_frames(std::int64_t after, std::int64_t count) {
  const Lock lock(mutex_);
  input_->lose(after, count);
}

OutputStatus BenchState::output(std::string_view device) {
  const Lock lock(mutex_);
  const auto index = find(device);
  if (!index || !outputs_[*index]) return {};
  const Output& output = *outputs_[*index];
  OutputStatus status{.open = output.is_open(),
                      .live = output.live(),
                      .volts = {},
                      .underflows = output.underflows()};
  for (std::size_t c = 0; c < context_.devices[*index].channels.size(); ++c) {
    double volts = 0;
    output.volts(c, frame_, 0, {&volts, 1});
    status.volts.push_back(volts);
  }
  return status;
}

std::vector<Pulse> BenchState::pulses() {
  const Lock lock(mutex_);
  return {pulses_.begin(), pulses_.end()};
}

std::optional<Error> BenchState::device_error() {
  const Lock lock(mutex_);
  return device_ ? device_->error() : std::nullopt;
}

}  // namespace meterrig::iio_server
