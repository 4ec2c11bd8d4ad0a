// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/loader/answers.h"

#include <boost/test/unit_test.hpp>
#include <string>

#include "findings_of.h"

using namespace meterrig;
using namespace meterrig::loader;

namespace {

const std::string text = R"(answers:
  - point: others/22.TC1
    operator: A. Person
    time: 2026-01-15T10:30:00Z
    value: 0.02 %/K
    uncertainty: 0.004 %/K
  - point: others/22.RF
    operator: A. Person
    time: 2026-01-15T12:30:00+02:00
    outcome: pass
    remark: chamber 2
)";

std::string with(const std::string& from, const std::string& to) {
  std::string changed = text;
  const std::size_t at = changed.find(from);
  BOOST_REQUIRE(at != std::string::npos);
  changed.replace(at, from.size(), to);
  return findings_of(parse_answers(changed, "f"));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(answers_file)

BOOST_AUTO_TEST_CASE(answers_are_read) {
  const auto loaded = parse_answers(text, "f");
  BOOST_REQUIRE_MESSAGE(loaded.has_value(), findings_of(loaded));
  BOOST_REQUIRE(loaded->message.answers_size() == 2);
  BOOST_TEST(loaded->message.answers(0).value() == "0.02 %/K");
  BOOST_TEST(loaded->message.answers(1).outcome() == v1::MANUAL_OUTCOME_PASS);
  BOOST_TEST(loaded->message.answers(1).remark() == "chamber 2");
}

BOOST_AUTO_TEST_CASE(who_and_when_are_needed_and_a_point_is_answered_once) {
  BOOST_TEST(with("    operator: A. Person\n", "")
                 .find("answers[0].operator: found nothing; expected text") != std::string::npos);
  BOOST_TEST(with("others/22.RF", "others/22.TC1") ==
             "f:7:12: answers[1].point: found 'others/22.TC1' again; expected one answer for a "
             "point; the first is in line 2");
  for (const char* time : {"2026-02-30T10:30:00Z", "2026-01-15", "2026-01-15T24:00:00Z",
                           "2026-01-15T10:30:00", "2026-01-15 10:30:00Z", "2026-01-15T10:60:00Z",
                           "2026-01-15T10:30:00+2:00", "2026-01-15T10:30:0xZ"})
    BOOST_TEST(with("2026-01-15T10:30:00Z", time) ==
               "f:4:11: answers[0].time: found '" + std::string(time) +
                   "'; expected a moment with its zone, such as 2026-01-15T10:30:00Z");
}

BOOST_AUTO_TEST_CASE(an_answer_is_a_value_with_its_uncertainty_or_an_outcome) {
  BOOST_TEST(with("    outcome: pass\n", "") ==
             "f:7:5: answers[1]: found neither value nor outcome; expected one of them: the run "
             "decides on a value");
  BOOST_TEST(with("outcome: pass", "outcome: pass\n    value: 1 %") ==
             "f:7:5: answers[1]: found a value and an outcome; expected one of them: the run "
             "decides on a value");
  BOOST_TEST(with("    uncertainty: 0.004 %/K\n", "") ==
             "f:2:5: answers[0]: found a value without its uncertainty; expected the uncertainty "
             "for k = 2, such as uncertainty: 0.003 %/K");
  BOOST_TEST(with("outcome: pass", "outcome: pass\n    uncertainty: 1 %") ==
             "f:11:18: answers[1].uncertainty: found '1 %'; expected none without a value");
  BOOST_TEST(with("outcome: pass", "outcome: maybe").find("answers[1].outcome: found 'maybe'") !=
             std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
