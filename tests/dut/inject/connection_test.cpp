// SPDX-License-Identifier: GPL-3.0-or-later
// The rig's end, on a line in memory that does what the test says.
#include "meterrig/inject/connection.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

#include "memory_line.h"
#include "meterrig/inject/frame.h"

namespace meterrig::inject {
namespace {

using test::arrives;
using test::Bytes;
using test::MemoryLine;
using test::TestFirmware;

constexpr Rational rate{4000, 1};

/// A rig at one end of the line and a board at the other.
struct Bench {
  std::shared_ptr<MemoryLine::Ends> ends = std::make_shared<MemoryLine::Ends>();
  std::shared_ptr<wire::Caller> caller;
  std::unique_ptr<Terminals> terminals;
  std::unique_ptr<Meter> meter;

  explicit Bench(const Patience& patience = {}) {
    auto connected = connect(std::make_unique<MemoryLine>(ends), patience);
    BOOST_REQUIRE_MESSAGE(connected.has_value(),
                          (connected ? std::string() : connected.error().message));
    caller = *connected;
    terminals = wire::terminals_over(caller);
    meter = wire::meter_over(caller);
  }
  [[nodiscard]] TestFirmware& board() const { return ends->firmware; }
  void apply() const {
    BOOST_REQUIRE(terminals->apply_samples({.rate = rate, .frequency = {50, 1}}, 1).has_value());
  }
};

CodeBlock block(std::int64_t first, std::size_t count) {
  CodeBlock codes{.first_sample = first, .rate = rate, .volts = {}, .amperes = {}};
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto number = static_cast<std::int32_t>(first) + static_cast<std::int32_t>(i);
      codes.volts.at(phase).push_back(number % 30'000);
      codes.amperes.at(phase).push_back(-(number % 30'000) - static_cast<std::int32_t>(phase));
    }
  }
  return codes;
}

bool is_as_fed(const std::vector<mr_scan>& scans) {
  const CodeBlock expected = block(0, scans.size());
  for (std::size_t i = 0; i < scans.size(); ++i)
    for (std::size_t phase = 0; phase < phase_count; ++phase)
      if (scans[i].volts[phase] != expected.volts.at(phase)[i] ||
          scans[i].amperes[phase] != expected.amperes.at(phase)[i])
        return false;
  return true;
}

template <class T>
ErrorCode code(const Result<T>& result) {
  BOOST_REQUIRE(!result.has_value());
  return result.error().code;
}

/// A fate for the next `count` messages; the others arrive.
test::Fate next(int count, test::Fate fate) {
  return [count, fate = std::move(fate)](Bytes bytes) mutable {
    return count-- > 0 ? fate(std::move(bytes)) : arrives(std::move(bytes));
  };
}

std::vector<Bytes> lost(const Bytes& /*bytes*/) { return {}; }
std::vector<Bytes> twice(const Bytes& bytes) { return {bytes, bytes}; }
std::vector<Bytes> damaged(Bytes bytes) {
  bytes.back() ^= 0x40U;
  return {std::move(bytes)};
}

BOOST_AUTO_TEST_SUITE(connection)

BOOST_AUTO_TEST_CASE(every_call_reaches_the_board_and_its_answer_comes_back) {
  const Bench bench;
  const auto who = bench.terminals->describe();
  BOOST_REQUIRE(who.has_value());
  BOOST_TEST(who->device == "board");
  BOOST_TEST(!who->takes_recipes);
  BOOST_REQUIRE(who->converter.has_value());
  BOOST_TEST(who->converter.value_or(Converter{}).bits == 16);
  BOOST_TEST(bench.terminals->power_cycle().has_value());
  const auto terms = bench.terminals->apply_samples({.rate = rate, .frequency = {50, 1}}, 1);
  BOOST_REQUIRE(terms.has_value());
  BOOST_TEST(terms->capacity == 64);
  // More than a frame holds, so in several.
  const auto fed = bench.terminals->feed(block(0, 60));
  BOOST_REQUIRE(fed.has_value());
  BOOST_TEST(fed->next_sample == 60);
  BOOST_TEST(fed->room == 4);
  const auto pulses = bench.terminals->advance({12'500'000});
  BOOST_REQUIRE(pulses.has_value());
  BOOST_REQUIRE(pulses->size() == 2U);
  BOOST_TEST(pulses->back().output == "S0");
  BOOST_TEST(pulses->back().time.nanoseconds == 10'000'000);
  BOOST_TEST(bench.board().taken.size() == 50U);
  BOOST_TEST(is_as_fed(bench.board().taken));

  const auto identity = bench.meter->identify();
  BOOST_REQUIRE(identity.has_value());
  BOOST_TEST(identity->firmware_version == "1.2");
  const auto readings = bench.meter->read(identity->quantities);
  BOOST_REQUIRE(readings.has_value());
  BOOST_TEST(readings->front().value == 230.5);
  BOOST_TEST(readings->front().time.nanoseconds == 12'500'000);
  BOOST_TEST(std::isnan(readings->back().value));
  BOOST_TEST(bench.meter->read_parameters().has_value());
  const LinkStatistics statistics = bench.meter->statistics();
  BOOST_TEST(statistics.requests == 11);
  BOOST_TEST(statistics.retries == 0);
}

BOOST_AUTO_TEST_CASE(the_boards_refusal_comes_back_with_its_code_and_words) {
  const Bench bench;
  const auto applied = bench.terminals->apply(SignalRecipe(), 1);
  BOOST_TEST((code(applied) == ErrorCode::unimplemented));
  BOOST_TEST(applied.error().message.find("recipe") != std::string::npos);
  BOOST_TEST((code(bench.terminals->feed(block(0, 1))) == ErrorCode::failed_precondition));
  const std::vector<QuantityId> ids{{Measurand::current, Place::N}};
  BOOST_TEST((code(bench.meter->read(ids)) == ErrorCode::not_found));
  BOOST_TEST(bench.meter->statistics().exceptions == 3);
  BOOST_TEST(bench.terminals->describe().has_value());
}

BOOST_AUTO_TEST_CASE(no_more_samples_are_sent_than_the_board_said_there_is_room_for) {
  const Bench bench;
  bench.apply();
  const std::size_t before = bench.ends->sent_by_rig.size();
  BOOST_TEST((code(bench.terminals->feed(block(0, 65))) == ErrorCode::failed_precondition));
  // Whole frames of it, as far as there was room.
  const std::size_t a_frame = bench.caller->samples_a_message();
  BOOST_TEST(bench.ends->sent_by_rig.size() - before == 64 / a_frame);
}

BOOST_AUTO_TEST_CASE(a_lost_request_is_sent_again) {
  const Bench bench;
  bench.ends->to_device = next(2, lost);
  BOOST_TEST(bench.terminals->advance({10'000'000}).has_value());
  BOOST_TEST(bench.board().advances == 1);
  const LinkStatistics statistics = bench.caller->statistics();
  BOOST_TEST(statistics.timeouts == 2);
  BOOST_TEST(statistics.retries == 2);
}

BOOST_AUTO_TEST_CASE(a_lost_reply_is_sent_again_and_nothing_is_done_twice) {
  const Bench bench;
  bench.ends->from_device = next(2, lost);
  const auto pulses = bench.terminals->advance({10'000'000});
  BOOST_REQUIRE(pulses.has_value());
  BOOST_TEST(pulses->size() == 1U);
  BOOST_TEST(bench.board().advances == 1);
  BOOST_TEST(bench.board().taken.size() == 40U);
  BOOST_TEST(bench.board().receiver.repeated == 2U);
}

BOOST_AUTO_TEST_CASE(a_damaged_request_is_sent_again_without_a_time_out) {
  const Bench bench;
  bench.ends->to_device = next(3, damaged);
  BOOST_TEST(bench.terminals->advance({10'000'000}).has_value());
  BOOST_TEST(bench.board().advances == 1);
  const LinkStatistics statistics = bench.caller->statistics();
  BOOST_TEST(statistics.crc_errors == 3);
  BOOST_TEST(statistics.timeouts == 0);
}

BOOST_AUTO_TEST_CASE(a_damaged_reply_is_sent_again_without_a_time_out) {
  const Bench bench;
  bench.ends->from_device = next(3, damaged);
  BOOST_TEST(bench.terminals->advance({10'000'000}).has_value());
  BOOST_TEST(bench.board().advances == 1);
  const LinkStatistics statistics = bench.caller->statistics();
  BOOST_TEST(statistics.crc_errors == 3);
  BOOST_TEST(statistics.timeouts == 0);
}

BOOST_AUTO_TEST_CASE(repeated_requests_and_replies_change_nothing) {
  const Bench bench;
  bench.ends->to_device = twice;
  bench.ends->from_device = twice;
  bench.apply();
  for (std::int64_t step = 0; step < 10; ++step) {
    BOOST_REQUIRE(bench.terminals->feed(block(40 * step, 40)).has_value());
    const auto pulses = bench.terminals->advance({10'000'000 * (step + 1)});
    BOOST_REQUIRE(pulses.has_value());
    BOOST_TEST(pulses->size() == 1U);
  }
  BOOST_TEST(bench.board().taken.size() == 400U);
  BOOST_TEST(is_as_fed(bench.board().taken));
  BOOST_TEST(bench.caller->statistics().late_answers > 0);
  BOOST_TEST(bench.caller->statistics().retries == 0);
}

BOOST_AUTO_TEST_CASE(a_late_reply_is_not_taken_for_that_of_the_next_request) {
  const Bench bench;
  bench.ends->from_device = next(1, [&bench](const Bytes& bytes) {
    bench.ends->held_back = bytes;
    return std::vector<Bytes>{};
  });
  const auto pulses = bench.terminals->advance({10'000'000});
  BOOST_REQUIRE(pulses.has_value());
  const auto more = bench.terminals->advance({20'000'000});
  BOOST_REQUIRE(more.has_value());
  BOOST_REQUIRE(more->size() == 1U);
  BOOST_TEST(more->front().time.nanoseconds == 10'000'000);
  BOOST_TEST(bench.caller->statistics().late_answers == 1);
}

BOOST_AUTO_TEST_CASE(a_reply_of_another_kind_is_foreign) {
  const Bench bench;
  bench.ends->from_device = next(1, [](const Bytes& bytes) {
    Bytes foreign = encode({.kind = reply_kind(Kind::feed), .sequence = bytes[3], .payload = {}});
    return std::vector<Bytes>{foreign, bytes};
  });
  BOOST_TEST(bench.terminals->describe().has_value());
  BOOST_TEST(bench.caller->statistics().foreign_answers == 1);
}

BOOST_AUTO_TEST_CASE(frames_cut_at_any_byte_are_sent_again_and_done_once) {
  for (std::size_t cut = 0; cut < 40; ++cut) {
    for (const bool reply : {false, true}) {
      const Bench bench;
      const auto cut_short = [cut](Bytes bytes) {
        bytes.resize(std::min(cut, bytes.size()));
        return std::vector<Bytes>{std::move(bytes)};
      };
      (reply ? bench.ends->from_device : bench.ends->to_device) = next(1, cut_short);
      const auto pulses = bench.terminals->advance({15'000'000});
      BOOST_REQUIRE(pulses.has_value());
      BOOST_TEST(pulses->size() == 2U);
      BOOST_TEST(bench.board().advances == 1);
      BOOST_TEST(bench.board().taken.size() == 60U);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_device_that_falls_silent_is_a_deadline_and_the_next_call_starts_anew) {
  const Bench bench({.tries = 3});
  bench.ends->to_device = lost;
  const auto late = bench.terminals->advance({10'000'000});
  BOOST_TEST((code(late) == ErrorCode::deadline_exceeded));
  BOOST_TEST(late.error().message.find("3 tries") != std::string::npos);
  bench.ends->to_device = arrives;
  const auto who = bench.terminals->describe();
  BOOST_REQUIRE(who.has_value());
  BOOST_TEST(who->now.nanoseconds == 0);
}

BOOST_AUTO_TEST_CASE(an_advance_whose_reply_never_came_is_an_error_and_describe_tells_the_time) {
  const Bench bench;
  bench.ends->from_device = lost;
  BOOST_TEST((code(bench.terminals->advance({10'000'000})) == ErrorCode::deadline_exceeded));
  bench.ends->from_device = arrives;
  const auto who = bench.terminals->describe();
  BOOST_REQUIRE(who.has_value());
  BOOST_TEST(who->now.nanoseconds == 10'000'000);
  BOOST_TEST(bench.board().advances == 1);
}

BOOST_AUTO_TEST_CASE(a_line_that_damages_everything_is_data_loss) {
  const Bench bench;
  bench.ends->to_device = damaged;
  BOOST_TEST((code(bench.terminals->advance({10'000'000})) == ErrorCode::data_loss));
  BOOST_TEST(bench.board().advances == 0);
}

BOOST_AUTO_TEST_CASE(a_device_that_was_switched_on_anew_is_unavailable_once) {
  const Bench bench;
  BOOST_REQUIRE(bench.terminals->advance({10'000'000}).has_value());
  bench.board().reboot();
  BOOST_TEST((code(bench.terminals->advance({20'000'000})) == ErrorCode::unavailable));
  const auto who = bench.terminals->describe();
  BOOST_REQUIRE(who.has_value());
  BOOST_TEST(who->now.nanoseconds == 0);
}

BOOST_AUTO_TEST_CASE(a_new_rig_is_not_answered_with_replies_to_the_one_before_it) {
  const auto ends = std::make_shared<MemoryLine::Ends>();
  // What every earlier rig could have left on the line: a reply to each start and call.
  for (unsigned sequence = 0; sequence < 256; ++sequence) {
    for (const Kind kind : {Kind::start, Kind::describe}) {
      const Bytes bytes = encode({.kind = reply_kind(kind),
                                  .sequence = static_cast<std::uint8_t>(sequence),
                                  .payload = {}});
      ends->incoming.insert(ends->incoming.end(), bytes.begin(), bytes.end());
    }
  }
  const auto caller = connect(std::make_unique<MemoryLine>(ends), {});
  BOOST_REQUIRE(caller.has_value());
  const auto who = wire::terminals_over(*caller)->describe();
  BOOST_REQUIRE(who.has_value());
  BOOST_TEST(who->device == "board");
}

BOOST_AUTO_TEST_CASE(a_board_that_waits_for_the_rest_of_a_cut_frame_is_brought_to_its_end) {
  const auto ends = std::make_shared<MemoryLine::Ends>();
  Bytes cut = encode({.kind = request_kind(Kind::feed), .sequence = 3, .payload = Bytes(480, 7)});
  cut.resize(20);
  ends->firmware.receive(cut);
  const auto caller = connect(std::make_unique<MemoryLine>(ends), {});
  BOOST_REQUIRE(caller.has_value());
  BOOST_TEST((*caller)->statistics().timeouts > 0);
}

BOOST_AUTO_TEST_CASE(a_device_whose_reply_is_no_message_is_at_fault) {
  const Bench bench;
  bench.ends->from_device = next(1, [](const Bytes& bytes) {
    return std::vector<Bytes>{
        encode({.kind = reply_kind(Kind::describe), .sequence = bytes[3], .payload = {0x0B}})};
  });
  BOOST_TEST((code(bench.terminals->describe()) == ErrorCode::internal));
}

/// Bits turned, bytes lost, doubled and put in, pieces lost, held up or sent twice.
class RandomDamage {
 public:
  RandomDamage(unsigned seed, double share) : random_(seed), share_(share) {}

  std::vector<Bytes> operator()(Bytes bytes, Bytes& held_back) {
    if (!happens(share_)) return arrives(std::move(bytes));
    switch (below(7)) {
      case 0:
        return {};
      case 1:
        bytes[below(bytes.size())] ^= static_cast<std::uint8_t>(1U << below(8));
        break;
      case 2:
        bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(below(bytes.size())));
        break;
      case 3:
        bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(below(bytes.size())),
                     {0xA5, 0x5A, static_cast<std::uint8_t>(below(256))});
        break;
      case 4:
        bytes.resize(below(bytes.size()));
        break;
      case 5:
        return {bytes, bytes};
      default:
        held_back.insert(held_back.end(), bytes.begin(), bytes.end());
        return {};
    }
    return {std::move(bytes)};
  }

 private:
  std::size_t below(std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_);
  }
  bool happens(double share) {
    return std::uniform_real_distribution<double>(0, 1)(random_) < share;
  }

  std::mt19937 random_;
  double share_;
};

BOOST_AUTO_TEST_CASE(whatever_happens_every_scan_and_pulse_comes_once_or_the_call_fails) {
  int ended_well = 0;
  int failed = 0;
  for (unsigned seed = 0; seed < 400; ++seed) {
    const Bench bench({.tries = 3, .repeats = 6});
    bench.apply();
    RandomDamage damage(seed, seed % 2 == 0 ? 0.2 : 0.6);
    Bytes late_for_device;  // arrives before what is sent next
    bench.ends->to_device = [&](Bytes bytes) {
      std::vector<Bytes> pieces{std::exchange(late_for_device, {})};
      for (Bytes& piece : damage(std::move(bytes), late_for_device))
        pieces.push_back(std::move(piece));
      return pieces;
    };
    bench.ends->from_device = [&](Bytes bytes) {
      return damage(std::move(bytes), bench.ends->held_back);
    };
    std::vector<std::int64_t> pulses;
    bool fine = true;
    for (std::int64_t step = 0; fine && step < 20; ++step) {
      fine = bench.terminals->feed(block(50 * step, 50)).has_value();
      if (!fine) break;
      const auto came = bench.terminals->advance({12'500'000 * (step + 1)});
      fine = came.has_value();
      if (!fine) break;
      for (const Pulse& pulse : *came) pulses.push_back(pulse.time.nanoseconds);
      BOOST_REQUIRE(bench.board().taken.size() == static_cast<std::size_t>(50 * (step + 1)));
    }
    BOOST_REQUIRE(!bench.board().gap);
    BOOST_REQUIRE(is_as_fed(bench.board().taken));
    for (std::size_t i = 0; i < pulses.size(); ++i)
      BOOST_REQUIRE(pulses[i] == static_cast<std::int64_t>(i) * 10'000'000);
    if (fine) BOOST_REQUIRE(pulses.size() == 25U);
    ++(fine ? ended_well : failed);
  }
  // Both did happen, or the test shows nothing.
  BOOST_TEST(ended_well > 100);
  BOOST_TEST(failed > 20);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace meterrig::inject
