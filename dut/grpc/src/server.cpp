// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/rpc/server.h"

#include <fmt/format.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <sys/stat.h>
#include <unistd.h>

#include <exception>
#include <mutex>
#include <utility>

#include "address.h"
#include "credentials.h"
#include "meterrig/v1/dut.grpc.pb.h"
#include "meterrig/wire/service.h"
#include "pulse_hub.h"
#include "quiet_log.h"
#include "status_mapping.h"

namespace meterrig::rpc {
namespace {

constexpr int least_ping_milliseconds = 5'000;
constexpr std::chrono::milliseconds watch_pause{100};

/// One call at a time, none that its caller no longer waits for, and no exception past gRPC.
class Turns {
 public:
  template <class Call>
  grpc::Status take(const grpc::ServerContext& context, Call call) {
    try {
      const std::scoped_lock lock(mutex_);
      if (context.IsCancelled()) return {grpc::StatusCode::CANCELLED, "the caller gave up"};
      return call();
    } catch (const std::exception& error) {
      return status_from({ErrorCode::internal, error.what()});
    }
  }

 private:
  std::mutex mutex_;
};

template <class Reply>
grpc::Status put(Result<Reply> answer, Reply& reply) {
  if (!answer) return status_from(answer.error());
  reply = std::move(*answer);
  return grpc::Status::OK;
}

class TerminalsService final : public v1::Terminals::Service {
 public:
  TerminalsService(wire::Service& service, Turns& turns, PulseHub& hub)
      : service_(service), turns_(turns), hub_(hub) {}

  grpc::Status Describe(grpc::ServerContext* context, const v1::DescribeRequest* request,
                        v1::DescribeReply* reply) override {
    return turns_.take(*context, [&] { return put(service_.answer(*request), *reply); });
  }

  grpc::Status PowerCycle(grpc::ServerContext* context, const v1::PowerCycleRequest* request,
                          v1::PowerCycleReply* reply) override {
    return turns_.take(*context, [&] { return put(service_.answer(*request), *reply); });
  }

  grpc::Status Apply(grpc::ServerContext* context, const v1::ApplyRequest* request,
                     v1::ApplyReply* reply) override {
    return turns_.take(*context, [&] { return put(service_.answer(*request), *reply); });
  }

  grpc::Status Feed(grpc::ServerContext* context, grpc::ServerReader<v1::SampleBlock>* reader,
                    v1::FeedReply* reply) override {
    v1::SampleBlock message;
    bool fed = false;
    // Between two blocks another call may have its turn.
    while (reader->Read(&message)) {
      const grpc::Status status =
          turns_.take(*context, [&] { return put(service_.answer(message), *reply); });
      if (!status.ok()) return status;
      fed = true;
    }
    if (!fed) return status_from({ErrorCode::invalid_argument, "the stream has no block"});
    return grpc::Status::OK;
  }

  grpc::Status Advance(grpc::ServerContext* context, const v1::AdvanceRequest* request,
                       v1::AdvanceReply* reply) override {
    return turns_.take(*context, [&] {
      const grpc::Status status = put(service_.answer(*request), *reply);
      if (!status.ok()) return status;
      std::vector<Pulse> pulses;
      pulses.reserve(static_cast<std::size_t>(reply->pulses_size()));
      for (const v1::PulseEdge& edge : reply->pulses())
        pulses.push_back({edge.output(), {edge.time_ns()}});
      hub_.publish(pulses);
      return status;
    });
  }

 private:
  wire::Service& service_;
  Turns& turns_;
  PulseHub& hub_;
};

class MeterService final : public v1::Meter::Service {
 public:
  MeterService(wire::Service& service, Turns& turns, PulseHub& hub)
      : service_(service), turns_(turns), hub_(hub) {}

  grpc::Status Identify(grpc::ServerContext* context, const v1::IdentifyRequest* request,
                        v1::IdentifyReply* reply) override {
    return turns_.take(*context, [&] { return put(service_.answer(*request), *reply); });
  }

  grpc::Status Read(grpc::ServerContext* context, const v1::ReadRequest* request,
                    v1::ReadReply* reply) override {
    return turns_.take(*context, [&] { return put(service_.answer(*request), *reply); });
  }

  grpc::Status ReadParameters(grpc::ServerContext* context,
                              const v1::ReadParametersRequest* request,
                              v1::ReadParametersReply* reply) override {
    return turns_.take(*context, [&] { return put(service_.answer(*request), *reply); });
  }

  grpc::Status WatchPulses(grpc::ServerContext* context, const v1::WatchPulsesRequest* /*request*/,
                           grpc::ServerWriter<v1::PulseEdge>* writer) override {
    const auto ticket = hub_.enter();
    const grpc::Status status = watch(*context, *writer, ticket);
    hub_.leave(ticket);
    return status;
  }

 private:
  grpc::Status watch(grpc::ServerContext& context, grpc::ServerWriter<v1::PulseEdge>& writer,
                     PulseHub::Ticket ticket) {
    context.AddInitialMetadata("watching", "yes");
    writer.SendInitialMetadata();
    while (!context.IsCancelled() && !hub_.closed()) {
      const auto pulses = hub_.take(ticket, watch_pause);
      if (!pulses)
        return status_from(
            {ErrorCode::aborted, "edges came faster than they were taken, and some are lost"});
      v1::PulseEdge edge;
      for (const Pulse& pulse : *pulses) {
        edge.set_output(pulse.output);
        edge.set_time_ns(pulse.time.nanoseconds);
        if (!writer.Write(edge)) return {grpc::StatusCode::CANCELLED, "the caller is gone"};
      }
    }
    return {grpc::StatusCode::CANCELLED, "nobody watches any more"};
  }

  wire::Service& service_;
  Turns& turns_;
  PulseHub& hub_;
};

class GrpcServer final : public Server {
 public:
  GrpcServer(Sides sides, Address address)
      : sides_(sides),
        service_(sides),
        terminals_(service_, turns_, hub_),
        meter_(service_, turns_, hub_),
        bound_(std::move(address)) {}
  GrpcServer(const GrpcServer&) = delete;
  GrpcServer& operator=(const GrpcServer&) = delete;
  ~GrpcServer() override {
    hub_.close();
    if (!server_) return;
    server_->Shutdown();
    server_->Wait();
    server_.reset();
    if (bound_.is_unix()) ::unlink(bound_.path.c_str());
  }

  Result<void> start(const std::optional<ServerTls>& tls) {
    std::optional<ServerCertificates> certificates;
    if (tls) {
      auto read = read_certificates(*tls);
      if (!read) return tl::unexpected(read.error());
      certificates = std::move(*read);
    }
    const std::string where = to_string(bound_);
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    grpc::ServerBuilder builder;
    int port = 0;
    // Otherwise a second server on the same port would start and take every other call.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    // A client may ask whether the line still stands, in a long call and between calls.
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                               least_ping_milliseconds);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
    builder.AddListeningPort(where, server_credentials(certificates), &port);
    if (sides_.terminals != nullptr) builder.RegisterService(&terminals_);
    if (sides_.meter != nullptr) builder.RegisterService(&meter_);
    server_ = builder.BuildAndStart();
    if (!server_ || port == 0) {
      server_.reset();
      return fail(ErrorCode::unavailable,
                  fmt::format("cannot serve on {}: the address is taken, or its directory is "
                              "missing or not ours to write",
                              where));
    }
    if (auto* health = server_->GetHealthCheckService()) {
      if (sides_.terminals != nullptr) health->SetServingStatus("meterrig.v1.Terminals", true);
      if (sides_.meter != nullptr) health->SetServingStatus("meterrig.v1.Meter", true);
    }
    if (bound_.is_unix()) {
      ::chmod(bound_.path.c_str(), S_IRUSR | S_IWUSR);
    } else {
      bound_.port = port;
    }
    address_ = to_string(bound_);
    return {};
  }

  [[nodiscard]] const std::string& address() const override { return address_; }
  void publish(std::span<const Pulse> pulses) override { hub_.publish(pulses); }

 private:
  Sides sides_;
  wire::Service service_;
  Turns turns_;
  PulseHub hub_;
  TerminalsService terminals_;
  MeterService meter_;
  Address bound_;
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace

Result<std::unique_ptr<Server>> serve(const std::string& address, Sides sides,
                                      const std::optional<ServerTls>& tls) {
  Result<Address> parsed = parse_address(address, tls.has_value());
  if (!parsed) return tl::unexpected(std::move(parsed.error()));
  keep_grpc_quiet();
  if (parsed->is_unix()) {
    if (auto free = remove_stale_socket(parsed->path); !free) {
      return tl::unexpected(std::move(free.error()));
    }
  }
  auto server = std::make_unique<GrpcServer>(sides, std::move(*parsed));
  if (auto started = server->start(tls); !started)
    return tl::unexpected(std::move(started.error()));
  return server;
}

}  // namespace meterrig::rpc
