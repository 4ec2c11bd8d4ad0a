// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/terminals/server.h"

#include <fmt/format.h>
#include <grpcpp/grpcpp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <exception>
#include <mutex>
#include <utility>

#include "address.h"
#include "message_mapping.h"
#include "meterrig/loader/signal_mapping.h"
#include "meterrig/v1/dut.grpc.pb.h"
#include "quiet_log.h"
#include "status_mapping.h"

namespace meterrig::terminals {
namespace {

class Service final : public v1::Terminals::Service {
 public:
  explicit Service(Handler& handler) : handler_(handler) {}

  grpc::Status Describe(grpc::ServerContext* context, const v1::DescribeRequest* /*request*/,
                        v1::DescribeReply* reply) override {
    return guarded(*context, [&]() -> grpc::Status {
      *reply = message_from(handler_.describe());
      return grpc::Status::OK;
    });
  }

  grpc::Status PowerCycle(grpc::ServerContext* context, const v1::PowerCycleRequest* /*request*/,
                          v1::PowerCycleReply* /*reply*/) override {
    return guarded(*context, [&]() -> grpc::Status {
      const Result<void> cycled = handler_.power_cycle();
      return cycled ? grpc::Status::OK : status_from(cycled.error());
    });
  }

  grpc::Status Apply(grpc::ServerContext* context, const v1::ApplyRequest* request,
                     v1::ApplyReply* reply) override {
    return guarded(*context, [&]() -> grpc::Status {
      if (request->has_samples()) return apply_samples(*request, *reply);
      if (!request->has_recipe()) {
        return status_from(
            {ErrorCode::invalid_argument, "the request has neither a recipe nor samples"});
      }
      const Result<SignalRecipe> recipe = loader::recipe_from(request->recipe());
      if (!recipe) return status_from(recipe.error());
      const Result<Instant> now = handler_.apply(*recipe, request->device_seed());
      if (!now) return status_from(now.error());
      reply->set_now_ns(now->nanoseconds);
      return grpc::Status::OK;
    });
  }

  grpc::Status Feed(grpc::ServerContext* context, grpc::ServerReader<v1::SampleBlock>* reader,
                    v1::FeedReply* reply) override {
    v1::SampleBlock message;
    bool fed = false;
    // Between two blocks another call may have its turn.
    while (reader->Read(&message)) {
      const grpc::Status status = guarded(*context, [&]() -> grpc::Status {
        const Result<SampleBlock> block = block_from(message);
        if (!block) return status_from(block.error());
        const Result<FeedState> state = handler_.feed(*block);
        if (!state) return status_from(state.error());
        reply->set_next_sample(state->next_sample);
        reply->set_room(state->room);
        return grpc::Status::OK;
      });
      if (!status.ok()) return status;
      fed = true;
    }
    if (!fed) return status_from({ErrorCode::invalid_argument, "the stream has no block"});
    return grpc::Status::OK;
  }

  grpc::Status Advance(grpc::ServerContext* context, const v1::AdvanceRequest* request,
                       v1::AdvanceReply* reply) override {
    return guarded(*context, [&]() -> grpc::Status {
      const Instant until{request->until_ns()};
      const Result<std::vector<Pulse>> pulses = handler_.advance(until);
      if (!pulses) return status_from(pulses.error());
      *reply = advance_reply(until, *pulses);
      return grpc::Status::OK;
    });
  }

 private:
  grpc::Status apply_samples(const v1::ApplyRequest& request, v1::ApplyReply& reply) {
    const Result<SampleFeed> samples = samples_from(request.samples());
    if (!samples) return status_from(samples.error());
    const Result<FeedTerms> terms = handler_.apply_samples(*samples, request.device_seed());
    if (!terms) return status_from(terms.error());
    reply.set_now_ns(terms->now.nanoseconds);
    reply.set_capacity(terms->capacity);
    reply.set_reach(terms->reach);
    return grpc::Status::OK;
  }

  /// One call at a time, none that its caller no longer waits for, and no exception past gRPC.
  template <class Call>
  grpc::Status guarded(grpc::ServerContext& context, Call call) {
    try {
      const std::scoped_lock lock(mutex_);
      if (context.IsCancelled()) return {grpc::StatusCode::CANCELLED, "the caller gave up"};
      return call();
    } catch (const std::exception& error) {
      return status_from({ErrorCode::internal, error.what()});
    }
  }

  Handler& handler_;
  std::mutex mutex_;
};

class GrpcServer final : public Server {
 public:
  GrpcServer(Handler& handler, Address address) : service_(handler), bound_(std::move(address)) {}
  GrpcServer(const GrpcServer&) = delete;
  GrpcServer& operator=(const GrpcServer&) = delete;
  ~GrpcServer() override {
    if (!server_) return;
    server_->Shutdown();
    server_->Wait();
    server_.reset();
    if (bound_.is_unix()) ::unlink(bound_.path.c_str());
  }

  Result<void> start() {
    const std::string where = to_string(bound_);
    grpc::ServerBuilder builder;
    int port = 0;
    // Otherwise a second server on the same port would start and take every other call.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.AddListeningPort(where, grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    if (!server_ || port == 0) {
      server_.reset();
      return fail(ErrorCode::unavailable,
                  fmt::format("cannot serve on {}: the address is taken, or its directory is "
                              "missing or not ours to write",
                              where));
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

 private:
  Service service_;
  Address bound_;
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace

Result<std::unique_ptr<Server>> serve(const std::string& address, Handler& handler) {
  Result<Address> parsed = parse_address(address);
  if (!parsed) return tl::unexpected(std::move(parsed.error()));
  keep_grpc_quiet();
  if (parsed->is_unix()) {
    if (auto free = remove_stale_socket(parsed->path); !free) {
      return tl::unexpected(std::move(free.error()));
    }
  }
  auto server = std::make_unique<GrpcServer>(handler, std::move(*parsed));
  if (auto started = server->start(); !started) return tl::unexpected(std::move(started.error()));
  return server;
}

}  // namespace meterrig::terminals
