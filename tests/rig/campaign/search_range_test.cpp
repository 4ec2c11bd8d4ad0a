// SPDX-License-Identifier: GPL-3.0-or-later
// Where a standard lets a search look, and where a search looks next.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <filesystem>
#include <limits>

#include "meterrig/loader/load.h"
#include "rows.h"
#include "search/gaussian_process.h"
#include "search/next_coordinates.h"
#include "search/permitted_range.h"
#include "shipped_inputs.h"

using namespace meterrig;
using namespace meterrig::campaign;

namespace {

// Class 0.5S of the meter that ships: In 5 A, Imax 6 A.
struct Range22 {
  Inputs inputs = test::shipped_inputs();
  const v1::Standard& standard = inputs.standards.front().message.standard();
  std::vector<const v1::ErrorRow*> rows = {
      find_row(standard.error_rows(), "22.B1"), find_row(standard.error_rows(), "22.B2"),
      find_row(standard.error_rows(), "22.B3"), find_row(standard.error_rows(), "22.B4")};
  PermittedRange range{standard, "0.5S",
                       rated_currents(inputs.device.message.device().ratings(), standard, "0.5S"),
                       rows};
};

SearchedPlace place(double amperes, double factor, v1::Character character = {}) {
  SearchedPlace place{.amperes = amperes, .power_factor = {}};
  place.power_factor.set_value(factor);
  place.power_factor.set_character(character);
  return place;
}

// All axes at reference but the load's.
Coordinates at(double current, double power_factor, double voltage = 0, double frequency = 0,
               double harmonics = 0) {
  return {current, power_factor, voltage, frequency, harmonics};
}

constexpr auto inductive = v1::CHARACTER_INDUCTIVE;
constexpr auto capacitive = v1::CHARACTER_CAPACITIVE;

}  // namespace

BOOST_AUTO_TEST_SUITE(search_range)

BOOST_AUTO_TEST_CASE(the_axes_end_where_the_rows_do) {
  const Range22 test;
  BOOST_TEST(test.range.axes() == 5u);
  const auto least = test.range.place_at(at(-1, 0));
  BOOST_TEST(least->amperes == 0.05);
  BOOST_TEST(least->power_factor.value() == 1);
  // No row for 0.5i below 0.02 In: there the load is at unity.
  BOOST_TEST(test.range.place_at(at(-1, 1))->power_factor.value() == 1);
  const auto greatest = test.range.place_at(at(1, 1));
  BOOST_TEST(greatest->amperes == 6);
  BOOST_TEST(greatest->power_factor.value() == 0.5);
  BOOST_TEST(greatest->power_factor.character() == inductive);
  BOOST_TEST(test.range.place_at(at(1, -1))->power_factor.value() == 0.8);
  BOOST_TEST(test.range.place_at(at(1, -1))->power_factor.character() == capacitive);
  // The middle of the logarithm: sqrt(0.05 x 6) A; half of the 60 deg of 0.5i: cos 30 deg.
  const auto middle = test.range.place_at(at(0, 0.5));
  BOOST_TEST(middle->amperes == 0.548);
  BOOST_TEST(middle->power_factor.value() == 0.866);
  // 1 + 0.5 x 0.1, 1 - 0.25 x 0.02; V1 and F1 hold at 0.548 A and unity.
  const auto shifted = test.range.place_at(at(0, 0, 0.5, -0.25));
  BOOST_TEST(shifted->voltage_factor == 1.05);
  BOOST_TEST(shifted->frequency_factor == 0.995);
  // Of capacitive loads no row shifts anything, nor of those below 0.05 In.
  BOOST_TEST(test.range.place_at(at(0, -1, 1, 1))->voltage_factor == 1);
  BOOST_TEST(test.range.place_at(at(-0.9, 0, 1, 1))->frequency_factor == 1);
  // 22.H5 is tested at 0.5 Imax and unity alone.
  const auto shaped = test.range.place_at(at(-1, 1, 0, 0, 0.5));
  BOOST_TEST(shaped->amperes == 3);
  BOOST_TEST(shaped->power_factor.value() == 1);
  BOOST_TEST(shaped->share == 0.5);
}

BOOST_AUTO_TEST_CASE(the_limit_is_that_of_the_load_and_of_each_shift) {
  const Range22 test;
  const auto limit = [&](const SearchedPlace& place) {
    const auto permission = test.range.permission(place);
    return permission ? permission->limit.magnitude() : std::numeric_limits<double>::quiet_NaN();
  };
  BOOST_TEST(limit(place(5, 1)) == 0.5);
  BOOST_TEST(limit(place(0.2, 1)) == 1.0);
  // Between 1 and 0.5i the row of 0.5i counts, between 1 and 0.8c that of 0.8c.
  BOOST_TEST(limit(place(5, 0.9, inductive)) == 0.6);
  BOOST_TEST(limit(place(0.4, 0.9, capacitive)) == 1.0);
  BOOST_TEST(std::isnan(limit(place(5, 0.4, inductive))));
  BOOST_TEST(std::isnan(limit(place(5, 0.7, capacitive))));
  BOOST_TEST(std::isnan(limit(place(0.06, 0.9, inductive))));
  BOOST_TEST(std::isnan(limit(place(6.1, 1))));

  SearchedPlace low = place(5, 1);
  low.voltage_factor = 0.95;
  BOOST_TEST(limit(low) == 0.7, boost::test_tools::tolerance(1e-12));
  low.voltage_factor = 0.82;  // 22.V3, which is for In alone
  BOOST_TEST(limit(low) == 1.1, boost::test_tools::tolerance(1e-12));
  low.amperes = 4;
  BOOST_TEST(std::isnan(limit(low)));
  low = place(5, 0.8, inductive);
  low.voltage_factor = 1.1;
  BOOST_TEST(limit(low) == 1.0, boost::test_tools::tolerance(1e-12));
  low = place(5, 0.9, capacitive);
  low.voltage_factor = 1.1;
  BOOST_TEST(std::isnan(limit(low)));

  SearchedPlace all = place(3, 1);
  all.voltage_factor = 0.95;
  all.frequency_factor = 1.01;
  all.shape = test.range.shape("5th");
  all.share = 0.5;
  const auto permission = test.range.permission(all);
  BOOST_REQUIRE(permission.has_value());
  BOOST_TEST(permission->limit.magnitude() == 0.5 + 0.2 + 0.2 + 0.5,
             boost::test_tools::tolerance(1e-12));
  BOOST_TEST(permission->limit.row() == "22.B2 + 22.V1 + 22.F1 + 22.H5");
  // The figure of the load is public, those that are added are not.
  BOOST_TEST(permission->limit.confidence() == v1::CONFIDENCE_MEMORY);
  BOOST_TEST(permission->limit.provenance() == "engineering knowledge, not checked");
  BOOST_TEST(permission->added.size() == 3u);
  const v1::InfluenceLevel level = level_of(all);
  BOOST_TEST(level.title() == "0.95 Un, 1.01 fn, 0.5 of: 5th harmonic, 10 % of U and 40 % of I");
  BOOST_TEST(level.signal().voltage_harmonics(0).share() == 5);
  BOOST_TEST(level.signal().current_harmonics(0).share() == 20);
}

BOOST_AUTO_TEST_CASE(every_place_of_every_standard_has_a_limit_and_leads_back_to_its_coordinates) {
  const Inputs inputs = test::shipped_inputs();
  for (const auto& [id, name] :
       {std::pair("iec-62053-22-2020", "0.5S"), std::pair("iec-62053-21-2020", "1"),
        std::pair("iec-62053-23-2020", "2"), std::pair("iec-62053-24-2020", "1"),
        std::pair("en-50470-3-2006", "B"), std::pair("oiml-r46-2012", "B"),
        std::pair("ansi-c12.20-2015", "0.5"), std::pair("iec-61557-12-2018", "1")}) {
    const auto loaded = loader::load_standard(std::filesystem::path(METERRIG_SOURCE) /
                                              "scenarios/standards" / fmt::format("{}.yaml", id));
    BOOST_REQUIRE(loaded.has_value());
    const v1::Standard& standard = loaded->message.standard();
    std::vector<const v1::ErrorRow*> rows;
    for (const v1::ErrorRow& row : standard.error_rows()) {
      if (row.load() == v1::LOAD_BALANCED) rows.push_back(&row);
    }
    const PermittedRange range(
        standard, name, rated_currents(inputs.device.message.device().ratings(), standard, name),
        rows);
    BOOST_TEST(!range.empty(), id);
    int places = 0;
    for (int i = 0; i < 2000; ++i) {
      Coordinates wanted(range.axes());
      for (std::size_t axis = 0; axis < wanted.size(); ++axis)
        wanted[axis] =
            2 * std::fmod(0.5 + i * std::pow(0.83, 1.0 + static_cast<double>(axis)), 1) - 1;
      const auto place = range.place_at(wanted);
      if (!place) continue;
      ++places;
      const auto permission = range.permission(*place);
      BOOST_TEST_REQUIRE(permission.has_value(), id << " " << place->amperes);
      const auto back = range.place_at(range.coordinates_of(*place));
      BOOST_TEST_REQUIRE(back.has_value());
      BOOST_TEST(back->amperes == place->amperes);
      BOOST_TEST(back->share == place->share);
      BOOST_TEST(back->voltage_factor == place->voltage_factor, boost::test_tools::tolerance(2e-4));
    }
    BOOST_TEST(places > 1500, id << " " << places);
  }
}

BOOST_AUTO_TEST_SUITE_END()

namespace {

using Surface = std::function<double(const Coordinates&)>;

std::optional<Reachable> anywhere(const Coordinates& wanted) {
  return Reachable{.at = wanted, .limit = 1};
}

// All that a search tries, one after the other.
std::vector<Tried> searched(const Surface& error, std::size_t axes, std::uint64_t seed,
                            std::size_t points, const std::vector<Tried>& known = {},
                            const decltype(SearchState::reachable)& reachable = &anywhere) {
  std::vector<Tried> tried;
  while (const auto next = next_coordinates({.axes = axes,
                                             .seed = seed,
                                             .points = points,
                                             .known = known,
                                             .tried = tried,
                                             .reachable = reachable}))
    tried.push_back({.at = *next, .error = error(*next), .limit = reachable(*next)->limit});
  return tried;
}

double worst_of(const std::vector<Tried>& tried) {
  double worst = 0;
  for (const Tried& one : tried) worst = std::max(worst, std::abs(one.error) / one.limit);
  return worst;
}

double hill(const Coordinates& x, double at, double of, double width) {
  return std::exp(-(std::pow(x[0] - at, 2) + std::pow(x[1] - of, 2)) / (width * width));
}

double plane(const Coordinates& x) {
  return x[0] - 0.5 * x[1] + 0.3 * x[2] - 0.2 * x[3] + 0.1 * x[4];
}

}  // namespace

BOOST_AUTO_TEST_SUITE(next_place)

BOOST_AUTO_TEST_CASE(a_plane_is_followed_to_its_corner_whatever_the_sign_of_the_error) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    for (const double sign : {1.0, -1.0}) {
      const auto tried =
          searched([&](const Coordinates& x) { return sign * plane(x) + 0.2; }, 5, seed, 40);
      BOOST_TEST(worst_of(tried) == 2.3, boost::test_tools::tolerance(1e-12));
    }
  }
}

// Away from the reference every limit is wider: it must be tried exactly.
BOOST_AUTO_TEST_CASE(an_axis_that_only_costs_is_left_at_its_reference) {
  const auto costly = [](const Coordinates& x) -> std::optional<Reachable> {
    return Reachable{.at = x, .limit = 1 + (x[2] != 0 ? 0.4 : 0) + (x[3] != 0 ? 0.4 : 0)};
  };
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto tried = searched([](const Coordinates& x) { return 2 + x[0] + 0.5 * x[1]; }, 4, seed,
                                40, {}, costly);
    BOOST_TEST(worst_of(tried) == 3.5, boost::test_tools::tolerance(1e-12));
  }
}

BOOST_AUTO_TEST_CASE(a_top_inside_is_found_from_any_seed) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
    BOOST_TEST(worst_of(searched([](const Coordinates& x) { return hill(x, 0.3, -0.4, 0.5); }, 2,
                                 seed, 40)) > 0.99,
               "seed " << seed);
}

BOOST_AUTO_TEST_CASE(no_place_is_tried_twice_and_no_more_than_asked_for) {
  const Surface silent = [](const Coordinates&) {
    return std::numeric_limits<double>::quiet_NaN();
  };
  for (const Surface& surface : {silent, Surface([](const Coordinates& x) { return x[0]; })}) {
    const auto tried = searched(surface, 3, 7, 50);
    BOOST_TEST(tried.size() == 50u);
    for (std::size_t i = 0; i < tried.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        double apart = 0;
        for (std::size_t axis = 0; axis < 3; ++axis)
          apart = std::max(apart, std::abs(tried[i].at[axis] - tried[j].at[axis]));
        BOOST_TEST(apart >= 0.01);
      }
    }
  }
  BOOST_TEST(searched(silent, 3, 7, 1).size() == 1u);
}

BOOST_AUTO_TEST_CASE(the_seed_and_what_was_found_decide_alone) {
  const Surface surface = [](const Coordinates& x) { return hill(x, 0.3, -0.4, 0.5); };
  const auto a = searched(surface, 2, 3, 40);
  const auto b = searched(surface, 2, 3, 40);
  const auto other = searched(surface, 2, 4, 40);
  BOOST_REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) BOOST_TEST((a[i].at == b[i].at));
  BOOST_TEST((a[9].at != other[9].at));
}

BOOST_AUTO_TEST_CASE(where_one_cannot_go_nothing_is_tried) {
  const auto half = [](const Coordinates& wanted) -> std::optional<Reachable> {
    if (wanted[0] > 0) return std::nullopt;
    return Reachable{.at = wanted, .limit = 1};
  };
  const auto tried = searched([](const Coordinates& x) { return 2 + x[0]; }, 2, 1, 40, {}, half);
  BOOST_TEST(tried.size() == 40u);
  BOOST_TEST(worst_of(tried) > 1.99);
  BOOST_TEST(searched([](const Coordinates&) { return 1.0; }, 2, 1, 40, {},
                      [](const Coordinates&) { return std::optional<Reachable>(); })
                 .empty());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(gaussian_process)

BOOST_AUTO_TEST_CASE(it_goes_through_what_is_known_and_knows_how_far_that_reaches) {
  const std::vector<Coordinates> places{{0, 0}, {0.5, 0.2}, {-0.7, 0.9}, {1, -1}};
  const std::vector<double> errors{0.1, 0.3, -0.2, 0.25};
  const GaussianProcess process(places, errors, 0.01);
  for (std::size_t i = 0; i < places.size(); ++i) {
    BOOST_TEST(std::abs(process.at(places[i]).error - errors[i]) < 1e-4);
    BOOST_TEST(process.at(places[i]).deviation < 0.002);
  }
  BOOST_TEST(process.at({-1, -1}).deviation > process.at({0.1, 0}).deviation);
}

// Two errors a and -a at a distance d on the first axis, worked out by hand: their mean is 0, their
// deviation a; with k = exp(-d^2 / (2 l^2)) and v = 1e-5 the inverse of ((1+v, k), (k, 1+v)) times
// (1, -1) is (1, -1) / (1 + v - k). Beyond all lengths their mean is all that is known.
BOOST_AUTO_TEST_CASE(of_two_errors_it_gives_what_one_works_out_by_hand) {
  const double a = 0.4;
  const double d = 0.3;
  const double v = 1e-5;
  double best = 0;
  double likelihood = -1e9;
  for (const double length : {0.1, 0.2, 0.4, 0.8, 1.6}) {
    const double k = std::exp(-d * d / (2 * length * length));
    const double own = -std::log((1 + v) * (1 + v) - k * k) / 2 - 1 / (1 + v - k);
    if (own > likelihood) likelihood = own, best = length;
  }
  const GaussianProcess process({{0, 0}, {d, 0}}, {a, -a}, 0.01);
  const double k = std::exp(-d * d / (2 * best * best));
  const double x = 0.1;
  const double to_first = std::exp(-x * x / (2 * best * best));
  const double to_second = std::exp(-(d - x) * (d - x) / (2 * best * best));
  BOOST_TEST(process.at({x, 0}).error == a * (to_first - to_second) / (1 + v - k),
             boost::test_tools::tolerance(1e-9));
  const double determinant = (1 + v) * (1 + v) - k * k;
  const double variance =
      1 - ((1 + v) * (to_first * to_first + to_second * to_second) - 2 * k * to_first * to_second) /
              determinant;
  BOOST_TEST(process.at({x, 0}).deviation == a * std::sqrt(variance),
             boost::test_tools::tolerance(1e-6));
  BOOST_TEST(std::abs(process.at({100, 0}).error) < 1e-12);
  BOOST_TEST(process.at({100, 0}).deviation == a, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_SUITE_END()
