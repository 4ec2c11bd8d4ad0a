// SPDX-License-Identifier: GPL-3.0-or-later
// The driver of converters against the virtual bench, as every driver of a source.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "meterrig/ports/clock.h"
#include "meterrig/reference/meter.h"
#include "served_bench.h"
#include "source_conformance.h"
#include "three_phase_settings.h"

using namespace meterrig;

namespace {

constexpr Duration timeout = millisecond(500);  // for half a megabyte of samples too

/// What is on the wires is read by a converter of its own, whose operations are not counted.
class ConverterBench final : public conformance::SourceBench {
 public:
  ConverterBench() : served_(three_phase()), context_(served_.connect()) {
    auto input = iio::AdcInput::open(context_, three_phase_inputs());
    BOOST_REQUIRE_MESSAGE(input.has_value(), (input ? "" : input.error().message));
    input_ = std::move(*input);
  }

  Result<std::unique_ptr<Source>> connect() override {
    auto context = iio::Context::open(served_.uri(), timeout);
    if (!context) return tl::unexpected(context.error());
    auto source = iio::DacSource::open(std::move(*context), three_phase_outputs());
    if (!source) return tl::unexpected(source.error());
    return std::move(*source);
  }

  OperatingPoint output() override {
    const std::int64_t before = operations_at_rest();
    const OperatingPoint point = look();
    own_ += operations_at_rest() - before;
    return point;
  }
  std::int64_t operations() override { return earlier_ + served_.server->operations() - own_; }
  void fault_at(std::int64_t n, conformance::LineFault fault) override {
    using Kind = iio_server::Fault::Kind;
    using conformance::LineFault;
    const Kind kind = fault == LineFault::garbage ? Kind::garbage
                      : fault == LineFault::late  ? Kind::late
                      : fault == LineFault::lost  ? Kind::drop_after
                                                  : Kind::drop;
    plan({.kind = kind, .operation = n - 1, .delay = 1.5 * timeout});
  }
  void clear_faults() override { plan({}); }
  void deviate(Percent /*voltage*/) override { BOOST_FAIL("a converter has nothing to notice it"); }
  [[nodiscard]] bool measures() const override { return false; }

 private:
  /// The server counts the last of a connection's operations on its own time; a stream's go on.
  std::int64_t operations_at_rest() {
    ports::MonotonicClock clock;
    std::int64_t seen = served_.server->operations();
    const Instant begin = clock.now();
    Instant since = begin;
    while (clock.now() - since < millisecond(10) && clock.now() - begin < millisecond(50)) {
      clock.sleep_until(clock.now() + millisecond(1));
      const std::int64_t now = served_.server->operations();
      if (now == seen) continue;
      seen = now;
      since = clock.now();
    }
    return seen;
  }

  void plan(const iio_server::Fault& fault) {
    earlier_ += served_.server->operations();
    served_.server->set_fault(fault);  // counts from 0 again
  }

  OperatingPoint look() {
    BOOST_REQUIRE(input_->start().has_value());
    const auto samples = [this](double seconds) {
      return static_cast<std::size_t>(seconds * input_->rate().value());
    };
    BOOST_REQUIRE(input_->read(samples(0.1)).has_value());  // what may be older
    const auto block = input_->read(samples(0.2));
    BOOST_REQUIRE(block.has_value());
    BOOST_REQUIRE(input_->stop().has_value());
    OperatingPoint point{.frequency = hertz(50),
                         .voltage = {},
                         .voltage_angle = {},
                         .current = {},
                         .displacement = {}};
    point.voltage.fill(volt(0));
    point.current.fill(ampere(0));
    point.voltage_angle.fill(degree(0));
    point.displacement.fill(degree(0));
    const auto reading = reference::measure(*block);
    if (!reading) return point;  // nothing periodic is there
    point.frequency = reading->frequency;
    for (std::size_t p = 0; p < phase_count; ++p) {
      const reference::PhaseReading& phase = reading->phase.at(p);
      // Below the steps of the converters there is nothing.
      if (phase.u > volt(0.02)) point.voltage.at(p) = phase.u;
      if (phase.i > ampere(0.001)) point.current.at(p) = phase.i;
      if (phase.voltage_angle.known()) point.voltage_angle.at(p) = phase.voltage_angle;
      if (phase.displacement.known()) point.displacement.at(p) = phase.displacement;
    }
    return point;
  }

  ServedBench served_;
  std::shared_ptr<iio::Context> context_;
  std::unique_ptr<iio::AdcInput> input_;
  std::int64_t earlier_ = 0;  // before the latest fault was planned
  std::int64_t own_ = 0;
};

std::unique_ptr<conformance::SourceBench> make() { return std::make_unique<ConverterBench>(); }

}  // namespace

METERRIG_SOURCE_CONFORMANCE(converters_source, make)
