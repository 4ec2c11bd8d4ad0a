// SPDX-License-Identifier: GPL-3.0-or-later
// What a driver does when the board, the network or the client fails.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "meterrig/synthesis/synthesis.h"
#include "served_bench.h"
#include "three_phase_settings.h"

using namespace meterrig;
using iio_server::AfterClose;
using iio_server::BenchSettings;
using iio_server::Fault;

namespace {

constexpr std::array boards{"source-l1", "source-l2", "source-l3"};

std::unique_ptr<Signal> sine(Rational rate) {
  auto signal = synthesis::Synthesis::create(*recipe_of(three_phase_point()), rate);
  BOOST_REQUIRE(signal.has_value());
  return std::make_unique<synthesis::Synthesis>(std::move(*signal));
}

/// A session from the first connection to the last: what a rig does in short. The first error ends
/// it.
std::optional<Error> session(const std::string& uri, Duration patience = second(5)) {
  auto context = iio::Context::open(uri, patience);
  if (!context) return context.error();
  auto source = iio::DacSource::open(*context, three_phase_outputs());
  if (!source) return source.error();
  auto input = iio::AdcInput::open(*context, three_phase_inputs());
  if (!input) return input.error();
  if (auto done = (*source)->apply(three_phase_point()); !done) return done.error();
  if (auto done = (*input)->start(); !done) return done.error();
  if (auto block = (*input)->read(2048); !block) return block.error();
  if (auto done = (*source)->play(sine({256'000, 1}), {50, 1}); !done) return done.error();
  if (auto block = (*input)->read(2048); !block) return block.error();
  if (auto state = (*source)->read_back(); !state) return state.error();
  if (auto done = (*source)->off(); !done) return done.error();
  if (auto done = (*input)->stop(); !done) return done.error();
  return std::nullopt;
}

/// The server learns of a connection's end on its own time.
void check_all_off(const ServedBench& served) {
  for (const char* board : boards) {
    for (int i = 0; i < 2000 && served.bench->output(board).open; ++i) usleep(1000);
    const auto output = served.bench->output(board);
    BOOST_TEST(!output.open);
    for (const double volts : output.volts) BOOST_TEST(volts == 0);
  }
}

void check_sensible(const Error& error) {
  const std::set<ErrorCode> allowed{ErrorCode::unavailable, ErrorCode::deadline_exceeded,
                                    ErrorCode::data_loss, ErrorCode::aborted};
  BOOST_TEST(allowed.contains(error.code), name(error.code) << ": " << error.message);
  BOOST_TEST(!error.message.empty());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(iio_faults)

BOOST_AUTO_TEST_CASE(a_connection_lost_at_any_operation_is_an_error_and_leaves_nothing_on) {
  const ServedBench served = three_phase();
  // A busy machine streams more blocks; no operation beyond the least number is sure to come.
  std::int64_t operations = INT64_MAX;
  for (int i = 0; i < 3; ++i) {
    served.server->set_fault({});
    BOOST_REQUIRE(!session(served.uri()).has_value());
    operations = std::min(operations, served.server->operations());
  }
  BOOST_TEST(operations > 100);
  int failed = 0;
  for (const auto kind : {Fault::Kind::drop, Fault::Kind::drop_after}) {
    for (std::int64_t n = 0; n < operations; ++n) {
      served.server->set_fault({.kind = kind, .operation = n});
      const auto error = session(served.uri(), millisecond(100));
      BOOST_TEST_CONTEXT("operation " << n << " of " << operations) {
        if (error) {
          check_sensible(*error);
          ++failed;
        }
        check_all_off(served);
      }
    }
  }
  // Nobody notices a lost CLOSE or EXIT, nor libiio a lost block of a cyclic buffer; and off()
  // connects anew.
  BOOST_TEST(failed > operations);
}

BOOST_AUTO_TEST_CASE(garbage_at_any_operation_is_an_error_and_never_a_value) {
  const ServedBench served = three_phase();
  served.server->set_fault({});
  BOOST_REQUIRE(!session(served.uri()).has_value());
  const std::int64_t operations = served.server->operations();
  for (std::int64_t n = 0; n < operations; ++n) {
    served.server->set_fault({.kind = Fault::Kind::garbage, .operation = n});
    const auto error = session(served.uri(), millisecond(100));
    BOOST_TEST_CONTEXT("operation " << n << " of " << operations) {
      if (error) check_sensible(*error);
      check_all_off(served);
    }
  }
}

// libiio 0.24 does not tell a time-out from a hang-up.
BOOST_AUTO_TEST_CASE(an_answer_that_comes_too_late_is_that_of_a_board_that_is_gone) {
  const ServedBench served = three_phase();
  const auto context = served.connect(millisecond(100));
  auto input = iio::AdcInput::open(context, three_phase_inputs());
  BOOST_REQUIRE(input.has_value());
  BOOST_REQUIRE((*input)->start().has_value());
  served.server->set_fault({.kind = Fault::Kind::late, .operation = 0, .delay = millisecond(400)});
  const auto block = (*input)->read(1024);
  BOOST_REQUIRE(!block.has_value());
  BOOST_TEST(name(block.error().code) == name(ErrorCode::unavailable));
  // It is stopped then, and says so.
  BOOST_TEST(name((*input)->read(1).error().code) == name(ErrorCode::failed_precondition));
}

BOOST_AUTO_TEST_CASE(a_board_that_is_gone_is_unavailable_to_every_call) {
  const ServedBench served = three_phase();
  const auto context = served.connect();
  auto source = iio::DacSource::open(context, three_phase_outputs());
  auto input = iio::AdcInput::open(context, three_phase_inputs());
  BOOST_REQUIRE(source.has_value());
  BOOST_REQUIRE(input.has_value());
  BOOST_REQUIRE((*source)->apply(three_phase_point()).has_value());
  served.server->set_fault({.kind = Fault::Kind::all_gone, .operation = 0});
  BOOST_TEST(name((*source)->read_back().error().code) == name(ErrorCode::unavailable));
  BOOST_TEST(name((*source)->off().error().code) == name(ErrorCode::unavailable));
  BOOST_TEST(name((*source)->identify().error().code) == name(ErrorCode::unavailable));
  BOOST_TEST(name((*input)->start().error().code) == name(ErrorCode::unavailable));
  check_all_off(served);
  BOOST_TEST(name(iio::Context::open(served.uri()).error().code) == name(ErrorCode::unavailable));
}

BOOST_AUTO_TEST_CASE(lost_samples_end_the_input_and_are_counted_by_the_time_stamps) {
  const ServedBench served = three_phase();
  const auto context = served.connect();
  auto input = iio::AdcInput::open(context, three_phase_inputs());
  BOOST_REQUIRE(input.has_value());
  for (const std::int64_t after : {1, 1023, 1024, 3000}) {
    served.bench->lose_frames(after, 7);
    BOOST_REQUIRE((*input)->start().has_value());
    Result<SampleBlock> block = SampleBlock();
    for (int i = 0; i < 5 && block; ++i) block = (*input)->read(1000);
    BOOST_REQUIRE(!block.has_value());
    BOOST_TEST(name(block.error().code) == name(ErrorCode::aborted));
    BOOST_TEST(block.error().message ==
               "device ad7768 'reference' lost 7 samples, by its time stamps");
  }
  served.bench->lose_frames(0, 0);
  BOOST_REQUIRE((*input)->start().has_value());
  BOOST_TEST((*input)->read(10'000).has_value());
}

BOOST_AUTO_TEST_CASE(lost_samples_are_counted_by_an_attribute_where_there_are_no_stamps) {
  const ServedBench served = m2k();
  const auto context = served.connect();
  iio::AdcSettings settings{.device = "m2k-adc", .channels = {{.channel = "voltage0"}}};
  settings.rate = {100'000, 1};
  settings.lost_samples_attribute = "lost_frames";
  auto input = iio::AdcInput::open(context, settings);
  BOOST_REQUIRE(input.has_value());
  BOOST_REQUIRE((*input)->start().has_value());
  BOOST_REQUIRE((*input)->read(1024).has_value());
  served.bench->lose_frames(1500, 3);
  const auto block = (*input)->read(1024);
  BOOST_REQUIRE(!block.has_value());
  BOOST_TEST(name(block.error().code) == name(ErrorCode::aborted));
  BOOST_TEST(block.error().message == "device m2k-adc lost 3 samples, by its lost_frames");
}

BOOST_AUTO_TEST_CASE(a_board_in_use_is_told_from_one_that_is_gone) {
  const ServedBench served = three_phase();
  const auto mine = served.connect();
  const auto yours = served.connect();
  auto source = iio::DacSource::open(mine, three_phase_outputs());
  auto input = iio::AdcInput::open(mine, three_phase_inputs());
  BOOST_REQUIRE((*source)->apply(three_phase_point()).has_value());
  BOOST_REQUIRE((*input)->start().has_value());
  BOOST_TEST(name(iio::DacSource::open(yours, three_phase_outputs()).error().code) ==
             name(ErrorCode::failed_precondition));
  // Nor can its rate be changed.
  BOOST_TEST(name(iio::AdcInput::open(yours, three_phase_inputs()).error().code) ==
             name(ErrorCode::failed_precondition));
}

BOOST_AUTO_TEST_SUITE_END()

// Real converters keep their last code once a buffer is closed: the driver is not to rely on the
// board.
BOOST_AUTO_TEST_SUITE(iio_ends_in_zero)

namespace {

struct LastCode {
  ServedBench served =
      three_phase(BenchSettings{.wiring = {}, .after_close = AfterClose::last_code});
  std::shared_ptr<iio::Context> context = served.connect();
  std::unique_ptr<iio::DacSource> source = open();

  std::unique_ptr<iio::DacSource> open() {
    auto opened = iio::DacSource::open(context, three_phase_outputs());
    BOOST_REQUIRE_MESSAGE(opened.has_value(), opened.error().message);
    return std::move(*opened);
  }
  /// Lets time pass, so that the outputs are somewhere else than at their first sample.
  void run(std::size_t samples) const {
    auto input = iio::AdcInput::open(context, three_phase_inputs());
    BOOST_REQUIRE(input.has_value());
    BOOST_REQUIRE((*input)->start().has_value());
    BOOST_REQUIRE((*input)->read(samples).has_value());
  }
  void check_zero() const {
    for (const char* board : boards) {
      const auto output = served.bench->output(board);
      BOOST_TEST(!output.open);
      for (const double volts : output.volts) BOOST_TEST(volts == 0);
    }
  }
};

/// A signal of so many samples.
class Finite final : public Signal {
 public:
  explicit Finite(std::int64_t end) : end_(end) {}
  [[nodiscard]] Rational rate() const override { return {256'000, 1}; }
  [[nodiscard]] Result<void> read(SampleBlock& block) override {
    if (block.first_sample + static_cast<std::int64_t>(block.count()) > end_)
      return fail(ErrorCode::out_of_range, "the signal has ended");
    for (std::size_t p = 0; p < phase_count; ++p)
      for (double& volts : block.volts(p)) volts = 100;
    return {};
  }

 private:
  std::int64_t end_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(off_after_a_cyclic_signal) {
  LastCode rig;
  BOOST_REQUIRE(rig.source->apply(three_phase_point()).has_value());
  rig.run(1000);
  BOOST_TEST(rig.served.bench->output("source-l2").volts.at(0) != 0);
  BOOST_REQUIRE(rig.source->off().has_value());
  rig.check_zero();
}

BOOST_AUTO_TEST_CASE(the_end_of_the_source_after_a_cyclic_signal) {
  LastCode rig;
  BOOST_REQUIRE(rig.source->apply(three_phase_point()).has_value());
  rig.run(1000);
  rig.source.reset();
  rig.check_zero();
}

BOOST_AUTO_TEST_CASE(off_and_the_end_of_the_source_in_a_stream) {
  LastCode rig;
  BOOST_REQUIRE(rig.source->play(sine({256'000, 1}), {50, 1}).has_value());
  rig.run(3000);
  BOOST_REQUIRE(rig.source->off().has_value());
  rig.check_zero();
  BOOST_REQUIRE(rig.source->play(sine({256'000, 1}), {50, 1}).has_value());
  rig.run(3000);
  rig.source.reset();
  rig.check_zero();
}

BOOST_AUTO_TEST_CASE(a_signal_that_ends) {
  LastCode rig;
  auto input = iio::AdcInput::open(rig.context, three_phase_inputs());
  BOOST_REQUIRE(input.has_value());
  BOOST_REQUIRE((*input)->start().has_value());
  BOOST_REQUIRE(rig.source->play(std::make_unique<Finite>(10'001), {50, 1}).has_value());
  for (int i = 0; i < 5000 && rig.source->read_back()->on; ++i) usleep(1000);
  BOOST_TEST(!rig.source->read_back()->on);
  rig.check_zero();
  // All of it came, in one piece: an input sample for every eighth, from the first one on.
  const auto block = (*input)->read(3000);
  BOOST_REQUIRE(block.has_value());
  std::vector<std::size_t> on;
  for (std::size_t i = 0; i < block->count(); ++i)
    if (block->volts(0)[i] > 50) on.push_back(i);
  BOOST_REQUIRE(on.size() == 10'001 / 8 + 1);
  BOOST_TEST(on.back() - on.front() == 10'001 / 8);
}

BOOST_AUTO_TEST_CASE(a_signal_that_goes_out_of_range_under_way) {
  class Rising final : public Signal {
   public:
    [[nodiscard]] Rational rate() const override { return {256'000, 1}; }
    [[nodiscard]] Result<void> read(SampleBlock& block) override {
      for (std::size_t i = 0; i < block.count(); ++i)
        block.volts(0)[i] =
            0.01 * static_cast<double>(block.first_sample + static_cast<std::int64_t>(i));
      return {};
    }
  };
  LastCode rig;
  BOOST_REQUIRE(rig.source->play(std::make_unique<Rising>(), {50, 1}).has_value());
  for (int i = 0; i < 5000 && rig.source->read_back(); ++i) usleep(1000);
  BOOST_TEST(name(rig.source->read_back().error().code) == name(ErrorCode::out_of_range));
  const auto off = rig.source->off();
  BOOST_REQUIRE(!off.has_value());
  BOOST_TEST(name(off.error().code) == name(ErrorCode::out_of_range));
  rig.check_zero();
  BOOST_TEST(rig.source->off().has_value());
}

BOOST_AUTO_TEST_CASE(what_is_beyond_the_range_is_refused_and_changes_nothing) {
  LastCode rig;
  BOOST_REQUIRE(rig.source->apply(three_phase_point()).has_value());
  OperatingPoint point = three_phase_point();
  point.voltage.at(1) = volt(301);
  auto refused = rig.source->apply(point);
  BOOST_REQUIRE(!refused.has_value());
  BOOST_TEST(name(refused.error().code) == name(ErrorCode::out_of_range));
  BOOST_TEST(refused.error().message == "voltage L2 of 301 V; expected at most 300 V");
  // Within the declared range, but the crest is beyond the converter.
  SignalRecipe recipe = *recipe_of(three_phase_point());
  recipe.voltage.at(0).dc = volt(190);
  refused = rig.source->apply(recipe);
  BOOST_REQUIRE(!refused.has_value());
  BOOST_TEST(name(refused.error().code) == name(ErrorCode::out_of_range));
  BOOST_TEST(refused.error().message ==
             "voltage L1 needs a peak of 515.269 V; channel voltage0 of device ad3552r "
             "'source-l1' with its amplifier reaches -500 V to 499.985 V");
  point = three_phase_point();
  point.frequency = hertz(400);
  BOOST_TEST(rig.source->apply(point).error().message ==
             "a frequency of 400 Hz; expected 40 Hz to 70 Hz");
  point = three_phase_point();
  point.current.at(2) = ampere(-1);
  BOOST_TEST(name(rig.source->apply(point).error().code) == name(ErrorCode::invalid_argument));
  point.current.at(2) = Current();
  BOOST_TEST(name(rig.source->apply(point).error().code) == name(ErrorCode::invalid_argument));
  const auto state = rig.source->read_back();
  BOOST_REQUIRE(state.has_value());
  BOOST_TEST(state->on);
  BOOST_TEST((state->point.voltage.at(1) == volt(229)));
  BOOST_TEST(rig.served.bench->output("source-l1").open);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(iio_underflow)

BOOST_AUTO_TEST_CASE(a_stream_that_comes_too_late_leaves_a_gap_of_zeros) {
  /// 100 V, but nothing for a while after some blocks.
  class Halting final : public Signal {
   public:
    [[nodiscard]] Rational rate() const override { return {256'000, 1}; }
    [[nodiscard]] Result<void> read(SampleBlock& block) override {
      if (block.first_sample == 8 * 4096) usleep(300'000);
      for (double& volts : block.volts(0)) volts = 100;
      return {};
    }
  };
  const ServedBench served = three_phase(BenchSettings{.wiring = {}, .patience = millisecond(30)});
  const auto context = served.connect();
  auto source = iio::DacSource::open(context, three_phase_outputs());
  auto input = iio::AdcInput::open(context, three_phase_inputs());
  BOOST_REQUIRE((*source)->play(std::make_unique<Halting>(), {50, 1}).has_value());
  BOOST_REQUIRE((*input)->start().has_value());
  const auto block = (*input)->read(16'384);
  BOOST_REQUIRE(block.has_value());
  int zeros = 0;
  for (const double volts : block->volts(0)) {
    // Nothing but what was asked for and zero: never the last code.
    BOOST_REQUIRE((volts == 0 || std::abs(volts - 100) < 0.02));
    zeros += volts == 0 ? 1 : 0;
  }
  BOOST_TEST(zeros > 0);
  BOOST_TEST(served.bench->output("source-l1").underflows > 0);
  BOOST_TEST((*source)->off().has_value());
}

BOOST_AUTO_TEST_SUITE_END()
