// SPDX-License-Identifier: GPL-3.0-or-later
// The receiver for firmware, byte by byte.
#include "meterrig_receiver.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "meterrig/inject/frame.h"
#include "meterrig/v1/dut.pb.h"
#include "meterrig/v1/injection.pb.h"
#include "test_firmware.h"

namespace meterrig::inject {
namespace {

using Bytes = std::vector<std::uint8_t>;

template <class Message>
Bytes payload_of(const Message& message) {
  const std::string text = message.SerializeAsString();
  return {text.begin(), text.end()};
}

/// Test firmware, and the frames that it sent.
struct Board {
  Board() { BOOST_REQUIRE(firmware.ready); }

  /// Sends bytes; the frames that come back.
  std::vector<Frame> hear(const Bytes& bytes) {
    sent.clear();
    firmware.receive(bytes);
    FrameReader reader;
    reader.take(sent);
    std::vector<Frame> frames;
    while (auto frame = reader.next()) frames.push_back(std::move(*frame));
    return frames;
  }
  template <class Message>
  Frame ask(Kind kind, const Message& request) {
    const auto frames = hear(encode(
        {.kind = request_kind(kind), .sequence = ++sequence, .payload = payload_of(request)}));
    BOOST_REQUIRE(frames.size() == 1U);
    BOOST_TEST(frames.front().sequence == sequence);
    return frames.front();
  }
  void start() {
    v1::StartRequest request;
    request.set_nonce(77);
    BOOST_REQUIRE(ask(Kind::start, request).kind == reply_kind(Kind::start));
  }
  void apply(std::int64_t numerator = 4000, std::int64_t denominator = 1) {
    BOOST_REQUIRE(ask(Kind::apply, apply_request(numerator, denominator)).kind ==
                  reply_kind(Kind::apply));
  }
  static v1::ApplyRequest apply_request(std::int64_t numerator, std::int64_t denominator) {
    v1::ApplyRequest request;
    request.mutable_samples()->mutable_rate()->set_numerator(numerator);
    request.mutable_samples()->mutable_rate()->set_denominator(denominator);
    request.mutable_samples()->mutable_frequency()->set_numerator(50);
    request.mutable_samples()->mutable_frequency()->set_denominator(1);
    request.set_device_seed(5);
    return request;
  }
  static v1::SampleBlock block(std::int64_t first, int count) {
    v1::SampleBlock message;
    message.set_first_sample(first);
    message.mutable_rate()->set_numerator(4000);
    message.mutable_rate()->set_denominator(1);
    for (int row = 0; row < 3; ++row) {
      auto& volts = *message.add_volt_codes();
      auto& amperes = *message.add_ampere_codes();
      for (int i = 0; i < count; ++i) {
        volts.add_codes(static_cast<std::int32_t>(first) + i + 1000 * row);
        amperes.add_codes(-static_cast<std::int32_t>(first) - i - 1000 * row);
      }
    }
    return message;
  }
  Frame advance(std::int64_t until_ns) {
    v1::AdvanceRequest request;
    request.set_until_ns(until_ns);
    return ask(Kind::advance, request);
  }
  std::int64_t now() {
    v1::DescribeReply reply;
    const Frame frame = ask(Kind::describe, v1::DescribeRequest());
    BOOST_REQUIRE(
        reply.ParseFromArray(frame.payload.data(), static_cast<int>(frame.payload.size())));
    return reply.now_ns();
  }

  Bytes sent;
  test::TestFirmware firmware{[this](std::span<const std::uint8_t> bytes) {
    sent.insert(sent.end(), bytes.begin(), bytes.end());
  }};
  std::uint8_t sequence = 250;  // the sequence turns over in every longer test
};

template <class Message>
Message reply_in(const Frame& frame, Kind kind) {
  BOOST_TEST(frame.kind == reply_kind(kind));
  Message message;
  BOOST_REQUIRE(
      message.ParseFromArray(frame.payload.data(), static_cast<int>(frame.payload.size())));
  return message;
}

void is_error(const Frame& frame, Kind kind, int code, const std::string& words) {
  BOOST_TEST(frame.kind == error_kind(kind));
  v1::ErrorReply error;
  BOOST_REQUIRE(error.ParseFromArray(frame.payload.data(), static_cast<int>(frame.payload.size())));
  BOOST_TEST(error.code() == code);
  BOOST_TEST(error.message().find(words) != std::string::npos, error.message());
}

BOOST_AUTO_TEST_SUITE(receiver)

BOOST_AUTO_TEST_CASE(nothing_is_done_before_a_start) {
  Board board;
  const auto frames = board.hear(encode({.kind = 3, .sequence = 9, .payload = {}}));
  BOOST_REQUIRE(frames.size() == 1U);
  BOOST_TEST(frames.front().kind == not_started_kind);
  BOOST_TEST(board.firmware.power_cycles == 0);
}

BOOST_AUTO_TEST_CASE(a_start_tells_the_largest_payload_and_gives_its_number_back) {
  Board board;
  v1::StartRequest request;
  request.set_nonce(0xDEADBEEF);
  const auto reply = reply_in<v1::StartReply>(board.ask(Kind::start, request), Kind::start);
  BOOST_TEST(reply.nonce() == 0xDEADBEEF);
  BOOST_TEST(reply.largest_payload() == test::TestFirmware::payload);
}

BOOST_AUTO_TEST_CASE(an_advance_and_its_reply_have_the_bytes_of_the_readme) {
  Board board;
  board.start();
  board.advance(5'000'000);
  board.sequence = 6;
  board.firmware.receiver.sequence = 6;
  board.advance(20'000'000);
  const Bytes expected{0xA5, 0x5A, 0x86, 0x07, 0x11, 0x00, 0xB3, 0xCB, 0x12, 0x89,
                       0x00, 0x0A, 0x02, 0x53, 0x30, 0x10, 0x80, 0xAD, 0xE2, 0x04,
                       0x08, 0x80, 0xDA, 0xC4, 0x09, 0x84, 0x1A, 0xC6, 0xA7};
  BOOST_TEST(board.sent == expected, boost::test_tools::per_element());
  board.hear({0xA5, 0x5A, 0, 0, 0, 0, 0, 0});
  const Bytes damaged{0xA5, 0x5A, 0x7F, 0x00, 0x00, 0x00, 0x5B, 0x12, 0x60, 0xEB, 0x40, 0xE1};
  BOOST_TEST(board.sent == damaged, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_repeated_request_is_answered_with_the_same_reply_and_done_once) {
  Board board;
  board.start();
  const auto request =
      encode({.kind = 6, .sequence = ++board.sequence, .payload = {0x08, 0x80, 0xDA, 0xC4, 0x09}});
  board.hear(request);
  const Bytes first = board.sent;
  BOOST_TEST(board.firmware.taken.size() == 80U);
  board.hear(request);
  BOOST_TEST(board.sent == first, boost::test_tools::per_element());
  BOOST_TEST(board.firmware.taken.size() == 80U);
  BOOST_TEST(board.firmware.advances == 1);
  BOOST_TEST(board.firmware.receiver.repeated == 1U);
}

BOOST_AUTO_TEST_CASE(a_request_that_is_neither_the_last_nor_the_next_is_not_answered) {
  Board board;
  board.start();
  for (const int distance : {2, 100, 255}) {
    const auto frames =
        board.hear(encode({.kind = 3,
                           .sequence = static_cast<std::uint8_t>(board.sequence + distance),
                           .payload = {}}));
    BOOST_TEST(frames.empty());
  }
  BOOST_TEST(board.firmware.power_cycles == 0);
  BOOST_TEST(board.firmware.receiver.ignored == 3U);
}

BOOST_AUTO_TEST_CASE(replies_and_notices_that_come_back_on_the_line_are_not_answered) {
  Board board;
  board.start();
  for (const std::uint8_t kind : Bytes{0x00, 0x7E, 0x7F, 0x86, 0xC6})
    BOOST_TEST(board.hear(encode({.kind = kind, .sequence = 251, .payload = {}})).empty());
}

BOOST_AUTO_TEST_CASE(what_is_damaged_is_complained_of_once_and_the_frame_behind_it_found) {
  Board board;
  board.start();
  auto bytes = encode({.kind = 3, .sequence = 252, .payload = {0xA5, 0x5A, 1, 2, 3, 4, 5, 6, 7}});
  bytes[12] ^= 0x10;
  const auto good = encode({.kind = 2, .sequence = 252, .payload = {}});
  bytes.insert(bytes.end(), good.begin(), good.end());
  const auto frames = board.hear(bytes);
  BOOST_REQUIRE(frames.size() == 2U);
  BOOST_TEST(frames[0].kind == damaged_kind);
  BOOST_TEST(frames[1].kind == reply_kind(Kind::describe));
  BOOST_TEST(board.firmware.power_cycles == 0);
}

BOOST_AUTO_TEST_CASE(a_request_cut_at_any_byte_and_sent_again_is_done_once) {
  const auto request =
      encode({.kind = 6, .sequence = 252, .payload = {0x08, 0x80, 0xDA, 0xC4, 0x09}});
  for (std::size_t cut = 0; cut <= request.size(); ++cut) {
    Board board;
    board.start();
    board.hear({request.begin(), request.begin() + static_cast<std::ptrdiff_t>(cut)});
    const auto frames = board.hear(request);
    BOOST_REQUIRE(!frames.empty());
    BOOST_TEST(frames.back().kind == reply_kind(Kind::advance));
    BOOST_TEST(board.firmware.advances == 1);
    BOOST_TEST(board.firmware.taken.size() == 80U);
    BOOST_TEST(!board.firmware.gap);
  }
}

BOOST_AUTO_TEST_CASE(a_payload_larger_than_told_is_refused) {
  Board board;
  board.start();
  const auto frames = board.hear(encode({.kind = 5,
                                         .sequence = ++board.sequence,
                                         .payload = Bytes(test::TestFirmware::payload + 1, 0)}));
  BOOST_REQUIRE(!frames.empty());
  is_error(frames.front(), Kind::feed, MR_OUT_OF_RANGE, "larger");
  BOOST_TEST(board.now() == 0);
}

BOOST_AUTO_TEST_CASE(an_unknown_kind_is_unimplemented_and_unknown_fields_are_skipped) {
  Board board;
  board.start();
  is_error(board.ask(static_cast<Kind>(10), v1::DescribeRequest()), static_cast<Kind>(10),
           MR_UNIMPLEMENTED, "kind");
  // Fields 9 of every wire type before the time.
  const Bytes payload{0x48, 0x05, 0x49, 1,    2, 3, 4, 5, 6,    7,   8,
                      0x4A, 0x01, 0xFF, 0x4D, 1, 2, 3, 4, 0x08, 0x05};
  const auto frames =
      board.hear(encode({.kind = 6, .sequence = ++board.sequence, .payload = payload}));
  BOOST_REQUIRE(frames.size() == 1U);
  BOOST_TEST(reply_in<v1::AdvanceReply>(frames.front(), Kind::advance).now_ns() == 5);
}

BOOST_AUTO_TEST_CASE(a_payload_that_is_no_message_is_an_invalid_argument) {
  Board board;
  board.start();
  for (const Bytes& payload :
       {Bytes{0x08}, Bytes{0x08, 0x80}, Bytes{0x0A, 0x05, 1}, Bytes{0x0B}, Bytes{0x00, 0x00},
        Bytes{0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01}}) {
    const auto frames =
        board.hear(encode({.kind = 6, .sequence = ++board.sequence, .payload = payload}));
    BOOST_REQUIRE(frames.size() == 1U);
    is_error(frames.front(), Kind::advance, MR_INVALID_ARGUMENT, "no such message");
  }
}

BOOST_AUTO_TEST_CASE(codes_reach_the_firmware_in_advance_and_not_before) {
  Board board;
  board.start();
  board.apply();
  BOOST_TEST(board.firmware.seed == 5U);
  auto reply = reply_in<v1::FeedReply>(board.ask(Kind::feed, Board::block(0, 40)), Kind::feed);
  BOOST_TEST(reply.next_sample() == 40);
  BOOST_TEST(reply.room() == 24);
  BOOST_TEST(board.firmware.taken.empty());
  reply_in<v1::AdvanceReply>(board.advance(7'500'000), Kind::advance);  // scan 30
  BOOST_TEST(board.firmware.taken.size() == 30U);
  // Round the end of the buffer.
  reply = reply_in<v1::FeedReply>(board.ask(Kind::feed, Board::block(40, 54)), Kind::feed);
  BOOST_TEST(reply.room() == 0);
  reply_in<v1::AdvanceReply>(board.advance(23'500'000), Kind::advance);  // scan 94
  BOOST_REQUIRE(board.firmware.taken.size() == 94U);
  BOOST_TEST(!board.firmware.gap);
  for (int i = 0; i < 94; ++i) {
    const mr_scan& scan = board.firmware.taken[static_cast<std::size_t>(i)];
    for (int row = 0; row < 3; ++row) {
      BOOST_TEST(scan.volts[row] == i + 1000 * row);
      BOOST_TEST(scan.amperes[row] == -i - 1000 * row);
    }
  }
}

BOOST_AUTO_TEST_CASE(rows_that_are_absent_are_zeros_and_what_lies_before_the_signal_is_dropped) {
  Board board;
  board.start();
  board.apply();
  v1::SampleBlock block = Board::block(-10, 20);
  block.mutable_volt_codes()->RemoveLast();
  block.clear_ampere_codes();
  const auto reply = reply_in<v1::FeedReply>(board.ask(Kind::feed, block), Kind::feed);
  BOOST_TEST(reply.next_sample() == 10);
  BOOST_TEST(reply.room() == 54);
  reply_in<v1::AdvanceReply>(board.advance(2'500'000), Kind::advance);
  BOOST_REQUIRE(board.firmware.taken.size() == 10U);
  BOOST_TEST(board.firmware.taken[3].volts[0] == 3);
  BOOST_TEST(board.firmware.taken[3].volts[1] == 1003);
  BOOST_TEST(board.firmware.taken[3].volts[2] == 0);
  BOOST_TEST(board.firmware.taken[3].amperes[0] == 0);
}

BOOST_AUTO_TEST_CASE(a_block_that_is_wrong_is_refused_and_changes_nothing) {
  Board board;
  board.start();
  const auto refused = [&](const v1::SampleBlock& block, int code, const std::string& words) {
    is_error(board.ask(Kind::feed, block), Kind::feed, code, words);
  };
  refused(Board::block(0, 1), MR_FAILED_PRECONDITION, "applied");
  board.apply();
  v1::SampleBlock block = Board::block(0, 4);
  block.mutable_volt_codes(1)->set_codes(2, 32768);
  refused(block, MR_INVALID_ARGUMENT, "a code of 32768; expected one of a converter of 16 bits");
  block.mutable_volt_codes(1)->set_codes(2, -32769);
  refused(block, MR_INVALID_ARGUMENT, "-32769");
  block = Board::block(0, 4);
  block.mutable_ampere_codes(2)->add_codes(1);
  refused(block, MR_INVALID_ARGUMENT, "lengths");
  block = Board::block(0, 4);
  block.add_volt_codes();
  refused(block, MR_INVALID_ARGUMENT, "three");
  refused(Board::block(0, 0), MR_INVALID_ARGUMENT, "without samples");
  block = Board::block(0, 4);
  block.mutable_rate()->set_numerator(4001);
  refused(block, MR_INVALID_ARGUMENT, "rate");
  block = Board::block(0, 4);
  block.add_volts()->add_samples(1);
  refused(block, MR_UNIMPLEMENTED, "volts");
  refused(Board::block(1, 4), MR_FAILED_PRECONDITION, "begins with sample 1; expected 0");
  refused(Board::block(0, 65), MR_FAILED_PRECONDITION, "65 samples where there is room for 64");
  const auto reply =
      reply_in<v1::FeedReply>(board.ask(Kind::feed, Board::block(0, 64)), Kind::feed);
  BOOST_TEST(reply.next_sample() == 64);
  refused(Board::block(63, 1), MR_FAILED_PRECONDITION, "begins with sample 63; expected 64");
}

BOOST_AUTO_TEST_CASE(a_signal_that_is_wrong_is_refused_and_the_old_one_stays) {
  Board board;
  board.start();
  board.apply();
  board.apply(8000, 2);  // the same rate
  reply_in<v1::FeedReply>(board.ask(Kind::feed, Board::block(0, 4)), Kind::feed);
  is_error(board.ask(Kind::apply, Board::apply_request(8000, 1)), Kind::apply, MR_OUT_OF_RANGE,
           "8000/1 a second; expected the converter's 4000/1");
  is_error(board.ask(Kind::apply, Board::apply_request(4'000'000'000'000, 1'000'000'000)),
           Kind::apply, MR_OUT_OF_RANGE, "expected");
  auto request = Board::apply_request(4000, 1);
  request.mutable_samples()->clear_frequency();
  is_error(board.ask(Kind::apply, request), Kind::apply, MR_INVALID_ARGUMENT, "frequency");
  request.mutable_recipe();
  is_error(board.ask(Kind::apply, request), Kind::apply, MR_UNIMPLEMENTED, "recipe");
  is_error(board.ask(Kind::apply, v1::ApplyRequest()), Kind::apply, MR_INVALID_ARGUMENT, "neither");
  BOOST_TEST(board.firmware.applied == 2);
  reply_in<v1::FeedReply>(board.ask(Kind::feed, Board::block(4, 4)), Kind::feed);
  board.firmware.reach = 64;
  is_error(board.ask(Kind::apply, Board::apply_request(4000, 1)), Kind::apply, MR_INTERNAL,
           "ahead");
}

BOOST_AUTO_TEST_CASE(time_does_not_pass_without_samples_nor_backwards_nor_for_more_than_an_hour) {
  Board board;
  board.start();
  board.apply();
  reply_in<v1::FeedReply>(board.ask(Kind::feed, Board::block(0, 20)), Kind::feed);
  is_error(board.advance(5'000'001), Kind::advance, MR_FAILED_PRECONDITION,
           "samples before 20 were fed; this time needs those before 21");
  BOOST_TEST(board.firmware.taken.empty());
  BOOST_TEST(board.now() == 0);
  reply_in<v1::AdvanceReply>(board.advance(5'000'000), Kind::advance);
  reply_in<v1::AdvanceReply>(board.advance(5'000'000), Kind::advance);  // the present
  is_error(board.advance(4'999'999), Kind::advance, MR_OUT_OF_RANGE, "4999999 ns");
  is_error(board.advance(3'600'005'000'001), Kind::advance, MR_OUT_OF_RANGE, "an hour");
  BOOST_TEST(board.now() == 5'000'000);
  BOOST_TEST(board.firmware.advances == 1);
}

BOOST_AUTO_TEST_CASE(a_device_that_filters_ahead_is_given_its_reach) {
  Board board;
  board.firmware.reach = 10;
  board.start();
  board.apply();
  reply_in<v1::FeedReply>(board.ask(Kind::feed, Board::block(0, 29)), Kind::feed);
  is_error(board.advance(5'000'000), Kind::advance, MR_FAILED_PRECONDITION, "30");
  reply_in<v1::FeedReply>(board.ask(Kind::feed, Board::block(29, 1)), Kind::feed);
  reply_in<v1::AdvanceReply>(board.advance(5'000'000), Kind::advance);
  BOOST_TEST(board.firmware.taken.size() == 30U);
}

BOOST_AUTO_TEST_CASE(dead_terminals_give_zeros) {
  Board board;
  board.start();
  const auto reply = reply_in<v1::AdvanceReply>(board.advance(100'000'000), Kind::advance);
  BOOST_TEST(reply.pulses_size() == 10);
  BOOST_TEST(board.firmware.taken.size() == 400U);
  BOOST_TEST(std::ranges::all_of(board.firmware.taken, [](const mr_scan& scan) {
    return std::ranges::all_of(scan.volts, [](std::int32_t code) { return code == 0; });
  }));
}

BOOST_AUTO_TEST_CASE(a_power_cycle_sets_time_back_and_the_line_goes_on) {
  Board board;
  board.start();
  board.apply();
  reply_in<v1::FeedReply>(board.ask(Kind::feed, Board::block(0, 20)), Kind::feed);
  reply_in<v1::AdvanceReply>(board.advance(5'000'000), Kind::advance);
  BOOST_TEST(board.ask(Kind::power_cycle, v1::PowerCycleRequest()).kind ==
             reply_kind(Kind::power_cycle));
  BOOST_TEST(board.firmware.power_cycles == 1);
  BOOST_TEST(board.now() == 0);
  is_error(board.ask(Kind::feed, Board::block(20, 1)), Kind::feed, MR_FAILED_PRECONDITION,
           "applied");
}

BOOST_AUTO_TEST_CASE(pulse_edges_that_do_not_fit_the_reply_are_an_error_and_never_fewer) {
  Board board;
  board.start();
  is_error(board.advance(10'000'000'000), Kind::advance, MR_DATA_LOSS, "pulse edges");
  BOOST_TEST(board.now() == 10'000'000'000);
}

BOOST_AUTO_TEST_CASE(pulse_edges_have_the_time_of_their_scan) {
  Board board;
  board.start();
  reply_in<v1::AdvanceReply>(board.advance(1'000'001), Kind::advance);
  board.apply();
  reply_in<v1::FeedReply>(board.ask(Kind::feed, Board::block(0, 60)), Kind::feed);
  const auto reply = reply_in<v1::AdvanceReply>(board.advance(16'000'001), Kind::advance);
  BOOST_REQUIRE(reply.pulses_size() == 2);
  BOOST_TEST(reply.pulses(0).output() == "S0");
  BOOST_TEST(reply.pulses(0).time_ns() == 1'000'001);
  BOOST_TEST(reply.pulses(1).time_ns() == 11'000'001);
}

BOOST_AUTO_TEST_CASE(quantities_and_parameters_are_read_by_name) {
  Board board;
  board.start();
  const auto identity =
      reply_in<v1::IdentifyReply>(board.ask(Kind::identify, v1::IdentifyRequest()), Kind::identify);
  BOOST_TEST(identity.device() == "board");
  BOOST_TEST(identity.firmware_checksum() == "c0ffee");
  BOOST_TEST(identity.quantities_size() == 2);
  v1::ReadRequest request;
  request.add_quantities("frequency.total");
  request.add_quantities("voltage.L1");
  const auto read = reply_in<v1::ReadReply>(board.ask(Kind::read, request), Kind::read);
  BOOST_REQUIRE(read.readings_size() == 2);
  BOOST_TEST(std::isnan(read.readings(0).value()));
  BOOST_TEST(read.readings(1).quantity() == "voltage.L1");
  BOOST_TEST(read.readings(1).value() == 230.5);
  BOOST_TEST(read.readings(1).resolution() == 0.1);
  request.add_quantities("voltage");
  is_error(board.ask(Kind::read, request), Kind::read, MR_NOT_FOUND, "no such quantity");
  const auto parameters = reply_in<v1::ReadParametersReply>(
      board.ask(Kind::read_parameters, v1::ReadParametersRequest()), Kind::read_parameters);
  BOOST_REQUIRE(parameters.parameters_size() == 1);
  BOOST_TEST(parameters.parameters(0).name() == "demand_period");
  BOOST_TEST(parameters.parameters(0).value() == "60");
}

BOOST_AUTO_TEST_CASE(times_of_scans_are_exact_for_a_year_at_an_odd_rate) {
  __extension__ using Wide = __int128;
  Board board;
  board.firmware.description.rate_numerator = 999'999'937;
  board.firmware.description.rate_denominator = 78'125;
  board.firmware.receiver.applied_at_ns = 3;
  for (std::int64_t scan = 1; scan < 400'000'000'000; scan = scan * 3 + 1) {
    const auto exact = static_cast<std::int64_t>(Wide{scan} * 78'125 * 1'000'000'000 / 999'999'937);
    BOOST_TEST(mr_time_of(&board.firmware.receiver, scan) == exact + 3);
  }
}

BOOST_AUTO_TEST_CASE(descriptions_and_buffers_out_of_their_limits_are_refused) {
  const auto accepted = [](auto change) {
    Board board;
    mr_description description = board.firmware.description;
    mr_buffers buffers = board.firmware.receiver.buffers;
    change(description, buffers);
    mr_device device = *board.firmware.receiver.device;
    device.description = &description;
    mr_receiver receiver;
    return mr_init(&receiver, &device, &buffers);
  };
  BOOST_TEST(accepted([](mr_description&, mr_buffers&) {}));
  BOOST_TEST(!accepted([](mr_description& d, mr_buffers&) { d.rate_numerator = 0; }));
  BOOST_TEST(!accepted([](mr_description& d, mr_buffers&) { d.rate_denominator = 1'000'000'001; }));
  BOOST_TEST(!accepted([](mr_description& d, mr_buffers&) { d.bits = 33; }));
  BOOST_TEST(!accepted([](mr_description& d, mr_buffers&) { d.bits = 1; }));
  BOOST_TEST(!accepted([](mr_description&, mr_buffers& b) { b.request_size = 63; }));
  BOOST_TEST(!accepted([](mr_description&, mr_buffers& b) { b.reply_size = 63; }));
  BOOST_TEST(!accepted([](mr_description&, mr_buffers& b) { b.scan_count = 0; }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace meterrig::inject
