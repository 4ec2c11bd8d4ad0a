// SPDX-License-Identifier: GPL-3.0-or-later
// The limits of each standard, written a second time by hand. Behind each limit: p for a public
// source, m for memory, u for uncertain; nobody here has read the standards themselves.
#include <boost/test/unit_test.hpp>
#include <map>
#include <string>
#include <vector>

#include "meterrig/loader/notation.h"
#include "row_text.h"
#include "shipped_standard.h"

using namespace meterrig;
using namespace meterrig::loader;
using namespace meterrig::test;

namespace {

template <class Range>
std::string span(const Range& range) {
  return to_string(range.from()) + (range.has_below()
                                        ? std::string(" <") + to_string(range.below())
                                        : std::string(" ") + to_string(range.up_to()));
}

// "direct X, transformer Y"
void add(std::string& text, v1::Circuit connection, const std::string& what) {
  if (!text.empty()) text.append(", ");
  text.append(connection == v1::CIRCUIT_DIRECT ? "direct " : "transformer ").append(what);
}

std::string text_of(const v1::ErrorRow& row) {
  std::string text = row.ranges().empty() ? span(row) : "";
  for (const v1::CurrentRange& range : row.ranges()) add(text, range.connection(), span(range));
  text += std::string("; ") + factors(row.power_factors());
  if (row.load() == v1::LOAD_SINGLE_PHASE) text += " single";
  if (row.has_over_current()) text += std::string(" x ") + to_string(row.over_current()) + "/I";
  return text + std::string("; ") + limits(row);
}

std::string text_of(const v1::DifferenceRow& row) {
  return to_string(row.current()) + std::string("; ") + to_string(row.power_factor()) +
         std::string("; ") + limits(row);
}

template <class Row>
std::string classes(const Row& row) {
  std::string text;
  for (const std::string& one : row.accuracy_classes())
    text.append(text.empty() ? "" : " ").append(one);
  return text;
}

std::string text_of(const v1::StartingRow& row) {
  std::string text = row.currents().empty() ? to_string(row.current()) : "";
  for (const v1::ConnectionCurrent& entry : row.currents())
    add(text, entry.connection(), to_string(entry.current()));
  return text + std::string("; ") + number(row.interval_factor()) + std::string("; ") +
         classes(row) + " " + letter(row.source().confidence());
}

std::string text_of(const v1::NoLoadRow& row) {
  std::string text =
      number(row.voltage_factor()) + std::string(" Un; ") + number(row.time_coefficient());
  if (row.formula() == v1::NO_LOAD_FORMULA_MAXIMUM) text += " by Imax";
  if (row.formula() == v1::NO_LOAD_FORMULA_MINIMUM) text += " by Imin and " + row.limit_row();
  if (row.formula() == v1::NO_LOAD_FORMULA_FIXED) text += " min";
  if (!row.starting_row().empty()) text += " by " + row.starting_row();
  return text + std::string("; ") + number(row.maximum_pulses()) + std::string("; ") +
         classes(row) + " " + letter(row.source().confidence());
}

std::string text_of(const v1::ConstantRow& row) {
  return number(row.fraction_of_limit()) + " of " + row.limit_row() + " at " +
         to_string(row.current()) + std::string(" ") + to_string(row.power_factor()) + " " +
         letter(row.source().confidence());
}

std::string text_of(const v1::RepeatabilityRow& row) {
  return number(row.fraction_of_limit()) + std::string("; ") + classes(row) + " " +
         letter(row.source().confidence());
}

std::string text_of(const v1::TariffRow& row) {
  return number(row.time()) + std::string(" s; ") + classes(row) + " " +
         letter(row.source().confidence());
}

std::string text_of(const v1::StartUpRow& row) {
  return number(row.time()) + std::string(" s; ") + classes(row) + " " +
         letter(row.source().confidence());
}

std::string text_of(const v1::CurrentRelation& row) {
  std::string text = row.connection() == v1::CIRCUIT_DIRECT        ? "direct "
                     : row.connection() == v1::CIRCUIT_TRANSFORMER ? "transformer "
                                                                   : "";
  text += to_string(row.current());
  if (row.has_at_most()) text += std::string(" <= ") + to_string(row.at_most());
  if (row.has_at_least()) text += std::string(" >= ") + to_string(row.at_least());
  if (row.has_equals()) text += std::string(" = ") + to_string(row.equals());
  return text + std::string("; ") + classes(row) + std::string(" ") +
         letter(row.source().confidence());
}

std::string text_of(const v1::CompositeRow& row) {
  std::string text = span(row) + std::string("; ") + factors(row.power_factors()) + ";";
  for (const v1::TemperatureSpan& temperatures : row.temperatures())
    text += std::string(" ") + number(temperatures.from()) + std::string("..") +
            number(temperatures.to());
  if (row.load() == v1::LOAD_SINGLE_PHASE) text += " single";
  return text + std::string("; ") + limits(row);
}

std::string text_of(const v1::QuantityRow& row) {
  std::string text = row.quantity();
  if (row.has_from()) text += std::string(" from ") + number(row.from());
  if (row.has_below()) text += std::string(" below ") + number(row.below());
  if (row.has_up_to()) text += std::string(" to ") + number(row.up_to());
  if (!row.rated().empty()) text += " % " + row.rated();
  if (row.connection() != v1::CIRCUIT_UNSPECIFIED)
    text += row.connection() == v1::CIRCUIT_DIRECT ? " direct" : " transformer";
  text += row.basis() == v1::LIMIT_BASIS_READING   ? "; reading"
          : row.basis() == v1::LIMIT_BASIS_NOMINAL ? "; nominal"
                                                   : "; absolute " + row.unit();
  if (row.has_factor())
    return text + std::string("; ") + number(row.factor()) + std::string(" C; ") + classes(row) +
           " " + letter(row.source().confidence());
  return text + std::string("; ") + limits(row);
}

using Expected = std::map<std::string, std::string>;

template <class Rows>
void check(const Rows& rows, const Expected& expected) {
  BOOST_TEST(static_cast<std::size_t>(rows.size()) == expected.size());
  for (const auto& row : rows) {
    const auto found = expected.find(row.id());
    BOOST_REQUIRE_MESSAGE(found != expected.end(), row.id());
    BOOST_TEST(text_of(row) == found->second, row.id());
    BOOST_TEST(!row.source().provenance().empty());
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(standards)

BOOST_AUTO_TEST_CASE(iec_62053_21_is_that_of_the_fact_sheet) {
  const v1::Standard rows = standard("iec-62053-21-2020");
  check(rows.error_rows(),
        {
            {"21.B1",
             "direct 0.05 In <0.1 In, transformer 0.02 In <0.05 In; 1; 0.5=1u 1=1.5p 2=2.5p"},
            {"21.B2", "direct 0.1 In Imax, transformer 0.05 In Imax; 1; 0.5=0.5m 1=1p 2=2p"},
            {"21.B3",
             "direct 0.1 In <0.2 In, transformer 0.05 In <0.1 In; 0.5i; 0.5=1u 1=1.5p 2=2.5p"},
            {"21.B3c",
             "direct 0.1 In <0.2 In, transformer 0.05 In <0.1 In; 0.8c; 0.5=1u 1=1.5p 2=2.5u"},
            {"21.B4", "direct 0.2 In Imax, transformer 0.1 In Imax; 0.5i; 0.5=0.6u 1=1p 2=2p"},
            {"21.B4c", "direct 0.2 In Imax, transformer 0.1 In Imax; 0.8c; 0.5=0.6u 1=1p 2=2u"},
            {"21.B5", "direct 0.2 In In, transformer 0.1 In In; 0.25i; 1=3.5m"},
            {"21.B5c", "direct 0.2 In In, transformer 0.1 In In; 0.5c; 1=2.5m"},
            {"21.S1", "direct 0.1 In Imax, transformer 0.05 In Imax; 1 single; 0.5=0.6u 1=2p 2=3p"},
            {"21.S2", "direct 0.2 In Imax, transformer 0.1 In Imax; 0.5i single; 0.5=1u 1=2p 2=3p"},
        });
  check(rows.difference_rows(), {{"21.S3", "In; 1; 0.5=1u 1=1.5p 2=2.5p"}});
  check(rows.starting_rows(),
        {
            {"21.ST-0.5", "direct 0.004 In, transformer 0.002 In; 1.5; 0.5 u"},
            {"21.ST-1", "direct 0.004 In, transformer 0.002 In; 1.5; 1 m"},
            {"21.ST-2", "direct 0.005 In, transformer 0.003 In; 1.5; 2 m"},
        });
  check(rows.no_load_rows(), {
                                 {"21.NL-0.5", "1.1 Un; 240000 by 21.ST-0.5; 1; 0.5 u"},
                                 {"21.NL-1", "1.1 Un; 240000 by 21.ST-1; 1; 1 m"},
                                 {"21.NL-2", "1.1 Un; 240000 by 21.ST-2; 1; 2 m"},
                             });
  check(rows.constant_rows(), {{"21.MC", "0.1 of 21.B2 at Imax 1 m"}});
  check(rows.repeatability_rows(), {{"21.RP", "0.1; 0.5 1 2 u"}});
  check(rows.start_up_rows(), {{"21.SU", "5 s; 0.5 1 2 m"}});
}

BOOST_AUTO_TEST_CASE(en_50470_3_and_annex_v_are_those_of_the_fact_sheet) {
  const v1::Standard rows = standard("en-50470-3-2006");
  check(rows.current_relations(), {
                                      {"50470.R-Ib", "direct In = 10 Itr; A B C p"},
                                      {"50470.R-In", "transformer In = 20 Itr; A B C p"},
                                      {"50470.R-Imax-D", "direct Imax >= 50 Itr; A B C p"},
                                      {"50470.R-Imax-T", "transformer Imax >= 1.2 In; A B C p"},
                                      {"50470.R-Imin-D-AB", "direct Imin <= 0.5 Itr; A B p"},
                                      {"50470.R-Imin-D-C", "direct Imin <= 0.3 Itr; C p"},
                                      {"50470.R-Imin-T-A", "transformer Imin <= 0.4 Itr; A p"},
                                      {"50470.R-Imin-T-BC", "transformer Imin <= 0.2 Itr; B C p"},
                                      {"50470.R-Ist-D-A", "direct Ist <= 0.05 Itr; A p"},
                                      {"50470.R-Ist-D-BC", "direct Ist <= 0.04 Itr; B C p"},
                                      {"50470.R-Ist-T-A", "transformer Ist <= 0.06 Itr; A p"},
                                      {"50470.R-Ist-T-B", "transformer Ist <= 0.04 Itr; B p"},
                                      {"50470.R-Ist-T-C", "transformer Ist <= 0.02 Itr; C p"},
                                  });
  check(rows.error_rows(), {
                               {"50470.B1", "Imin <Itr; 1; A=2.5m B=1.5m C=1m"},
                               {"50470.B2", "Itr Imax; 1; A=2m B=1m C=0.5m"},
                               {"50470.B3", "Itr Imax; 0.5i 0.8c; A=2m B=1m C=0.5u"},
                               {"50470.S1", "Itr Imax; 1 single; A=3m B=2m C=1u"},
                               {"50470.S2", "Itr Imax; 0.5i single; A=3m B=2m C=1u"},
                           });
  check(rows.starting_rows(), {
                                  {"50470.ST-A", "direct 0.05 Itr, transformer 0.06 Itr; 1.5; A m"},
                                  {"50470.ST-B", "direct 0.04 Itr, transformer 0.04 Itr; 1.5; B m"},
                                  {"50470.ST-C", "direct 0.04 Itr, transformer 0.02 Itr; 1.5; C m"},
                              });
  check(rows.no_load_rows(), {
                                 {"50470.NL-A", "1.15 Un; 240000 by 50470.ST-A; 1; A m"},
                                 {"50470.NL-B", "1.15 Un; 240000 by 50470.ST-B; 1; B m"},
                                 {"50470.NL-C", "1.15 Un; 240000 by 50470.ST-C; 1; C m"},
                             });
  check(rows.constant_rows(), {{"50470.MC", "0.1 of 50470.B2 at Imax 1 m"}});
  check(rows.repeatability_rows(), {{"50470.RP", "0.1; A B C u"}});
  check(rows.start_up_rows(), {{"50470.SU", "5 s; A B C m"}});
  check(rows.composite_rows(),
        {
            {"MPE.B1-1", "Imin <Itr; 1 0.5i 0.8c; 5..30; A=3.5p B=2p C=1p"},
            {"MPE.B1-2", "Imin <Itr; 1 0.5i 0.8c; -10..5 30..40; A=5p B=2.5p C=1.3p"},
            {"MPE.B1-3", "Imin <Itr; 1 0.5i 0.8c; -25..-10 40..55; A=7p B=3.5p C=1.7p"},
            {"MPE.B1-4", "Imin <Itr; 1 0.5i 0.8c; -40..-25 55..70; A=9p B=4p C=2p"},
            {"MPE.B2-1", "Itr Imax; 1 0.5i 0.8c; 5..30; A=3.5p B=2p C=0.7p"},
            {"MPE.B2-2", "Itr Imax; 1 0.5i 0.8c; -10..5 30..40; A=4.5p B=2.5p C=1p"},
            {"MPE.B2-3", "Itr Imax; 1 0.5i 0.8c; -25..-10 40..55; A=7p B=3.5p C=1.3p"},
            {"MPE.B2-4", "Itr Imax; 1 0.5i 0.8c; -40..-25 55..70; A=9p B=4p C=1.5p"},
            {"MPE.S-1", "Itr Imax; 1 0.5i 0.8c; 5..30 single; A=4p B=2.5p C=1p"},
            {"MPE.S-2", "Itr Imax; 1 0.5i 0.8c; -10..5 30..40 single; A=5p B=3p C=1.3p"},
            {"MPE.S-3", "Itr Imax; 1 0.5i 0.8c; -25..-10 40..55 single; A=7p B=4p C=1.7p"},
            {"MPE.S-4", "Itr Imax; 1 0.5i 0.8c; -40..-25 55..70 single; A=9m B=4.5m C=2m"},
        });
}

BOOST_AUTO_TEST_CASE(iec_62053_23_is_that_of_the_fact_sheet) {
  const v1::Standard rows = standard("iec-62053-23-2020");
  BOOST_TEST(rows.energy() == v1::ENERGY_REACTIVE);
  check(rows.error_rows(),
        {
            {"23.B1", "direct 0.05 In <0.1 In, transformer 0.02 In <0.05 In; 1; 2=2.5p 3=4p"},
            {"23.B2", "direct 0.1 In Imax, transformer 0.05 In Imax; 1; 2=2p 3=3p"},
            {"23.B3", "direct 0.1 In <0.2 In, transformer 0.05 In <0.1 In; 0.5i 0.5c; 2=2.5p 3=4p"},
            {"23.B4", "direct 0.2 In Imax, transformer 0.1 In Imax; 0.5i 0.5c; 2=2p 3=3p"},
            {"23.B5", "direct 0.2 In Imax, transformer 0.1 In Imax; 0.25i 0.25c; 2=2.5p 3=4p"},
            {"23.S1", "direct 0.1 In Imax, transformer 0.05 In Imax; 1 single; 2=3p 3=4p"},
            {"23.S2", "direct 0.2 In Imax, transformer 0.1 In Imax; 0.5i 0.5c single; 2=3p 3=4p"},
        });
  check(rows.difference_rows(), {{"23.S3", "In; 1; 2=2.5m 3=3.5m"}});
  check(rows.starting_rows(), {
                                  {"23.ST-2", "direct 0.005 In, transformer 0.003 In; 1.5; 2 m"},
                                  {"23.ST-3", "direct 0.01 In, transformer 0.005 In; 1.5; 3 m"},
                              });
  check(rows.no_load_rows(), {
                                 {"23.NL-2", "1.1 Un; 240000 by 23.ST-2; 1; 2 m"},
                                 {"23.NL-3", "1.1 Un; 240000 by 23.ST-3; 1; 3 m"},
                             });
  check(rows.constant_rows(), {{"23.MC", "0.1 of 23.B2 at Imax 1 m"}});
}

BOOST_AUTO_TEST_CASE(iec_62053_24_is_that_of_the_fact_sheet) {
  const v1::Standard rows = standard("iec-62053-24-2020");
  BOOST_TEST(rows.energy() == v1::ENERGY_REACTIVE);
  check(
      rows.error_rows(),
      {
          {"24.B1",
           "direct 0.05 In <0.1 In, transformer 0.01 In <0.05 In; 1; 0.5S=1p 1S=1.5p 1=1.5p"},
          {"24.B2", "direct 0.1 In Imax, transformer 0.05 In Imax; 1; 0.5S=0.5p 1S=1p 1=1p"},
          {"24.B3",
           "direct 0.1 In <0.2 In, transformer 0.05 In <0.1 In; 0.5i 0.5c; 0.5S=1p 1S=1.5p 1=1.5p"},
          {"24.B4", "direct 0.2 In Imax, transformer 0.1 In Imax; 0.5i 0.5c; 0.5S=0.5p 1S=1p 1=1p"},
          {"24.B5", "direct 0.2 In Imax, transformer 0.1 In Imax; 0.25i 0.25c; 0.5S=1p 1S=2p 1=2p"},
          {"24.S1",
           "direct 0.1 In Imax, transformer 0.05 In Imax; 1 single; 0.5S=0.7p 1S=1.5p 1=1.5p"},
          {"24.S2",
           "direct 0.2 In Imax, transformer 0.1 In Imax; 0.5i 0.5c single; 0.5S=1p 1S=2p 1=2p"},
          {"24.S4",
           "direct 0.2 In Imax, transformer 0.1 In Imax; 0.25i 0.25c single; 0.5S=1.5p 1S=3p 1=3p"},
          {"24.C1", "direct 0.05 In <0.1 In, transformer 0.02 In <0.05 In; 1; 2=2.5m 3=4m"},
          {"24.C2", "direct 0.1 In Imax, transformer 0.05 In Imax; 1; 2=2m 3=3m"},
          {"24.C3", "direct 0.1 In <0.2 In, transformer 0.05 In <0.1 In; 0.5i 0.5c; 2=2.5m 3=4m"},
          {"24.C4", "direct 0.2 In Imax, transformer 0.1 In Imax; 0.5i 0.5c; 2=2m 3=3m"},
          {"24.C5", "direct 0.2 In Imax, transformer 0.1 In Imax; 0.25i 0.25c; 2=2.5m 3=4m"},
          {"24.CS1", "direct 0.1 In Imax, transformer 0.05 In Imax; 1 single; 2=3m 3=4m"},
          {"24.CS2", "direct 0.2 In Imax, transformer 0.1 In Imax; 0.5i 0.5c single; 2=3m 3=4m"},
      });
  check(rows.difference_rows(), {
                                    {"24.S3", "In; 1; 0.5S=0.7p 1S=1.5p 1=1.5p"},
                                    {"24.CS3", "In; 1; 2=2.5m 3=3.5m"},
                                });
  check(rows.starting_rows(), {
                                  {"24.ST-0.5S", "transformer 0.001 In; 1.5; 0.5S m"},
                                  {"24.ST-1S", "transformer 0.001 In; 1.5; 1S u"},
                                  {"24.ST-1", "direct 0.004 In, transformer 0.002 In; 1.5; 1 u"},
                                  {"24.ST-2", "direct 0.005 In, transformer 0.003 In; 1.5; 2 m"},
                                  {"24.ST-3", "direct 0.01 In, transformer 0.005 In; 1.5; 3 m"},
                              });
  check(rows.no_load_rows(), {
                                 {"24.NL-0.5S", "1.1 Un; 240000 by 24.ST-0.5S; 1; 0.5S m"},
                                 {"24.NL-1S", "1.1 Un; 240000 by 24.ST-1S; 1; 1S u"},
                                 {"24.NL-1", "1.1 Un; 240000 by 24.ST-1; 1; 1 u"},
                                 {"24.NL-2", "1.1 Un; 240000 by 24.ST-2; 1; 2 m"},
                                 {"24.NL-3", "1.1 Un; 240000 by 24.ST-3; 1; 3 m"},
                             });
  check(rows.constant_rows(), {
                                  {"24.MC", "0.1 of 24.B2 at Imax 1 m"},
                                  {"24.MC-C", "0.1 of 24.C2 at Imax 1 m"},
                              });
}

BOOST_AUTO_TEST_CASE(oiml_r46_is_that_of_the_fact_sheet) {
  const v1::Standard rows = standard("oiml-r46-2012");
  check(rows.current_relations(), {
                                      {"R46.R-Itr-D", "direct Imax >= 50 Itr; A B C D m"},
                                      {"R46.R-Itr-T", "transformer Imax >= 24 Itr; A B C D m"},
                                      {"R46.R-Imin-D-A", "direct Imax >= 100 Imin; A m"},
                                      {"R46.R-Imin-D-B", "direct Imax >= 125 Imin; B m"},
                                      {"R46.R-Imin-D-CD", "direct Imax >= 250 Imin; C D m"},
                                      {"R46.R-Imin-T-A", "transformer Imax >= 60 Imin; A m"},
                                      {"R46.R-Imin-T-BCD", "transformer Imax >= 120 Imin; B C D m"},
                                      {"R46.R-Ist-D-A", "direct Imax >= 1000 Ist; A m"},
                                      {"R46.R-Ist-D-BCD", "direct Imax >= 1250 Ist; B C D m"},
                                      {"R46.R-Ist-T-A", "transformer Imax >= 480 Ist; A m"},
                                      {"R46.R-Ist-T-B", "transformer Imax >= 600 Ist; B m"},
                                      {"R46.R-Ist-T-CD", "transformer Imax >= 1200 Ist; C D m"},
                                  });
  check(rows.error_rows(), {
                               {"R46.E1", "Itr Imax; 1; A=2m B=1m C=0.5m D=0.2m"},
                               {"R46.E2", "Itr Imax; 0.5i 0.8c; A=2.5u B=1.5u C=0.6m D=0.3m"},
                               {"R46.E3", "Imin <Itr; 1; A=2.5m B=1.5m C=1m D=0.4m"},
                               {"R46.E4", "Imin <Itr; 0.5i 0.8c; A=2.5m B=1.8u C=1m D=0.5m"},
                               {"R46.E5", "Ist <Imin; 1 x Imin/I; A=2.5m B=1.5m C=1m D=0.4m"},
                               {"R46.S1", "Itr Imax; 1 single; A=2m B=1m C=0.5m D=0.2m"},
                               {"R46.S2", "Itr Imax; 0.5i single; A=2.5u B=1.5u C=0.6m D=0.3m"},
                           });
  check(rows.difference_rows(), {
                                    {"R46.LB1", "10 Itr; 1; A=1.5m B=1m C=0.7m D=0.3m"},
                                    {"R46.LB1-max", "Imax; 1; A=1.5m B=1m C=0.7m D=0.3m"},
                                    {"R46.LB2", "10 Itr; 0.5i; A=2.5m B=1.5m C=1m D=0.5m"},
                                    {"R46.LB2-max", "Imax; 0.5i; A=2.5m B=1.5m C=1m D=0.5m"},
                                });
  check(rows.starting_rows(), {{"R46.ST", "Ist; 1.5; A B C D m"}});
  check(rows.no_load_rows(), {{"R46.NL", "1 Un; 100000 by Imin and R46.E3; 1; A B C D m"}});
  check(rows.constant_rows(), {{"R46.MC", "0.1 of R46.E1 at Imax 1 m"}});
}

BOOST_AUTO_TEST_CASE(iec_61557_12_is_that_of_the_fact_sheet) {
  const v1::Standard rows = standard("iec-61557-12-2018");
  check(rows.error_rows(),
        {
            {"61557.P-DD1", "direct 0.05 In <0.1 In; 1; 0.2=0.4m 0.5=1m 1=1.5m 2=2.5m"},
            {"61557.P-DD2", "direct 0.1 In Imax; 1; 0.2=0.2m 0.5=0.5m 1=1m 2=2m"},
            {"61557.P-DD3", "direct 0.1 In <0.2 In; 0.5i 0.8c; 0.2=0.5m 0.5=1m 1=1.5m 2=2.5m"},
            {"61557.P-DD4", "direct 0.2 In Imax; 0.5i 0.8c; 0.2=0.3m 0.5=0.6m 1=1m 2=2m"},
            {"61557.P-Sx1", "transformer 0.01 In <0.05 In; 1; 0.2=0.4p 0.5=1m"},
            {"61557.P-Sx1b", "transformer 0.02 In <0.05 In; 1; 1=1.5m 2=2.5m"},
            {"61557.P-Sx2", "transformer 0.05 In Imax; 1; 0.2=0.2p 0.5=0.5m 1=1m 2=2m"},
            {"61557.P-Sx3", "transformer 0.02 In <0.1 In; 0.5i 0.8c; 0.2=0.5p 0.5=1m"},
            {"61557.P-Sx3b", "transformer 0.05 In <0.1 In; 0.5i 0.8c; 1=1.5m 2=2.5m"},
            {"61557.P-Sx4", "transformer 0.1 In Imax; 0.5i 0.8c; 0.2=0.3p 0.5=0.6m 1=1m 2=2m"},
        });
  check(rows.starting_rows(), {
                                  {"61557.ST-0.2", "transformer 0.001 In; 1.5; 0.2 m"},
                                  {"61557.ST-0.5", "transformer 0.001 In; 1.5; 0.5 m"},
                                  {"61557.ST-1", "direct 0.004 In, transformer 0.002 In; 1.5; 1 m"},
                                  {"61557.ST-2", "direct 0.005 In, transformer 0.003 In; 1.5; 2 m"},
                              });
  check(rows.no_load_rows(), {
                                 {"61557.NL-0.2", "1.1 Un; 240000 by 61557.ST-0.2; 1; 0.2 m"},
                                 {"61557.NL-0.5", "1.1 Un; 240000 by 61557.ST-0.5; 1; 0.5 m"},
                                 {"61557.NL-1", "1.1 Un; 240000 by 61557.ST-1; 1; 1 m"},
                                 {"61557.NL-2", "1.1 Un; 240000 by 61557.ST-2; 1; 2 m"},
                             });
  const std::string six = "0.05 0.1 0.2 0.5 1 2";
  check(rows.quantity_rows(),
        {
            {"61557.Pi-DD", "active_power from 10 % In direct; reading; 1 C; 0.2 0.5 1 2 m"},
            {"61557.Pi-Sx", "active_power from 5 % In transformer; reading; 1 C; 0.2 0.5 1 2 m"},
            {"61557.Qi-DD", "reactive_power from 10 % In direct; reading; 1 C; 1 2 3 m"},
            {"61557.Qi-Sx", "reactive_power from 5 % In transformer; reading; 1 C; 1 2 3 m"},
            {"61557.S-DD", "apparent_power from 10 % In direct; reading; 1 C; 0.2 0.5 1 2 m"},
            {"61557.S-Sx", "apparent_power from 5 % In transformer; reading; 1 C; 0.2 0.5 1 2 m"},
            {"61557.S-DD-low",
             "apparent_power from 5 below 10 % In direct; reading; 2 C; 0.2 0.5 1 2 u"},
            {"61557.S-Sx-low",
             "apparent_power from 2 below 5 % In transformer; reading; 2 C; 0.2 0.5 1 2 u"},
            {"61557.f", "frequency from 50 % Un; reading; 1 C; 0.01 0.02 0.05 0.1 0.2 0.5 m"},
            {"61557.I-DD", "current from 10 % In direct; reading; 1 C; " + six + " m"},
            {"61557.I-Sx", "current from 5 % In transformer; reading; 1 C; " + six + " m"},
            {"61557.IN", "neutral_current from 20 % In; reading; 1 C; 0.1 0.2 0.5 1 2 u"},
            {"61557.U", "voltage from 80 to 120 % Un; reading; 1 C; " + six + " m"},
            {"61557.PF", "power_factor from 5 % In; absolute 1; 0.01 C; 0.5 1 2 5 10 u"},
            {"61557.Pst", "flicker; reading; 1 C; 5 10 m"},
            {"61557.dip", "residual_voltage from 5 to 120 % Un; nominal; 1 C; 0.1 0.2 0.5 1 2 m"},
            {"61557.Unb", "voltage_unbalance from 0 to 10; absolute %; 1 C; 0.1 0.2 0.5 1 m"},
            {"61557.THDu", "voltage_thd from 0 to 20; absolute %; 1 C; 1 2 5 u"},
            {"61557.THDi", "current_thd from 0 to 100; absolute %; 1 C; 1 2 5 u"},
            {"61557.Uh-1", "voltage_harmonics from 1 % Un; reading; 1=5m"},
            {"61557.Uh-1-low", "voltage_harmonics below 1 % Un; nominal; 1=0.05m"},
            {"61557.Uh-5", "voltage_harmonics from 3 % Un; reading; 5=5m"},
            {"61557.Uh-5-low", "voltage_harmonics below 3 % Un; nominal; 5=0.15m"},
            {"61557.Ih-1", "current_harmonics from 3 % In; reading; 1=5m"},
            {"61557.Ih-1-low", "current_harmonics below 3 % In; nominal; 1=0.15m"},
            {"61557.Ih-5", "current_harmonics from 10 % In; reading; 5=5m"},
            {"61557.Ih-5-low", "current_harmonics below 10 % In; nominal; 5=0.5m"},
        });
}

BOOST_AUTO_TEST_CASE(ansi_c12_20_is_that_of_the_fact_sheet) {
  const v1::Standard rows = standard("ansi-c12.20-2015");
  check(rows.error_rows(), {
                               {"C12.LP1", "0.06 In <0.1 In; 1; 0.1=0.2m 0.2=0.4m 0.5=1m"},
                               {"C12.LP2", "0.1 In Imax; 1; 0.1=0.1m 0.2=0.2m 0.5=0.5m"},
                           });
  check(rows.starting_rows(),
        {{"C12.ST", "direct 0.0032 In, transformer 0.004 In; 1.5; 0.1 0.2 0.5 u"}});
  check(rows.no_load_rows(), {{"C12.NL", "1 Un; 20 min; 1; 0.1 0.2 0.5 u"}});
}

// Its error rows are those of shipped_files_test.cpp.
BOOST_AUTO_TEST_CASE(iec_62053_22_has_the_no_load_times_of_the_fact_sheet) {
  const v1::Standard rows = standard("iec-62053-22-2020");
  check(rows.no_load_rows(), {
                                 {"22.NL", "1.1 Un; 240000 by 22.ST; 1; 0.2S 0.5S m"},
                                 {"22.NL-0.1S", "1.1 Un; 240000 by 22.ST-0.1S; 1; 0.1S u"},
                             });
  check(rows.repeatability_rows(), {{"22.RP", "0.1; 0.2S p"}});
  check(rows.start_up_rows(), {{"22.SU", "5 s; 0.1S 0.2S 0.5S m"}});
  check(rows.tariff_rows(), {{"22.TF", "5 s; 0.1S 0.2S 0.5S u"}});
}

BOOST_AUTO_TEST_CASE(the_editions_of_2003_have_the_no_load_times_of_theirs) {
  check(standard("iec-62053-21-2003").no_load_rows(),
        {
            {"21.NL-1", "1.15 Un; 600000000 by Imax; 1; 1 m"},
            {"21.NL-2", "1.15 Un; 480000000 by Imax; 1; 2 m"},
        });
  check(standard("iec-62053-22-2003").no_load_rows(),
        {
            {"22.NL-0.2S", "1.15 Un; 900000000 by Imax; 1; 0.2S m"},
            {"22.NL-0.5S", "1.15 Un; 600000000 by Imax; 1; 0.5S m"},
        });
  check(standard("iec-62053-23-2003").no_load_rows(),
        {
            {"23.NL-2", "1.15 Un; 480000000 by Imax; 1; 2 m"},
            {"23.NL-3", "1.15 Un; 300000000 by Imax; 1; 3 m"},
        });
}

BOOST_AUTO_TEST_SUITE_END()
