// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/inject/connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <random>
#include <string_view>
#include <utility>

#include "meterrig/inject/frame.h"
#include "meterrig/inject/throughput.h"
#include "meterrig/ports/clock.h"
#include "meterrig/v1/injection.pb.h"
#include "meterrig/vocabulary/canonical_code.h"
#include "meterrig/wire/mapping.h"

namespace meterrig::inject {
namespace {

// Zeros sent after a start that was repeated: a device that waits for the rest of a frame that was
// cut short, up to the largest there is, comes to its end.
constexpr std::array<std::size_t, 4> fill_after_start{0, 256, 4096,
                                                      largest_payload + frame_overhead};
// More than this without a reply in it is a line that babbles.
constexpr std::size_t longest_babble = 4 * (largest_payload + frame_overhead);

enum class Heard { reply, nothing, damage, not_started };

class LineCaller final : public wire::Caller {
 public:
  LineCaller(std::unique_ptr<ports::ByteStream> line, const Patience& patience)
      : line_(std::move(line)), patience_(patience) {}

  /// Starts, and learns which samples the device takes.
  Result<void> open() {
    if (auto started = start(); !started) return started;
    const auto described = call(v1::DescribeRequest());
    // A device that serves Meter alone has nothing to be fed.
    if (!described && described.error().code == ErrorCode::unimplemented) return {};
    if (!described) return tl::unexpected(described.error());
    if (described->has_converter()) bits_ = described->converter().bits();
    return {};
  }

  Result<v1::DescribeReply> call(const v1::DescribeRequest& request) override {
    return unary<v1::DescribeReply>(Kind::describe, request);
  }
  Result<v1::PowerCycleReply> call(const v1::PowerCycleRequest& request) override {
    room_.reset();
    return unary<v1::PowerCycleReply>(Kind::power_cycle, request);
  }
  Result<v1::ApplyReply> call(const v1::ApplyRequest& request) override {
    room_.reset();
    auto reply = unary<v1::ApplyReply>(Kind::apply, request);
    if (reply && request.has_samples()) room_ = reply->capacity();
    return reply;
  }
  Result<v1::AdvanceReply> call(const v1::AdvanceRequest& request) override {
    room_.reset();  // there is more, but how much the device does not say
    return unary<v1::AdvanceReply>(Kind::advance, request);
  }
  Result<v1::IdentifyReply> call(const v1::IdentifyRequest& request) override {
    return unary<v1::IdentifyReply>(Kind::identify, request);
  }
  Result<v1::ReadReply> call(const v1::ReadRequest& request) override {
    return unary<v1::ReadReply>(Kind::read, request);
  }
  Result<v1::ReadParametersReply> call(const v1::ReadParametersRequest& request) override {
    return unary<v1::ReadParametersReply>(Kind::read_parameters, request);
  }

  Result<v1::FeedReply> feed(const std::vector<v1::SampleBlock>& blocks) override {
    Result<v1::FeedReply> reply = v1::FeedReply();
    for (const v1::SampleBlock& block : blocks) {
      const std::int64_t count = samples_in(block);
      if (room_ && count > *room_) {
        return fail(ErrorCode::failed_precondition,
                    fmt::format("{}: {} samples where the device has room for {}; expected time to "
                                "advance first",
                                line_->name(), count, *room_));
      }
      room_.reset();
      reply = unary<v1::FeedReply>(Kind::feed, block);
      if (!reply) return reply;
      room_ = reply->room();
    }
    return reply;
  }

  [[nodiscard]] std::size_t samples_a_message() const override {
    return scans_a_frame(bits_, largest_payload_);
  }
  [[nodiscard]] LinkStatistics statistics() const override { return statistics_; }

 private:
  static std::int64_t samples_in(const v1::SampleBlock& block) {
    const auto longest = [](const auto& rows, auto length) {
      std::int64_t most = 0;
      for (const auto& row : rows) most = std::max<std::int64_t>(most, length(row));
      return most;
    };
    const auto samples = [](const v1::SampleRow& row) { return row.samples_size(); };
    const auto codes = [](const v1::CodeRow& row) { return row.codes_size(); };
    return std::max({longest(block.volts(), samples), longest(block.amperes(), samples),
                     longest(block.volt_codes(), codes), longest(block.ampere_codes(), codes)});
  }

  template <class Reply, class Request>
  Result<Reply> unary(Kind kind, const Request& request) {
    if (!started_) {
      if (auto started = start(); !started) return tl::unexpected(started.error());
    }
    Frame frame{.kind = request_kind(kind), .sequence = ++sequence_, .payload = {}};
    frame.payload.resize(request.ByteSizeLong());
    if (frame.payload.size() > largest_payload_) {
      --sequence_;
      return fail(ErrorCode::out_of_range,
                  fmt::format("{}: a request of {} bytes; the device takes at most {}",
                              line_->name(), frame.payload.size(), largest_payload_));
    }
    request.SerializeToArray(frame.payload.data(), static_cast<int>(frame.payload.size()));
    const auto answer = ask(frame, {}, kind == Kind::advance ? patience_.advance : patience_.answer,
                            [](const Frame&) { return true; });
    if (!answer) {
      // What the device has done is not known, so neither is which sequence it expects.
      started_ = false;
      return tl::unexpected(answer.error());
    }
    if (answer->kind == error_kind(kind)) return tl::unexpected(error_of(*answer));
    Reply reply;
    if (!parse(*answer, reply)) return no_message(*answer);
    return reply;
  }

  Result<void> start() {
    std::random_device random;
    v1::StartRequest request;
    request.set_nonce(random());
    const std::string payload = request.SerializeAsString();
    const Frame frame{.kind = request_kind(Kind::start),
                      .sequence = static_cast<std::uint8_t>(request.nonce() & 0xFFU),
                      .payload = {payload.begin(), payload.end()}};
    v1::StartReply reply;
    const auto ours = [&](const Frame& answer) {
      return parse(answer, reply) && reply.nonce() == request.nonce();
    };
    const auto answer = ask(frame, fill_after_start, patience_.answer, ours);
    if (!answer) return tl::unexpected(answer.error());
    sequence_ = frame.sequence;
    largest_payload_ = std::min<std::size_t>(reply.largest_payload(), largest_payload);
    started_ = true;
    return {};
  }

  /// Sends a request until its reply has come. `fill[n]` zeros follow the n-th try.
  template <class Accept>
  Result<Frame> ask(const Frame& request, std::span<const std::size_t> fill, Duration patience,
                    Accept accept) {
    const std::vector<std::uint8_t> bytes = encode(request);
    ++statistics_.requests;
    int timeouts = 0;
    int damages = 0;
    for (;;) {
      std::vector<std::uint8_t> sent = bytes;
      if (!fill.empty())
        sent.resize(bytes.size() +
                    fill[std::min(static_cast<std::size_t>(timeouts), fill.size() - 1)]);
      if (auto written = line_->write(sent); !written) return tl::unexpected(written.error());
      Frame reply;
      const auto heard = listen(request, sent.size(), patience, accept, reply);
      if (!heard) return tl::unexpected(heard.error());
      switch (*heard) {
        case Heard::reply:
          return reply;
        case Heard::not_started:
          return fail(ErrorCode::unavailable,
                      fmt::format("{}: the device was switched on anew", line_->name()));
        case Heard::nothing:
          ++statistics_.timeouts;
          if (++timeouts >= patience_.tries) {
            return fail(ErrorCode::deadline_exceeded,
                        fmt::format("{}: no reply to request {} in {} tries, the last of {:g} s",
                                    line_->name(), request.kind, timeouts, patience.in(second)));
          }
          patience = 2.0 * patience;
          break;
        case Heard::damage:
          ++statistics_.crc_errors;
          if (++damages >= patience_.repeats) {
            return fail(ErrorCode::data_loss,
                        fmt::format("{}: request {} or its reply came damaged {} times",
                                    line_->name(), request.kind, damages));
          }
          break;
      }
      ++statistics_.retries;
    }
  }

  /// Waits for the reply to a request of which `sent` bytes went out.
  template <class Accept>
  Result<Heard> listen(const Frame& request, std::size_t sent, Duration patience, Accept accept,
                       Frame& reply) {
    const Instant begin = clock_.now();
    const std::int64_t damaged_before = reader_.damaged();
    std::size_t received = 0;
    std::array<std::uint8_t, 4096> buffer{};
    for (;;) {
      while (auto frame = reader_.next()) {
        if (frame->kind == damaged_kind) return Heard::damage;
        if (frame->kind == not_started_kind && request.kind != request_kind(Kind::start))
          return Heard::not_started;
        const auto kind = static_cast<Kind>(request.kind);
        const bool answers = frame->kind == reply_kind(kind) || frame->kind == error_kind(kind);
        if (answers && frame->sequence == request.sequence && accept(*frame)) {
          reply = std::move(*frame);
          return Heard::reply;
        }
        ++(frame->sequence != request.sequence ? statistics_.late_answers
                                               : statistics_.foreign_answers);
      }
      if (reader_.damaged() != damaged_before || received > longest_babble) return Heard::damage;
      const Duration wait =
          patience + 2.0 * static_cast<double>(sent + received) * line_->character_time();
      const Instant deadline = begin + wait;
      const Instant now = clock_.now();
      const auto count = deadline > now ? line_->read(buffer, deadline - now) : std::size_t{0};
      if (!count) return tl::unexpected(count.error());
      if (*count == 0 && !reader_.give_up()) return Heard::nothing;
      reader_.take(std::span(buffer).first(*count));
      received += *count;
    }
  }

  template <class Message>
  static bool parse(const Frame& frame, Message& message) {
    return message.ParseFromArray(frame.payload.data(), static_cast<int>(frame.payload.size()));
  }

  [[nodiscard]] tl::unexpected<Error> no_message(const Frame& frame) const {
    return fail(ErrorCode::internal, fmt::format("{}: the payload of frame {:#04x} is no message",
                                                 line_->name(), frame.kind));
  }

  Error error_of(const Frame& frame) {
    v1::ErrorReply reply;
    if (!parse(frame, reply)) return no_message(frame).value();
    ++statistics_.exceptions;
    return {.code = code_of(reply.code()), .message = reply.message()};
  }

  std::unique_ptr<ports::ByteStream> line_;
  Patience patience_;
  ports::MonotonicClock clock_;
  FrameReader reader_;
  LinkStatistics statistics_;
  bool started_ = false;
  std::uint8_t sequence_ = 0;
  std::size_t largest_payload_ = 0;
  int bits_ = 0;                      // of the device's converter; 0 without one
  std::optional<std::int64_t> room_;  // for samples, where the device has just said so
};

}  // namespace

Result<std::shared_ptr<wire::Caller>> connect(std::unique_ptr<ports::ByteStream> line,
                                              const Patience& patience) {
  auto caller = std::make_shared<LineCaller>(std::move(line), patience);
  if (auto opened = caller->open(); !opened) return tl::unexpected(opened.error());
  return caller;
}

Result<std::shared_ptr<wire::Caller>> open_serial(const std::string& path,
                                                  const ports::SerialSettings& settings,
                                                  const Patience& patience) {
  auto line = ports::serial_stream(path, settings);
  if (!line) return tl::unexpected(line.error());
  return connect(std::move(*line), patience);
}

Result<std::shared_ptr<wire::Caller>> open_tcp(const std::string& host, int port,
                                               const Patience& patience) {
  auto line = ports::tcp_stream(host, port, patience.answer);
  if (!line) return tl::unexpected(line.error());
  return connect(std::move(*line), patience);
}

}  // namespace meterrig::inject
