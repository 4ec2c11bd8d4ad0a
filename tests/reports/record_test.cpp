// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/test/unit_test.hpp>
#include <limits>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <string>
#include <vector>

#include "example_measurement.h"
#include "meterrig/report/record_json.h"
#include "meterrig/report/record_picture.h"
#include "meterrig/report/record_text.h"

using namespace meterrig;
using namespace meterrig::report;
using meterrig::test::example_excerpt;
using meterrig::test::example_measurement;
using meterrig::test::example_of_two_segments;

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

nlohmann::ordered_json json_of(const record::Measurement& measurement) {
  return nlohmann::ordered_json::parse(record_json(measurement));
}

std::vector<std::string> keys(const nlohmann::ordered_json& object) {
  std::vector<std::string> names;
  for (const auto& [key, value] : object.items()) names.push_back(key);
  return names;
}

/// The line that begins so, with single blanks.
std::string line(const std::string& text, const std::string& beginning) {
  std::string squeezed = "\n";
  for (const char c : text) {
    if (c != ' ' || squeezed.back() != ' ') squeezed += c;
  }
  const std::size_t at = squeezed.find("\n" + beginning);
  if (at == std::string::npos) return "no line '" + beginning + "' in\n" + text;
  return squeezed.substr(at + 1, squeezed.find('\n', at + 1) - at - 1);
}

pugi::xml_document parsed(const std::string& svg) {
  pugi::xml_document document;
  BOOST_TEST_REQUIRE(static_cast<bool>(document.load_buffer(svg.data(), svg.size())), svg);
  return document;
}

bool has_text(const pugi::xml_document& document, const std::string& wanted) {
  for (const pugi::xpath_node node : document.select_nodes("//text")) {
    if (std::string(node.node().text().get()).find(wanted) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(measurement)

BOOST_AUTO_TEST_CASE(Json_HasTheFieldsOfTheSchemaInTheirOrder) {
  const auto json = json_of(example_measurement());
  BOOST_TEST(keys(json) == (std::vector<std::string>{"file", "format", "rate_hz", "first", "count",
                                                     "duration_s", "channels", "pairs", "sequence",
                                                     "wiring", "events", "warnings", "segments"}),
             boost::test_tools::per_element());
  BOOST_TEST(keys(json["channels"][0]) ==
                 (std::vector<std::string>{"name", "id", "unit", "rms", "dc", "frequency_hz",
                                           "thd_percent", "minimum", "maximum", "residual_rms",
                                           "missing", "harmonics"}),
             boost::test_tools::per_element());
  BOOST_TEST(keys(json["channels"][0]["harmonics"][0]) ==
                 (std::vector<std::string>{"order", "rms", "angle_deg"}),
             boost::test_tools::per_element());
  BOOST_TEST(
      keys(json["pairs"][0]) == (std::vector<std::string>{"voltage", "current", "unit", "p", "q1",
                                                          "s", "pf", "displacement_deg"}),
      boost::test_tools::per_element());
  BOOST_TEST(json["segments"].empty());
}

BOOST_AUTO_TEST_CASE(Json_HasEveryNumberWhole) {
  const record::Measurement example = example_measurement();
  const auto json = json_of(example);
  BOOST_TEST(json["rate_hz"] == 10000.0);
  BOOST_TEST(json["channels"].size() == 7u);
  BOOST_TEST(json["channels"][1]["name"] == "A2");
  BOOST_TEST(json["channels"][1]["id"] == "U2");
  BOOST_TEST(json["channels"][0]["rms"].get<double>() == example.whole[0].rms);
  BOOST_TEST(json["channels"][0]["harmonics"].size() == 63u);
  BOOST_TEST(json["pairs"][1]["voltage"] == "A2");
  BOOST_TEST(json["pairs"][1]["current"] == "A5");
  BOOST_TEST(json["pairs"][1]["p"].get<double>() == example.segments[0].reading.pairs[1].p);
  BOOST_TEST(json["sequence"][0]["negative_percent"].get<double>() == 2,
             boost::test_tools::tolerance(1e-12));
  BOOST_TEST(json["sequence"][0]["zero"]["angle_deg"].get<double>() == 90);
  BOOST_TEST(json["wiring"][0]["fault"] == "current_reversed");
  BOOST_TEST(json["wiring"][0]["phases"][0] == "L2");
  BOOST_TEST(json["events"][0]["kind"] == "dip");
  BOOST_TEST(json["events"][0]["channels"][0] == "A2");
  // (230 V - 138 V) / 230 V
  BOOST_TEST(json["events"][0]["depth_percent"].get<double>() == 40,
             boost::test_tools::tolerance(1e-12));
  BOOST_TEST(json["warnings"][0] == "time stamps wrap: the rate was used");
}

BOOST_AUTO_TEST_CASE(Json_HasNullForWhatIsNotKnown) {
  record::Measurement example = example_measurement();
  example.segments[0].reading.events[0].kind = reference::EventKind::swell;
  example.segments[0].reading.pairs[0].power_factor = unknown;
  example.segments[0].sequence[0].components.positive = 0;
  const auto json = json_of(example);
  BOOST_TEST(json["channels"][6]["frequency_hz"].is_null());
  BOOST_TEST(json["channels"][6]["thd_percent"].is_null());
  BOOST_TEST(json["channels"][6]["harmonics"].empty());
  BOOST_TEST(json["events"][0]["depth_percent"].is_null());
  BOOST_TEST(json["pairs"][0]["pf"].is_null());
  BOOST_TEST(json["sequence"][0]["negative_percent"].is_null());
  BOOST_TEST(json["sequence"][0]["positive"]["angle_deg"].is_null());
}

BOOST_AUTO_TEST_CASE(Json_OfSeveralRates_HasAReadingOrAReasonForEachSegment) {
  const auto json = json_of(example_of_two_segments());
  BOOST_TEST(json["rate_hz"].is_null());
  BOOST_TEST(json["channels"][0]["rms"].is_number());
  BOOST_TEST(json["channels"][0]["thd_percent"].is_null());
  BOOST_TEST(json["channels"][0]["harmonics"].is_null());
  BOOST_TEST(json["pairs"].empty());
  BOOST_TEST(json["events"].size() == 1u);
  BOOST_REQUIRE(json["segments"].size() == 2u);
  BOOST_TEST(json["segments"][0]["reason"].is_null());
  BOOST_TEST(json["segments"][0]["pairs"].size() == 3u);
  BOOST_TEST(json["segments"][0]["channels"][0]["harmonics"].size() == 63u);
  BOOST_TEST(json["segments"][1]["first"] == 10000);
  BOOST_TEST(json["segments"][1]["reason"] == "50 samples a second are too few for 50 Hz");
}

BOOST_AUTO_TEST_CASE(Text_ReadsLikeAnInstrument) {
  const std::string text = record_text(example_measurement());
  BOOST_TEST(line(text, "example.cfg") == "example.cfg");
  BOOST_TEST(line(text, "COMTRADE") == "COMTRADE 2013 FLOAT32, Station");
  BOOST_TEST(line(text, "scans") == "scans 0 to 9999 of 10000, 10.0000 ksamples/s, 1.00000 s");
  // sqrt(230^2 + 9.2^2) = 230.18393; crest sqrt(2) 239.2 / 230.18393
  BOOST_TEST(line(text, "A1 2") == "A1 230.184 V -0.012 V 50.0000 Hz 4.00 % 1.470 0 U1");
  BOOST_TEST(line(text, "A4 5") == "A4 5.09902 A -0.01235 A 50.0000 Hz 20.00 % 1.664 0 I1");
  BOOST_TEST(line(text, "A7 1") == "A7 100.000 count 100.000 count - - 1.000 3");
  BOOST_TEST(line(text, "A2 x A5") ==
             "A2 x A5 -0.99593 kW -0.57500 kvar 1.15000 kVA -0.8660 -150.00 deg U2, I2");
  BOOST_TEST(line(text, "A1 A2 A3") == "A1 A2 A3 230.000 V 4.600 V 2.300 V 2.00 % 1.00 %");
  BOOST_TEST(line(text, "1 230") == "1 230.000 V 0.0 deg 230.000 V -120.0 deg 230.000 V 120.0 deg");
  BOOST_TEST(line(text, "5 4") == "5 4.00 % 0.0 deg 4.00 % 120.0 deg 4.00 % -120.0 deg");
  BOOST_TEST(line(text, "5 20") == "5 20.00 % -150.0 deg 20.00 % 150.0 deg 20.00 % 90.0 deg");
  // Below 0.1 %.
  BOOST_TEST(line(text, "3 ").starts_with("no line"));
  BOOST_TEST(line(text, "dip") == "dip 0.2000 s 110.0 ms 138.000 V 230.000 V 40.00 % A2");
  BOOST_TEST(line(text, "wiring") == "wiring (A1 A2 A3 A4 A5 A6): current of L2 is reversed");
  BOOST_TEST(line(text, "warning") == "warning: time stamps wrap: the rate was used");
}

BOOST_AUTO_TEST_CASE(Text_OfKilovoltsAndAmperes_IsInMegawatts) {
  record::Measurement example = example_measurement();
  for (std::size_t c = 0; c < 3; ++c) example.recording.channels[c].to_si = 1e3;
  const std::string text = record_text(example);
  BOOST_TEST(line(text, "A1 2").starts_with("A1 230.184 kV -0.012 kV"));
  BOOST_TEST(line(text, "A1 x A4").starts_with("A1 x A4 0.99593 MW 0.57500 Mvar 1.15000 MVA"));
}

BOOST_AUTO_TEST_CASE(Text_OfSeveralRates_HasAReadingOrAReasonForEachSegment) {
  const std::string text = record_text(example_of_two_segments());
  BOOST_TEST(line(text, "scans") == "scans 0 to 10035 of 10000, 2 rates, 1.72000 s");
  BOOST_TEST(line(text, "Segment 1") == "Segment 1: scans 0 to 9999, 10000 samples/s, from 0 s");
  BOOST_TEST(line(text, "Segment 2") == "Segment 2: scans 10000 to 10035, 50 samples/s, from 1 s");
  BOOST_TEST(line(text, "not measured") ==
             "not measured: 50 samples a second are too few for 50 Hz");
}

BOOST_AUTO_TEST_CASE(Text_OfHostileNames_HasNoControlCharacters) {
  record::Measurement example = example_measurement();
  example.file = "a\x1b[2J\n.csv";
  example.recording.channels[0].id = "U1\x1b]0;title\x07\xff";
  const std::string text = record_text(example);
  BOOST_TEST(text.find('\x1b') == std::string::npos);
  BOOST_TEST(text.find('\x07') == std::string::npos);
  BOOST_TEST(line(text, "a").find("[2J") != std::string::npos);
  BOOST_TEST(json_of(example)["channels"][0]["id"].is_string());
}

BOOST_AUTO_TEST_CASE(Picture_HasWaveformsSpectrumAndPhasors) {
  const auto document = parsed(record_picture(example_measurement(), example_excerpt()));
  for (const char* part : {"waveform", "spectrum", "phasors"})
    BOOST_TEST(
        !document.select_nodes((std::string("//svg[@class='") + part + "']").c_str()).empty(),
        part);
  for (const char* text : {"example.cfg", "u / V", "i / A", "time / ms", "harmonic order",
                           "% of the fundamental", "U1  230.00 V 0.0\u00b0",
                           "I3  5.0000 A 90.0\u00b0", "sequence L1-L2-L3", "6 of 7 channels"})
    BOOST_TEST(has_text(document, text), text);
}

BOOST_AUTO_TEST_CASE(Picture_OfNothingSteady_SaysSo) {
  record::Measurement example = example_measurement();
  for (auto& reading : example.segments[0].reading.channels) reading.harmonics.clear();
  const auto document = parsed(record_picture(example, example_excerpt()));
  BOOST_TEST(has_text(document, "no steady fundamental"));
}

BOOST_AUTO_TEST_CASE(Picture_OfMissingSamples_HasGapsAndNoBrokenNumbers) {
  record::Measurement example = example_measurement();
  record::Excerpt excerpt = example_excerpt();
  for (std::size_t c = 0; c < 7; ++c) {
    for (std::size_t n = 0; n < 1001; ++n) {
      if (c == 0 || n % 100 < 50) excerpt.scans.row(c)[n] = unknown;
    }
  }
  example.envelope.low[0].assign(1000, unknown);
  example.envelope.high[0].assign(1000, unknown);
  const std::string picture = record_picture(example, excerpt);
  BOOST_TEST(picture.find("nan") == std::string::npos);
  BOOST_TEST(picture.find("inf") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(Picture_OfManySamples_IsABandAndStaysSmall) {
  const record::Measurement example = example_measurement();
  record::Excerpt excerpt = example_excerpt();
  excerpt.rate = {10'000'000, 1};
  excerpt.scans.resize(7, 1'000'000);
  for (std::size_t c = 0; c < 7; ++c) {
    for (std::size_t n = 0; n < 1'000'000; ++n)
      excerpt.scans.row(c)[n] = static_cast<double>(n % 200) - 100;
  }
  BOOST_TEST(record_picture(example, excerpt).size() < 1'000'000u);
}

BOOST_AUTO_TEST_SUITE_END()
