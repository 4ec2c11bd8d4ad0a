// SPDX-License-Identifier: GPL-3.0-or-later
// `meterrig doctor` on benches with a source and a reference, and its self-test.
#include <boost/test/unit_test.hpp>
#include <chrono>

#include "iio_bench.h"

using namespace meterrig;
using namespace meterrig::test;

namespace {

struct Told {
  std::string verdict;
  std::string text;
};

/// The first check of that name in the last run with --json.
Told told(const Rig& rig, const std::string& what) {
  const auto json = nlohmann::json::parse(rig.output);
  for (const auto& check : json.at("checks"))
    if (check.at("check") == what)
      return {.verdict = check.at("verdict").get<std::string>(),
              .text = check.at("found").get<std::string>()};
  return {.verdict = "", .text = ""};
}

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

int look(IioBench& bench, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments{"doctor", "--bench", "bench.yaml", "--json"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return bench.rig.run(arguments, bench.environment);
}

const std::vector<std::string> self_test{"--self-test", "--acknowledge", "A. Person"};

}  // namespace

BOOST_AUTO_TEST_SUITE(hardware_doctor)

BOOST_AUTO_TEST_CASE(a_bench_tells_its_limits_interlocks_instruments_and_calibrations) {
  IioBench bench;
  BOOST_TEST(look(bench) == 0, bench.rig.output);
  BOOST_TEST(says(told(bench.rig, "limits").text, "limits.yaml: up to 300 V, 120 A"),
             bench.rig.output);
  BOOST_TEST(told(bench.rig, "output").text == "no process of this user has it");
  BOOST_TEST(told(bench.rig, "fallback").verdict == "ok");
  BOOST_TEST(told(bench.rig, "interlocks").verdict == "warning");
  BOOST_TEST(told(bench.rig, "interlocks").text == "latched: read-back, door");
  for (const char* what : {"source", "reference"})
    BOOST_TEST(says(told(bench.rig, what).text, "serial number SIMULATED-3P-1, SIMULATED"),
               told(bench.rig, what).text);
  BOOST_TEST(told(bench.rig, "source calibration").verdict == "warning");
  BOOST_TEST(told(bench.rig, "reference calibration").text ==
             "certificate SIM-2026-1, no due date");
  BOOST_TEST(told(bench.rig, "self-test wiring").text.empty());
  BOOST_TEST(bench.greatest_volts() == 0);
}

BOOST_AUTO_TEST_CASE(a_certificate_that_is_due_soon_is_a_warning_and_then_a_problem) {
  IioBench bench;
  const std::string file = read_file(bench.rig.folder / "bench.yaml");
  const auto with_due = [&](const std::string& due) {
    write_file(bench.rig.folder / "bench.yaml",
               replaced(file, "certificate: SIM-2026-1",
                        "certificate: SIM-2026-1\n      calibration_due: " + due));
  };
  with_due("2098-01-01");
  BOOST_TEST(look(bench) == 0);
  BOOST_TEST(told(bench.rig, "reference calibration").verdict == "ok");
  with_due("2020-01-01");
  BOOST_TEST(look(bench) == 3);
  BOOST_TEST(told(bench.rig, "reference calibration").verdict == "problem");

  write_file(bench.rig.folder / "bench.yaml",
             replaced(file, "  positions:",
                      "  certificates: [{instrument: thermometer, number: T-1, calibrated: "
                      "2019-06-01, due: 2020-06-01}]\n  positions:"));
  BOOST_TEST(look(bench) == 3);
  BOOST_TEST(told(bench.rig, "thermometer certificate").verdict == "problem");
  BOOST_TEST(told(bench.rig, "thermometer certificate").text ==
             "certificate T-1 of 2019-06-01, due 2020-06-01");

  bench.write_bench("        calibration: rec.yaml\n");
  BOOST_TEST(look(bench) == 3);
  BOOST_TEST(told(bench.rig, "source calibration").verdict == "problem");
  std::string record = shipped("tests/fuzz/corpus/yaml/calibration.yaml");
  // Tomorrow in UTC, or the day after where midnight passes here.
  const auto tomorrow = std::chrono::year_month_day(
      std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()) +
      std::chrono::days(2));
  record =
      replaced(record, "due: 2027-11-27",
               "due: " + std::to_string(static_cast<int>(tomorrow.year())) + "-" +
                   std::to_string(100 + static_cast<unsigned>(tomorrow.month())).substr(1) + "-" +
                   std::to_string(100 + static_cast<unsigned>(tomorrow.day())).substr(1));
  record = replaced(record, "date: 2026-11-27", "date: 2020-01-01");
  write_file(bench.rig.folder / "rec.yaml", record);
  BOOST_TEST(look(bench) == 0, bench.rig.output);
  BOOST_TEST(told(bench.rig, "source calibration").verdict == "warning");
  BOOST_TEST(look(bench, {"--due-within", "0"}) == 0);
  BOOST_TEST(told(bench.rig, "source calibration").verdict == "ok");
  write_file(bench.rig.folder / "rec.yaml", replaced(record, "SIMULATED-3P-1", "OTHER"));
  BOOST_TEST(look(bench) == 3);
  BOOST_TEST(says(told(bench.rig, "source calibration").text, "of serial number 'OTHER'"));
}

BOOST_AUTO_TEST_CASE(what_is_not_fit_is_a_problem_and_then_no_self_test_is_made) {
  IioBench bench;
  const std::string file = read_file(bench.rig.folder / "bench.yaml");
  write_file(bench.rig.folder / "bench.yaml", replaced(file, "watchdog_relay", "none"));
  BOOST_TEST(look(bench, self_test) == 3);
  BOOST_TEST(told(bench.rig, "fallback").verdict == "problem");
  BOOST_TEST(says(told(bench.rig, "self-test").text, "not made: fallback is not fit"));
  write_file(bench.rig.folder / "bench.yaml", replaced(file, "limits.yaml", "missing.yaml"));
  BOOST_TEST(look(bench) == 3);
  BOOST_TEST(says(told(bench.rig, "limits").text, "missing.yaml"));
  write_file(bench.rig.folder / "bench.yaml", replaced(file, bench.served.uri(), "ip:127.0.0.1:1"));
  BOOST_TEST(look(bench) == 3);
  BOOST_TEST(told(bench.rig, "source").verdict == "problem");
  BOOST_TEST(look(bench, {"--self-test"}) == 2);  // nobody has looked at the bench
  BOOST_TEST(bench.greatest_volts() == 0);
}

BOOST_AUTO_TEST_CASE(the_self_test_tells_what_was_put_out_and_read_and_finds_exchanged_wires) {
  iio_server::BenchSettings settings{.wiring = iio_server::three_phase_wiring()};
  {
    IioBench bench(settings);
    BOOST_TEST(look(bench, self_test) == 0, bench.rig.output);
    BOOST_TEST(says(told(bench.rig, "self-test L1").text, "24 V put out, "), bench.rig.output);
    BOOST_TEST(says(told(bench.rig, "self-test L2").text, "19.2 V put out, "), bench.rig.output);
    BOOST_TEST(says(told(bench.rig, "self-test L3").text, "displacement 30.00 deg put out, 30.0"),
               bench.rig.output);
    BOOST_TEST(told(bench.rig, "self-test wiring").text == "no fault found");
    BOOST_TEST(says(bench.journal(), "the self-test is done"));
    BOOST_TEST(bench.greatest_volts() < 1e-3);
  }
  for (iio_server::Sensor& sensor : settings.wiring.sensors) {
    if (sensor.from.kind != ChannelKind::voltage || sensor.from.phase == Phase::L1) continue;
    sensor.from.phase = sensor.from.phase == Phase::L2 ? Phase::L3 : Phase::L2;
  }
  IioBench bench(settings);
  BOOST_TEST(look(bench, self_test) == 3, bench.rig.output);
  BOOST_TEST(told(bench.rig, "self-test L1").verdict == "ok");
  BOOST_TEST(told(bench.rig, "self-test L2").verdict == "problem");
  BOOST_TEST(says(told(bench.rig, "self-test wiring").text, "voltage L2: that of L3 is here"),
             told(bench.rig, "self-test wiring").text);
  BOOST_TEST(bench.greatest_volts() < 1e-3);
}

BOOST_AUTO_TEST_CASE(an_instrument_of_text_lines_is_asked_who_it_is_and_stays_as_it_is) {
  Rig rig(std::nullopt);
  Process instrument = rig.start({"instrument", "serve", "scpi-source", "--tcp", "127.0.0.1:0"});
  std::string said;
  for (int i = 0; i < 1000 && !says(said, "ready"); ++i) {
    instrument.wait_for(std::chrono::milliseconds(10));
    said = instrument.output();
  }
  const std::size_t at = said.find("127.0.0.1:") + 10;
  const std::string port = said.substr(at, said.find_first_not_of("0123456789", at) - at);
  std::string file = replaced(shipped("rig/benches/scpi.yaml"), "port: 5025", "port: " + port);
  file = replaced(file, "../limits/low-voltage.yaml", "limits.yaml");
  write_file(rig.folder / "limits.yaml", shipped("rig/limits/low-voltage.yaml"));
  write_file(rig.folder / "bench.yaml", file);
  const std::vector<std::string> state{"XDG_STATE_HOME=" + (rig.folder / "state").string()};
  rig.run({"doctor", "--bench", "bench.yaml", "--json"}, state);
  BOOST_TEST(says(told(rig, "source").text, "SIMULATED"), told(rig, "source").text);
  BOOST_TEST(says(told(rig, "fallback").text, "the instrument's watchdog of 10 s"),
             told(rig, "fallback").text);

  Process set = rig.start({"source", "set", "--bench", "bench.yaml", "--voltage", "230 V",
                           "--acknowledge", "A. Person"},
                          state);
  for (int i = 0; i < 1000 && !says(set.output(), "on   L1 230 V"); ++i)
    if (set.wait_for(std::chrono::milliseconds(10))) break;
  rig.run({"doctor", "--bench", "bench.yaml", "--json"}, state);
  BOOST_TEST(told(rig, "output").verdict == "warning");
  BOOST_TEST(told(rig, "source").text.empty());  // another process speaks with it
  BOOST_TEST(told(rig, "interlocks").verdict == "ok");
  BOOST_TEST(set.running(), set.output());
  BOOST_TEST(!says(instrument.output(), "output off"));
}

BOOST_AUTO_TEST_SUITE_END()
