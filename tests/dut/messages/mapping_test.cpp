// SPDX-License-Identifier: GPL-3.0-or-later
// What comes from a wire is checked: a device or a rig that talks nonsense is refused.
#include "meterrig/wire/mapping.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "../small_device.h"
#include "meterrig/wire/meter_link.h"
#include "meterrig/wire/service.h"

namespace meterrig::wire {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr QuantityId voltage{Measurand::voltage, Place::L1};
constexpr QuantityId energy{Measurand::active_energy_import, Place::total};

template <class T>
void refused(const Result<T>& result, ErrorCode code, const std::string& why) {
  BOOST_REQUIRE_MESSAGE(!result.has_value(), why);
  BOOST_TEST((result.error().code == code), result.error().message);
  BOOST_TEST(result.error().message.find(why) != std::string::npos, result.error().message);
}

BOOST_AUTO_TEST_SUITE(mapping)

BOOST_AUTO_TEST_CASE(a_description_with_a_converter_comes_back_as_it_was) {
  test::SmallDevice device;
  device.converter =
      Converter{.rate = {32'000, 3}, .bits = 24, .volts_per_code = 1e-4, .amperes_per_code = 1e-6};
  const auto back = description_from(message_from(device.describe().value()));
  BOOST_REQUIRE(back.has_value());
  const Converter found = back->converter.value_or(Converter{});
  BOOST_TEST((found.rate == Rational{32'000, 3}));
  BOOST_TEST(found.bits == 24);
  BOOST_TEST(found.volts_per_code == 1e-4);
  BOOST_TEST(found.amperes_per_code == 1e-6);
  BOOST_TEST(back->takes_recipes);
}

BOOST_AUTO_TEST_CASE(a_converter_that_cannot_be_is_a_defect_of_the_device) {
  const auto with = [](auto change) {
    v1::DescribeReply message;
    v1::Converter& converter = *message.mutable_converter();
    converter.mutable_rate()->set_numerator(8000);
    converter.mutable_rate()->set_denominator(1);
    converter.set_bits(16);
    converter.set_volts_per_code(0.01);
    converter.set_amperes_per_code(0.001);
    change(converter);
    return description_from(message);
  };
  BOOST_TEST(with([](v1::Converter&) {}).has_value());
  using enum ErrorCode;
  refused(with([](v1::Converter& c) { c.set_bits(1); }), internal, "1 bits");
  refused(with([](v1::Converter& c) { c.set_bits(33); }), internal, "33 bits");
  refused(with([](v1::Converter& c) { c.mutable_rate()->set_denominator(0); }), internal, "8000/0");
  refused(with([](v1::Converter& c) { c.mutable_rate()->set_numerator(-1); }), internal, "-1/1");
  refused(with([](v1::Converter& c) { c.set_volts_per_code(nan); }), internal, "nan V");
  refused(with([](v1::Converter& c) { c.set_amperes_per_code(-1); }), internal, "-1 A");
}

BOOST_AUTO_TEST_CASE(edges_out_of_order_or_from_the_future_are_not_believed) {
  const auto reply = [](const std::vector<std::int64_t>& times, std::int64_t now) {
    std::vector<Pulse> pulses;
    pulses.reserve(times.size());
    for (const std::int64_t time : times) pulses.push_back({.output = "S0-1", .time = {time}});
    return pulses_from(advance_reply({now}, pulses), {100});
  };
  BOOST_REQUIRE(reply({1, 1, 100}, 100).has_value());
  BOOST_TEST(reply({1, 1, 100}, 100)->size() == 3u);
  refused(reply({1}, 99), ErrorCode::internal, "stands at 99 ns");
  refused(reply({5, 4}, 100), ErrorCode::internal, "out of order");
  refused(reply({101}, 100), ErrorCode::internal, "out of order");
}

BOOST_AUTO_TEST_CASE(readings_of_other_quantities_than_asked_for_are_not_believed) {
  const std::vector<QuantityId> ids{voltage, energy};
  const auto with = [&ids](auto change) {
    const std::vector<Reading> readings{
        {.id = voltage, .value = 230, .resolution = 0.1, .time = {5}, .time_base = ""},
        {.id = energy, .value = nan, .resolution = 0, .time = {6}, .time_base = ""}};
    v1::ReadReply message = read_reply(readings);
    change(message);
    return readings_from(message, ids);
  };
  const auto right = with([](v1::ReadReply&) {});
  BOOST_REQUIRE(right.has_value());
  BOOST_TEST((*right)[0].value == 230.0);
  BOOST_TEST(std::isnan((*right)[1].value));  // it has none at present
  BOOST_TEST((*right)[1].time.nanoseconds == 6);
  using enum ErrorCode;
  refused(with([](v1::ReadReply& m) { m.mutable_readings()->RemoveLast(); }), internal,
          "the device gave 1");
  refused(with([](v1::ReadReply& m) { m.mutable_readings()->SwapElements(0, 1); }), internal,
          "was asked for");
  refused(with([](v1::ReadReply& m) { m.mutable_readings(0)->set_resolution(-1); }), internal,
          "-1");
  refused(with([](v1::ReadReply& m) { m.mutable_readings(0)->set_resolution(nan); }), internal,
          "nan");
}

BOOST_AUTO_TEST_CASE(terms_by_which_time_could_never_pass_are_a_defect_of_the_device) {
  v1::ApplyReply message;
  refused(terms_from(message), ErrorCode::internal, "holds 0 samples");
  message.set_capacity(10);
  BOOST_TEST(terms_from(message).has_value());
  message.set_reach(10);
  refused(terms_from(message), ErrorCode::internal, "needs 10");
  message.set_reach(-1);
  refused(terms_from(message), ErrorCode::internal, "needs -1");
}

BOOST_AUTO_TEST_CASE(codes_come_back_to_the_bit_and_rows_that_lack_are_zero) {
  CodeBlock block{.first_sample = -3, .rate = {48'000, 7}, .volts = {}, .amperes = {}};
  for (auto& row : block.volts) row = {std::numeric_limits<std::int32_t>::min(), 0, 1, 7};
  for (auto& row : block.amperes) row = {std::numeric_limits<std::int32_t>::max(), -1, 0, 7};
  v1::SampleBlock message = message_from(block, 1, 2);
  const auto back = codes_from(message);
  BOOST_REQUIRE(back.has_value());
  BOOST_TEST(back->first_sample == -2);
  BOOST_TEST((back->rate == block.rate));
  BOOST_TEST((back->volts[2] == std::vector<std::int32_t>{0, 1}));
  BOOST_TEST((back->amperes[0] == std::vector<std::int32_t>{-1, 0}));
  message.clear_ampere_codes();
  const auto without = codes_from(message);
  BOOST_REQUIRE(without.has_value());
  BOOST_TEST((without->amperes[1] == std::vector<std::int32_t>{0, 0}));
}

BOOST_AUTO_TEST_CASE(a_block_of_two_forms_or_uneven_rows_is_refused) {
  v1::SampleBlock message;
  refused(block_from(message), ErrorCode::invalid_argument, "0/0");
  message.mutable_rate()->set_numerator(8000);
  message.mutable_rate()->set_denominator(1);
  refused(block_from(message), ErrorCode::invalid_argument, "0 samples");
  message.add_volts()->add_samples(1);
  BOOST_TEST(block_from(message).has_value());
  message.add_volt_codes()->add_codes(1);
  refused(codes_from(message), ErrorCode::invalid_argument, "both");
  refused(block_from(message), ErrorCode::invalid_argument, "both");
  message.clear_volts();
  message.add_ampere_codes();
  refused(codes_from(message), ErrorCode::invalid_argument, "beside one of 1");
}

BOOST_AUTO_TEST_CASE(
    quantities_that_nobody_knows_are_passed_over_in_an_identity_and_named_in_a_read) {
  v1::IdentifyReply identity;
  identity.add_quantities("voltage.L1");
  identity.add_quantities("moon.phase");
  BOOST_TEST((identity_from(identity).quantities == std::vector<QuantityId>{voltage}));
  v1::ReadRequest request;
  request.add_quantities("moon.phase");
  refused(ids_from(request), ErrorCode::not_found, "moon.phase");
}

BOOST_AUTO_TEST_CASE(a_reading_of_a_later_time_than_now_is_not_believed) {
  const auto device = std::make_shared<test::SmallDevice>();
  device->now = {1'000'000'000};
  const auto link = link_to(device);
  BOOST_REQUIRE(link.has_value());
  const std::vector<QuantityId> ids{energy};
  BOOST_TEST((*link)->read(ids, {1'000'000'000}).has_value());
  refused((*link)->read(ids, {999'999'999}), ErrorCode::internal, "after 999999999 ns");
}

BOOST_AUTO_TEST_CASE(requests_to_a_side_that_is_not_there_and_empty_ones_are_refused) {
  test::SmallDevice device;
  Service meter_alone({.terminals = nullptr, .meter = &device});
  refused(meter_alone.answer(v1::AdvanceRequest()), ErrorCode::unimplemented, "Terminals");
  Service terminals_alone({.terminals = &device, .meter = nullptr});
  refused(terminals_alone.answer(v1::ReadRequest()), ErrorCode::unimplemented, "Meter");
  refused(terminals_alone.answer(v1::ApplyRequest()), ErrorCode::invalid_argument, "neither");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace meterrig::wire
