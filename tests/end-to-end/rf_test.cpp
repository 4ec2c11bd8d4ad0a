// SPDX-License-Identifier: GPL-3.0-or-later
// RF sweeps of the simulated radio that is built into the program.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "rig_fixture.h"

using namespace meterrig::test;

namespace {

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Options of `more` that are there already take its value.
std::vector<std::string> with(std::vector<std::string> arguments,
                              const std::vector<std::string>& more) {
  for (std::size_t i = 0; i < more.size(); ++i) {
    const auto there = std::ranges::find(arguments, more[i]);
    if (there != arguments.end() && more[i].starts_with("--")) {
      *std::next(there) = more[++i];
    } else {
      arguments.push_back(more[i]);
    }
  }
  return arguments;
}

/// The shipped bench in a folder of its own, and a state folder.
struct RadioBench {
  RadioBench() {
    for (const char* folder : {"benches", "limits", "calibrations"})
      std::filesystem::create_directories(rig.folder / folder);
    write_file(rig.folder / "limits/low-voltage.yaml", shipped("rig/limits/low-voltage.yaml"));
    write_file(rig.folder / bench, shipped("rig/benches/radio-loop.yaml"));
    for (const std::string file : {"radio-loop-generator.yaml", "radio-loop-monitor.yaml"})
      write_file(rig.folder / ("calibrations/" + file), shipped("rig/calibrations/" + file));
  }
  [[nodiscard]] std::vector<std::string> arguments(std::vector<std::string> more) const {
    std::vector<std::string> all{
        "rf", "sweep", "--bench", bench, "--disturbance", "iec-61000-4-6", "--level", "3"};
    return with(std::move(all), more);
  }
  int sweep(std::vector<std::string> more) {
    return rig.run(arguments(std::move(more)), environment);
  }
  void change(const std::string& file, const std::string& from, const std::string& to) {
    write_file(rig.folder / file, replaced(read_file(rig.folder / file), from, to));
  }
  [[nodiscard]] nlohmann::json record() const {
    return nlohmann::json::parse(read_file(rig.folder / "sweep.json"));
  }

  Rig rig{std::nullopt};
  std::string bench = "benches/radio-loop.yaml";
  std::vector<std::string> environment{"XDG_STATE_HOME=" + (rig.folder / "state").string()};
};

const std::vector<std::string> a_short_part{"--from",        "10 MHz",     "--to",   "10.2 MHz",
                                            "--out",         "sweep.json", "--plot", "sweep.svg",
                                            "--acknowledge", "A. Person"};

}  // namespace

BOOST_AUTO_TEST_SUITE(rf)

BOOST_AUTO_TEST_CASE(a_part_of_the_conducted_sweep_is_valid_and_recorded_step_by_step) {
  RadioBench bench;
  BOOST_TEST(bench.sweep(a_short_part) == 0);
  BOOST_TEST(says(bench.rig.output, "3 of 3 steps valid"), bench.rig.output);
  const nlohmann::json record = bench.record();
  BOOST_TEST(record.at("steps_planned") == 3);
  BOOST_TEST(record.at("simulated") == true);
  BOOST_TEST(record.at("ended") != "");
  BOOST_REQUIRE(record.at("steps").size() == 3U);
  for (const nlohmann::json& step : record.at("steps")) {
    BOOST_TEST(step.at("valid") == true);
    BOOST_TEST(std::abs(step.at("e_m_f").get<double>() - 10) < 0.1);
    BOOST_TEST(std::abs(step.at("depth").get<double>() - 80) < 0.5);
    // The stepping's row is from memory: no step says that it is surer.
    BOOST_TEST(step.at("confidence") == "CONFIDENCE_MEMORY");
  }
  BOOST_TEST(record.at("steps").back().at("frequency") == 10.2e6);
  const nlohmann::json& request = record.at("request");
  BOOST_REQUIRE(request.at("figures").size() == 4U);
  BOOST_TEST(request.at("figures").back().at("source").at("provenance") ==
             "engineering knowledge, not checked");
  BOOST_REQUIRE(request.at("departures").size() == 1U);
  BOOST_TEST(says(bench.rig.output, "not the standard's: a part of the band"), bench.rig.output);
  BOOST_TEST(says(bench.rig.output, "memory; engineering knowledge, not checked [not checked"),
             bench.rig.output);
  BOOST_TEST(says(read_file(bench.rig.folder / "sweep.svg"), "3 of 3 steps, 0 not valid"));
  const std::string journal =
      read_file(bench.rig.folder / "state/meterrig/radio-loop.rf/journal.jsonl");
  for (const char* words : {"door by A. Person", "start by A. Person", "rf-on", "rf-off"})
    BOOST_TEST(says(journal, words), words);
}

BOOST_AUTO_TEST_CASE(a_level_that_is_not_there_is_not_valid_with_its_reason) {
  RadioBench bench;
  // Of the path and of the monitor's calibration, one is wrong by 6 dB.
  bench.change(bench.bench, "driver=rigloop,buffer=262144", "driver=rigloop,buffer=262144,loss=26");
  bench.change(bench.bench, "driver=rigloop,buffer=262144\n",
               "driver=rigloop,buffer=262144,loss=26\n");
  BOOST_TEST(bench.sweep(a_short_part) == 3);
  BOOST_TEST(says(bench.rig.output, "0 of 3 steps valid"), bench.rig.output);
  BOOST_TEST(says(bench.rig.output, "why it is not valid"), bench.rig.output);
  BOOST_TEST(says(bench.rig.output, ", not 10 V"), bench.rig.output);
  const nlohmann::json record = bench.record();
  for (const nlohmann::json& step : record.at("steps")) {
    BOOST_TEST(step.at("valid") == false);
    BOOST_TEST(says(step.at("reason").get<std::string>(), "the level is "));
    BOOST_TEST(step.at("e_m_f").get<double>() < 6);
  }
}

BOOST_AUTO_TEST_CASE(what_may_not_be_put_out_is_refused_before_anything_is_opened) {
  RadioBench bench;
  const auto refused = [&](const std::vector<std::string>& more, const std::string& words) {
    BOOST_TEST(bench.sweep(with(a_short_part, more)) == 2);
    BOOST_TEST(says(bench.rig.output, words), bench.rig.output);
    BOOST_TEST(!std::filesystem::exists(bench.rig.folder / "sweep.json"));
  };
  refused({"--level", "4"}, "no level '4'; there is 1, 2, 3");
  refused({"--band", "other"}, "no band 'other'; there is general, extended");
  refused({"--from", "100 kHz"}, "--from 100 kHz; expected 150 kHz to 80 MHz");
  refused({"--to", "81 MHz"}, "--to 81 MHz; expected 150 kHz to 80 MHz");
  refused({"--to", "9 MHz"}, "expected rising frequencies");
  refused({"--step", "fast"}, "--step");
  refused({"--step", "0 %"}, "a step of 0 %");
  refused({"--dwell", "5 V"}, "--dwell");
  refused({"--modulation", "pulse"}, "iec-61000-4-6 has no pulses; expected am or cw");
  const std::string whole = read_file(bench.rig.folder / bench.bench);
  bench.change(bench.bench, "power_limit: 2 W", "power_limit: 1 W");
  refused({}, "takes 1.62 W at its peak; the set-up allows 1 W (3 of 3 frequencies)");
  write_file(bench.rig.folder / bench.bench, whole);
  bench.change(bench.bench, "enclosure: attenuator", "enclosure: none");
  refused({}, "no closed set-up is declared");
  write_file(bench.rig.folder / bench.bench, whole);
  bench.change(bench.bench, "enclosure: attenuator\n", "\n");
  refused({}, "enclosure");
  write_file(bench.rig.folder / bench.bench, whole);
  bench.change("calibrations/radio-loop-generator.yaml", "due: 2099-12-31", "due: 2026-01-31");
  refused({}, "calibration 'radio-loop-generator' was due on 2026-01-31");
  bench.change("calibrations/radio-loop-generator.yaml", "due: 2026-01-31", "due: 2099-12-31");
  bench.change("calibrations/radio-loop-generator.yaml", "rigloop-1", "rigloop-2");
  refused({}, "rigloop-2");
}

BOOST_AUTO_TEST_CASE(nobody_has_acknowledged_and_a_bench_without_a_radio_are_refused) {
  RadioBench bench;
  BOOST_TEST(bench.sweep({"--from", "79 MHz"}) == 2);
  BOOST_TEST(says(bench.rig.output, "'start' waits to be acknowledged"), bench.rig.output);
  BOOST_TEST(bench.sweep({"--bench", "scpi", "--acknowledge", "A. Person"}) == 2);
  BOOST_TEST(says(bench.rig.output, "bench 'scpi' has no radio"), bench.rig.output);
}

BOOST_AUTO_TEST_CASE(coarser_steps_and_shorter_dwells_are_marked_as_not_the_standards) {
  RadioBench bench;
  BOOST_TEST(bench.sweep({"--step", "50 %", "--dwell", "100 ms", "--modulation", "cw", "--plan"}) ==
             0);
  for (const char* words :
       {"not the standard's: steps of 50 %; at most 1 %",
        "not the standard's: a dwell of 100 ms; at least 500 ms",
        "not the standard's: an unmodulated carrier", "SIMULATED radio", "17 steps of 50 %"})
    BOOST_TEST(says(bench.rig.output, words), bench.rig.output);
  // A plan touches nothing, not even the state of the bench.
  BOOST_TEST(!std::filesystem::exists(bench.rig.folder / "state"));
  BOOST_TEST(bench.sweep({"--plan"}) == 0);
  BOOST_TEST(!says(bench.rig.output, "not the standard's"), bench.rig.output);
  BOOST_TEST(says(bench.rig.output, "633 steps of 1 %"), bench.rig.output);
}

BOOST_AUTO_TEST_CASE(ctrl_c_and_stop_end_the_output_and_say_how_far_it_came) {
  for (const bool by_signal : {true, false}) {
    RadioBench bench;
    Process sweep = bench.rig.start(
        bench.arguments({"--out", "sweep.json", "--acknowledge", "A. Person"}), bench.environment);
    const auto steps = [&] {
      const std::string text = read_file(bench.rig.folder / "sweep.json");
      return text.empty() ? std::size_t{0} : nlohmann::json::parse(text).at("steps").size();
    };
    for (int i = 0; i < 1000 && steps() < 2; ++i)
      if (sweep.wait_for(std::chrono::milliseconds(20))) break;
    if (by_signal) {
      sweep.kill(SIGINT);
    } else {
      BOOST_TEST(bench.rig.run({"stop"}, bench.environment) == 0);
      BOOST_TEST(says(bench.rig.output, "1 of 1 outputs are off"), bench.rig.output);
    }
    BOOST_TEST(sweep.wait() == 4);
    BOOST_TEST(says(sweep.output(), " of 633 steps were made: the sweep was stopped"),
               sweep.output());
    const nlohmann::json record = bench.record();
    BOOST_TEST(record.at("stopped") == "the sweep was stopped");
    BOOST_TEST(record.at("steps").size() >= 2U);
    BOOST_TEST(record.at("steps").size() < 633U);
    const std::string journal =
        read_file(bench.rig.folder / "state/meterrig/radio-loop.rf/journal.jsonl");
    BOOST_TEST(says(journal, "rf-off"), journal);
  }
}

BOOST_AUTO_TEST_SUITE_END()
