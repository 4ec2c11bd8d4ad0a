// SPDX-License-Identifier: GPL-3.0-or-later
#include "grouping.h"

#include <boost/test/unit_test.hpp>

using namespace meterrig::modbus;

namespace {

constexpr Table in = Table::input;
constexpr Table hold = Table::holding;

void check_blocks(const std::vector<Block>& got, const std::vector<Block>& expected) {
  BOOST_TEST((got == expected));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(grouping)

BOOST_AUTO_TEST_CASE(a_value_takes_its_registers_and_even_ends_where_asked) {
  BOOST_TEST((block_of(in, 6, Type::float32, true) == Block{in, 6, 2}));
  BOOST_TEST((block_of(in, 6, Type::uint16, true) == Block{in, 6, 2}));
  BOOST_TEST((block_of(in, 7, Type::uint16, true) == Block{in, 6, 2}));
  BOOST_TEST((block_of(in, 7, Type::uint16, false) == Block{in, 7, 1}));
  BOOST_TEST((block_of(in, 7, Type::uint32, true) == Block{in, 6, 4}));
}

BOOST_AUTO_TEST_CASE(neighbours_are_read_in_one_transfer_whatever_their_order) {
  check_blocks(group({{in, 4, 2}, {in, 0, 2}, {in, 2, 2}, {in, 0, 2}}, 60, true), {{in, 0, 6}});
  check_blocks(group({{in, 1, 1}, {in, 0, 1}}, 60, false), {{in, 0, 2}});
}

BOOST_AUTO_TEST_CASE(a_gap_is_read_through_up_to_16_registers) {
  check_blocks(group({{in, 0, 2}, {in, 18, 2}}, 60, true), {{in, 0, 20}});
  check_blocks(group({{in, 0, 2}, {in, 20, 2}}, 60, true), {{in, 0, 2}, {in, 20, 2}});
  check_blocks(group({{in, 0, 2}, {in, 4, 2}}, 60, false), {{in, 0, 2}, {in, 4, 2}});
}

BOOST_AUTO_TEST_CASE(a_transfer_is_no_longer_than_the_device_allows) {
  std::vector<Block> floats;
  for (int address = 0; address < 128; address += 2) floats.push_back({in, address, 2});
  check_blocks(group(floats, 60, true), {{in, 0, 60}, {in, 60, 60}, {in, 120, 8}});
}

BOOST_AUTO_TEST_CASE(tables_are_never_mixed) {
  check_blocks(group({{in, 2, 2}, {hold, 0, 2}}, 60, true), {{hold, 0, 2}, {in, 2, 2}});
}

BOOST_AUTO_TEST_CASE(nothing_wanted_is_nothing_read) { check_blocks(group({}, 60, true), {}); }

BOOST_AUTO_TEST_SUITE_END()
