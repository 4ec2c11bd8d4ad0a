// SPDX-License-Identifier: GPL-3.0-or-later
#include "pulse_watch.h"

#include <fmt/format.h>
#include <grpcpp/grpcpp.h>

#include <thread>
#include <utility>
#include <vector>

#include "meterrig/pulse/pulse_queue.h"
#include "status_mapping.h"

namespace meterrig::rpc {
namespace {

class PulseWatch final : public PulseInput {
 public:
  PulseWatch(std::shared_ptr<v1::Meter::Stub> stub, std::string address)
      : stub_(std::move(stub)),
        address_(std::move(address)),
        reader_(stub_->WatchPulses(&context_, v1::WatchPulsesRequest())) {}
  PulseWatch(const PulseWatch&) = delete;
  PulseWatch& operator=(const PulseWatch&) = delete;
  ~PulseWatch() override {
    context_.TryCancel();
    if (thread_.joinable()) thread_.join();
  }

  // Waits for the header of the answer: after it no edge is missing.
  Result<void> begin() {
    reader_->WaitForInitialMetadata();
    if (!context_.GetServerInitialMetadata().contains("watching")) {
      const grpc::Status status = reader_->Finish();
      return tl::unexpected(error_of(status));
    }
    thread_ = std::thread([this] { receive(); });
    return {};
  }

  Result<std::vector<Pulse>> take(Duration patience) override { return queue_.take(patience); }
  [[nodiscard]] std::string time_base() const override { return "device"; }
  // The device stamps edges itself; what that costs is part of its own error.
  [[nodiscard]] Duration standard_uncertainty() const override { return second(0); }

 private:
  [[nodiscard]] Error error_of(const grpc::Status& status) const {
    Error error = status.ok() ? Error{ErrorCode::unavailable, "the device ended the stream"}
                              : error_from(status);
    error.message = fmt::format("pulses of the device at {}: {}", address_, error.message);
    return error;
  }

  void receive() {
    v1::PulseEdge edge;
    while (reader_->Read(&edge)) queue_.put({edge.output(), {edge.time_ns()}});
    queue_.end(error_of(reader_->Finish()));
  }

  std::shared_ptr<v1::Meter::Stub> stub_;
  std::string address_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::PulseEdge>> reader_;
  pulse::PulseQueue queue_;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<PulseInput>> watch_pulses(std::shared_ptr<v1::Meter::Stub> stub,
                                                 const std::string& address) {
  auto watch = std::make_unique<PulseWatch>(std::move(stub), address);
  if (auto begun = watch->begin(); !begun) return tl::unexpected(begun.error());
  return watch;
}

}  // namespace meterrig::rpc
