// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/record/pairing.h"

#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "meterrig/record/phase_name.h"
#include "meterrig/record/product_unit.h"

using namespace meterrig;
using namespace meterrig::record;

namespace {

RecordedChannel channel(std::string id, ChannelKind kind, std::string phase = "",
                        std::string circuit = "") {
  RecordedChannel channel;
  channel.id = std::move(id);
  channel.kind = kind;
  channel.phase = std::move(phase);
  channel.circuit = std::move(circuit);
  channel.unit = std::string(kind == ChannelKind::voltage   ? "V"
                             : kind == ChannelKind::current ? "A"
                                                            : "count");
  return channel;
}

/// Voltages and currents by their ids, named A1, A2, ... in this order; a current begins with I.
std::vector<RecordedChannel> channels(const std::vector<std::string>& ids) {
  std::vector<RecordedChannel> list;
  for (const std::string& id : ids) {
    const bool current = id.find_first_of("Ii") != std::string::npos;
    list.push_back(channel(id, current ? ChannelKind::current : ChannelKind::voltage));
  }
  for (std::size_t c = 0; c < list.size(); ++c) list[c].name = fmt::format("A{}", c + 1);
  return list;
}

std::string text(const std::vector<reference::RecordPair>& pairs) {
  std::string text;
  for (const auto& pair : pairs)
    text += fmt::format("{}{}*{}", text.empty() ? "" : " ", pair.voltage + 1, pair.current + 1);
  return text;
}

std::string pairs_of(const std::vector<std::string>& ids) {
  return text(find_pairs(channels(ids)).pairs);
}

/// "L1", "L-L", "N" or "-" of a lone channel's name.
std::string role(const std::string& id, ChannelKind kind = ChannelKind::voltage,
                 const std::string& phase = "") {
  // A second phase, so that the field says something.
  const std::vector<RecordedChannel> list{channel(id, kind, phase), channel("x", kind, "other")};
  const PhaseName name = phase_names(list).front();
  switch (name.role) {
    case ChannelRole::line:
      return fmt::format("L{}", name.phase + 1);
    case ChannelRole::line_to_line:
      return "L-L";
    case ChannelRole::neutral:
      return "N";
    case ChannelRole::unknown:
      return "-";
  }
  return "?";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pairing)

BOOST_AUTO_TEST_CASE(PhaseOfAName_IsReadInEverySpellingOfTheField) {
  for (const char* id : {"Ua", "UA", "V1", "UL1", "VA(kV)", "MODAQ_Va_V", "VA_G1", "LINE ULA",
                         "u L1", "phase A", "UAN", "EA", "U_a [V]", "UAX", "Ua1", "U1a"})
    BOOST_TEST(role(id) == "L1", id);
  BOOST_TEST(role("LINE ULB") == "L2");
  BOOST_TEST(role("I DIFF LC MAG", ChannelKind::current) == "L3");
  for (const char* id : {"UAB", "U12", "U21", "VCA", "UL1L2"}) BOOST_TEST(role(id) != "L1", id);
  for (const char* id : {"UAB", "U12", "U21", "VCA"}) BOOST_TEST(role(id) == "L-L", id);
  for (const char* id : {"Un", "UN", "3U0", "U0", "bus_3U0"}) BOOST_TEST(role(id) == "N", id);
  for (const char* id : {"VDC", "ch1", "FREQ", "V1MEM", "Bl_LBP1", "CB_Closed", "", "\xff\xfe"})
    BOOST_TEST(role(id) == "-", id);
}

BOOST_AUTO_TEST_CASE(PhaseField_CountsWhereTheNameSaysNothing) {
  BOOST_TEST(role("feeder", ChannelKind::voltage, "A") == "L1");
  BOOST_TEST(role("feeder", ChannelKind::voltage, "L2") == "L2");
  BOOST_TEST(role("feeder", ChannelKind::voltage, "3") == "L3");
  BOOST_TEST(role("feeder", ChannelKind::voltage, "AB") == "L-L");
  BOOST_TEST(role("feeder", ChannelKind::voltage, "L1-L2") == "L-L");
  BOOST_TEST(role("feeder", ChannelKind::voltage, "N") == "N");
  // A program that numbers its channels there.
  BOOST_TEST(role("U3", ChannelKind::voltage, "7") == "L3");
}

BOOST_AUTO_TEST_CASE(PhaseField_ThatIsTheSameEverywhere_IsNotCounted) {
  const std::vector<RecordedChannel> list{channel("Ia", ChannelKind::current, "1"),
                                          channel("Ib", ChannelKind::current, "1"),
                                          channel("spare", ChannelKind::current, "1")};
  const auto names = phase_names(list);
  BOOST_TEST(names[1].phase == 1u);
  BOOST_TEST((names[2].role == ChannelRole::unknown));
}

BOOST_AUTO_TEST_CASE(LettersRST_ArePhasesOnlyAllTogether) {
  BOOST_TEST(pairs_of({"UR", "US", "UT", "IR", "IS", "IT"}) == "1*4 2*5 3*6");
  // VS is the voltage for synchronisation.
  BOOST_TEST(role("VS") == "-");
}

BOOST_AUTO_TEST_CASE(Pairs_AreOfOnePhase_InWhateverOrder) {
  BOOST_TEST(pairs_of({"Ia", "Ib", "Ic", "Va", "Vb", "Vc"}) == "4*1 5*2 6*3");
  BOOST_TEST(pairs_of({"U1", "I1", "U2", "I2", "U3", "I3"}) == "1*2 3*4 5*6");
  BOOST_TEST(pairs_of({"UL3", "IL1", "UL1", "IL3"}) == "3*2 1*4");
}

BOOST_AUTO_TEST_CASE(Pairs_LeaveOutVoltagesBetweenLinesAndNeutrals) {
  BOOST_TEST(pairs_of({"I1", "I2", "I3", "U21", "U32", "Uo"}) == "");
  BOOST_TEST(pairs_of({"U12", "I1"}) == "");
}

BOOST_AUTO_TEST_CASE(OneVoltageAndOneCurrent_AreAPair) {
  std::vector<RecordedChannel> list{channel("ch1", ChannelKind::voltage),
                                    channel("ch2", ChannelKind::current)};
  BOOST_TEST(text(find_pairs(list).pairs) == "1*2");
  list.push_back(channel("counts", ChannelKind::other));
  BOOST_TEST(text(find_pairs(list).pairs) == "1*2");
  list.push_back(channel("ch4", ChannelKind::current));
  BOOST_TEST(text(find_pairs(list).pairs) == "");
}

BOOST_AUTO_TEST_CASE(Currents_OfSeveralCircuits_GoWithTheVoltagesOfTheirOwn) {
  std::vector<RecordedChannel> list;
  for (const char* circuit : {"one", "two"}) {
    for (const char* phase : {"A", "B", "C"})
      list.push_back(channel("", ChannelKind::voltage, phase, circuit));
  }
  for (const char* circuit : {"two", "one"}) {
    for (const char* phase : {"A", "B", "C"})
      list.push_back(channel("", ChannelKind::current, phase, circuit));
  }
  BOOST_TEST(text(find_pairs(list).pairs) == "4*7 5*8 6*9 1*10 2*11 3*12");
  // The circuit may stand in the name instead.
  BOOST_TEST(pairs_of({"F1 Ua", "F2 Ua", "F2 Ia", "F1 Ia"}) == "2*3 1*4");
}

BOOST_AUTO_TEST_CASE(Currents_OfUnknownCircuits_GoWithTheVoltagesOfTheirPlaceThenTheLast) {
  BOOST_TEST(pairs_of({"bus 1 Ua", "bus 1 Ub", "bus 1 Uc", "bus 2 Ua", "bus 2 Ub", "bus 2 Uc",
                       "T2_Ia", "T2_Ib", "T2_Ic", "L3_Ia", "L3_Ib", "L3_Ic", "L4_Ia", "L4_Ib",
                       "L4_Ic"}) == "1*7 2*8 3*9 4*10 5*11 6*12 4*13 5*14 6*15");
  // One set of voltages: all currents.
  BOOST_TEST(pairs_of({"SUM ILA", "SUM ILB", "SUM ILC", "REM ILA", "REM ILB", "REM ILC", "ULA",
                       "ULB", "ULC"}) == "7*1 8*2 9*3 7*4 8*5 9*6");
}

BOOST_AUTO_TEST_CASE(Circuits_HaveThreeVoltages) {
  const Pairing three = find_pairs(channels({"U1", "U2", "U3", "I1", "I3"}));
  BOOST_REQUIRE(three.circuits.size() == 1u);
  BOOST_TEST((three.circuits[0].currents[0] == std::optional<std::size_t>(3)));
  BOOST_TEST(!three.circuits[0].currents[1].has_value());
  BOOST_TEST(find_pairs(channels({"U1", "U2", "I1", "I2"})).circuits.empty());
}

BOOST_AUTO_TEST_CASE(GivenPairs_AreNamesOrIdsInEitherCase) {
  const auto list = channels({"Ia", "Ib", "Va", "Vb"});
  const std::vector<std::string> given{"a3:A1", "vb:IB"};
  const auto pairing = given_pairs(given, list);
  BOOST_REQUIRE(pairing.has_value());
  BOOST_TEST(text(pairing->pairs) == "3*1 4*2");
}

BOOST_AUTO_TEST_CASE(GivenPairs_MayHaveAColonInTheirNames) {
  std::vector<RecordedChannel> list{channel("U:1", ChannelKind::voltage),
                                    channel("I:1", ChannelKind::current)};
  const std::vector<std::string> given{"U:1:I:1"};
  BOOST_TEST(given_pairs(given, list).has_value());
}

BOOST_AUTO_TEST_CASE(GivenPairs_ReplaceTheCurrentsOfACircuit) {
  const auto list = channels({"U1", "U2", "U3", "I1", "I2", "I3"});
  const std::vector<std::string> given{"U1:I2", "U2:I1"};
  const auto pairing = given_pairs(given, list);
  BOOST_REQUIRE(pairing.has_value());
  BOOST_REQUIRE(pairing->circuits.size() == 1u);
  BOOST_TEST((pairing->circuits[0].currents[0] == std::optional<std::size_t>(4)));
}

BOOST_AUTO_TEST_CASE(GivenPairs_ThatAreWrong_SayWhatWasExpected) {
  const auto list = channels({"Ia", "Va"});
  const auto message = [&](const std::string& given) {
    const std::vector<std::string> texts{given};
    const auto pairing = given_pairs(texts, list);
    BOOST_REQUIRE(!pairing.has_value());
    return pairing.error().message;
  };
  BOOST_TEST(message("Va") == "--pair Va: no ':'; expected VOLTAGE:CURRENT, such as A4:A1");
  BOOST_TEST(message("Vx:Ia") ==
             "--pair Vx:Ia: no channel 'Vx'; expected one of: A1 (Ia), A2 (Va)");
  BOOST_TEST(message("Ia:Va") == "--pair Ia:Va: A1 is a current; expected VOLTAGE:CURRENT");
  BOOST_TEST(message("Va:Va") == "--pair Va:Va: A2 is a voltage; expected VOLTAGE:CURRENT");
}

BOOST_AUTO_TEST_CASE(Power_IsInTheProductOfTheUnits) {
  RecordedChannel voltage = channel("u", ChannelKind::voltage);
  RecordedChannel current = channel("i", ChannelKind::current);
  BOOST_TEST(product_unit(voltage, current) == "W");
  voltage.to_si = 1e3;
  BOOST_TEST(product_unit(voltage, current) == "kW");
  current.to_si = 1e3;
  BOOST_TEST(product_unit(voltage, current) == "MW");
  current.to_si = 1e-3;
  BOOST_TEST(product_unit(voltage, current) == "W");
  voltage.to_si = 1e-3;
  BOOST_TEST(product_unit(voltage, current) == "uW");
  voltage.kind = ChannelKind::other;
  voltage.unit = std::string("count");
  BOOST_TEST(product_unit(voltage, current) == "count*A");
}

BOOST_AUTO_TEST_SUITE_END()
