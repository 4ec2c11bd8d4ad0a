// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <utility>

#include "meterrig/iio/dac_source.h"
#include "meterrig/vocabulary/instruments.h"

namespace meterrig::cli {

/// Converters as an output drives them, until they are handed over to a measurement that puts out
/// more than points. From then on the output can only switch them off. They outlive it.
class PointSource final : public Source {
 public:
  explicit PointSource(iio::DacSource& source) : source_(source) {}
  void hand_over() { handed_over_ = true; }

  [[nodiscard]] Result<InstrumentIdentity> identify() override { return source_.identify(); }
  [[nodiscard]] SourceRange range() const override { return source_.range(); }
  [[nodiscard]] Result<void> apply(const OperatingPoint& point) override {
    // Currents to zero before voltages, as an output ends, would put a point out once more.
    if (handed_over_) return source_.off();
    point_ = point;
    return source_.apply(point);
  }
  [[nodiscard]] Result<void> play(std::unique_ptr<Signal> signal, Rational frequency) override {
    return source_.play(std::move(signal), frequency);
  }
  /// The point before the harmonics: converters do not measure.
  [[nodiscard]] Result<OutputState> read_back() override {
    auto state = source_.read_back();
    if (state && state->on) state->point = point_;
    return state;
  }
  [[nodiscard]] Result<void> off() override { return source_.off(); }

 private:
  iio::DacSource& source_;
  OperatingPoint point_;
  bool handed_over_ = false;
};

}  // namespace meterrig::cli
