// SPDX-License-Identifier: GPL-3.0-or-later
// A campaign on instruments: sources and references that speak their protocols, and a meter on
// their terminals. The verdicts must be those of the bench in one process.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cmath>
#include <csignal>
#include <map>
#include <thread>

#include "rig_fixture.h"

using namespace meterrig::test;

namespace {

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

bool wait_until_it_says(Process& process, const std::string& words) {
  for (int i = 0; i < 3000 && !says(process.output(), words); ++i)
    if (process.wait_for(std::chrono::milliseconds(10))) break;
  return says(process.output(), words);
}

/// The port that an instrument says it is on.
std::string port_of(const std::string& output, const std::string& instrument) {
  const std::string before = "SIMULATED " + instrument + " on 127.0.0.1:";
  const std::size_t at = output.find(before);
  BOOST_REQUIRE_MESSAGE(at != std::string::npos, output);
  const std::size_t begin = at + before.size();
  return output.substr(begin, output.find_first_not_of("0123456789", begin) - begin);
}

/// A simulated meter, instruments on its terminals and bench files for them.
struct InstrumentRig {
  InstrumentRig() {
    std::filesystem::create_directories(rig.folder / "benches");
    std::filesystem::create_directories(rig.folder / "limits");
    write_file(rig.folder / "limits/low-voltage.yaml", shipped("rig/limits/low-voltage.yaml"));
  }
  /// Starts the instruments; `more` says on which lines.
  Process serve(const std::string& instrument, std::vector<std::string> more) {
    std::vector<std::string> arguments{"instrument", "serve", instrument, "--terminals",
                                       "unix:x96.sock"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    Process process = rig.start(std::move(arguments));
    BOOST_REQUIRE_MESSAGE(wait_until_it_says(process, "ready"), process.output());
    return process;
  }
  Process serve_scpi_over_tcp(const std::string& wiring_fault = "none") {
    Process process =
        serve("scpi-bench", {"--wiring-fault", wiring_fault, "--granted", "--pulse-output", "S0-2",
                             "--tcp", "127.0.0.1:0", "--reference-tcp", "127.0.0.1:0"});
    std::string bench = shipped("rig/benches/scpi-simulated.yaml");
    bench = replaced(bench, "5025", port_of(process.output(), "scpi-source"));
    bench = replaced(bench, "5026", port_of(process.output(), "scpi-reference"));
    write_bench("scpi-simulated", bench);
    return process;
  }
  void write_bench(const std::string& name, const std::string& text) const {
    write_file(rig.folder / "benches" / (name + ".yaml"),
               replaced(text, ".run/smart-x96-5a.tty", "x96.tty"));
  }
  [[nodiscard]] std::vector<std::string> certify(const std::string& bench, const std::string& only,
                                                 std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments{
        "certify", "--device", "smart-x96-5a", "--suite",       "iec-62053-22-0.5s", "--only",
        only,      "--bench",  bench,          "--acknowledge", "A. Person"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  [[nodiscard]] std::string journal(const std::string& bench) const {
    return read_file(rig.folder / "state/meterrig" / bench / "journal.jsonl");
  }

  Rig rig;
  std::vector<std::string> environment{"XDG_STATE_HOME=" + (rig.folder / "state").string()};
};

// Percent, of the energy of any of the benches here.
constexpr double reference_uncertainty = 0.01;

/// Every result of `run` has the verdict of the one in `expected` and its value within both
/// uncertainties.
void check_agreement(const nlohmann::json& run, const nlohmann::json& expected) {
  std::map<std::string, nlohmann::json> by_point;
  for (const auto& result : expected.at("results"))
    by_point[result.at("point").get<std::string>()] = result;
  std::size_t compared = 0;
  for (const auto& here : run.at("results")) {
    if (here.at("outcome") == "OUTCOME_NOT_RUN") continue;
    const auto point = here.at("point").get<std::string>();
    const nlohmann::json& there = by_point.at(point);
    BOOST_TEST(here.at("outcome") == there.at("outcome"),
               point << ": " << here.value("reason", ""));
    if (!here.contains("value") || !there.contains("value")) continue;
    double distance = std::abs(here.at("value").get<double>() - there.at("value").get<double>());
    double within = std::hypot(here.value("expanded_uncertainty", 0.0),
                               there.value("expanded_uncertainty", 0.0));
    if (here.at("unit") == "s") {
      // A time from pulse to pulse is as long as the power that is really there makes it: compared
      // is its energy, in percent and within what a bench states of its reference.
      const auto energy = [](const nlohmann::json& result) {
        return std::abs(result.at("value").get<double>() *
                        result.at("reference_power_w").get<double>());
      };
      distance = std::abs(energy(here) / energy(there) - 1) * 100;
      within = reference_uncertainty;
    }
    BOOST_TEST(distance <= within, point << " differs by " << distance << ", within " << within);
    ++compared;
  }
  BOOST_TEST(compared >= 8u);
}

const std::string points = "22.B2,starting,no-load,meter-constant,single-phase/import/In";
// Without those that take an hour of the bench's time.
const std::string fewer_points =
    "balanced/import/In,balanced/export/In,no-load,single-phase/import/In";

const std::string all_points = points + "," + fewer_points;

}  // namespace

BOOST_AUTO_TEST_SUITE(hardware)

BOOST_AUTO_TEST_CASE(a_bench_of_sine_waves_shifts_the_frequency_and_leaves_harmonics_out) {
  InstrumentRig there;
  const Process instruments = there.serve_scpi_over_tcp();
  const std::string frequency = "frequency/22.F1/import/0.98fn/In/1";
  const std::string harmonics = "waveform/22.H5/import/5th/0.5Imax/1";
  BOOST_TEST(
      there.rig.run({"certify", "--device", "smart-x96-5a", "--suite",
                     "iec-62053-22-0.5s-influence", "--only", frequency + ",22.H5", "--bench",
                     "benches/scpi-simulated.yaml", "--acknowledge", "A. Person", "--out", "run"},
                    there.environment) == 4);
  const auto run = run_json(there.rig.folder / "run");
  const auto by_point = outcomes(run);
  BOOST_TEST(by_point.at(frequency) == "OUTCOME_PASS", there.rig.output);
  BOOST_TEST(by_point.at(harmonics) == "OUTCOME_NOT_RUN");
  BOOST_TEST(there.rig.output.find("this bench puts out sine waves, no other waveforms") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(scpi_over_tcp_and_serial_give_the_verdicts_of_the_bench_in_one_process) {
  InstrumentRig there;
  BOOST_REQUIRE_MESSAGE(
      there.rig.run({"certify", "--device", "smart-x96-5a", "--suite", "iec-62053-22-0.5s",
                     "--only", all_points, "--bench", "in-process", "--out", "in-process"}) == 0,
      there.rig.output);
  const auto expected = run_json(there.rig.folder / "in-process");
  {
    Process instruments = there.serve_scpi_over_tcp();
    BOOST_REQUIRE_MESSAGE(
        there.rig.run(there.certify("benches/scpi-simulated.yaml", points, {"--out", "tcp"}),
                      there.environment) == 0,
        there.rig.output);
    BOOST_TEST(wait_until_it_says(instruments, "output off"), instruments.output());
  }
  const auto tcp = run_json(there.rig.folder / "tcp");
  check_agreement(tcp, expected);
  // It is no calibration, and the report says which instruments there were.
  BOOST_TEST(tcp.at("header").at("simulated").get<bool>());
  BOOST_TEST(tcp.at("header").at("instruments").size() == 2u);
  BOOST_TEST(tcp.at("header").value("models", nlohmann::json::array()).empty());
  const std::string report = read_file(there.rig.folder / "tcp/report.html");
  BOOST_TEST(says(report, "simulated reference meter"));
  const std::string journal = there.journal("scpi-simulated");
  BOOST_TEST(says(journal, "start by A. Person"));

  there.rig.start_device("good");
  Process instruments =
      there.serve("scpi-bench", {"--granted", "--pulse-output", "S0-2", "--pty", "source.tty",
                                 "--reference-pty", "reference.tty"});
  std::string bench = shipped("rig/benches/scpi-serial-simulated.yaml");
  bench = replaced(bench, ".run/source.tty", "source.tty");
  bench = replaced(bench, ".run/reference.tty", "reference.tty");
  there.write_bench("scpi-serial-simulated", bench);
  BOOST_REQUIRE_MESSAGE(there.rig.run(there.certify("benches/scpi-serial-simulated.yaml",
                                                    fewer_points, {"--out", "serial"}),
                                      there.environment) == 0,
                        there.rig.output);
  check_agreement(run_json(there.rig.folder / "serial"), expected);
}

BOOST_AUTO_TEST_CASE(converters_through_libiio_give_the_verdicts_of_the_bench_in_one_process) {
  InstrumentRig there;
  BOOST_REQUIRE_MESSAGE(
      there.rig.run({"certify", "--device", "smart-x96-5a", "--suite", "iec-62053-22-0.5s",
                     "--only", all_points, "--bench", "in-process", "--out", "in-process"}) == 0,
      there.rig.output);
  Process instruments = there.serve("iio", {"--pulse-output", "S0-2", "--tcp", "127.0.0.1:0"});
  std::string bench = shipped("rig/benches/iio.yaml");
  const std::string port = port_of(instruments.output(), "iio");
  bench = replaced(replaced(bench, ":30431\n        rate", ":" + port + "\n        rate"),
                   ":30431\n        device", ":" + port + "\n        device");
  there.write_bench("iio", bench);
  BOOST_REQUIRE_MESSAGE(
      there.rig.run(there.certify("benches/iio.yaml", fewer_points, {"--out", "iio"}),
                    there.environment) == 0,
      there.rig.output);
  check_agreement(run_json(there.rig.folder / "iio"), run_json(there.rig.folder / "in-process"));
  BOOST_TEST(says(read_file(there.rig.folder / "iio/report.html"), "SIMULATED three-phase bench"));
}

BOOST_AUTO_TEST_CASE(without_a_person_and_without_an_instrument_no_run_is_begun) {
  InstrumentRig there;
  Process instruments = there.serve_scpi_over_tcp();
  auto nobody = there.certify("benches/scpi-simulated.yaml", "22.B2", {"--out", "run"});
  nobody.erase(std::find(nobody.begin(), nobody.end(), "--acknowledge"), nobody.end());
  nobody.insert(nobody.end(), {"--out", "run"});
  BOOST_TEST(there.rig.run(nobody, there.environment) == 2);
  BOOST_TEST(says(there.rig.output,
                  "interlocks that keep the output off: start, read-back, door, emergency-stop"),
             there.rig.output);
  BOOST_TEST(!std::filesystem::exists(there.rig.folder / "run/run.sqlite"));
  BOOST_TEST(!says(instruments.output(), "output on"));
  instruments.kill(SIGTERM);
  instruments.wait();
  BOOST_TEST(there.rig.run(there.certify("benches/scpi-simulated.yaml", "22.B2", {"--out", "run"}),
                           there.environment) == 2);
  BOOST_TEST(says(there.rig.output, "127.0.0.1"), there.rig.output);
}

BOOST_AUTO_TEST_CASE(a_wrong_wiring_is_named_at_low_voltage_and_nothing_more_is_put_out) {
  const std::vector<std::pair<std::string, std::string>> faults{
      {"voltages-exchanged", "voltage L2: that of L3 is here"},
      {"currents-exchanged", "current L1: that of L2 is here"},
      {"current-reversed", "current L2: reversed"},
      {"current-open", "current L3: the circuit is open"},
      {"voltage-shorted", "voltage L1: shorted or not connected"},
      {"neutral-open", "neutral: open"}};
  for (const auto& [fault, words] : faults) {
    InstrumentRig there;
    Process instruments = there.serve_scpi_over_tcp(fault);
    BOOST_TEST(
        there.rig.run(there.certify("benches/scpi-simulated.yaml", "22.B2", {"--out", "run"}),
                      there.environment) == 3,
        fault);
    BOOST_TEST(says(there.rig.output, words), fault << ": " << there.rig.output);
    BOOST_TEST(wait_until_it_says(instruments, "output off"), instruments.output());
    BOOST_TEST(!says(there.journal("scpi-simulated"), "230 V"), fault);
  }
}

BOOST_AUTO_TEST_CASE(whatever_ends_a_campaign_leaves_the_output_off_and_its_evidence_whole) {
  for (const int signal : {SIGINT, SIGTERM, SIGKILL}) {
    InstrumentRig there;
    Process instruments = there.serve_scpi_over_tcp();
    Process campaign = there.rig.start(
        there.certify("benches/scpi-simulated.yaml", "balanced/import/In", {"--out", "run"}),
        there.environment);
    BOOST_REQUIRE_MESSAGE(wait_until_it_says(instruments, "output on"), campaign.output());
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    campaign.kill(signal);
    if (signal == SIGINT) campaign.kill(signal);  // an impatient person
    BOOST_TEST(wait_until_it_says(instruments, "output off"), instruments.output());
    const int status = campaign.wait();
    if (signal != SIGKILL) {
      BOOST_TEST(says(campaign.output(), "interrupted: stopped by the operator"),
                 campaign.output());
      BOOST_TEST(status == 4);
      BOOST_TEST(there.rig.run({"verify", "run"}) == 0, there.rig.output);
    }
    // It can be taken up where it was left.
    auto on = there.certify("benches/scpi-simulated.yaml", "balanced/import/In",
                            {"--out", "run", "--resume"});
    BOOST_TEST(there.rig.run(on, there.environment) == 0, there.rig.output);
  }
}

BOOST_AUTO_TEST_SUITE_END()
