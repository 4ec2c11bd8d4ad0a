// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "meterrig/vocabulary/instruments.h"

namespace meterrig::test {

/// What a source was told, and how it shall fail.
struct SourceRecord {
  std::vector<OperatingPoint> applied;
  bool on = false;
  int switched_off = 0;
  bool refuses_points = false;
  bool refuses_off = false;
  bool refuses_read_back = false;
  double gain = 1;  ///< of what is read back
};

/// A source that keeps a record of everything it is told.
class RecordingSource final : public Source {
 public:
  explicit RecordingSource(std::shared_ptr<SourceRecord> record) : record_(std::move(record)) {}

  Result<InstrumentIdentity> identify() override { return InstrumentIdentity{}; }
  [[nodiscard]] SourceRange range() const override {
    return {
        .voltage = volt(600), .current = ampere(120), .lowest = hertz(40), .highest = hertz(70)};
  }
  Result<void> apply(const OperatingPoint& point) override {
    if (record_->refuses_points) return fail(ErrorCode::aborted, "it refuses");
    record_->applied.push_back(point);
    record_->on = true;
    return {};
  }
  Result<void> play(std::unique_ptr<Signal> /*signal*/, Rational /*frequency*/) override {
    return fail(ErrorCode::unimplemented, "signals");
  }
  Result<OutputState> read_back() override {
    if (record_->refuses_read_back) return fail(ErrorCode::deadline_exceeded, "no answer");
    OutputState state{.on = record_->on, .measured = true, .point = {}};
    state.point.voltage.fill(volt(0));
    state.point.current.fill(ampere(0));
    if (!record_->applied.empty()) state.point = record_->applied.back();
    for (Voltage& voltage : state.point.voltage) voltage = record_->gain * voltage;
    return state;
  }
  Result<void> off() override {
    if (record_->refuses_off) return fail(ErrorCode::unavailable, "it is gone");
    record_->on = false;
    ++record_->switched_off;
    return {};
  }

 private:
  std::shared_ptr<SourceRecord> record_;
};

}  // namespace meterrig::test
