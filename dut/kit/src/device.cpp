// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/kit/device.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace meterrig::kit {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;
constexpr Duration longest_step = hour(1);
// Samples fed that a device holds: half a minute at 4 kS/s, 3 MB.
constexpr std::size_t capacity = 131'072;
constexpr std::size_t most_outputs = 32;

// Samples with a time before `elapsed`; sample n is at n / rate.
std::int64_t samples_before(std::int64_t elapsed_nanoseconds, Rational rate) {
  const Wide unit = Wide{rate.denominator} * nanoseconds_per_second;
  return static_cast<std::int64_t>((Wide{elapsed_nanoseconds} * rate.numerator + unit - 1) / unit);
}

// Time of so many samples in nanoseconds, rounded down so that a sample stays before the end of its
// step.
std::int64_t time_of(std::int64_t samples, Rational rate) {
  return static_cast<std::int64_t>(Wide{samples} * rate.denominator * nanoseconds_per_second /
                                   rate.numerator);
}

Result<void> check_description(const CoreDescription& core) {
  const auto wrong = [&core](std::string_view what) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("the core of device '{}': {}", core.device, what));
  };
  const Converter& converter = core.converter;
  if (core.device.empty()) return wrong("it has no name; expected that of its profile");
  if (converter.rate.numerator <= 0 || converter.rate.denominator <= 0)
    return wrong(fmt::format("its converter's rate is {}/{}; expected more than 0 samples a second",
                             converter.rate.numerator, converter.rate.denominator));
  if (converter.bits < 2 || converter.bits > 32)
    return wrong(fmt::format("its converter has {} bits; expected from 2 to 32", converter.bits));
  for (const double step : {converter.volts_per_code, converter.amperes_per_code}) {
    if (!(step > 0 && std::isfinite(step)))
      return wrong(fmt::format("a step of its converter is {}; expected more than 0", step));
  }
  if (core.pulse_outputs.size() > most_outputs)
    return wrong(fmt::format("it has {} pulse outputs; expected at most {}",
                             core.pulse_outputs.size(), most_outputs));
  for (auto name = core.pulse_outputs.begin(); name != core.pulse_outputs.end(); ++name) {
    if (name->empty() || std::find(core.pulse_outputs.begin(), name, *name) != name)
      return wrong(fmt::format("a pulse output is named '{}'; expected a name of its own", *name));
  }
  for (auto id = core.quantities.begin(); id != core.quantities.end(); ++id) {
    if (std::find(core.quantities.begin(), id, *id) != id)
      return wrong(fmt::format("it names {} twice", to_string(*id)));
  }
  return {};
}

}  // namespace

Device::Device(Core& core, CoreDescription description)
    : core_(core), description_(std::move(description)) {
  switch_on();
}

Result<std::unique_ptr<Device>> Device::create(Core& core) {
  CoreDescription description = core.describe();
  if (auto sound = check_description(description); !sound) return tl::unexpected(sound.error());
  return std::unique_ptr<Device>(new Device(core, std::move(description)));
}

void Device::switch_on() {
  core_.reset();
  now_ = {};
  applied_at_ = {};
  taken_ = 0;
  fed_ = false;
  next_.reset();
  held_.clear();
}

Result<TerminalsDescription> Device::describe() {
  return TerminalsDescription{.device = description_.device,
                              .serial_number = description_.serial_number,
                              .now = now_,
                              .simulated = true,
                              .model = "firmware " + description_.firmware_version,
                              .model_sha256 = description_.firmware_checksum,
                              .takes_recipes = false,
                              .converter = description_.converter};
}

Result<void> Device::power_cycle() {
  switch_on();
  return {};
}

Result<Instant> Device::apply(const SignalRecipe& /*recipe*/, std::uint64_t /*device_seed*/) {
  return fail(ErrorCode::unimplemented,
              "a recipe; this device does not compute signals, it takes codes of its converter");
}

Result<FeedTerms> Device::apply_samples(const SampleFeed& samples, std::uint64_t /*device_seed*/) {
  const Rational rate = description_.converter.rate;
  if (samples.rate != rate)
    return fail(ErrorCode::out_of_range,
                fmt::format("{} samples a second; expected {}, the converter's rate",
                            samples.rate.value(), rate.value()));
  applied_at_ = now_;
  taken_ = 0;
  fed_ = true;
  next_.reset();
  held_.clear();
  // A sample is taken as it is, so none beyond a time is needed for it.
  return FeedTerms{.now = now_, .capacity = static_cast<std::int64_t>(capacity), .reach = 0};
}

Result<FeedState> Device::feed(const SampleBlock& /*block*/) {
  return fail(ErrorCode::unimplemented,
              "volts and amperes; this device takes codes of its converter in their place");
}

Result<FeedState> Device::feed(const CodeBlock& block) {
  if (auto sound = check(block); !sound) return tl::unexpected(sound.error());
  const std::size_t count = block.count();
  // What lies before time 0 is for devices that interpolate.
  const auto early = static_cast<std::size_t>(std::max<std::int64_t>(0, -block.first_sample));
  for (std::size_t i = early; i < count; ++i) {
    Scan& scan = held_.emplace_back();
    for (std::size_t phase = 0; phase < phase_count; ++phase) {
      scan.volts.at(phase) = block.volts.at(phase)[i];
      scan.amperes.at(phase) = block.amperes.at(phase)[i];
    }
  }
  next_ = block.first_sample + static_cast<std::int64_t>(count);
  return FeedState{.next_sample = *next_, .room = static_cast<std::int64_t>(room())};
}

Result<void> Device::check(const CodeBlock& block) const {
  if (!fed_)
    return fail(ErrorCode::failed_precondition,
                "the terminals are dead; expected samples to be applied first");
  const Converter& converter = description_.converter;
  if (block.rate != converter.rate)
    return fail(ErrorCode::invalid_argument,
                fmt::format("codes at {} a second; expected {}, the converter's rate",
                            block.rate.value(), converter.rate.value()));
  const std::int64_t highest = (std::int64_t{1} << (converter.bits - 1)) - 1;
  const auto check_row = [&](const std::vector<std::int32_t>& row, std::string_view what,
                             std::size_t phase) -> Result<void> {
    if (row.size() != block.count())
      return fail(ErrorCode::invalid_argument,
                  fmt::format("{} codes of {} L{}; expected {}, as many as of voltage L1",
                              row.size(), what, phase + 1, block.count()));
    for (const std::int32_t code : row) {
      if (code > highest || code < -highest - 1)
        return fail(ErrorCode::invalid_argument,
                    fmt::format("code {} of {} L{}; expected from {} to {}, a code of {} bits",
                                code, what, phase + 1, -highest - 1, highest, converter.bits));
    }
    return {};
  };
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    if (auto sound = check_row(block.volts.at(phase), "voltage", phase); !sound) return sound;
    if (auto sound = check_row(block.amperes.at(phase), "current", phase); !sound) return sound;
  }
  if (next_ ? block.first_sample != *next_ : block.first_sample > 0)
    return fail(ErrorCode::failed_precondition,
                fmt::format("the block begins with sample {}; expected {}", block.first_sample,
                            next_ ? fmt::format("{}", *next_) : "sample 0 or one before it"));
  const std::int64_t end = block.first_sample + static_cast<std::int64_t>(block.count());
  const std::int64_t kept = end - std::max<std::int64_t>(0, block.first_sample);
  if (kept > static_cast<std::int64_t>(room()))
    return fail(ErrorCode::failed_precondition,
                fmt::format("{} samples where there is room for {}; expected time to advance first",
                            kept, room()));
  return {};
}

std::size_t Device::room() const { return capacity - held_.size(); }

Result<std::vector<Pulse>> Device::advance(Instant until) {
  if (until < now_)
    return fail(ErrorCode::out_of_range,
                fmt::format("cannot go back to {} ns: the device stands at {} ns",
                            until.nanoseconds, now_.nanoseconds));
  if (until > now_ + longest_step)
    return fail(ErrorCode::out_of_range, fmt::format("{} ns is more than an hour after {} ns",
                                                     until.nanoseconds, now_.nanoseconds));
  const std::int64_t end =
      samples_before(until.nanoseconds - applied_at_.nanoseconds, description_.converter.rate);
  const std::int64_t count = end - taken_;
  std::vector<Pulse> pulses;
  if (!fed_) {
    for (std::int64_t i = 0; i < count; ++i) take({}, pulses);
  } else {
    const auto held = static_cast<std::int64_t>(held_.size());
    if (count > held)
      return fail(ErrorCode::failed_precondition,
                  fmt::format("samples up to {} were fed; this time needs those up to {}",
                              taken_ + held - 1, end - 1));
    const auto first_left = held_.begin() + static_cast<std::ptrdiff_t>(count);
    for (auto scan = held_.begin(); scan != first_left; ++scan) take(*scan, pulses);
    held_.erase(held_.begin(), first_left);
  }
  now_ = until;
  return pulses;
}

void Device::take(const Scan& scan, std::vector<Pulse>& pulses) {
  const std::uint32_t begun = core_.scan(scan);
  const std::int64_t after = time_of(taken_, description_.converter.rate);
  for (std::size_t output = 0; output < description_.pulse_outputs.size(); ++output) {
    if ((begun >> output & 1U) != 0)
      pulses.push_back({description_.pulse_outputs[output], {applied_at_.nanoseconds + after}});
  }
  ++taken_;
}

Result<MeterIdentity> Device::identify() {
  return MeterIdentity{.device = description_.device,
                       .serial_number = description_.serial_number,
                       .firmware_version = description_.firmware_version,
                       .firmware_checksum = description_.firmware_checksum,
                       .quantities = description_.quantities};
}

Result<std::vector<Reading>> Device::read(std::span<const QuantityId> ids) {
  std::vector<Reading> readings;
  const auto& offered = description_.quantities;
  for (const QuantityId id : ids) {
    if (std::find(offered.begin(), offered.end(), id) == offered.end())
      return fail(ErrorCode::not_found,
                  fmt::format("{} has no {}", description_.device, to_string(id)));
    const CoreValue shown = core_.value(id);
    const std::int64_t age = time_of(shown.scans_since, description_.converter.rate);
    readings.push_back({.id = id,
                        .value = shown.value,
                        .resolution = shown.resolution,
                        .time = {now_.nanoseconds - age},
                        .time_base = "device"});
  }
  return readings;
}

Result<std::vector<MeterParameter>> Device::read_parameters() { return core_.parameters(); }

}  // namespace meterrig::kit
