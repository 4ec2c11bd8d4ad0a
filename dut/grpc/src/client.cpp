// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/terminals/client.h"

#include <fmt/format.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <utility>

#include "address.h"
#include "message_mapping.h"
#include "meterrig/v1/dut.grpc.pb.h"
#include "quiet_log.h"
#include "status_mapping.h"

namespace meterrig::terminals {
namespace {

constexpr std::size_t samples_a_message = 16'384;       // 768 KiB
constexpr int largest_reply_bytes = 256 * 1024 * 1024;  // some ten million pulse edges

// On the monotonic clock: setting the time of day must not end a call.
gpr_timespec deadline_after(Duration timeout) {
  return gpr_time_add(
      gpr_now(GPR_CLOCK_MONOTONIC),
      gpr_time_from_nanos(static_cast<std::int64_t>(timeout.in(second) * 1e9), GPR_TIMESPAN));
}

}  // namespace

class Client::Connection {
 public:
  Connection(std::shared_ptr<grpc::Channel> channel, Duration timeout, std::string address)
      : channel_(std::move(channel)),
        stub_(v1::Terminals::NewStub(channel_)),
        timeout_(timeout),
        address_(std::move(address)) {}

  [[nodiscard]] bool wait_until_connected() const {
    return channel_->WaitForConnected(deadline_after(timeout_));
  }

  /// One call with its deadline; `method` is a member of the generated stub.
  template <class Request, class Reply>
  Result<Reply> call(grpc::Status (v1::Terminals::Stub::*method)(grpc::ClientContext*,
                                                                 const Request&, Reply*),
                     const Request& request) {
    grpc::ClientContext context;
    context.set_deadline(deadline_after(timeout_));
    Reply reply;
    const grpc::Status status = ((*stub_).*method)(&context, request, &reply);
    if (status.ok()) return reply;
    return failure(status);
  }

  Result<v1::FeedReply> feed(const SampleBlock& block) {
    grpc::ClientContext context;
    context.set_deadline(deadline_after(timeout_));
    v1::FeedReply reply;
    const auto writer = stub_->Feed(&context, &reply);
    // A write that fails has its reason in the status.
    for (std::size_t from = 0; from < block.count(); from += samples_a_message) {
      const std::size_t count = std::min(samples_a_message, block.count() - from);
      if (!writer->Write(message_from(block, from, count))) break;
    }
    writer->WritesDone();
    const grpc::Status status = writer->Finish();
    if (status.ok()) return reply;
    return failure(status);
  }

 private:
  [[nodiscard]] tl::unexpected<Error> failure(const grpc::Status& status) const {
    Error error = error_from(status);
    error.message = fmt::format("terminals at {}: {}", address_, error.message);
    return tl::unexpected(std::move(error));
  }

  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::Terminals::Stub> stub_;
  Duration timeout_;
  std::string address_;
};

Client::Client(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result<Client> Client::connect(const std::string& address, Duration timeout) {
  // A deadline beyond a day does not fit what the wire can say; NaN is refused too.
  if (!(timeout > second(0) && timeout <= hour(24))) {
    return fail(ErrorCode::invalid_argument,
                "the timeout of the terminals must be above 0 s and "
                "at most 24 h");
  }
  const Result<Address> parsed = parse_address(address);
  if (!parsed) return tl::unexpected(parsed.error());
  keep_grpc_quiet();
  const std::string target = to_string(*parsed);
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(largest_reply_bytes);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  // Channels of one process share connections otherwise, and with them each other's failures.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  auto connection = std::make_unique<Connection>(
      grpc::CreateCustomChannel(target, grpc::InsecureChannelCredentials(), arguments), timeout,
      target);
  if (!connection->wait_until_connected()) {
    return fail(ErrorCode::unavailable,
                fmt::format("nobody answers at {} within {} s", target, timeout.in(second)));
  }
  return Client(std::move(connection));
}

Result<Description> Client::describe() {
  return connection_->call(&v1::Terminals::Stub::Describe, v1::DescribeRequest())
      .map(description_from);
}

Result<void> Client::power_cycle() {
  return connection_->call(&v1::Terminals::Stub::PowerCycle, v1::PowerCycleRequest())
      .map([](const v1::PowerCycleReply&) {});
}

Result<Instant> Client::apply(const SignalRecipe& recipe, std::uint64_t device_seed) {
  return connection_->call(&v1::Terminals::Stub::Apply, apply_request(recipe, device_seed))
      .map([](const v1::ApplyReply& reply) { return Instant{reply.now_ns()}; });
}

Result<FeedTerms> Client::apply_samples(const SampleFeed& samples, std::uint64_t device_seed) {
  return connection_->call(&v1::Terminals::Stub::Apply, apply_request(samples, device_seed))
      .and_then([](const v1::ApplyReply& reply) -> Result<FeedTerms> {
        const FeedTerms terms{
            .now = {reply.now_ns()}, .capacity = reply.capacity(), .reach = reply.reach()};
        if (terms.reach < 0 || terms.capacity <= terms.reach) {
          return fail(ErrorCode::internal,
                      fmt::format("the device holds {} samples and needs {} beyond its time",
                                  terms.capacity, terms.reach));
        }
        return terms;
      });
}

Result<FeedState> Client::feed(const SampleBlock& block) {
  return connection_->feed(block).and_then([&block](
                                               const v1::FeedReply& reply) -> Result<FeedState> {
    const std::int64_t next = block.first_sample + static_cast<std::int64_t>(block.count());
    if (reply.next_sample() != next || reply.room() < 0) {
      return fail(ErrorCode::internal,
                  fmt::format("samples before {} were fed; the device expects {} next, with room "
                              "for {}",
                              next, reply.next_sample(), reply.room()));
    }
    return FeedState{.next_sample = reply.next_sample(), .room = reply.room()};
  });
}

Result<std::vector<Pulse>> Client::advance(Instant until) {
  v1::AdvanceRequest request;
  request.set_until_ns(until.nanoseconds);
  return connection_->call(&v1::Terminals::Stub::Advance, request)
      .and_then([until](const v1::AdvanceReply& reply) { return pulses_from(reply, until); });
}

}  // namespace meterrig::terminals
