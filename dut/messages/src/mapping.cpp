// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/wire/mapping.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "meterrig/loader/signal_mapping.h"

namespace meterrig::wire {

namespace {

// 1 MiB of doubles in 6 rows.
constexpr int most_samples = 1024 * 1024 / (2 * static_cast<int>(phase_count) * 8);

void write(Rational value, v1::Rational& message) {
  message.set_numerator(value.numerator);
  message.set_denominator(value.denominator);
}

Result<Rational> above_zero(const v1::Rational& message, const char* what) {
  auto value = make_rational(message.numerator(), message.denominator());
  if (!value || value->numerator <= 0) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} {}/{}; expected one above 0", what, message.numerator(),
                            message.denominator()));
  }
  return value;
}

// The length of all rows of a block.
template <class Rows, class Length>
Result<std::size_t> row_length(const v1::SampleBlock& message, const Rows& volts,
                               const Rows& amperes, Length length) {
  const auto wrong = [&message](const std::string& what) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("block at sample {}: {}", message.first_sample(), what));
  };
  if (has_codes(message) && message.volts_size() + message.amperes_size() > 0)
    return wrong("both volts or amperes and codes; expected one form");
  const int most_rows = static_cast<int>(phase_count);
  if (volts.size() > most_rows || amperes.size() > most_rows) {
    return wrong(fmt::format("{} voltages and {} currents; expected at most three of each",
                             volts.size(), amperes.size()));
  }
  int count = -1;
  for (const Rows* rows : {&volts, &amperes}) {
    for (const auto& row : *rows) {
      if (count >= 0 && length(row) != count) {
        return wrong(fmt::format("a row of {} samples beside one of {}; expected them equal",
                                 length(row), count));
      }
      count = length(row);
    }
  }
  if (count < 1 || count > most_samples)
    return wrong(fmt::format("{} samples; expected 1 to {}", std::max(count, 0), most_samples));
  return static_cast<std::size_t>(count);
}

}  // namespace

Result<TerminalsDescription> description_from(const v1::DescribeReply& message) {
  TerminalsDescription description{.device = message.device(),
                                   .serial_number = message.serial_number(),
                                   .now = {message.now_ns()},
                                   .simulated = message.simulated(),
                                   .model = message.model(),
                                   .model_sha256 = message.model_sha256(),
                                   .takes_recipes = message.takes_recipes(),
                                   .converter = {}};
  if (message.has_converter()) {
    const v1::Converter& found = message.converter();
    const auto rate = make_rational(found.rate().numerator(), found.rate().denominator());
    const auto step = [](double value) { return std::isfinite(value) && value > 0; };
    if (!rate || rate->numerator <= 0 || found.bits() < 2 || found.bits() > 32 ||
        !step(found.volts_per_code()) || !step(found.amperes_per_code())) {
      return fail(ErrorCode::internal,
                  fmt::format("the device tells of a converter of {}/{} samples a second, {} bits, "
                              "{} V and {} A a code; expected a rate and steps above 0 and 2 to 32 "
                              "bits",
                              found.rate().numerator(), found.rate().denominator(), found.bits(),
                              found.volts_per_code(), found.amperes_per_code()));
    }
    description.converter = Converter{.rate = *rate,
                                      .bits = found.bits(),
                                      .volts_per_code = found.volts_per_code(),
                                      .amperes_per_code = found.amperes_per_code()};
  }
  return description;
}

v1::DescribeReply message_from(const TerminalsDescription& description) {
  v1::DescribeReply message;
  message.set_device(description.device);
  message.set_serial_number(description.serial_number);
  message.set_now_ns(description.now.nanoseconds);
  message.set_simulated(description.simulated);
  message.set_model(description.model);
  message.set_model_sha256(description.model_sha256);
  message.set_takes_recipes(description.takes_recipes);
  if (description.converter) {
    v1::Converter& converter = *message.mutable_converter();
    write(description.converter->rate, *converter.mutable_rate());
    converter.set_bits(description.converter->bits);
    converter.set_volts_per_code(description.converter->volts_per_code);
    converter.set_amperes_per_code(description.converter->amperes_per_code);
  }
  return message;
}

v1::ApplyRequest apply_request(const SignalRecipe& recipe, std::uint64_t device_seed) {
  v1::ApplyRequest message;
  *message.mutable_recipe() = loader::message_from(recipe);
  message.set_device_seed(device_seed);
  return message;
}

v1::ApplyRequest apply_request(const SampleFeed& samples, std::uint64_t device_seed) {
  v1::ApplyRequest message;
  write(samples.rate, *message.mutable_samples()->mutable_rate());
  write(samples.frequency, *message.mutable_samples()->mutable_frequency());
  message.set_device_seed(device_seed);
  return message;
}

Result<SampleFeed> samples_from(const v1::SampleFeed& message) {
  const auto rate = above_zero(message.rate(), "a sample rate of");
  if (!rate) return tl::unexpected(rate.error());
  const auto frequency = above_zero(message.frequency(), "a fundamental frequency of");
  if (!frequency) return tl::unexpected(frequency.error());
  return SampleFeed{.rate = *rate, .frequency = *frequency};
}

Result<FeedTerms> terms_from(const v1::ApplyReply& message) {
  const FeedTerms terms{
      .now = {message.now_ns()}, .capacity = message.capacity(), .reach = message.reach()};
  if (terms.reach < 0 || terms.capacity <= terms.reach) {
    return fail(ErrorCode::internal,
                fmt::format("the device holds {} samples and needs {} beyond its time",
                            terms.capacity, terms.reach));
  }
  return terms;
}

v1::SampleBlock message_from(const SampleBlock& block, std::size_t from, std::size_t count) {
  v1::SampleBlock message;
  message.set_first_sample(block.first_sample + static_cast<std::int64_t>(from));
  write(block.rate, *message.mutable_rate());
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    const auto volts = block.volts(phase).subspan(from, count);
    message.add_volts()->mutable_samples()->Add(volts.begin(), volts.end());
    const auto amperes = block.amperes(phase).subspan(from, count);
    message.add_amperes()->mutable_samples()->Add(amperes.begin(), amperes.end());
  }
  return message;
}

v1::SampleBlock message_from(const CodeBlock& block, std::size_t from, std::size_t count) {
  v1::SampleBlock message;
  message.set_first_sample(block.first_sample + static_cast<std::int64_t>(from));
  write(block.rate, *message.mutable_rate());
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    const auto volts = std::span(block.volts.at(phase)).subspan(from, count);
    message.add_volt_codes()->mutable_codes()->Add(volts.begin(), volts.end());
    const auto amperes = std::span(block.amperes.at(phase)).subspan(from, count);
    message.add_ampere_codes()->mutable_codes()->Add(amperes.begin(), amperes.end());
  }
  return message;
}

Result<SampleBlock> block_from(const v1::SampleBlock& message) {
  const auto rate = above_zero(message.rate(), "a sample rate of");
  if (!rate) return tl::unexpected(rate.error());
  const auto count = row_length(message, message.volts(), message.amperes(),
                                [](const v1::SampleRow& row) { return row.samples_size(); });
  if (!count) return tl::unexpected(count.error());
  SampleBlock block(*rate, message.first_sample(), *count);
  for (int phase = 0; phase < message.volts_size(); ++phase) {
    const auto& samples = message.volts(phase).samples();
    std::copy(samples.begin(), samples.end(), block.volts(static_cast<std::size_t>(phase)).begin());
  }
  for (int phase = 0; phase < message.amperes_size(); ++phase) {
    const auto& samples = message.amperes(phase).samples();
    std::copy(samples.begin(), samples.end(),
              block.amperes(static_cast<std::size_t>(phase)).begin());
  }
  return block;
}

Result<CodeBlock> codes_from(const v1::SampleBlock& message) {
  const auto rate = above_zero(message.rate(), "a sample rate of");
  if (!rate) return tl::unexpected(rate.error());
  const auto count = row_length(message, message.volt_codes(), message.ampere_codes(),
                                [](const v1::CodeRow& row) { return row.codes_size(); });
  if (!count) return tl::unexpected(count.error());
  CodeBlock block{
      .first_sample = message.first_sample(), .rate = *rate, .volts = {}, .amperes = {}};
  const auto fill = [&](PerPhase<std::vector<std::int32_t>>& rows, const auto& from) {
    for (std::size_t phase = 0; phase < phase_count; ++phase) {
      if (static_cast<int>(phase) < from.size()) {
        const auto& codes = from[static_cast<int>(phase)].codes();
        rows.at(phase).assign(codes.begin(), codes.end());
      }
      rows.at(phase).resize(*count);
    }
  };
  fill(block.volts, message.volt_codes());
  fill(block.amperes, message.ampere_codes());
  return block;
}

v1::AdvanceReply advance_reply(Instant now, const std::vector<Pulse>& pulses) {
  v1::AdvanceReply message;
  message.set_now_ns(now.nanoseconds);
  message.mutable_pulses()->Reserve(static_cast<int>(pulses.size()));
  for (const Pulse& pulse : pulses) {
    v1::PulseEdge& edge = *message.add_pulses();
    edge.set_output(pulse.output);
    edge.set_time_ns(pulse.time.nanoseconds);
  }
  return message;
}

Result<std::vector<Pulse>> pulses_from(const v1::AdvanceReply& message, Instant until) {
  if (message.now_ns() != until.nanoseconds) {
    return fail(ErrorCode::internal,
                fmt::format("the device was let go to {} ns but stands at {} ns", until.nanoseconds,
                            message.now_ns()));
  }
  std::vector<Pulse> pulses;
  pulses.reserve(static_cast<std::size_t>(message.pulses_size()));
  for (const v1::PulseEdge& edge : message.pulses()) {
    const Instant time{edge.time_ns()};
    if (time > until || (!pulses.empty() && time < pulses.back().time)) {
      return fail(ErrorCode::internal, fmt::format("the pulse edge of {} at {} ns is out of order",
                                                   edge.output(), edge.time_ns()));
    }
    pulses.push_back({edge.output(), time});
  }
  return pulses;
}

v1::IdentifyReply message_from(const MeterIdentity& identity) {
  v1::IdentifyReply message;
  message.set_device(identity.device);
  message.set_serial_number(identity.serial_number);
  message.set_firmware_version(identity.firmware_version);
  message.set_firmware_checksum(identity.firmware_checksum);
  for (const QuantityId id : identity.quantities) message.add_quantities(to_string(id));
  return message;
}

MeterIdentity identity_from(const v1::IdentifyReply& message) {
  MeterIdentity identity{.device = message.device(),
                         .serial_number = message.serial_number(),
                         .firmware_version = message.firmware_version(),
                         .firmware_checksum = message.firmware_checksum(),
                         .quantities = {}};
  for (const std::string& name : message.quantities()) {
    if (const auto id = parse_quantity_id(name)) identity.quantities.push_back(*id);
  }
  return identity;
}

v1::ReadRequest read_request(std::span<const QuantityId> ids) {
  v1::ReadRequest message;
  for (const QuantityId id : ids) message.add_quantities(to_string(id));
  return message;
}

Result<std::vector<QuantityId>> ids_from(const v1::ReadRequest& message) {
  std::vector<QuantityId> ids;
  for (const std::string& name : message.quantities()) {
    const auto id = parse_quantity_id(name);
    if (!id) return fail(ErrorCode::not_found, id.error().message);
    ids.push_back(*id);
  }
  return ids;
}

v1::ReadReply read_reply(std::span<const Reading> readings) {
  v1::ReadReply message;
  for (const Reading& reading : readings) {
    v1::QuantityReading& entry = *message.add_readings();
    entry.set_quantity(to_string(reading.id));
    entry.set_value(reading.value);
    entry.set_resolution(reading.resolution);
    entry.set_time_ns(reading.time.nanoseconds);
  }
  return message;
}

Result<std::vector<Reading>> readings_from(const v1::ReadReply& message,
                                           std::span<const QuantityId> ids) {
  if (message.readings_size() != static_cast<int>(ids.size())) {
    return fail(ErrorCode::internal, fmt::format("{} quantities were asked for; the device gave {}",
                                                 ids.size(), message.readings_size()));
  }
  std::vector<Reading> readings;
  readings.reserve(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const v1::QuantityReading& entry = message.readings(static_cast<int>(i));
    const std::string expected = to_string(ids[i]);
    if (entry.quantity() != expected) {
      return fail(ErrorCode::internal, fmt::format("{} was asked for; the device gave '{}'",
                                                   expected, entry.quantity()));
    }
    if (!(entry.resolution() >= 0 && std::isfinite(entry.resolution()))) {
      return fail(ErrorCode::internal,
                  fmt::format("{} with a resolution of {}; expected a number from 0 on", expected,
                              entry.resolution()));
    }
    readings.push_back({.id = ids[i],
                        .value = entry.value(),
                        .resolution = entry.resolution(),
                        .time = {entry.time_ns()},
                        .time_base = "device"});
  }
  return readings;
}

}  // namespace meterrig::wire
