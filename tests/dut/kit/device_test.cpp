// SPDX-License-Identifier: GPL-3.0-or-later
// The device around a core, with a core that remembers its scans.
#include "meterrig/kit/device.h"

#include <boost/test/unit_test.hpp>
#include <limits>
#include <string>

#include "scripted_core.h"

using namespace meterrig;
using meterrig::test::ScriptedCore;

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;

/// Codes 100 + n of sample n in every row but the voltage of L1, which is 0.
CodeBlock codes(std::int64_t first, std::size_t count, Rational rate = {3, 1}) {
  CodeBlock block{.first_sample = first, .rate = rate, .volts = {}, .amperes = {}};
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto code = static_cast<std::int32_t>(100 + first + static_cast<std::int64_t>(i));
      block.volts.at(phase).push_back(phase == 0 ? 0 : code);
      block.amperes.at(phase).push_back(code);
    }
  }
  return block;
}

template <class T>
void refused(const Result<T>& result, ErrorCode code, const std::string& word) {
  BOOST_REQUIRE(!result.has_value());
  BOOST_TEST((result.error().code == code), name(result.error().code));
  BOOST_TEST(result.error().message.find(word) != std::string::npos, result.error().message);
}

struct World {
  World() {
    auto made = kit::Device::create(core);
    BOOST_REQUIRE(made.has_value());
    device = std::move(*made);
  }
  void apply() {
    BOOST_REQUIRE(device->apply_samples({.rate = {3, 1}, .frequency = {50, 1}}, 1).has_value());
  }
  FeedState feed(const CodeBlock& block) {
    const auto state = device->feed(block);
    BOOST_REQUIRE_MESSAGE(state.has_value(), (state ? "" : state.error().message));
    return state.value_or(FeedState{});
  }
  std::vector<Pulse> advance(std::int64_t until) {
    const auto pulses = device->advance({until});
    BOOST_REQUIRE_MESSAGE(pulses.has_value(), (pulses ? "" : pulses.error().message));
    return pulses.value_or(std::vector<Pulse>{});
  }
  std::int64_t now() { return device->describe().value_or(TerminalsDescription{}).now.nanoseconds; }

  ScriptedCore core;
  std::unique_ptr<kit::Device> device;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(device, World)

BOOST_AUTO_TEST_CASE(it_says_who_it_is_and_that_it_wants_codes) {
  const auto described = device->describe();
  BOOST_REQUIRE(described.has_value());
  BOOST_TEST(described->device == "scripted");
  BOOST_TEST(described->serial_number == "4711");
  BOOST_TEST(described->now.nanoseconds == 0);
  BOOST_TEST(described->simulated);
  BOOST_TEST(!described->takes_recipes);
  BOOST_TEST(described->model == "firmware 2.1");
  BOOST_TEST(described->model_sha256 == "beef");
  const Converter converter = described->converter.value_or(Converter{});
  BOOST_TEST((converter.rate == Rational{3, 1}));
  BOOST_TEST(converter.bits == 16);
  BOOST_TEST(converter.volts_per_code == 0.5);
  BOOST_TEST(converter.amperes_per_code == 0.25);
  const auto identity = device->identify();
  BOOST_REQUIRE(identity.has_value());
  BOOST_TEST(identity->firmware_version == "2.1");
  BOOST_TEST(identity->firmware_checksum == "beef");
  BOOST_TEST((identity->quantities == core.description.quantities));
  BOOST_TEST((device->read_parameters() == std::vector<MeterParameter>{{"gain", "1"}}));
}

BOOST_AUTO_TEST_CASE(a_description_that_is_no_devices_is_refused_by_what_is_wrong) {
  const auto wrong = [](void (*spoil)(kit::CoreDescription&), const std::string& word) {
    ScriptedCore spoilt;
    spoil(spoilt.description);
    refused(kit::Device::create(spoilt), ErrorCode::invalid_argument, word);
    BOOST_TEST(spoilt.resets == 0);
  };
  wrong([](auto& d) { d.device = ""; }, "no name");
  wrong([](auto& d) { d.converter.rate = {0, 1}; }, "rate is 0/1");
  wrong([](auto& d) { d.converter.bits = 33; }, "33 bits");
  wrong([](auto& d) { d.converter.bits = 1; }, "1 bits");
  wrong([](auto& d) { d.converter.volts_per_code = 0; }, "step");
  wrong([](auto& d) { d.converter.amperes_per_code = std::numeric_limits<double>::quiet_NaN(); },
        "step");
  wrong([](auto& d) { d.pulse_outputs = {"A", "A"}; }, "'A'");
  wrong([](auto& d) { d.pulse_outputs = {""}; }, "''");
  wrong([](auto& d) { d.pulse_outputs.resize(33, "x"); }, "33 pulse outputs");
  wrong([](auto& d) { d.quantities.push_back(d.quantities[0]); }, "voltage.L1 twice");
}

BOOST_AUTO_TEST_CASE(what_it_never_does_is_unimplemented) {
  refused(device->apply(SignalRecipe{.frequency = {50, 1}, .voltage = {}, .current = {}}, 1),
          ErrorCode::unimplemented, "recipe");
  apply();
  refused(device->feed(SampleBlock({3, 1}, 0, 3)), ErrorCode::unimplemented, "volts and amperes");
}

BOOST_AUTO_TEST_CASE(the_core_gets_the_scans_whose_time_has_come_and_no_other) {
  apply();
  const FeedState state = feed(codes(0, 9));
  BOOST_TEST(state.next_sample == 9);
  // Sample n is at n / 3 s; those before a time are taken.
  advance(0);
  BOOST_TEST(core.scans.size() == 0u);
  advance(1);
  BOOST_TEST(core.scans.size() == 1u);
  advance(second_ns / 3);  // a third of a nanosecond before sample 1
  BOOST_TEST(core.scans.size() == 1u);
  advance(second_ns / 3 + 1);
  BOOST_TEST(core.scans.size() == 2u);
  advance(second_ns);
  BOOST_TEST(core.scans.size() == 3u);
  advance(second_ns + 1);
  BOOST_REQUIRE(core.scans.size() == 4u);
  for (std::size_t n = 0; n < core.scans.size(); ++n) {
    const auto code = static_cast<std::int32_t>(100 + n);
    BOOST_TEST(core.scans[n].volts == (PerPhase<std::int32_t>{0, code, code}),
               boost::test_tools::per_element());
    BOOST_TEST(core.scans[n].amperes == (PerPhase<std::int32_t>{code, code, code}),
               boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(a_pulse_has_the_name_of_its_output_and_the_time_of_its_scan) {
  advance(500);
  apply();
  CodeBlock block = codes(0, 9);
  block.volts[0] = {0, 1, 0, 3, 0, 4, 0, 0, 2};  // bit 2 is of no output
  feed(block);
  const auto pulses = advance(500 + 3 * second_ns);
  BOOST_REQUIRE(pulses.size() == 4u);
  BOOST_TEST(pulses[0].output == "A");
  BOOST_TEST(pulses[0].time.nanoseconds == 500 + second_ns / 3);
  BOOST_TEST(pulses[1].output == "A");
  BOOST_TEST(pulses[1].time.nanoseconds == 500 + second_ns);
  BOOST_TEST(pulses[2].output == "B");
  BOOST_TEST(pulses[2].time.nanoseconds == 500 + second_ns);
  BOOST_TEST(pulses[3].output == "B");
  BOOST_TEST(pulses[3].time.nanoseconds == 500 + 8 * second_ns / 3);
}

BOOST_AUTO_TEST_CASE(terminals_without_a_signal_are_dead_but_time_passes) {
  advance(2 * second_ns);
  BOOST_TEST(core.scans.size() == 6u);
  for (const kit::Scan& scan : core.scans) {
    BOOST_TEST((scan.volts == PerPhase<std::int32_t>{}));
    BOOST_TEST((scan.amperes == PerPhase<std::int32_t>{}));
  }
  refused(device->feed(codes(0, 3)), ErrorCode::failed_precondition, "dead");
}

BOOST_AUTO_TEST_CASE(a_time_that_cannot_be_reached_passes_no_time) {
  apply();
  feed(codes(0, 9));
  refused(device->advance({3 * second_ns + 1}), ErrorCode::failed_precondition, "those up to 9");
  BOOST_TEST(core.scans.size() == 0u);
  BOOST_TEST(now() == 0);
  advance(second_ns);
  refused(device->advance({second_ns - 1}), ErrorCode::out_of_range, "cannot go back");
  refused(device->advance({3601 * second_ns + 1}), ErrorCode::out_of_range, "more than an hour");
  BOOST_TEST(now() == second_ns);
  BOOST_TEST(core.scans.size() == 3u);
}

BOOST_AUTO_TEST_CASE(codes_that_are_refused_leave_everything_as_it_was) {
  apply();
  feed(codes(0, 3));
  refused(device->feed(codes(4, 2)), ErrorCode::failed_precondition, "expected 3");
  refused(device->feed(codes(2, 2)), ErrorCode::failed_precondition, "expected 3");
  refused(device->feed(codes(3, 2, {4, 1})), ErrorCode::invalid_argument, "expected 3, the conv");
  CodeBlock block = codes(3, 2);
  block.amperes[1].pop_back();
  refused(device->feed(block), ErrorCode::invalid_argument, "current L2");
  block = codes(3, 2);
  block.volts[2][1] = 32768;
  refused(device->feed(block), ErrorCode::invalid_argument, "code 32768 of voltage L3");
  block.volts[2][1] = -32769;
  refused(device->feed(block), ErrorCode::invalid_argument, "code -32769");
  CodeBlock many = codes(3, 0);
  for (auto* rows : {&many.volts, &many.amperes})
    for (auto& row : *rows) row.assign(131'070, 0);
  refused(device->feed(many), ErrorCode::failed_precondition, "room for 131069");
  block.volts[2][1] = -32768;
  BOOST_TEST(feed(block).next_sample == 5);
  advance(5 * second_ns / 3);
  BOOST_TEST(core.scans.size() == 5u);
}

BOOST_AUTO_TEST_CASE(room_is_what_the_terms_say_and_comes_back_with_time) {
  const auto terms = device->apply_samples({.rate = {3, 1}, .frequency = {50, 1}}, 1);
  BOOST_REQUIRE(terms.has_value());
  BOOST_TEST(terms->reach == 0);
  BOOST_TEST(terms->capacity > 0);
  BOOST_TEST(feed(codes(0, 9)).room == terms->capacity - 9);
  advance(2 * second_ns);
  BOOST_TEST(feed(codes(9, 1)).room == terms->capacity - 4);
}

BOOST_AUTO_TEST_CASE(samples_before_time_0_are_passed_over) {
  apply();
  refused(device->feed(codes(1, 3)), ErrorCode::failed_precondition, "sample 0 or one before it");
  const FeedState early = feed(codes(-6, 4));
  BOOST_TEST(early.next_sample == -2);
  const FeedState state = feed(codes(-2, 5));
  BOOST_TEST(state.next_sample == 3);
  advance(second_ns);
  BOOST_REQUIRE(core.scans.size() == 3u);
  BOOST_TEST(core.scans[0].amperes[0] == 100);
}

BOOST_AUTO_TEST_CASE(a_signal_of_another_rate_is_refused_and_the_old_one_stays) {
  apply();
  feed(codes(0, 3));
  refused(device->apply_samples({.rate = {4, 1}, .frequency = {50, 1}}, 1), ErrorCode::out_of_range,
          "expected 3");
  advance(second_ns);
  BOOST_TEST(core.scans.size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_new_signal_begins_at_the_present_time_and_drops_what_was_not_taken) {
  apply();
  feed(codes(0, 9));
  advance(second_ns / 2);  // between two samples
  BOOST_TEST(core.scans.size() == 2u);
  const auto terms = device->apply_samples({.rate = {3, 1}, .frequency = {60, 1}}, 1);
  BOOST_REQUIRE(terms.has_value());
  BOOST_TEST(terms->now.nanoseconds == second_ns / 2);
  CodeBlock block = codes(0, 3);
  block.volts[0] = {1, 0, 0};
  feed(block);
  const auto pulses = advance(second_ns);
  BOOST_TEST(core.scans.size() == 4u);
  BOOST_REQUIRE(pulses.size() == 1u);
  BOOST_TEST(pulses[0].time.nanoseconds == second_ns / 2);
}

BOOST_AUTO_TEST_CASE(a_power_cycle_resets_the_core_and_time) {
  BOOST_TEST(core.resets == 1);
  apply();
  feed(codes(0, 9));
  advance(second_ns);
  BOOST_TEST(device->power_cycle().has_value());
  BOOST_TEST(core.resets == 2);
  BOOST_TEST(now() == 0);
  refused(device->feed(codes(9, 1)), ErrorCode::failed_precondition, "dead");
  advance(second_ns);
  BOOST_TEST(core.scans.size() == 3u);
  BOOST_TEST(core.scans[0].amperes[0] == 0);
}

BOOST_AUTO_TEST_CASE(a_reading_has_the_time_at_which_the_core_renewed_it) {
  advance(2 * second_ns);
  const std::vector<QuantityId> ids{{Measurand::frequency, Place::total},
                                    {Measurand::voltage, Place::L1}};
  const auto readings = device->read(ids);
  BOOST_REQUIRE(readings.has_value());
  BOOST_REQUIRE(readings->size() == 2u);
  const Reading& frequency = readings->front();
  BOOST_TEST((frequency.id == ids[0]));
  BOOST_TEST(frequency.value == 50);
  BOOST_TEST(frequency.resolution == 0.25);
  BOOST_TEST(frequency.time.nanoseconds == 2 * second_ns - 2 * second_ns / 3);
  BOOST_TEST(frequency.time_base == "device");
  BOOST_TEST(readings->back().value == 230);
  BOOST_TEST(readings->back().time.nanoseconds == 2 * second_ns);
  refused(device->read(std::vector<QuantityId>{{Measurand::voltage, Place::L2}}),
          ErrorCode::not_found, "voltage.L2");
}

BOOST_AUTO_TEST_SUITE_END()
