// SPDX-License-Identifier: GPL-3.0-or-later
// Every failure of a serial line, provoked over a pseudo-terminal by a peer that sends raw bytes.
#include <unistd.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <memory>
#include <utility>

#include "fake_peer.h"
#include "meterrig/modbus/modbus_link.h"
#include "meterrig/ports/file_descriptor.h"
#include "meterrig/ports/pseudo_terminal.h"

using namespace meterrig;
using namespace meterrig::modbus;

namespace {

constexpr QuantityId voltage_1{Measurand::voltage, Place::L1};
constexpr QuantityId voltage_2{Measurand::voltage, Place::L2};
constexpr QuantityId import_energy{Measurand::active_energy_import, Place::total};
constexpr QuantityId power_factor{Measurand::power_factor, Place::total};

// Wide enough that a busy machine does not turn an answer in time into a late one.
constexpr Duration timeout = millisecond(200);

RegisterMap x96_map() {
  RegisterMap map;
  map.registers = {
      {.address = 0x0000, .quantity = voltage_1},
      {.address = 0x0002, .quantity = voltage_2},
      {.address = 0x0048, .quantity = import_energy, .unit_factor = 1000},
      {.address = 0x003E, .quantity = power_factor},
  };
  return map;
}

// Answers to a read of two input registers of unit 1, as floats.
const Bytes volts_230 = rtu({1, 4, 4, 0x43, 0x66, 0, 0});
const Bytes volts_111 = rtu({1, 4, 4, 0x42, 0xDE, 0, 0});
const Bytes volts_222 = rtu({1, 4, 4, 0x43, 0x5E, 0, 0});

/// A link to a peer with a script.
struct Rig {
  std::unique_ptr<ports::PseudoTerminal> terminal;
  std::unique_ptr<FakePeer> peer;
  std::unique_ptr<ModbusLink> link;

  explicit Rig(std::vector<FakePeer::Step> script, int retries = 0, RegisterMap map = x96_map(),
               Duration answer_timeout = timeout) {
    auto created = ports::PseudoTerminal::create();
    BOOST_REQUIRE(created.has_value());
    terminal = std::make_unique<ports::PseudoTerminal>(std::move(*created));
    auto port = ports::open_serial_port(terminal->path(), {.baud_rate = 38400});
    BOOST_REQUIRE(port.has_value());
    auto connected = connect_rtu(std::move(*port), 1, std::move(map),
                                 {.answer_timeout = answer_timeout, .retries = retries});
    BOOST_REQUIRE(connected.has_value());
    link = std::move(*connected);
    peer = std::make_unique<FakePeer>(terminal->descriptor(), 8, std::move(script),
                                      [this] { terminal.reset(); });
  }

  [[nodiscard]] Result<std::vector<Reading>> read(QuantityId id = voltage_1) const {
    return link->read(std::array{id}, Instant{42});
  }
  void check_value(double expected, QuantityId id = voltage_1) const {
    const auto readings = read(id);
    BOOST_REQUIRE_MESSAGE(readings.has_value(), readings.error().message);
    BOOST_TEST(readings->at(0).value == expected);
  }
  void check_failure(ErrorCode code, const std::string& reason) const {
    const auto readings = read();
    BOOST_REQUIRE(!readings.has_value());
    BOOST_TEST(name(readings.error().code) == name(code));
    BOOST_TEST((readings.error().message.find(reason) != std::string::npos),
               readings.error().message);
  }
  void check_statistics(const LinkStatistics& expected) const {
    const LinkStatistics got = link->statistics();
    BOOST_TEST(got.requests == expected.requests);
    BOOST_TEST(got.retries == expected.retries);
    BOOST_TEST(got.timeouts == expected.timeouts);
    BOOST_TEST(got.crc_errors == expected.crc_errors);
    BOOST_TEST(got.exceptions == expected.exceptions);
    BOOST_TEST(got.wrong_unit == expected.wrong_unit);
    BOOST_TEST(got.late_answers == expected.late_answers);
    BOOST_TEST(got.foreign_answers == expected.foreign_answers);
  }
};

/// A line that can be listened to only.
class ReadOnlyPort final : public ports::SerialPort {
 public:
  explicit ReadOnlyPort(int descriptor) : descriptor_(descriptor) {}
  [[nodiscard]] int descriptor() const override { return descriptor_.get(); }
  [[nodiscard]] const std::string& path() const override { return path_; }
  [[nodiscard]] const ports::SerialSettings& settings() const override { return settings_; }

 private:
  ports::FileDescriptor descriptor_;
  std::string path_ = "pipe";
  ports::SerialSettings settings_;
};

FakePeer::Step answers(const Bytes& bytes) { return {{.bytes = bytes}}; }
const FakePeer::Step silence;
const FakePeer::Send hang_up{.bytes = {}};

}  // namespace

BOOST_AUTO_TEST_SUITE(modbus_link_over_rtu)

// The frames of the SDM120's manual.
BOOST_AUTO_TEST_CASE(a_read_is_these_bytes_and_no_others) {
  const Rig rig({answers({0x01, 0x04, 0x04, 0x43, 0x66, 0x00, 0x00, 0x0E, 0x1F})});
  const auto readings = rig.read();
  BOOST_REQUIRE(readings.has_value());
  BOOST_REQUIRE(readings->size() == 1);
  const Reading& reading = readings->at(0);
  BOOST_TEST((reading.id == voltage_1));
  BOOST_TEST(reading.value == 230.0);
  BOOST_TEST(reading.resolution == 0x1p-16);  // an ulp of [128, 256)
  BOOST_TEST(reading.time.nanoseconds == 42);
  BOOST_REQUIRE(rig.peer->requests().size() == 1);
  BOOST_TEST(rig.peer->requests().at(0) == (Bytes{0x01, 0x04, 0x00, 0x00, 0x00, 0x02, 0x71, 0xCB}),
             boost::test_tools::per_element());
  rig.check_statistics({.requests = 1});
}

BOOST_AUTO_TEST_CASE(readings_come_in_the_order_asked_for_by_few_transfers) {
  // 0x003E to 0x0049 in one go, and 0x0000 to 0x0003
  Bytes pf_to_energy(3 + 24);
  pf_to_energy[0] = 1;
  pf_to_energy[1] = 4;
  pf_to_energy[2] = 24;
  pf_to_energy[3] = 0x3F;  // 0.5
  pf_to_energy[23] = 0x3F;
  pf_to_energy[24] = 0xC0;  // 1.5 kWh
  const Rig rig({answers(rtu({1, 4, 8, 0x43, 0x66, 0, 0, 0x43, 0x5E, 0, 0})),
                 answers(rtu(std::move(pf_to_energy)))});
  const auto readings = rig.link->read(
      std::array{import_energy, voltage_2, power_factor, voltage_1, voltage_2}, Instant{});
  BOOST_REQUIRE_MESSAGE(readings.has_value(), readings.error().message);
  BOOST_REQUIRE(readings->size() == 5);
  BOOST_TEST(readings->at(0).value == 1500.0);               // Wh, of 1.5 kWh
  BOOST_TEST(readings->at(0).resolution == 1000 * 0x1p-23);  // an ulp of [1, 2)
  BOOST_TEST(readings->at(1).value == 222.0);
  BOOST_TEST(readings->at(2).value == 0.5);
  BOOST_TEST(readings->at(3).value == 230.0);
  BOOST_TEST(readings->at(4).value == 222.0);
  BOOST_TEST((readings->at(4).id == voltage_2));
  rig.check_statistics({.requests = 2});
}

BOOST_AUTO_TEST_CASE(a_float_that_is_no_number_is_an_unknown_value) {
  const Rig rig(
      {answers(rtu({1, 4, 4, 0x7F, 0xC0, 0, 0})), answers(rtu({1, 4, 4, 0x7F, 0x80, 0, 0}))});
  for (int i = 0; i < 2; ++i) {  // NaN, then infinity
    const auto readings = rig.read();
    BOOST_REQUIRE(readings.has_value());
    BOOST_TEST(std::isnan(readings->at(0).value));
    BOOST_TEST(std::isnan(readings->at(0).resolution));
  }
}

BOOST_AUTO_TEST_CASE(an_integer_register_resolves_its_scale) {
  RegisterMap map;
  map.word_order = WordOrder::low_first;
  map.registers = {{.address = 0x3000,
                    .table = Table::holding,
                    .type = Type::int32,
                    .word_order = WordOrder::low_first,
                    .quantity = import_energy,
                    .unit_factor = 1000,
                    .scale = 0.001}};
  const Rig rig({answers(rtu({1, 3, 4, 0xFF, 0xFB, 0xFF, 0xFF}))}, 0, map);
  const auto readings = rig.read(import_energy);
  BOOST_REQUIRE_MESSAGE(readings.has_value(), readings.error().message);
  BOOST_TEST(readings->at(0).value == -5.0);  // Wh: -5 x 0.001 kWh
  BOOST_TEST(readings->at(0).resolution == 1.0);
  BOOST_TEST(rig.peer->requests().at(0) == rtu({1, 3, 0x30, 0, 0, 2}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_quantity_that_the_device_lacks_is_not_found_and_nothing_is_sent) {
  const Rig rig({});
  const auto offered = rig.link->quantities();
  BOOST_TEST(std::count(offered.begin(), offered.end(), voltage_1) == 1);
  BOOST_TEST(std::count(offered.begin(), offered.end(),
                        QuantityId{Measurand::frequency, Place::total}) == 0);
  const auto readings =
      rig.link->read(std::array{voltage_1, QuantityId{Measurand::frequency, Place::total}}, {});
  BOOST_REQUIRE(!readings.has_value());
  BOOST_TEST((readings.error().code == ErrorCode::not_found));
  BOOST_TEST((readings.error().message.find("frequency.total") != std::string::npos));
  BOOST_TEST(rig.link->read({}, {})->empty());
  rig.check_statistics({});
}

BOOST_AUTO_TEST_CASE(a_silent_device_times_out_as_often_as_the_policy_says) {
  const Rig rig({}, 2, x96_map(), millisecond(30));
  rig.check_failure(ErrorCode::deadline_exceeded, "no complete answer within 0.03 s");
  rig.check_statistics({.requests = 3, .retries = 2, .timeouts = 3});
  BOOST_TEST(rig.peer->requests().size() == 3);
}

BOOST_AUTO_TEST_CASE(the_error_names_the_line_the_unit_and_the_registers) {
  const Rig rig({}, 1, x96_map(), millisecond(30));
  const std::string path = rig.terminal->path();
  const auto readings = rig.read(import_energy);
  BOOST_REQUIRE(!readings.has_value());
  BOOST_TEST(readings.error().message ==
             path +
                 " (38400 8N1), unit 1: reading 2 input registers at 0x0048: no complete answer "
                 "within 0.03 s; expected the registers (tries: 2)");
}

BOOST_AUTO_TEST_CASE(half_an_answer_is_no_answer) {
  const Rig rig({answers(Bytes(volts_111.begin(), volts_111.begin() + 5)), answers(volts_222)}, 1);
  rig.check_value(222.0);
  rig.check_statistics({.requests = 2, .retries = 1, .timeouts = 1});
}

BOOST_AUTO_TEST_CASE(a_wrong_check_sum_is_data_loss_and_retried) {
  Bytes bad = volts_111;
  bad.back() ^= 1;
  {
    const Rig rig({answers(bad), answers(bad), answers(volts_230)}, 2);
    rig.check_value(230.0);
    rig.check_statistics({.requests = 3, .retries = 2, .crc_errors = 2});
  }
  const Rig rig({answers(bad), answers(bad)}, 1);
  rig.check_failure(ErrorCode::data_loss, "check sum 0x");
  rig.check_statistics({.requests = 2, .retries = 1, .crc_errors = 2});
}

BOOST_AUTO_TEST_CASE(a_damaged_unit_or_length_is_a_wrong_check_sum_too) {
  Bytes other_unit = volts_111;
  other_unit.at(0) ^= 2;
  Bytes shorter = volts_111;
  shorter.at(2) = 2;
  Bytes too_long = volts_111;
  too_long.at(2) = 0xFF;
  const Rig rig({answers(other_unit), answers(shorter), answers(too_long), answers(volts_230)}, 3);
  rig.check_value(230.0);
  rig.check_statistics({.requests = 4, .retries = 3, .crc_errors = 3});
}

BOOST_AUTO_TEST_CASE(a_refusal_is_not_asked_for_twice) {
  const Rig rig({answers(rtu({1, 0x84, 2}))}, 3);
  rig.check_failure(ErrorCode::aborted, "exception 2 (illegal data address)");
  rig.check_statistics({.requests = 1, .exceptions = 1});
}

BOOST_AUTO_TEST_CASE(a_busy_device_is_asked_again) {
  const Rig rig({answers(rtu({1, 0x84, 6})), answers(volts_230)}, 1);
  rig.check_value(230.0);
  rig.check_statistics({.requests = 2, .retries = 1, .exceptions = 1});
}

BOOST_AUTO_TEST_CASE(an_answer_of_another_unit_is_not_taken) {
  {
    const Rig rig({answers(rtu({2, 4, 4, 0x42, 0xDE, 0, 0})), answers(volts_230)}, 1);
    rig.check_value(230.0);
    rig.check_statistics({.requests = 2, .retries = 1, .wrong_unit = 1});
  }
  const Rig rig({answers(rtu({0, 4, 4, 0x42, 0xDE, 0, 0}))});
  rig.check_failure(ErrorCode::aborted, "answer of unit 0, expected 1");
  rig.check_statistics({.requests = 1, .wrong_unit = 1});
}

BOOST_AUTO_TEST_CASE(an_answer_to_another_function_or_of_another_length_is_foreign) {
  const Rig rig(
      {answers(rtu({1, 3, 4, 0x42, 0xDE, 0, 0})), answers(rtu({1, 4, 2, 0x42, 0xDE})),
       answers(rtu({1, 4, 8, 0x42, 0xDE, 0, 0, 0x42, 0xDE, 0, 0})), answers(rtu({1, 0x83, 2})),
       answers(rtu({1, 6, 0, 1, 0, 0x17})), answers(volts_230)},
      5);
  rig.check_value(230.0);
  rig.check_statistics({.requests = 6, .retries = 5, .foreign_answers = 5});
  const Rig last({answers(rtu({1, 3, 4, 0x42, 0xDE, 0, 0}))});
  last.check_failure(ErrorCode::aborted, "answer to function 3, expected 4");
}

BOOST_AUTO_TEST_CASE(the_right_answer_behind_a_foreign_one_does_not_become_the_next_one) {
  const Rig rig({{{.bytes = rtu({2, 4, 4, 0x42, 0xDE, 0, 0})},
                  {.bytes = volts_111, .after = millisecond(100)}},
                 answers(volts_222)},
                1);
  rig.check_value(222.0);
  rig.check_statistics({.requests = 2, .retries = 1, .wrong_unit = 1, .late_answers = 1});
}

BOOST_AUTO_TEST_CASE(bytes_that_wait_before_a_request_are_late_and_dropped) {
  const Rig rig({answers(volts_230)});
  BOOST_REQUIRE(::write(rig.terminal->descriptor(), volts_111.data(), volts_111.size()) == 9);
  rig.check_value(230.0);
  rig.check_statistics({.requests = 1, .late_answers = 1});
}

BOOST_AUTO_TEST_CASE(a_late_answer_is_not_taken_for_that_of_the_retry) {
  const Rig rig({{{.bytes = volts_111, .after = 1.75 * timeout}}, answers(volts_222)}, 1);
  rig.check_value(222.0);
  rig.check_statistics({.requests = 2, .retries = 1, .timeouts = 1, .late_answers = 1});
}

BOOST_AUTO_TEST_CASE(a_late_answer_is_not_taken_for_that_of_the_next_read) {
  const Rig rig({{{.bytes = volts_111, .after = 1.75 * timeout}}, answers(volts_222)});
  rig.check_failure(ErrorCode::deadline_exceeded, "no complete answer");
  rig.check_value(222.0, voltage_2);
  rig.check_statistics({.requests = 2, .timeouts = 1, .late_answers = 1});
}

BOOST_AUTO_TEST_CASE(an_answer_that_waits_for_the_retry_is_found_by_the_second_one) {
  const Rig rig({silence,
                 {{.bytes = volts_111}, {.bytes = volts_111, .after = 0.25 * timeout}},
                 answers(volts_222)},
                2);
  rig.check_value(222.0);
  rig.check_statistics({.requests = 3, .retries = 2, .timeouts = 1, .late_answers = 1});
}

BOOST_AUTO_TEST_CASE(a_line_that_hangs_up_in_an_answer_is_unavailable_and_not_retried) {
  const Rig rig({{{.bytes = Bytes(volts_230.begin(), volts_230.begin() + 4)}, hang_up}}, 5);
  rig.check_failure(ErrorCode::unavailable, "the line is gone");
  rig.check_statistics({.requests = 1});
  rig.check_failure(ErrorCode::unavailable, "the line is gone");  // and it stays so
  rig.check_statistics({.requests = 1});
}

BOOST_AUTO_TEST_CASE(a_line_that_hangs_up_while_a_late_answer_is_awaited_is_unavailable) {
  const Rig rig({{{.bytes = {}, .after = 1.5 * timeout}}}, 5);
  rig.check_failure(ErrorCode::unavailable, "the line is gone");
  rig.check_statistics({.requests = 1, .retries = 1, .timeouts = 1});
}

BOOST_AUTO_TEST_CASE(a_line_that_takes_no_request_is_unavailable_and_not_retried) {
  std::array<int, 2> pipe_ends{};
  BOOST_REQUIRE(::pipe(pipe_ends.data()) == 0);
  const ports::FileDescriptor silent(pipe_ends[1]);
  const auto link = connect_rtu(std::make_unique<ReadOnlyPort>(pipe_ends[0]), 1, x96_map(),
                                {.answer_timeout = timeout, .retries = 5});
  BOOST_REQUIRE(link.has_value());
  const auto readings = (*link)->read(std::array{voltage_1}, {});
  BOOST_REQUIRE(!readings.has_value());
  BOOST_TEST((readings.error().code == ErrorCode::unavailable), readings.error().message);
  BOOST_TEST((*link)->statistics().requests == 1);
  BOOST_TEST((*link)->statistics().retries == 0);
}

BOOST_AUTO_TEST_CASE(a_device_tells_who_it_is_and_what_it_refuses_to_tell) {
  RegisterMap map;
  map.identity = {
      {.name = "serial_number", .address = 0xFC00, .table = Table::holding, .type = Type::uint32},
      {.name = "firmware", .address = 0xFC03, .type = Type::uint16, .hexadecimal = true},
      {.name = "pulse_constant", .address = 0x16, .type = Type::float32},
      {.name = "meter_code", .address = 0xFC02, .type = Type::uint16}};
  const Rig rig(
      {answers(rtu({1, 3, 4, 0x01, 0x23, 0x45, 0x67})), answers(rtu({1, 3, 4, 0, 0, 0x0A, 0x01})),
       answers(rtu({1, 3, 4, 0x3F, 0x80, 0, 0})), answers(rtu({1, 0x83, 2}))},
      1, map);
  const auto identity = rig.link->read_identity();
  BOOST_REQUIRE_MESSAGE(identity.has_value(), identity.error().message);
  using Item = std::pair<std::string, std::string>;
  BOOST_TEST((*identity ==
              std::vector<Item>{{"serial_number", "19088743"},
                                {"firmware", "0x0A01"},
                                {"pulse_constant", "1"},
                                {"meter_code", "refused: exception 2 (illegal data address)"}}));
  BOOST_TEST(rig.peer->requests().at(1) == rtu({1, 3, 0xFC, 0x02, 0, 2}),
             boost::test_tools::per_element());
  rig.check_statistics({.requests = 4, .exceptions = 1});
}

BOOST_AUTO_TEST_CASE(what_cannot_work_is_refused_before_anything_is_sent) {
  const auto refused = [](int unit, const RegisterMap& map, Policy policy) {
    auto terminal = ports::PseudoTerminal::create();
    auto port = ports::open_serial_port(terminal->path(), {});
    const auto link = connect_rtu(std::move(*port), unit, map, policy);
    return link.has_value() ? "" : link.error().message;
  };
  const Policy policy{.answer_timeout = timeout, .retries = 0};
  BOOST_TEST(refused(1, x96_map(), policy) == "");
  BOOST_TEST(refused(0, x96_map(), policy) == "Modbus unit 0: expected 1 to 247");
  BOOST_TEST(refused(248, x96_map(), policy) == "Modbus unit 248: expected 1 to 247");
  BOOST_TEST(refused(1, x96_map(), {.answer_timeout = {}, .retries = 0}) ==
             "answer time-out of nan s: expected 0.001 to 60 s");
  BOOST_TEST(refused(1, x96_map(), {.answer_timeout = timeout, .retries = -1}) ==
             "-1 retries: expected 0 or more");
  RegisterMap map = x96_map();
  map.maximum_registers = 126;
  BOOST_TEST(refused(1, map, policy) == "126 registers in one read: expected 1 to 125");
  map = x96_map();
  map.registers.front().address = 0xFFFF;
  BOOST_TEST(
      refused(1, map, policy) ==
      "register at 0xFFFF: expected all of it below 0x10000 and in one read of 60 registers");
}

BOOST_AUTO_TEST_SUITE_END()
