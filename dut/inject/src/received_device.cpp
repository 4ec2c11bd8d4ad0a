// SPDX-License-Identifier: GPL-3.0-or-later
#include "received_device.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "meterrig/inject/frame.h"
#include "meterrig/vocabulary/canonical_code.h"

namespace meterrig::inject {

ReceivedDevice::ReceivedDevice(const Sides& sides, const Converter& converter, Write write)
    : sides_(sides), converter_(converter), write_(std::move(write)) {}

Result<std::unique_ptr<ReceivedDevice>> ReceivedDevice::create(const Sides& sides,
                                                               const Converter& converter,
                                                               const ReceiverSizes& sizes,
                                                               Write write) {
  if (sides.terminals == nullptr)
    return fail(ErrorCode::invalid_argument, "a device without terminals cannot be fed");
  std::unique_ptr<ReceivedDevice> device(new ReceivedDevice(sides, converter, std::move(write)));
  if (auto known = device->ask_who(); !known) return tl::unexpected(known.error());
  if (auto started = device->start(sizes); !started) return tl::unexpected(started.error());
  return device;
}

Result<void> ReceivedDevice::ask_who() {
  auto who = sides_.terminals->describe();
  if (!who) return tl::unexpected(who.error());
  who_ = std::move(*who);
  if (who_.now != Instant{}) {
    return fail(ErrorCode::failed_precondition,
                fmt::format("the device stands at {} ns; expected it just switched on",
                            who_.now.nanoseconds));
  }
  takes_codes_ = who_.converter.has_value();
  if (takes_codes_) converter_ = *who_.converter;
  if (sides_.meter == nullptr) return {};
  auto identity = sides_.meter->identify();
  if (!identity) return tl::unexpected(identity.error());
  identity_ = std::move(*identity);
  for (const QuantityId id : identity_.quantities) quantities_.push_back(to_string(id));
  return {};
}

Result<void> ReceivedDevice::start(const ReceiverSizes& sizes) {
  request_.resize(sizes.payload + frame_overhead);
  reply_.resize(largest_payload + frame_overhead);
  scans_.resize(sizes.scans);
  description_ = {.device = who_.device.c_str(),
                  .serial_number = who_.serial_number.c_str(),
                  .model = who_.model.c_str(),
                  .model_sha256 = who_.model_sha256.c_str(),
                  .firmware_version = identity_.firmware_version.c_str(),
                  .firmware_checksum = identity_.firmware_checksum.c_str(),
                  .rate_numerator = static_cast<std::uint32_t>(converter_.rate.numerator),
                  .rate_denominator = static_cast<std::uint32_t>(converter_.rate.denominator),
                  .bits = converter_.bits,
                  .volts_per_code = converter_.volts_per_code,
                  .amperes_per_code = converter_.amperes_per_code};
  device_.context = this;
  device_.description = &description_;
  device_.write = [](void* context, const std::uint8_t* bytes, std::size_t count) {
    self(context).write_(std::span(bytes, count));
  };
  device_.power_cycle = [](void* context) {
    self(context).fed_ = false;
    return self(context).done(self(context).sides_.terminals->power_cycle());
  };
  device_.apply = [](void* context, std::int64_t numerator, std::int64_t denominator,
                     std::uint64_t device_seed, std::int64_t* reach) {
    ReceivedDevice& device = self(context);
    const auto frequency = make_rational(numerator, denominator);
    if (!frequency) return device.refuse(frequency.error());
    const auto terms = device.sides_.terminals->apply_samples(
        {.rate = device.converter_.rate, .frequency = *frequency}, device_seed);
    if (!terms) return device.refuse(terms.error());
    device.fed_ = true;
    *reach = terms->reach;
    return mr_result{.code = MR_OK, .text = ""};
  };
  device_.scans = [](void* context, std::int64_t first, const mr_scan* scans, std::size_t count) {
    return self(context).done(self(context).feed(first, std::span(scans, count)));
  };
  device_.advance = [](void* context, std::int64_t until_ns) {
    return self(context).done(self(context).advance(Instant{until_ns}));
  };
  if (sides_.meter != nullptr) {
    device_.quantity = [](void* context, std::size_t index) -> const char* {
      const auto& names = self(context).quantities_;
      return index < names.size() ? names[index].c_str() : nullptr;
    };
    device_.read = [](void* context, const char* name, std::size_t length, mr_reading* reading) {
      ReceivedDevice& device = self(context);
      const auto id = parse_quantity_id(std::string_view(name, length));
      if (!id) return device.refuse({.code = ErrorCode::not_found, .message = id.error().message});
      const auto read = device.sides_.meter->read(std::span(&*id, 1));
      if (!read) return device.refuse(read.error());
      *reading = {.value = read->front().value,
                  .resolution = read->front().resolution,
                  .time_ns = read->front().time.nanoseconds};
      return mr_result{.code = MR_OK, .text = ""};
    };
    device_.parameter = [](void* context, std::size_t index, const char** name,
                           const char** value) {
      ReceivedDevice& device = self(context);
      if (index == 0) {
        auto read = device.sides_.meter->read_parameters();
        device.parameters_ = read ? std::move(*read) : std::vector<MeterParameter>();
      }
      if (index >= device.parameters_.size()) return false;
      *name = device.parameters_[index].first.c_str();
      *value = device.parameters_[index].second.c_str();
      return true;
    };
  }
  const mr_buffers buffers{.request = request_.data(),
                           .request_size = request_.size(),
                           .reply = reply_.data(),
                           .reply_size = reply_.size(),
                           .scans = scans_.data(),
                           .scan_count = scans_.size()};
  constexpr std::int64_t highest_term = 1'000'000'000;
  if (converter_.rate.numerator > highest_term || converter_.rate.denominator > highest_term ||
      !mr_init(&receiver_, &device_, &buffers)) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("a converter of {}/{} scans a second and {} bits; expected numbers up "
                            "to {} and 2 to 32 bits",
                            converter_.rate.numerator, converter_.rate.denominator, converter_.bits,
                            highest_term));
  }
  return {};
}

void ReceivedDevice::receive(std::span<const std::uint8_t> bytes) {
  mr_receive(&receiver_, bytes.data(), bytes.size());
}

void ReceivedDevice::reset_line() { mr_reset_line(&receiver_); }

mr_result ReceivedDevice::refuse(const Error& error) {
  refusal_ = error.message;
  return {.code = canonical(error.code), .text = refusal_.c_str()};
}

mr_result ReceivedDevice::done(const Result<void>& result) {
  if (!result) return refuse(result.error());
  return {.code = MR_OK, .text = ""};
}

Result<void> ReceivedDevice::feed(std::int64_t first, std::span<const mr_scan> scans) {
  if (!fed_) return {};  // the terminals know that they are dead
  CodeBlock block{.first_sample = first, .rate = converter_.rate, .volts = {}, .amperes = {}};
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    for (const mr_scan& scan : scans) {
      block.volts.at(phase).push_back(scan.volts[phase]);
      block.amperes.at(phase).push_back(scan.amperes[phase]);
    }
  }
  const auto fed = takes_codes_ ? sides_.terminals->feed(block)
                                : sides_.terminals->feed(samples_of(block, converter_));
  if (!fed) return tl::unexpected(fed.error());
  return {};
}

Result<void> ReceivedDevice::advance(Instant until) {
  const auto pulses = sides_.terminals->advance(until);
  if (!pulses) return tl::unexpected(pulses.error());
  for (const Pulse& pulse : *pulses)
    mr_pulse(&receiver_, pulse.output.c_str(), pulse.time.nanoseconds);
  return {};
}

}  // namespace meterrig::inject
