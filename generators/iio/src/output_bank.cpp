// SPDX-License-Identifier: GPL-3.0-or-later
#include "output_bank.h"

#include <fmt/format.h>
#include <iio.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "meterrig/ports/clock.h"

namespace meterrig::iio {
namespace {

constexpr const char* hold_attribute = "dma_sync";
constexpr std::size_t rest_samples = 64;

Result<void> check(const DacChannel& channel, const std::vector<DacChannel>& all) {
  const std::string name = terminal_name(channel.kind, channel.phase);
  const auto refuse = [&name](const std::string& what) {
    return fail(ErrorCode::invalid_argument, fmt::format("output of {}: {}", name, what));
  };
  if (channel.kind == ChannelKind::other) return refuse("neither voltage nor current");
  if (!std::isfinite(channel.gain) || channel.gain == 0)
    return refuse(fmt::format("a gain of {}", channel.gain));
  if (!(channel.greatest > 0) || !std::isfinite(channel.greatest))
    return refuse(fmt::format("a greatest value of {}; expected one above 0", channel.greatest));
  const auto same = [&channel](const DacChannel& other) {
    return other.kind == channel.kind && other.phase == channel.phase;
  };
  if (std::ranges::count_if(all, same) != 1) return refuse("several channels");
  const auto shared = [&channel](const DacChannel& other) {
    return other.device == channel.device && other.channel == channel.channel;
  };
  if (std::ranges::count_if(all, shared) != 1)
    return refuse(
        fmt::format("channel {} of device {} is used twice", channel.channel, channel.device));
  return {};
}

}  // namespace

std::string terminal_name(ChannelKind kind, Phase phase) {
  return fmt::format("{} L{}", kind == ChannelKind::current ? "current" : "voltage",
                     static_cast<int>(phase) + 1);
}

Result<OutputBank> OutputBank::open(const std::shared_ptr<Context>& context,
                                    const DacSettings& settings) {
  if (settings.channels.empty()) return fail(ErrorCode::invalid_argument, "no output channel");
  OutputBank bank;
  bank.blocks_ = settings.stream_blocks;
  for (const DacChannel& wanted : settings.channels) {
    if (auto checked = check(wanted, settings.channels); !checked)
      return tl::unexpected(checked.error());
    auto device = Device::find(context, wanted.device);
    if (!device) return tl::unexpected(device.error());
    auto known = std::ranges::find(bank.devices_, device->handle(), &Device::handle);
    if (known == bank.devices_.end()) known = bank.devices_.insert(known, std::move(*device));
    auto channel = known->channel(wanted.channel, true, wanted.millivolts_per_code);
    if (!channel) return tl::unexpected(channel.error());
    bank.members_.push_back({.channel = std::move(*channel),
                             .device = static_cast<std::size_t>(known - bank.devices_.begin()),
                             .settings = wanted});
  }
  const bool all_hold = std::ranges::all_of(
      bank.devices_, [](const Device& device) { return device.has(hold_attribute); });
  if (bank.devices_.size() > 1 && !all_hold && !settings.common_trigger)
    return fail(ErrorCode::failed_precondition,
                fmt::format("{} boards and no {} that starts them together; expected a common "
                            "trigger, wired and declared",
                            bank.devices_.size(), hold_attribute));
  if (auto set = bank.set_rate(settings.rate); !set) return tl::unexpected(set.error());
  return bank;
}

Result<void> OutputBank::set_rate(Rational rate) {
  std::vector<Rational> made;
  made.reserve(devices_.size());
  for (const Device& device : devices_) {
    const auto set = device.set_rate(rate);
    if (!set) return tl::unexpected(set.error());
    made.push_back(*set);
    if (*set != made.front())
      return fail(ErrorCode::failed_precondition,
                  fmt::format("of {} samples a second device {} makes {} and device {} makes {}",
                              rate.value(), devices_.front().name(), made.front().value(),
                              device.name(), set->value()));
  }
  rate_ = made.front();
  return {};
}

std::vector<Rational> OutputBank::rates() const {
  std::vector<Rational> common = devices_.front().rates();
  for (const Device& device : devices_) {
    const std::vector<Rational> own = device.rates();
    std::erase_if(common, [&own](Rational rate) { return std::ranges::count(own, rate) == 0; });
  }
  return common;
}

std::size_t OutputBank::alignment() const {
  std::size_t samples = 1;
  for (std::size_t d = 0; d < devices_.size(); ++d) {
    std::size_t bytes = 0;  // of a sample of all its channels
    for (const Member& member : members_)
      if (member.device == d)
        bytes += iio_channel_get_data_format(member.channel.handle())->length / 8;
    const std::size_t wanted = devices_[d].alignment();
    samples = std::lcm(samples, wanted / std::gcd(wanted, bytes));
  }
  return samples;
}

Result<Codes> OutputBank::codes_of(const SampleBlock& block) const {
  Codes codes;
  codes.reserve(members_.size());
  for (const Member& member : members_) {
    const DacChannel& to = member.settings;
    const auto phase = static_cast<std::size_t>(to.phase);
    const auto row = to.kind == ChannelKind::current ? block.amperes(phase) : block.volts(phase);
    const auto lowest = static_cast<double>(member.channel.lowest_code());
    const auto highest = static_cast<double>(member.channel.highest_code());
    std::vector<std::int64_t>& out = codes.emplace_back();
    out.reserve(row.size());
    for (const double value : row) {
      const double code = std::round(member.channel.code_of(1000 * value / to.gain));
      if (!(code >= lowest && code <= highest)) {
        const double peak = *std::ranges::max_element(
            row, {}, [](double v) { return std::isnan(v) ? INFINITY : std::abs(v); });
        const double low = member.channel.millivolts(member.channel.lowest_code()) / 1000 * to.gain;
        const double high =
            member.channel.millivolts(member.channel.highest_code()) / 1000 * to.gain;
        const char unit = to.kind == ChannelKind::current ? 'A' : 'V';
        return fail(ErrorCode::out_of_range,
                    fmt::format("{} needs a peak of {:.6g} {}; channel {} with its amplifier "
                                "reaches {:.6g} {} to {:.6g} {}",
                                terminal_name(to.kind, to.phase), peak, unit, member.channel.name(),
                                std::min(low, high), unit, std::max(low, high), unit));
      }
      out.push_back(static_cast<std::int64_t>(code));
    }
  }
  return codes;
}

Codes OutputBank::zeros(std::size_t samples) const {
  Codes codes;
  codes.reserve(members_.size());
  for (const Member& member : members_)
    codes.emplace_back(samples, std::llround(member.channel.code_of(0)));
  return codes;
}

Result<void> OutputBank::hold(bool on) const {
  const auto holds = [](const Device& device) { return device.has(hold_attribute); };
  if (devices_.size() < 2 || std::ranges::none_of(devices_, holds)) return {};
  if (!on) {
    // Over a network libiio does not wait for a board to take its samples, and the release goes
    // over another connection.
    constexpr double transfer = 50e-3;
    ports::MonotonicClock clock;
    clock.sleep_until(clock.now() + second(transfer));
  }
  for (const Device& device : devices_) {
    if (!holds(device)) continue;
    if (auto written = device.write(hold_attribute, on ? "1" : "0"); !written) return written;
  }
  return {};
}

Result<void> OutputBank::begin(const Codes& codes, bool cyclic) {
  close();
  if (auto held = hold(true); !held) return held;
  // Enabled channels are the client's own state, and may be left from somebody else.
  for (const Device& device : devices_)
    for (unsigned c = 0; c < iio_device_get_channels_count(device.handle()); ++c)
      iio_channel_disable(iio_device_get_channel(device.handle(), c));
  for (Member& member : members_) member.channel.enable();
  // All are open before the first has samples: a common trigger waits for those that are open.
  for (const Device& device : devices_) {
    auto buffer = Buffer::open(device, codes.front().size(), cyclic, blocks_);
    if (!buffer) {
      close();
      return tl::unexpected(buffer.error());
    }
    buffers_.push_back(std::move(*buffer));
  }
  const auto pushed = push(codes);
  const auto done = pushed ? hold(false) : pushed;
  if (!done) close();
  return done;
}

Result<void> OutputBank::push(const Codes& codes) {
  for (std::size_t i = 0; i < members_.size(); ++i)
    members_[i].channel.put(buffers_[members_[i].device].handle(), codes[i]);
  for (Buffer& buffer : buffers_)
    if (auto pushed = buffer.push(); !pushed) return pushed;
  return {};
}

void OutputBank::close() { buffers_.clear(); }

Result<void> OutputBank::rest() {
  const std::size_t align = alignment();
  const std::size_t samples = (rest_samples + align - 1) / align * align;
  // Not cyclic: libiio tells what became of a block when the next one goes, and of a cyclic one
  // never.
  const Codes nothing = zeros(samples);
  if (auto begun = begin(nothing, false); !begun) return begun;
  if (auto pushed = push(nothing); !pushed) return pushed;
  // Closing before the board has put one out would leave what was there before.
  constexpr double start_up = 2e-3;
  ports::MonotonicClock clock;
  clock.sleep_until(clock.now() + second(start_up + static_cast<double>(samples) / rate_.value()));
  close();
  return {};
}

Result<void> OutputBank::probe() const {
  for (const Device& device : devices_)
    if (auto rate = device.rate(); !rate) return tl::unexpected(rate.error());
  return {};
}

}  // namespace meterrig::iio
