// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "meterrig/v1/dut.pb.h"
#include "meterrig/vocabulary/meter.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/roles.h"
#include "meterrig/vocabulary/terminals.h"

namespace meterrig::wire {

/// A way to a device that serves dut.proto: each call sends a request and waits for its answer.
/// Errors: the device's own; unavailable, deadline_exceeded, data_loss of the way.
class Caller {
 public:
  virtual ~Caller() = default;
  [[nodiscard]] virtual Result<v1::DescribeReply> call(const v1::DescribeRequest& request) = 0;
  [[nodiscard]] virtual Result<v1::PowerCycleReply> call(const v1::PowerCycleRequest& request) = 0;
  [[nodiscard]] virtual Result<v1::ApplyReply> call(const v1::ApplyRequest& request) = 0;
  /// One after another; the answer to the last.
  [[nodiscard]] virtual Result<v1::FeedReply> feed(const std::vector<v1::SampleBlock>& blocks) = 0;
  [[nodiscard]] virtual Result<v1::AdvanceReply> call(const v1::AdvanceRequest& request) = 0;
  [[nodiscard]] virtual Result<v1::IdentifyReply> call(const v1::IdentifyRequest& request) = 0;
  [[nodiscard]] virtual Result<v1::ReadReply> call(const v1::ReadRequest& request) = 0;
  [[nodiscard]] virtual Result<v1::ReadParametersReply> call(
      const v1::ReadParametersRequest& request) = 0;
  /// Samples that one message of a feed has at most.
  [[nodiscard]] virtual std::size_t samples_a_message() const = 0;
  [[nodiscard]] virtual LinkStatistics statistics() const { return {}; }
};

/// The sides of a device at the other end. An answer that makes no sense is an internal error.
[[nodiscard]] std::unique_ptr<Terminals> terminals_over(std::shared_ptr<Caller> caller);
[[nodiscard]] std::unique_ptr<Meter> meter_over(std::shared_ptr<Caller> caller);

}  // namespace meterrig::wire
