// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/v1/dut.pb.h"
#include "meterrig/vocabulary/meter.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/terminals.h"

namespace meterrig::wire {

/// Answers requests of dut.proto by the sides of a device, which must outlive it. Errors: the
/// device's own; invalid_argument for a request that makes no sense; unimplemented for a side that
/// it does not serve.
class Service {
 public:
  explicit Service(Sides sides) : sides_(sides) {}

  [[nodiscard]] Result<v1::DescribeReply> answer(const v1::DescribeRequest& request);
  [[nodiscard]] Result<v1::PowerCycleReply> answer(const v1::PowerCycleRequest& request);
  [[nodiscard]] Result<v1::ApplyReply> answer(const v1::ApplyRequest& request);
  [[nodiscard]] Result<v1::FeedReply> answer(const v1::SampleBlock& block);
  [[nodiscard]] Result<v1::AdvanceReply> answer(const v1::AdvanceRequest& request);
  [[nodiscard]] Result<v1::IdentifyReply> answer(const v1::IdentifyRequest& request);
  [[nodiscard]] Result<v1::ReadReply> answer(const v1::ReadRequest& request);
  [[nodiscard]] Result<v1::ReadParametersReply> answer(const v1::ReadParametersRequest& request);

 private:
  Sides sides_;
};

}  // namespace meterrig::wire
