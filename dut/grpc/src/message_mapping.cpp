// SPDX-License-Identifier: GPL-3.0-or-later
#include "message_mapping.h"

#include <fmt/format.h>

#include <algorithm>

#include "meterrig/loader/signal_mapping.h"

namespace meterrig::terminals {

Description description_from(const v1::DescribeReply& message) {
  return {.device = message.device(),
          .serial_number = message.serial_number(),
          .now = {message.now_ns()},
          .simulated = message.simulated(),
          .model = message.model(),
          .model_sha256 = message.model_sha256()};
}

v1::DescribeReply message_from(const Description& description) {
  v1::DescribeReply message;
  message.set_device(description.device);
  message.set_serial_number(description.serial_number);
  message.set_now_ns(description.now.nanoseconds);
  message.set_simulated(description.simulated);
  message.set_model(description.model);
  message.set_model_sha256(description.model_sha256);
  return message;
}

v1::ApplyRequest apply_request(const SignalRecipe& recipe, std::uint64_t device_seed) {
  v1::ApplyRequest message;
  *message.mutable_recipe() = loader::message_from(recipe);
  message.set_device_seed(device_seed);
  return message;
}

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

}  // namespace

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

Result<SampleBlock> block_from(const v1::SampleBlock& message) {
  const auto wrong = [&message](const std::string& what) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("block at sample {}: {}", message.first_sample(), what));
  };
  const auto rate = above_zero(message.rate(), "a sample rate of");
  if (!rate) return tl::unexpected(rate.error());
  const int most_rows = static_cast<int>(phase_count);
  if (message.volts_size() > most_rows || message.amperes_size() > most_rows) {
    return wrong(fmt::format("{} voltages and {} currents; expected at most three of each",
                             message.volts_size(), message.amperes_size()));
  }
  int count = -1;
  for (const auto* rows : {&message.volts(), &message.amperes()}) {
    for (const v1::SampleRow& row : *rows) {
      if (count >= 0 && row.samples_size() != count) {
        return wrong(fmt::format("a row of {} samples beside one of {}; expected them equal",
                                 row.samples_size(), count));
      }
      count = row.samples_size();
    }
  }
  if (count < 1 || count > most_samples) {
    return wrong(fmt::format("{} samples; expected 1 to {}", std::max(count, 0), most_samples));
  }
  SampleBlock block(*rate, message.first_sample(), static_cast<std::size_t>(count));
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

}  // namespace meterrig::terminals
