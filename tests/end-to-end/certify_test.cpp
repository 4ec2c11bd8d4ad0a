// SPDX-License-Identifier: GPL-3.0-or-later
// The main job over its real serial link: the program and a simulated device as processes.
#include <signal.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <iterator>
#include <random>
#include <regex>
#include <set>
#include <sstream>

#include "rig_fixture.h"

using namespace meterrig::test;
using namespace std::chrono_literals;

namespace {

// A few quick points of every procedure that does not take hours of device time.
const std::string some_points = "22.B2";

std::size_t count(const std::map<std::string, std::string>& by_point, const std::string& outcome) {
  return static_cast<std::size_t>(
      std::count_if(by_point.begin(), by_point.end(),
                    [&](const auto& entry) { return entry.second == outcome; }));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(certify)

BOOST_AUTO_TEST_CASE(a_good_device_passes_the_whole_suite_and_its_reports_are_written) {
  Rig rig;
  BOOST_TEST(rig.run(rig.certify()) == 0);
  for (const char* file : {"run/run.sqlite", "run/report.html", "run/junit.xml", "run/run.json"})
    BOOST_TEST(std::filesystem::exists(rig.folder / file), file);
  const auto run = run_json(rig.folder / "run");
  const auto by_point = outcomes(run);
  BOOST_TEST(by_point.size() == run.at("header").at("plan").size());
  BOOST_TEST(count(by_point, "OUTCOME_PASS") == by_point.size());
  // Every row of the suite was at work.
  std::set<std::string> seen;
  for (const auto& [point, row] : rows(run)) seen.insert(row);
  for (const char* row :
       {"22.NL", "22.ST", "22.B1", "22.B2", "22.B3", "22.B4", "22.S1", "22.S2", "22.S3", "22.MC"})
    BOOST_TEST(seen.contains(row), row);
  BOOST_TEST(rig.output.find("SIMULATED") != std::string::npos);
  BOOST_TEST(rig.run({"verify", "run"}) == 0);
}

// Class 0.5S allows 0.5 % (B2) and 0.6 % (B4, S1), but 1.0 % at low current (B1, B3) and with one
// phase at PF 0.5 (S2); a register and a test output that err alike agree (MC), and so do the loads
// (S3).
BOOST_AUTO_TEST_CASE(a_gain_error_of_0_8_percent_fails_exactly_the_points_with_a_tighter_limit) {
  Rig rig("gain");
  BOOST_TEST(rig.run(rig.certify()) == 1);
  const auto run = run_json(rig.folder / "run");
  const auto by_row = rows(run);
  for (const auto& [point, outcome] : outcomes(run)) {
    const std::string& row = by_row.at(point);
    const bool tighter = row == "22.B2" || row == "22.B4" || row == "22.S1";
    BOOST_TEST(outcome == (tighter ? "OUTCOME_FAIL" : "OUTCOME_PASS"),
               point << " of row " << row << " is " << outcome);
  }
  for (const auto& result : run.at("results")) {
    if (result.at("result_name") == "error") {
      BOOST_TEST(std::abs(result.at("value").get<double>() - 0.8) < 0.1, result.at("point"));
    }
  }
}

// All that a bench in software can do passes; the rest is left to a person, and so is the run.
BOOST_AUTO_TEST_CASE(influence_quantities_pass_or_are_left_to_a_person) {
  Rig rig(std::nullopt);
  BOOST_TEST(rig.run({"certify", "--device", "smart-x96-5a", "--suite",
                      "iec-62053-22-0.5s-influence", "--bench", "in-process", "--out", "run"}) ==
             4);
  const auto run = run_json(rig.folder / "run");
  const auto by_row = rows(run);
  const auto by_point = outcomes(run);
  std::set<std::string> manual;
  for (const auto& [point, outcome] : by_point) {
    if (outcome == "OUTCOME_MANUAL") {
      manual.insert(by_row.at(point));
    } else if (by_row.at(point) == "22.DC") {
      BOOST_TEST(outcome == "OUTCOME_NOT_RUN");  // of meters for direct connection
    } else {
      BOOST_TEST(outcome == "OUTCOME_PASS", point << " is " << outcome);
    }
  }
  BOOST_TEST(manual.size() == 12u);
  BOOST_TEST(by_point.contains("waveform/22.SUB/import/burst/0.5In/1"));
  BOOST_TEST(rig.output.find("needs an immunity laboratory") != std::string::npos);
  BOOST_TEST(rig.run({"verify", "run"}) == 0);
}

BOOST_AUTO_TEST_CASE(manual_points_are_answered_from_a_file_and_points_are_measured_again) {
  Rig rig(std::nullopt);
  const std::string answers = R"(answers:
  - point: others/22.AUXV
    operator: A. Person
    time: 2026-01-15T10:30:00Z
    value: 0.15 %
    uncertainty: 0.01 %
)";
  write_file(rig.folder / "answers.yaml", answers);
  write_file(rig.folder / "wrong.yaml", replaced(answers, "0.15 %", "0.15 V"));
  const auto certify = [&](const std::string& file) {
    return rig.run({"certify", "--device", "smart-x96-5a", "--suite", "iec-62053-22-0.5s-influence",
                    "--bench", "in-process", "--only", "22.AUXV,22.RPS", "--out", "run",
                    "--answers", file});
  };
  BOOST_TEST(certify("wrong.yaml") == 2);
  BOOST_TEST(rig.output.find("wrong.yaml:5:12: answers[0].value: found '0.15 V'; expected a number "
                             "of %") != std::string::npos);
  BOOST_TEST(!std::filesystem::exists(rig.folder / "run"));
  BOOST_TEST(certify("answers.yaml") == 1);
  BOOST_TEST(outcomes(run_json(rig.folder / "run")).at("others/22.AUXV") == "OUTCOME_FAIL");

  write_file(rig.folder / "better.yaml", replaced(answers, "0.15 %", "0.05 %"));
  BOOST_TEST(rig.run({"answer", "run", "--answers", "better.yaml"}) == 0);
  BOOST_TEST(rig.output.find("others/22.AUXV attempt 1: fail") != std::string::npos);
  BOOST_TEST(rig.run({"retest", "run", "--only", "22.RPS", "--repeat", "2"}) == 0);
  BOOST_TEST(run_json(rig.folder / "run").at("superseded").size() == 1 + 2u);
  BOOST_TEST(rig.run({"retest", "run", "--only", "22.RF"}) == 2);
  BOOST_TEST(rig.run({"retest", "run"}) == 2);
  BOOST_TEST(rig.output.find("every point passed") != std::string::npos);
  BOOST_TEST(rig.run({"verify", "run"}) == 0);
  const std::string report = read_file(rig.folder / "run/report.html");
  BOOST_TEST(report.find("answered by A. Person, 2026-01-15T10:30:00Z") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_search_reports_the_worst_point_of_all_that_it_tried) {
  Rig rig(std::nullopt);
  const std::vector<std::string> certify{"certify",
                                         "--device",
                                         "smart-x96-5a",
                                         "--suite",
                                         "iec-62053-22-0.5s",
                                         "--bench",
                                         "in-process",
                                         "--only",
                                         "22.B2,22.B4",
                                         "--search",
                                         "worst",
                                         "--search-points",
                                         "12"};
  const auto with = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = certify;
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  };
  BOOST_TEST(rig.run(with({"--plan"})) == 0);
  BOOST_TEST(rig.output.find("\nsearch for the worst point: up to 12 more points, about ") !=
                 std::string::npos,
             rig.output);
  BOOST_TEST(rig.run(with({"--out", "run"})) == 0);
  BOOST_TEST(rig.output.find("\nSearched 12 points, the worst of them at ") != std::string::npos,
             rig.output);
  const auto run = run_json(rig.folder / "run");
  std::set<std::string> searched;
  std::set<double> shares;
  for (const auto& point : run.at("header").at("plan")) {
    if (!point.at("adaptive").get<bool>()) continue;
    searched.insert(point.at("id").get<std::string>());
    shares.insert(point.at("search").at("harmonic_share").get<double>());
  }
  BOOST_TEST(searched.size() == 12u);
  // A bench in software puts out harmonics too.
  BOOST_TEST(*shares.rbegin() > 0);
  for (const auto& [point, outcome] : outcomes(run)) {
    if (searched.contains(point)) BOOST_TEST(outcome == "OUTCOME_PASS", point << " " << outcome);
  }
  BOOST_TEST(read_file(rig.folder / "run/report.html").find("<h2>Worst point found</h2>") !=
             std::string::npos);
  BOOST_TEST(read_file(rig.folder / "run/junit.xml").find("name=\"search/12\"") !=
             std::string::npos);
  BOOST_TEST(rig.run({"verify", "run"}) == 0);
  // The same again is not another run.
  BOOST_TEST(rig.run(with({"--out", "run", "--resume"})) == 0);
  BOOST_TEST(run_json(rig.folder / "run").at("evidence_sha256") == run.at("evidence_sha256"));
  BOOST_TEST(rig.run({"retest", "run", "--only", "search/3"}) == 0);
  BOOST_TEST(run_json(rig.folder / "run").at("superseded").size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_search_with_figures_that_mean_nothing_is_wrong_usage) {
  Rig rig(std::nullopt);
  const auto status = [&](const std::vector<std::string>& more,
                          const std::string& suite = "iec-62053-22-0.5s") {
    std::vector<std::string> arguments{"certify", "--device",   "smart-x96-5a", "--suite", suite,
                                       "--bench", "in-process", "--out",        "run"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return rig.run(arguments);
  };
  BOOST_TEST(status({"--search", "best"}) == 2);
  BOOST_TEST(status({"--search-points", "10"}) == 2);
  for (const char* points : {"0", "-1", "1e9", "201", "some", "nan", ""})
    BOOST_TEST(status({"--search", "worst", "--search-points", points}) == 2, points);
  // Shifts of the error, and none of the error by itself.
  BOOST_TEST(status({"--search", "worst"}, "iec-62053-22-0.5s-influence") == 2);
  BOOST_TEST(rig.output.find("--search worst: no suite tests the error over balanced loads") !=
                 std::string::npos,
             rig.output);
  BOOST_TEST(!std::filesystem::exists(rig.folder / "run"));
}

BOOST_AUTO_TEST_CASE(a_reference_whose_certificate_has_lapsed_measures_nothing) {
  Rig rig(std::nullopt);
  write_file(rig.folder / "lapsed.yaml",
             replaced(shipped("rig/benches/scpi-simulated.yaml"), "certificate: none",
                      "certificate: C-7\n      calibration_due: 2020-01-01"));
  BOOST_TEST(rig.run({"certify", "--device", "smart-x96-5a", "--suite", "iec-62053-22-0.5s",
                      "--bench", "./lapsed.yaml", "--out", "run"}) == 2);
  BOOST_TEST(rig.output.find("./lapsed.yaml: the certificate C-7 of the reference was due on "
                             "2020-01-01; expected a valid one") != std::string::npos,
             rig.output);
  BOOST_TEST(!std::filesystem::exists(rig.folder / "run"));
}

BOOST_AUTO_TEST_CASE(any_certificate_of_a_bench_counts_and_is_in_the_report) {
  Rig rig(std::nullopt);
  const auto with_due = [&](const std::string& due) {
    write_file(rig.folder / "bench.yaml",
               replaced(shipped("rig/benches/in-process.yaml"), "  positions:",
                        "  certificates: [{instrument: thermometer, number: T-1, calibrated: "
                        "2019-06-01, due: " +
                            due + "}]\n  positions:"));
    return rig.run({"certify", "--device", "smart-x96-5a", "--suite", "iec-62053-22-0.5s", "--only",
                    "meter-constant", "--bench", "./bench.yaml", "--out", "run"});
  };
  BOOST_TEST(with_due("2020-06-01") == 2);
  BOOST_TEST(rig.output.find("./bench.yaml: the certificate T-1 of the thermometer was due on "
                             "2020-06-01; expected a valid one") != std::string::npos,
             rig.output);
  BOOST_TEST(!std::filesystem::exists(rig.folder / "run"));
  BOOST_TEST(with_due("2098-06-01") == 0, rig.output);
  const std::string report = read_file(rig.folder / "run/report.html");
  BOOST_TEST(report.find("T-1, calibrated on 2019-06-01, due on 2098-06-01") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_typo_in_the_suite_is_found_with_its_line_and_nothing_is_switched_on) {
  Rig rig;
  const std::string text = shipped("scenarios/suites/iec-62053-22-0.5s.yaml");
  const std::string broken =
      replaced(replaced(text, "settle: 10 s", "settle: 2 V"), "decision_rule:", "decision_rul:");
  write_file(rig.folder / "broken.yaml", broken);
  BOOST_TEST(rig.run(rig.certify({}, "./broken.yaml")) == 2);
  BOOST_TEST(rig.output.find("broken.yaml:") != std::string::npos);
  BOOST_TEST(rig.output.find("'2 V'") != std::string::npos);
  BOOST_TEST(rig.output.find("decision_rul") != std::string::npos);
  BOOST_TEST(rig.output.find("nothing was switched on") != std::string::npos);
  BOOST_TEST(!std::filesystem::exists(rig.folder / "run"));
}

BOOST_AUTO_TEST_CASE(
    a_fixed_duration_that_cannot_resolve_the_limit_is_refused_with_the_one_that_would) {
  Rig rig(std::nullopt);
  const std::string text = shipped("scenarios/suites/iec-62053-22-0.5s.yaml");
  write_file(rig.folder / "short.yaml",
             replaced(text, "load: balanced",
                      "load: balanced\n        method: pulses\n        duration: 0.2 s"));
  BOOST_TEST(rig.run(rig.certify({"--plan"}, "./short.yaml")) == 2);
  BOOST_TEST(rig.output.find("needs at least") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_plan_is_printed_without_touching_anything) {
  Rig rig(std::nullopt);  // nobody would answer
  BOOST_TEST(rig.run(rig.certify({"--plan"})) == 0);
  BOOST_TEST(rig.output.find("balanced/import/0.05In/0.5i") != std::string::npos);
  BOOST_TEST(rig.output.find("22.S3") != std::string::npos);
  BOOST_TEST(!std::filesystem::exists(rig.folder / "run"));
}

BOOST_AUTO_TEST_CASE(
    the_same_seed_gives_the_same_evidence_on_a_machine_without_fused_multiply_add) {
  Rig rig;
  BOOST_TEST(rig.run(rig.certify({"--only", some_points, "--seed", "7"})) == 0);
  const std::string first = run_json(rig.folder / "run").at("evidence_sha256");
  std::filesystem::remove_all(rig.folder / "run");
  // Another processor, as far as the C library can tell.
  BOOST_TEST(rig.run(rig.certify({"--only", some_points, "--seed", "7"}),
                     {"GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX,-AVX2,-FMA,-FMA4,-ERMS,-AVX512F"}) ==
             0);
  const std::string second = run_json(rig.folder / "run").at("evidence_sha256");
  BOOST_TEST(first == second);
  std::filesystem::remove_all(rig.folder / "run");
  BOOST_TEST(rig.run(rig.certify({"--only", some_points, "--seed", "8"})) == 0);
  BOOST_TEST(run_json(rig.folder / "run").at("evidence_sha256") != first);
}

BOOST_AUTO_TEST_CASE(a_line_that_is_unplugged_gives_3_keeps_what_was_measured_and_can_be_resumed) {
  Rig rig;
  Process cable({"socat", "PTY,raw,echo=0,link=far.tty", "OPEN:x96.tty,raw,echo=0"},
                rig.folder.path(), rig.folder / "socat.log");
  while (!std::filesystem::exists(rig.folder / "far.tty")) {
    BOOST_REQUIRE(cable.running());
    cable.wait_for(10ms);
  }
  Process certification =
      rig.start(rig.certify({"--only", some_points}, "iec-62053-22-0.5s", "far.tty"));
  // Pull it once some points are stored.
  const auto stored = [&] {
    const Process query(
        {"sh", "-c", "sqlite3 -readonly run/run.sqlite 'select count(*) from record' 2>/dev/null"},
        rig.folder.path(), rig.folder / "count");
    Process& waiting = const_cast<Process&>(query);
    waiting.wait();
    const std::string text = waiting.output();
    return text.empty() ? 0 : std::stoi(text);
  };
  while (stored() < 9) {
    BOOST_REQUIRE(certification.running());
  }
  cable.kill(SIGKILL);
  BOOST_TEST(certification.wait() == 3);
  const auto broken = outcomes(run_json(rig.folder / "run"));
  BOOST_TEST(count(broken, "OUTCOME_PASS") >= 3u);
  BOOST_TEST(count(broken, "OUTCOME_NOT_VALID") == 1u);
  BOOST_TEST(count(broken, "OUTCOME_FAIL") == 0u);

  Process again({"socat", "PTY,raw,echo=0,link=far.tty", "OPEN:x96.tty,raw,echo=0"},
                rig.folder.path(), rig.folder / "socat.log");
  again.wait_for(300ms);
  BOOST_TEST(rig.run(rig.certify({"--only", some_points, "--resume"}, "iec-62053-22-0.5s",
                                 "far.tty")) == 0);
  const auto whole = outcomes(run_json(rig.folder / "run"));
  for (const auto& [point, outcome] : broken) {
    if (outcome == "OUTCOME_PASS") BOOST_TEST(whole.at(point) == outcome, point);
  }
  BOOST_TEST(count(whole, "OUTCOME_NOT_VALID") == 0u);
  BOOST_TEST(rig.run({"verify", "run"}) == 0);
}

BOOST_AUTO_TEST_CASE(
    twenty_kills_at_random_times_lose_no_stored_point_and_end_with_the_same_verdicts) {
  Rig rig;
  BOOST_REQUIRE(rig.run(rig.certify({"--only", some_points})) == 0);
  const auto expected = outcomes(run_json(rig.folder / "run"));
  std::filesystem::remove_all(rig.folder / "run");

  constexpr unsigned seed = 20;
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> milliseconds(20, 500);
  // The chain's links as stored: what was once there must stay.
  const auto stored_links = [&] {
    Process query({"sh", "-c", "sqlite3 -readonly run/run.sqlite 'select hex(chain) from record'"},
                  rig.folder.path(), rig.folder / "chain");
    query.wait();
    std::istringstream lines(query.output());
    return std::set<std::string>(std::istream_iterator<std::string>(lines), {});
  };
  int kills = 0;
  int finished = 0;
  std::set<std::string> before;
  while (kills < 20 || finished == 0) {
    const bool there = std::filesystem::exists(rig.folder / "run/run.sqlite");
    std::vector<std::string> more{"--only", some_points};
    if (there) more.push_back("--resume");
    Process work = rig.start(rig.certify(more));
    const bool let_it_end = kills >= 20;
    if (!let_it_end && !work.wait_for(std::chrono::milliseconds(milliseconds(random)))) {
      work.kill(SIGKILL);
      work.wait();
      ++kills;
    } else {
      BOOST_REQUIRE_MESSAGE(work.wait() == 0, work.output());
      ++finished;
    }
    if (!std::filesystem::exists(rig.folder / "run/run.sqlite")) continue;
    const auto now = stored_links();
    BOOST_TEST(std::includes(now.begin(), now.end(), before.begin(), before.end()),
               "a stored record is gone, seed " << seed);
    before = now;
    if (work.wait() != 0) continue;
    BOOST_TEST(bool(outcomes(run_json(rig.folder / "run")) == expected));
    BOOST_TEST(rig.run({"verify", "run"}) == 0);
    std::filesystem::remove_all(rig.folder / "run");
    before.clear();
  }
  BOOST_TEST(kills == 20);
}

BOOST_AUTO_TEST_CASE(a_flipped_bit_in_the_store_is_found) {
  Rig rig;
  BOOST_REQUIRE(rig.run(rig.certify({"--only", "balanced/import/In/1"})) == 0);
  BOOST_REQUIRE(rig.run({"verify", "run"}) == 0);
  const std::string name = "balanced/import/In/1";
  std::string bytes = read_file(rig.folder / "run/run.sqlite");
  // The last place the point's name stands is in its result.
  const std::size_t at = bytes.rfind(name);
  BOOST_REQUIRE(at != std::string::npos);
  bytes[at] = static_cast<char>(bytes[at] ^ 1);
  write_file(rig.folder / "run/run.sqlite", bytes);
  BOOST_TEST(rig.run({"verify", "run"}) == 1);
  BOOST_TEST(rig.output.find("record ") != std::string::npos);
  BOOST_TEST(rig.run({"report", "run"}) == 2);
}

BOOST_AUTO_TEST_CASE(
    a_second_run_in_the_same_folder_is_refused_and_a_finished_one_is_not_measured_again) {
  Rig rig;
  BOOST_REQUIRE(rig.run(rig.certify({"--only", "balanced/import/In/1"})) == 0);
  const auto chain = run_json(rig.folder / "run").at("chain_sha256");
  BOOST_TEST(rig.run(rig.certify({"--only", "balanced/import/In/1"})) == 2);
  BOOST_TEST(rig.output.find("--resume") != std::string::npos);
  BOOST_TEST(rig.run(rig.certify({"--only", "balanced/import/In/1", "--resume"})) == 0);
  BOOST_TEST(bool(run_json(rig.folder / "run").at("chain_sha256") == chain));
  BOOST_TEST(rig.run(rig.certify({"--only", "balanced/import/Imax/1", "--resume"})) == 2);
  BOOST_TEST(rig.output.find("other options") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_device_that_is_not_there_is_said_so) {
  Rig rig(std::nullopt);
  BOOST_TEST(rig.run(rig.certify()) == 2);
  BOOST_TEST(rig.output.find("x96.tty") != std::string::npos);
  BOOST_TEST(!std::filesystem::exists(rig.folder / "run/run.sqlite"));
}

BOOST_AUTO_TEST_CASE(an_order_makes_it_a_test_report_and_a_wrong_sample_is_refused) {
  Rig rig;
  const std::string order = shipped("scenarios/orders/example.yaml");
  write_file(rig.folder / "wrong.yaml", order);
  const std::regex serial("serial_number: .*");
  write_file(rig.folder / "wrong.yaml", std::regex_replace(order, serial, "serial_number: \"1\""));
  BOOST_TEST(rig.run(rig.certify({"--only", "balanced/import/In/1", "--order", "wrong.yaml"})) ==
             2);
  BOOST_TEST(rig.output.find("expected 1, the order's sample") != std::string::npos);
  BOOST_TEST(!std::filesystem::exists(rig.folder / "run/run.sqlite"));

  const std::string twin = shipped("dut/profiles/smart-x96-5a.twin.yaml");
  std::smatch match;
  BOOST_REQUIRE(std::regex_search(twin, match, std::regex("serial_number: *(.*)")));
  write_file(rig.folder / "order.yaml",
             std::regex_replace(order, serial, "serial_number: " + match[1].str()));
  BOOST_TEST(rig.run(rig.certify({"--only", "balanced/import/In/1", "--order", "order.yaml"})) ==
             0);
  BOOST_TEST(read_file(rig.folder / "run/report.html").find("Test report") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(without_an_order_it_is_a_test_record) {
  Rig rig;
  BOOST_TEST(rig.run(rig.certify({"--only", "balanced/import/In/1"})) == 0);
  BOOST_TEST(read_file(rig.folder / "run/report.html").find("Test record") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(register_advance_and_instantaneous_value_agree_with_pulses) {
  const std::string text = shipped("scenarios/suites/iec-62053-22-0.5s.yaml");
  std::map<std::string, double> errors;
  for (const std::string method : {"pulses", "register_advance", "instantaneous"}) {
    Rig rig("gain");
    write_file(rig.folder / "suite.yaml",
               replaced(text, "load: balanced", "load: balanced\n        method: " + method));
    BOOST_TEST(rig.run(rig.certify({"--only", "balanced/import/Imax/1,balanced/export/Imax/0.8c"},
                                   "./suite.yaml")) == 1);
    const auto run = run_json(rig.folder / "run");
    for (const auto& result : run.at("results")) {
      if (!result.contains("value")) continue;
      BOOST_TEST(std::abs(result.at("value").get<double>() - 0.8) < 0.06,
                 method << " " << result.at("point") << " " << result.at("value"));
      BOOST_TEST(result.at("expanded_uncertainty").get<double>() <= 0.12);
      errors[method + result.at("point").get<std::string>()] = result.at("value");
    }
  }
  BOOST_TEST(errors.size() == 6u);
}

BOOST_AUTO_TEST_CASE(progress_is_shown_on_a_terminal_and_not_in_a_pipe) {
  Rig rig;
  BOOST_TEST(rig.run(rig.certify({"--only", "balanced/import/In"})) == 0);
  BOOST_TEST(rig.output.find(" left ") == std::string::npos);
  BOOST_TEST(rig.output.find('\r') == std::string::npos);
  std::filesystem::remove_all(rig.folder / "run");
  std::string command = METERRIG_PROGRAM;
  for (const std::string& argument : rig.certify({"--only", "balanced/import/In"}))
    command += " " + argument;
  Process terminal({"script", "-qec", command, "/dev/null"}, rig.folder.path(),
                   rig.folder / "script");
  BOOST_TEST(terminal.wait() == 0);
  BOOST_TEST(terminal.output().find("balanced/import/In/") != std::string::npos);
  BOOST_TEST(terminal.output().find(" %  ") != std::string::npos);
  BOOST_TEST(terminal.output().find('\r') != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_interrupted_run_ends_with_4_and_its_evidence) {
  Rig rig;
  Process work = rig.start(rig.certify({"--only", "no-load,balanced"}));
  while (!std::filesystem::exists(rig.folder / "run/run.sqlite")) {
    BOOST_REQUIRE(work.running());
    work.wait_for(10ms);
  }
  work.wait_for(200ms);
  work.kill(SIGINT);
  BOOST_TEST(work.wait() == 4);
  BOOST_TEST(rig.run({"verify", "run"}) == 0);
  const auto run = run_json(rig.folder / "run");
  BOOST_TEST(run.at("interrupted").get<std::string>().find("stopped") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
