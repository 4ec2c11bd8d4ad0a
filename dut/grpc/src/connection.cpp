// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/rpc/connection.h"

#include <fmt/format.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "address.h"
#include "credentials.h"
#include "meterrig/v1/dut.grpc.pb.h"
#include "meterrig/wire/remote.h"
#include "pulse_watch.h"
#include "quiet_log.h"
#include "status_mapping.h"
#include "tls_diagnosis.h"

namespace meterrig::rpc {
namespace {

constexpr int largest_reply_bytes = 256 * 1024 * 1024;  // some ten million pulse edges
constexpr int keepalive_milliseconds = 20'000;
constexpr int keepalive_timeout_milliseconds = 10'000;
constexpr Duration longest_diagnosis = second(5);

// On the monotonic clock: setting the time of day must not end a call.
gpr_timespec deadline_after(Duration timeout) {
  return gpr_time_add(
      gpr_now(GPR_CLOCK_MONOTONIC),
      gpr_time_from_nanos(static_cast<std::int64_t>(timeout.in(second) * 1e9), GPR_TIMESPAN));
}

}  // namespace

class Connection::Channel final : public wire::Caller {
 public:
  Channel(std::shared_ptr<grpc::Channel> channel, Duration timeout, std::string address)
      : channel_(std::move(channel)),
        terminals_(v1::Terminals::NewStub(channel_)),
        meter_(v1::Meter::NewStub(channel_)),
        timeout_(timeout),
        address_(std::move(address)) {}

  /// Waits until a call comes through. `fault` says why the device cannot be spoken to, if it
  /// knows.
  template <class Fault>
  [[nodiscard]] Result<void> connect(Fault fault) {
    const gpr_timespec deadline = deadline_after(timeout_);
    grpc_connectivity_state state = channel_->GetState(true);
    while (state != GRPC_CHANNEL_READY) {
      if (state == GRPC_CHANNEL_TRANSIENT_FAILURE)
        if (auto found = fault()) return tl::unexpected(std::move(*found));
      if (!channel_->WaitForStateChange(state, deadline)) return nobody_answers();
      state = channel_->GetState(true);
    }
    const grpc::Status status = ask_for_health(deadline);
    // A device that does not know this call has answered too.
    if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) return nobody_answers();
    if (status.error_code() != grpc::StatusCode::UNAVAILABLE) return {};
    if (auto found = fault()) return tl::unexpected(std::move(*found));
    return fail(ErrorCode::unavailable,
                fmt::format("device at {}: {}", address_, status.error_message()));
  }

  Result<v1::DescribeReply> call(const v1::DescribeRequest& request) override {
    return unary<v1::DescribeReply>(*terminals_, &v1::Terminals::Stub::Describe, request);
  }
  Result<v1::PowerCycleReply> call(const v1::PowerCycleRequest& request) override {
    return unary<v1::PowerCycleReply>(*terminals_, &v1::Terminals::Stub::PowerCycle, request);
  }
  Result<v1::ApplyReply> call(const v1::ApplyRequest& request) override {
    return unary<v1::ApplyReply>(*terminals_, &v1::Terminals::Stub::Apply, request);
  }
  Result<v1::AdvanceReply> call(const v1::AdvanceRequest& request) override {
    return unary<v1::AdvanceReply>(*terminals_, &v1::Terminals::Stub::Advance, request);
  }
  Result<v1::IdentifyReply> call(const v1::IdentifyRequest& request) override {
    return unary<v1::IdentifyReply>(*meter_, &v1::Meter::Stub::Identify, request);
  }
  Result<v1::ReadReply> call(const v1::ReadRequest& request) override {
    return unary<v1::ReadReply>(*meter_, &v1::Meter::Stub::Read, request);
  }
  Result<v1::ReadParametersReply> call(const v1::ReadParametersRequest& request) override {
    return unary<v1::ReadParametersReply>(*meter_, &v1::Meter::Stub::ReadParameters, request);
  }

  Result<v1::FeedReply> feed(const std::vector<v1::SampleBlock>& blocks) override {
    grpc::ClientContext context;
    context.set_deadline(deadline_after(timeout_));
    v1::FeedReply reply;
    const auto writer = terminals_->Feed(&context, &reply);
    // A write that fails has its reason in the status.
    for (const v1::SampleBlock& block : blocks)
      if (!writer->Write(block)) break;
    writer->WritesDone();
    const grpc::Status status = writer->Finish();  // fills in the reply
    return checked(status, std::move(reply));
  }

  [[nodiscard]] std::size_t samples_a_message() const override { return 16'384; }  // 768 KiB
  [[nodiscard]] LinkStatistics statistics() const override {
    return {.requests = requests_, .timeouts = timeouts_, .exceptions = refusals_};
  }

  [[nodiscard]] v1::Meter::Stub& meter() { return *meter_; }
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  [[nodiscard]] tl::unexpected<Error> nobody_answers() const {
    return fail(ErrorCode::unavailable,
                fmt::format("nobody answers at {} within {} s", address_, timeout_.in(second)));
  }

  // Does not wait for its turn at the device. An empty request asks for the whole server.
  grpc::Status ask_for_health(gpr_timespec deadline) {
    grpc::ClientContext context;
    context.set_deadline(deadline);
    grpc::CompletionQueue queue;
    grpc::ByteBuffer reply;
    grpc::Status status;
    const grpc::Slice nothing;
    const auto call = grpc::GenericStub(channel_).PrepareUnaryCall(
        &context, "/grpc.health.v1.Health/Check", grpc::ByteBuffer(&nothing, 1), &queue);
    call->StartCall();
    call->Finish(&reply, &status, nullptr);
    void* tag = nullptr;
    bool done = false;
    queue.Next(&tag, &done);
    return status;
  }

  template <class Reply, class Stub, class Request>
  Result<Reply> unary(Stub& stub,
                      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Reply*),
                      const Request& request) {
    grpc::ClientContext context;
    context.set_deadline(deadline_after(timeout_));
    Reply reply;
    const grpc::Status status = (stub.*method)(&context, request, &reply);
    return checked(status, std::move(reply));
  }

  template <class Reply>
  Result<Reply> checked(const grpc::Status& status, Reply reply) {
    ++requests_;
    if (status.ok()) return reply;
    Error error = error_from(status);
    if (error.code == ErrorCode::deadline_exceeded)
      ++timeouts_;
    else if (error.code != ErrorCode::unavailable)
      ++refusals_;
    error.message = fmt::format("device at {}: {}", address_, error.message);
    return tl::unexpected(std::move(error));
  }

  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::Terminals::Stub> terminals_;
  std::unique_ptr<v1::Meter::Stub> meter_;
  Duration timeout_;
  std::string address_;
  std::atomic<std::int64_t> requests_ = 0;
  std::atomic<std::int64_t> timeouts_ = 0;
  std::atomic<std::int64_t> refusals_ = 0;
};

Connection::Connection(std::shared_ptr<Channel> channel) : channel_(std::move(channel)) {}

Result<Connection> Connection::open(const std::string& address, const std::optional<ClientTls>& tls,
                                    Duration timeout) {
  // A deadline beyond a day does not fit what the wire can say; NaN is refused too.
  if (!(timeout > second(0) && timeout <= hour(24))) {
    return fail(ErrorCode::invalid_argument,
                "the timeout of a device's calls must be above 0 s and at most 24 h");
  }
  const Result<Address> parsed = parse_address(address, tls.has_value());
  if (!parsed) return tl::unexpected(parsed.error());
  keep_grpc_quiet();
  std::optional<ClientCertificates> certificates;
  if (tls) {
    auto read = read_certificates(*tls);
    if (!read) return tl::unexpected(read.error());
    certificates = std::move(*read);
  }
  const std::string name = tls && !tls->server_name.empty() ? tls->server_name : parsed->name;
  const std::string target = to_string(*parsed);
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(largest_reply_bytes);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  // Channels of one process share connections otherwise, and with them each other's failures.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  // A cable that was pulled says nothing; this finds out during a long call.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, keepalive_milliseconds);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, keepalive_timeout_milliseconds);
  if (tls) arguments.SetSslTargetNameOverride(name);
  auto channel = std::make_shared<Channel>(
      grpc::CreateCustomChannel(target, channel_credentials(certificates), arguments), timeout,
      target);
  const auto connected = channel->connect(
      [&] { return tls_fault(*parsed, name, certificates, std::min(timeout, longest_diagnosis)); });
  if (!connected) return tl::unexpected(connected.error());
  return Connection(std::move(channel));
}

std::unique_ptr<Terminals> Connection::terminals() const { return wire::terminals_over(channel_); }
std::unique_ptr<Meter> Connection::meter() const { return wire::meter_over(channel_); }

Result<std::unique_ptr<PulseInput>> Connection::watch_pulses() const {
  // The stub lives as long as the channel, and the channel as long as the watch.
  return rpc::watch_pulses(std::shared_ptr<v1::Meter::Stub>(channel_, &channel_->meter()),
                           channel_->address());
}

}  // namespace meterrig::rpc
