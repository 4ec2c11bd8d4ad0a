// SPDX-License-Identifier: GPL-3.0-or-later
// The attributes of a bench's devices and channels.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>

#include "bench_state.h"

namespace meterrig::iio_server {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc{} || parsed.ptr != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace

Answer<BenchState::AttributeList> BenchState::find_attributes(const AttributeAddress& where) {
  const auto device = find(where.device);
  if (!device) return tl::unexpected(ENODEV);
  DeviceDescription& description = context_.devices[*device];
  AttributeList list{
      .device = *device, .channel = std::nullopt, .attributes = &description.attributes};
  if (where.debug) list.attributes = &description.debug_attributes;
  if (where.buffer) list.attributes = &description.buffer_attributes;
  if (where.channel.empty()) return list;
  list.channel = channel_index(description, where.channel);
  if (!list.channel || where.output != description.output) return tl::unexpected(ENXIO);
  list.attributes = &description.channels[*list.channel].attributes;
  return list;
}

Answer<BenchState::FoundAttribute> BenchState::find_attribute(const AttributeAddress& where,
                                                              std::string_view name) {
  const auto list = find_attributes(where);
  if (!list) return tl::unexpected(list.error());
  const auto found = std::ranges::find(*list->attributes, name, &Attribute::name);
  if (found == list->attributes->end()) return tl::unexpected(ENOENT);
  return FoundAttribute{.device = list->device, .channel = list->channel, .attribute = &*found};
}

Answer<std::vector<std::string>> BenchState::attributes(const AttributeAddress& where) {
  const Lock lock(mutex_);
  const auto list = find_attributes(where);
  if (!list) return tl::unexpected(list.error());
  std::vector<std::string> names;
  names.reserve(list->attributes->size());
  for (const Attribute& attribute : *list->attributes) names.push_back(attribute.name);
  return names;
}

Answer<std::string> BenchState::read_attribute(const AttributeAddress& where,
                                               std::string_view name) {
  const Lock lock(mutex_);
  const auto found = find_attribute(where, name);
  if (!found) return tl::unexpected(found.error());
  Attribute& attribute = *found->attribute;
  switch (attribute.behaviour) {
    case Behaviour::rate:
      return fmt::format("{}", context_.devices[found->device].rate);
    case Behaviour::lost_frames:
      return fmt::format("{}", input_->lost());
    case Behaviour::raw:
      if (const auto channel = found->channel)
        return fmt::format("{}", raw(found->device, *channel));
      return tl::unexpected(EINVAL);
    default:
      return attribute.value;
  }
}

Answer<void> BenchState::write_attribute(const AttributeAddress& where, std::string_view name,
                                         std::string_view value) {
  const Lock lock(mutex_);
  const auto found = find_attribute(where, name);
  if (!found) return tl::unexpected(found.error());
  Attribute& attribute = *found->attribute;
  switch (attribute.behaviour) {
    case Behaviour::text:
      attribute.value = value;
      return {};
    case Behaviour::rate:
      return set_rate(found->device, value);
    case Behaviour::raw:
      if (const auto channel = found->channel) return set_raw(found->device, *channel, value);
      return tl::unexpected(EINVAL);
    case Behaviour::hold:
      if (value != "0" && value != "1") return tl::unexpected(EINVAL);
      attribute.value = value;
      begin_ready();
      return {};
    default:
      return tl::unexpected(EACCES);
  }
}

Answer<void> BenchState::set_rate(std::size_t device, std::string_view value) {
  const auto wanted = number_of(value);
  if (!wanted || *wanted <= 0) return tl::unexpected(EINVAL);
  DeviceDescription& description = context_.devices[device];
  const bool open = description.output ? outputs_[device]->is_open() : input_->is_open();
  if (open) return tl::unexpected(EBUSY);
  const std::int64_t old = description.rate;
  description.rate = *std::ranges::min_element(description.rates, {}, [&wanted](std::int64_t rate) {
    return std::abs(static_cast<double>(rate) - *wanted);
  });
  if (description.output) {
    outputs_[device]->set_rate(description.rate);
    return {};
  }
  if (description.rate == old) return {};
  // The bench's clock is the input's: from now on it counts frames of the new rate.
  for (auto& output : outputs_)
    if (output) output->change_bench_rate(frame_, description.rate);
  epoch_ += static_cast<std::int64_t>(Wide{frame_} * nanoseconds_per_second / old);
  frame_ = 0;
  paced_from_ = clock_.now().nanoseconds;
  if (!begin_device()) return tl::unexpected(EINVAL);
  return {};
}

Answer<void> BenchState::set_raw(std::size_t device, std::size_t index, std::string_view value) {
  const DeviceDescription& description = context_.devices[device];
  const auto code = number_of(value);
  const SampleFormat& format = description.channels[index].format;
  if (!description.output) return tl::unexpected(EACCES);
  if (!code || *code != std::round(*code) || *code < static_cast<double>(format.lowest()) ||
      *code > static_cast<double>(format.highest()))
    return tl::unexpected(EINVAL);
  if (outputs_[device]->is_open()) return tl::unexpected(EBUSY);
  const ChannelDescription& target = description.channels[index];
  outputs_[device]->set_level(index, (*code + target.offset) * target.scale / 1000);
  return {};
}

std::int64_t BenchState::raw(std::size_t device, std::size_t channel) {
  const DeviceDescription& description = context_.devices[device];
  double volts = 0;
  if (description.output) {
    outputs_[device]->volts(channel, frame_, 0, {&volts, 1});
  } else {
    if (!settings_.paced) compute(1);
    volts = input_volts_[channel];
  }
  return code_of(description.channels[channel], volts);
}

}  // namespace meterrig::iio_server
