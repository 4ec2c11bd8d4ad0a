// SPDX-License-Identifier: GPL-3.0-or-later
// Reading while time passes. Meant for ThreadSanitizer too: no gRPC in here.
#include <array>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <thread>
#include <vector>

#include "meterrig/modbus/codec.h"
#include "meterrig/modbus/modbus_link.h"
#include "meterrig/twin/modbus_slave.h"
#include "shipped_device.h"

namespace meterrig::twin {
namespace {

BOOST_AUTO_TEST_SUITE(concurrency)

BOOST_AUTO_TEST_CASE(registers_read_while_time_passes_are_of_one_moment) {
  const auto device = test::make_twin(test::ideal_model());
  test::apply(*device, test::recipe({.amperes = 6}));
  std::atomic<bool> done = false;
  std::thread time([&] {
    for (int step = 0; step < 200; ++step) (void)device->advance(test::later({}, 0.5 * step));
    done = true;
  });
  int reads = 0;
  while (!done) {
    // 0x0156 total, 0x015A.. import and 0x0160.. export of the phases: they add up, to the
    // rounding of seven floats, in whatever moment they are read.
    const auto words = device->registers().read(modbus::Table::input, 0x156, 40);
    BOOST_REQUIRE(words.has_value());
    const auto value = [&words](std::size_t offset) {
      return modbus::decode(std::span(*words).subspan(offset, 2), modbus::Type::float32,
                            modbus::WordOrder::high_first);
    };
    const double total = value(0);
    double sum = 0;
    for (std::size_t offset = 4; offset < 16; offset += 2) sum += value(offset);
    BOOST_TEST(std::abs(total - sum) <= total * 4 * 6e-8);
    ++reads;
  }
  time.join();
  BOOST_TEST(reads > 0);
}

BOOST_AUTO_TEST_CASE(masters_are_answered_while_time_passes) {
  const auto device = test::make_twin(test::ideal_model());
  test::apply(*device, test::recipe({}));
  (void)test::advance(*device, 3);
  const auto slave = serve_tcp("127.0.0.1:0", 1, device->registers());
  BOOST_REQUIRE(slave.has_value());
  std::atomic<bool> done = false;
  std::vector<std::thread> masters;
  std::array<int, 2> answers{};
  std::array<int, 2> wrong{};
  masters.reserve(answers.size());
  for (std::size_t k = 0; k < answers.size(); ++k) {
    masters.emplace_back([&, k] {
      modbus::RegisterMap map;
      map.registers = {{.address = 0, .quantity = {Measurand::voltage, Place::L1}}};
      auto link = modbus::connect_tcp("127.0.0.1", (*slave)->port(), 1, map,
                                      {.answer_timeout = second(5), .retries = 0});
      const std::array<QuantityId, 1> ids{{{Measurand::voltage, Place::L1}}};
      while (link && !done) {
        const auto readings = (*link)->read(ids, {});
        if (readings && (*readings)[0].value == 230.0) {
          ++answers.at(k);
        } else {
          ++wrong.at(k);
        }
      }
    });
  }
  for (int step = 1; step < 100; ++step) (void)test::advance(*device, 0.5);
  done = true;
  for (std::thread& master : masters) master.join();
  for (std::size_t k = 0; k < answers.size(); ++k) {
    BOOST_TEST(answers.at(k) > 0);
    BOOST_TEST(wrong.at(k) == 0);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace meterrig::twin
