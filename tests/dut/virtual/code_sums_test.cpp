// SPDX-License-Identifier: GPL-3.0-or-later
// Sums in 64 bits, in lanes where the machine has them, against the same sums in 128 bits, one
// sample after the other.
#include "code_sums.h"

#include <boost/test/unit_test.hpp>
#include <random>
#include <vector>

namespace meterrig::twin {
namespace {

__extension__ using Wide = __int128;

constexpr std::int32_t largest = (1 << 23) - 1;  // of 24 bits
constexpr std::size_t longest = 4096;

class Codes {
 public:
  Codes(std::size_t delay, std::size_t count) : delay_(delay), count_(count) {
    for (auto& row : rows_) row.resize(delay + count);
  }
  template <class Next>
  void fill(Next next) {
    for (std::size_t channel = 0; channel < rows_.size(); ++channel)
      for (std::int32_t& code : rows_[channel]) code = next(channel);
  }
  [[nodiscard]] CodeRows rows() const {
    CodeRows rows{.row = {}, .delay = delay_, .count = count_};
    for (std::size_t channel = 0; channel < rows_.size(); ++channel)
      rows.row[channel] = rows_[channel].data() + delay_;
    return rows;
  }
  // Which sums differ.
  [[nodiscard]] std::size_t wrong_sums() const {
    ProductSums<std::int64_t> products{};
    Sums<std::int64_t> squares{};
    put_narrow_product_sums(rows(), products);
    put_narrow_square_sums(rows(), squares);
    ProductSums<Wide> expected_products{};
    Sums<Wide> expected_squares{};
    put_product_sums(rows(), expected_products);
    put_square_sums(rows(), expected_squares);
    std::size_t wrong = 0;
    for (std::size_t j = 0; j < product_sum_count; ++j)
      wrong += products[j] == expected_products[j] ? 0 : 1;
    for (std::size_t j = product_sum_count; j < sum_count; ++j)
      wrong += squares[j] == expected_squares[j] ? 0 : 1;
    return wrong;
  }

 private:
  std::size_t delay_;
  std::size_t count_;
  std::array<std::vector<std::int32_t>, 2 * phase_count> rows_;
};

BOOST_AUTO_TEST_SUITE(code_sums)

BOOST_AUTO_TEST_CASE(narrow_sums_of_any_length_are_those_of_wide_numbers) {
  std::mt19937_64 random(17);
  std::uniform_int_distribution<std::int32_t> code(-largest, largest);
  for (std::size_t count = 0; count <= 200; ++count) {
    Codes codes(random() % 90, count);
    codes.fill([&](std::size_t) { return code(random); });
    BOOST_TEST(codes.wrong_sums() == 0U, "of " << count << " samples");
  }
  for (int k = 0; k < 100; ++k) {
    Codes codes(random() % 400, random() % (longest + 1));
    codes.fill([&](std::size_t) { return code(random); });
    BOOST_TEST(codes.wrong_sums() == 0U);
  }
}

// Voltages of opposite signs make line voltages of twice the full scale, currents alike a neutral
// current of three times it.
BOOST_AUTO_TEST_CASE(narrow_sums_hold_the_longest_stretch_of_full_scale) {
  Codes codes(40, longest);
  codes.fill([](std::size_t channel) { return channel == 1 ? -largest : largest; });
  BOOST_TEST(codes.wrong_sums() == 0U);
  codes.fill([](std::size_t) { return -largest; });
  BOOST_TEST(codes.wrong_sums() == 0U);
  Sums<Wide> sums{};
  put_square_sums(codes.rows(), sums);
  const Wide square = Wide{largest} * largest * Wide{longest};
  BOOST_TEST((sums[sum_nn] == 9 * square));
  BOOST_TEST((sums[sum_uu(2)] == square));
}

BOOST_AUTO_TEST_CASE(each_sum_is_of_what_its_name_says) {
  Codes codes(1, 1);
  std::int32_t next = 0;
  codes.fill([&](std::size_t) { return ++next; });  // 1 then 2; 3, 4; 5, 6; currents 7, 8; ...
  ProductSums<Wide> products{};
  Sums<Wide> squares{};
  put_product_sums(codes.rows(), products);
  put_square_sums(codes.rows(), squares);
  BOOST_TEST((products[sum_u(1)] == 4));
  BOOST_TEST((products[sum_i(1)] == 10));
  BOOST_TEST((products[sum_ui(1)] == 40));
  BOOST_TEST((products[sum_qi(1)] == 30));
  BOOST_TEST((squares[sum_uu(2)] == 36));
  BOOST_TEST((squares[sum_ii(0)] == 64));
  BOOST_TEST((squares[sum_ll(0)] == 4));
  BOOST_TEST((squares[sum_ll(2)] == 16));  // L3-L1
  BOOST_TEST((squares[sum_nn] == 900));    // 8 + 10 + 12
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace meterrig::twin
