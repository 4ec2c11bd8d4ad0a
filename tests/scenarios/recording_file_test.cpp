// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/test/unit_test.hpp>
#include <string>

#include "findings_of.h"
#include "meterrig/loader/load.h"
#include "meterrig/loader/recording_mapping.h"

using namespace meterrig;
using namespace meterrig::loader;

namespace {

const std::string kettle = R"(recording:
  id: kettle
  title: Electric kettle
  files: [kettle.hex.txt]
  encoding: hex16
  rate: 6.4 kHz
  channels_interleaved: 2
  channels:
    - {name: "1", rename: i, unit: A, phase: L1, scale: 0.0341, offset: -0.5}
    - {name: "2", rename: v, unit: V, phase: L1, scale: 0.0661}
    - {name: other}
)";

// The findings of the kettle's file with one piece of its text replaced.
std::string findings(const std::string& piece, const std::string& by) {
  std::string text = kettle;
  const std::size_t at = text.find(piece);
  BOOST_REQUIRE(at != std::string::npos);
  return findings_of(parse_recording(text.replace(at, piece.size(), by), "f"));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(recording_file)

BOOST_AUTO_TEST_CASE(a_description_becomes_a_source_with_its_files_beside_it) {
  const auto loaded = parse_recording(kettle, "dir/kettle.yaml");
  BOOST_REQUIRE_MESSAGE(loaded.has_value(), findings_of(loaded));
  const auto source = source_from(loaded->message.recording(), loaded->path);
  BOOST_REQUIRE(source.has_value());
  BOOST_TEST(source->id == "kettle");
  BOOST_TEST(source->title == "Electric kettle");
  BOOST_REQUIRE(source->files.size() == 1);
  BOOST_TEST(source->files[0] == "dir/kettle.hex.txt");
  BOOST_TEST(source->encoding == "hex16");
  BOOST_TEST((source->rate == Rational{6400, 1}));
  BOOST_TEST(source->channels == 2);
  BOOST_REQUIRE(source->hints.size() == 3);
  BOOST_TEST(source->hints[0].name == "1");
  BOOST_TEST(source->hints[0].rename == "i");
  BOOST_TEST(source->hints[0].unit == "A");
  BOOST_TEST(source->hints[0].phase == "L1");
  BOOST_TEST(source->hints[0].scale == 0.0341);
  BOOST_TEST(source->hints[0].offset == -0.5);
  BOOST_TEST(source->hints[2].scale == 1.0);
  BOOST_TEST(source->hints[2].offset == 0.0);
}

BOOST_AUTO_TEST_CASE(what_a_description_does_not_say_stays_open) {
  const auto loaded =
      parse_recording("recording: {id: scope, files: [/data/ch1.csv, ch2.csv]}", "scope.yaml");
  BOOST_REQUIRE_MESSAGE(loaded.has_value(), findings_of(loaded));
  const auto source = source_from(loaded->message.recording(), loaded->path);
  BOOST_REQUIRE(source.has_value());
  BOOST_TEST(source->files[0] == "/data/ch1.csv");
  BOOST_TEST(source->files[1] == "ch2.csv");
  BOOST_TEST(!source->rate.has_value());
  BOOST_TEST(source->encoding.empty());
  BOOST_TEST(source->channels == 0);
  BOOST_TEST(source->hints.empty());
}

BOOST_AUTO_TEST_CASE(every_word_for_an_encoding_becomes_its_name) {
  for (const std::string word : {"s16le", "s16be", "s24le", "s32le", "f32le", "f64le", "hex16"}) {
    const auto loaded =
        parse_recording("recording: {id: x, files: [a], rate: 1 kHz, encoding: " + word + "}", "f");
    BOOST_REQUIRE_MESSAGE(loaded.has_value(), findings_of(loaded));
    BOOST_TEST(source_from(loaded->message.recording(), "f")->encoding == word);
  }
}

BOOST_AUTO_TEST_CASE(a_description_without_sense_is_a_finding) {
  BOOST_TEST(findings("  rate: 6.4 kHz\n", "") ==
             "f:2:3: recording.rate: found nothing; expected the rate of the samples, such as 6400 "
             "Hz: an encoding says none");
  BOOST_TEST(findings("scale: 0.0661", "scale: 0") ==
             "f:10:57: recording.channels[1].scale: found 0; expected a number other than 0");
  BOOST_TEST(findings("name: \"2\"", "name: \"1\"") ==
             "f:10:14: recording.channels[1].name: found '1' again; expected a channel once; the "
             "first is in line 9");
  BOOST_TEST(findings("hex16", "hex") ==
             "f:5:13: recording.encoding: found 'hex'; expected one of s16le, s16be, s24le, s32le, "
             "f32le, f64le, hex16 (of files without a header)");
  BOOST_TEST(findings("  files: [kettle.hex.txt]\n", "")
                 .starts_with("f:2:3: recording.files: found nothing; expected a list"));
}

BOOST_AUTO_TEST_SUITE_END()
