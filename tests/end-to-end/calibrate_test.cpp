// SPDX-License-Identifier: GPL-3.0-or-later
// A bench of converters is calibrated, and what it puts out then is right.
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cmath>
#include <complex>
#include <csignal>
#include <numbers>
#include <thread>

#include "../generators/iio/three_phase_settings.h"
#include "iio_bench.h"
#include "meterrig/loader/load.h"

using namespace meterrig;
using namespace meterrig::test;

namespace {

namespace fs = std::filesystem;

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

template <class Condition>
bool wait_until(Condition condition, std::chrono::seconds most = std::chrono::seconds(30)) {
  const auto end = std::chrono::steady_clock::now() + most;
  while (!condition() && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return condition();
}

std::vector<std::string> calibrate(std::vector<std::string> more = {}) {
  std::vector<std::string> arguments{"source",    "calibrate", "--bench",   "bench.yaml",
                                     "--out",     "rec.yaml",  "--voltage", "230 V",
                                     "--current", "5 A",       "--due",     "2099-01-01"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

const std::vector<std::string> by_a_person{"--acknowledge", "A. Person"};

/// What stands on a terminal over what was set, and its turn against that of voltage L1.
struct Seen {
  PerPhase<std::complex<double>> voltage;
  PerPhase<std::complex<double>> current;
};

/// 230 V and 5 A by hand, 0 deg, as the converters of the reference see them.
Seen seen_of_a_point(IioBench& bench) {
  Process set = bench.rig.start({"source", "set", "--bench", "bench.yaml", "--voltage", "230 V",
                                 "--current", "5 A", "--acknowledge", "A. Person"},
                                bench.environment);
  BOOST_REQUIRE_MESSAGE(wait_until([&] { return says(set.output(), "on   L1 230 V"); }),
                        set.output());
  auto input = iio::AdcInput::open(bench.served.connect(), three_phase_inputs());
  BOOST_REQUIRE_MESSAGE(input.has_value(), (input ? "" : input.error().message));
  BOOST_REQUIRE((*input)->start().has_value());
  BOOST_REQUIRE((*input)->read(3200).has_value());
  const auto block = (*input)->read(12800);  // 20 periods
  BOOST_REQUIRE_MESSAGE(block.has_value(), (block ? "" : block.error().message));
  BOOST_REQUIRE((*input)->stop().has_value());
  const auto phasor = [](std::span<const double> samples) {
    std::complex<double> sum = 0;
    for (std::size_t n = 0; n < samples.size(); ++n)
      sum += samples[n] * std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(n) / 640);
    return sum * std::numbers::sqrt2 / static_cast<double>(samples.size());
  };
  Seen seen;
  const std::complex<double> first = phasor(block->volts(0));
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    const double turn = (phase == 0 ? 0 : phase == 1 ? 2 : -2) * std::numbers::pi / 3;
    const auto start = std::polar(1.0, turn - std::arg(first));
    seen.voltage[phase] = phasor(block->volts(phase)) / 230.0 * start;
    seen.current[phase] = phasor(block->amperes(phase)) / 5.0 * start;
  }
  set.kill(SIGINT);
  BOOST_TEST(set.wait() == 0);
  return seen;
}

/// Error of gain in percent and of angle in degrees, of all six terminals.
struct Errors {
  double gain = 0;
  double angle = 0;
};
Errors greatest_errors(const Seen& seen) {
  Errors errors;
  for (const auto* list : {&seen.voltage, &seen.current}) {
    for (const auto& value : *list) {
      errors.gain = std::max(errors.gain, std::abs(100 * (std::abs(value) - 1)));
      errors.angle = std::max(errors.angle, std::abs(std::arg(value)) * 180 / std::numbers::pi);
    }
  }
  return errors;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(calibrate_source)

BOOST_AUTO_TEST_CASE(a_chain_that_is_off_is_right_within_the_stated_uncertainty_afterwards) {
  IioBench bench;
  const Errors before = greatest_errors(seen_of_a_point(bench));
  BOOST_TEST(before.gain > 1);
  BOOST_TEST(before.angle > 2);

  auto arguments = calibrate(by_a_person);
  arguments.insert(arguments.end(), {"--plot", "rec.svg"});
  BOOST_TEST(bench.rig.run(arguments, bench.environment) == 0);
  BOOST_TEST(says(bench.rig.output, "rec.yaml written"), bench.rig.output);
  BOOST_TEST(says(bench.rig.output, "current L3           2000"), bench.rig.output);
  BOOST_TEST(says(read_file(bench.rig.folder / "rec.svg"), "</svg>"));
  for (const char* words : {"calibrate", "one harmonic of 10 % at a time, up to order 40",
                            "start by A. Person", "energise", "the calibration is done"})
    BOOST_TEST(says(bench.journal(), words), words);
  BOOST_TEST(bench.greatest_volts() < 1e-3);

  const auto loaded = loader::load_calibration(bench.rig.folder / "rec.yaml");
  BOOST_REQUIRE_MESSAGE(loaded.has_value(), (loaded ? "" : loader::to_string(loaded.error())));
  const v1::Calibration& record = loaded->message.calibration();
  BOOST_TEST(record.serial_number() == "SIMULATED-3P-1");
  BOOST_TEST(says(record.reference(), "certificate SIM-2026-1"), record.reference());
  BOOST_TEST(record.due() == "2099-01-01");
  BOOST_REQUIRE(record.terminals_size() == 6);
  Errors uncertainty;
  for (const v1::CalibratedTerminal& terminal : record.terminals()) {
    BOOST_REQUIRE(terminal.points_size() == 41);  // 45 Hz, 50 Hz ... 2000 Hz
    BOOST_TEST(terminal.points(0).frequency() == 45);
    const v1::CalibratedPoint& point = terminal.points(1);
    // At least that of the reference, and little more: nothing here is noisy.
    BOOST_TEST(point.gain_uncertainty() >= 0.02);
    BOOST_TEST(point.gain_uncertainty() < 0.025);
    uncertainty.gain = std::max(uncertainty.gain, point.gain_uncertainty());
    uncertainty.angle = std::max(uncertainty.angle, point.angle_uncertainty());
  }

  bench.write_bench("        calibration: rec.yaml\n");
  const Errors after = greatest_errors(seen_of_a_point(bench));
  BOOST_TEST(after.gain < uncertainty.gain);
  BOOST_TEST(after.angle < uncertainty.angle);
  BOOST_TEST_MESSAGE("before " << before.gain << " %, " << before.angle << " deg; after "
                               << after.gain << " %, " << after.angle << " deg; U "
                               << uncertainty.gain << " %, " << uncertainty.angle << " deg");
}

BOOST_AUTO_TEST_CASE(a_record_of_another_board_past_its_due_date_or_damaged_is_refused) {
  IioBench bench;
  auto arguments = calibrate(by_a_person);
  arguments.insert(arguments.end(), {"--orders", "1"});
  BOOST_REQUIRE_MESSAGE(bench.rig.run(arguments, bench.environment) == 0, bench.rig.output);
  const std::string good = read_file(bench.rig.folder / "rec.yaml");
  const std::string today = good.substr(good.find("  date: ") + 8, 10);
  bench.write_bench("        calibration: rec.yaml\n");
  const auto refused = [&](const std::string& record) {
    write_file(bench.rig.folder / "rec.yaml", record);
    BOOST_TEST(bench.rig.run({"source", "set", "--bench", "bench.yaml", "--voltage", "10 V",
                              "--acknowledge", "A. Person", "--duration", "1 s"},
                             bench.environment) == 2);
    BOOST_TEST(bench.greatest_volts() < 1e-3);
    return bench.rig.output;
  };
  BOOST_TEST(says(refused(replaced(good, "SIMULATED-3P-1", "SIMULATED-3P-2")),
                  "a calibration of serial number 'SIMULATED-3P-2'"),
             bench.rig.output);
  BOOST_TEST(says(refused(replaced(replaced(good, "date: " + today, "date: 2020-01-01"),
                                   "due: 2099-01-01", "due: " + today)),
                  "the calibration was due on " + today),
             bench.rig.output);
  BOOST_TEST(says(refused(good.substr(0, good.find("gain: ") + 6)), "rec.yaml:"), bench.rig.output);
  const std::size_t last = good.rfind("    - quantity: current");
  BOOST_TEST(says(refused(good.substr(0, last)), "a calibration without current L3"),
             bench.rig.output);
}

BOOST_AUTO_TEST_CASE(what_is_not_allowed_is_refused_before_anything_is_put_out) {
  IioBench bench;
  const auto refused = [&](std::vector<std::string> more, const std::string& why) {
    BOOST_TEST(bench.rig.run(calibrate(std::move(more)), bench.environment) == 2,
               why << ": " << bench.rig.output);
    BOOST_TEST(says(bench.rig.output, why), bench.rig.output);
    BOOST_TEST(!fs::exists(bench.rig.folder / "rec.yaml"));
  };
  refused({}, "'start' waits to be acknowledged by a person");
  refused({"--orders", "3-1"}, "--orders '3-1'");
  refused({"--orders", "1-400"}, "less than half the rate of the reference");
  refused({"--frequency", "70 Hz"}, "--frequency '70 Hz'; expected what the source does");
  write_file(bench.rig.folder / "there.svg", "");
  refused({"--plot", "there.svg"}, "there.svg: is there already");

  // 299 V alone are within 300 V; with a harmonic of a tenth they are 300.5 V.
  auto arguments = calibrate(by_a_person);
  for (std::string& argument : arguments)
    if (argument == "230 V") argument = "299 V";
  BOOST_TEST(bench.rig.run(arguments, bench.environment) == 2);
  BOOST_TEST(says(bench.rig.output, "a voltage L1 of 300.491 V; expected from 0 to 300 V"),
             bench.rig.output);
  for (std::string& argument : arguments)
    if (argument == "2099-01-01") argument = "2026-02-30";
  BOOST_TEST(bench.rig.run(arguments, bench.environment) == 2);
  BOOST_TEST(says(bench.rig.output, "--due '2026-02-30'"), bench.rig.output);

  const std::string limits = read_file(bench.rig.folder / "limits.yaml");
  write_file(bench.rig.folder / "limits.yaml", replaced(limits, "1.55", "1.4143"));
  refused(by_a_person, "a crest factor of up to 1.548; the limit of this output is 1.4143");
  write_file(bench.rig.folder / "limits.yaml", limits);

  const std::string file = read_file(bench.rig.folder / "bench.yaml");
  write_file(bench.rig.folder / "bench.yaml", replaced(file, "watchdog_relay", "none"));
  refused(by_a_person, "nothing that switches off when the source process dies");
  write_file(bench.rig.folder / "bench.yaml",
             replaced(file, "watchdog_relay", "instrument_timeout"));
  refused(by_a_person, "a source without a watchdog");
  BOOST_TEST(!says(bench.journal(), "energise"));
}

BOOST_AUTO_TEST_CASE(ctrl_c_a_kill_of_either_process_and_stop_end_the_output_and_write_nothing) {
  enum class How : std::uint8_t { interrupt, kill, kill_source, stop };
  for (const How how : {How::interrupt, How::kill, How::kill_source, How::stop}) {
    IioBench bench;
    auto arguments = calibrate(by_a_person);
    arguments.insert(arguments.end(), {"--orders", "1-300"});
    Process process = bench.rig.start(arguments, bench.environment);
    BOOST_REQUIRE_MESSAGE(wait_until([&] { return bench.greatest_volts() > 1; }), process.output());
    std::this_thread::sleep_for(std::chrono::seconds(2));  // beyond the rise
    BOOST_REQUIRE_MESSAGE(process.running(), process.output());
    if (how == How::stop) {
      BOOST_TEST(bench.rig.run({"stop"}, bench.environment) == 0);
      BOOST_TEST(says(bench.rig.output, "1 of 1 outputs are off"), bench.rig.output);
    } else if (how == How::kill_source) {
      BOOST_TEST(bench.rig.run({"source", "status"}, bench.environment) == 0);
      const std::string words = "converters: process ";
      const std::size_t at = bench.rig.output.find(words);
      BOOST_REQUIRE_MESSAGE(at != std::string::npos, bench.rig.output);
      BOOST_REQUIRE(::kill(std::stoi(bench.rig.output.substr(at + words.size())), SIGKILL) == 0);
      BOOST_TEST(process.wait() == 3);
      BOOST_TEST(says(process.output(), "ended by signal 9"), process.output());
    } else {
      process.kill(how == How::kill ? SIGKILL : SIGINT);
    }
    process.wait();
    const auto silent = [&] {
      return bench.greatest_volts() < 1e-3 && !bench.served.bench->output("source-l1").open;
    };
    BOOST_TEST(wait_until(silent, std::chrono::seconds(5)), bench.greatest_volts() << " V");
    BOOST_TEST(wait_until([&] {
      bench.rig.run({"source", "status"}, bench.environment);
      return says(bench.rig.output, "no output is held");
    }));
    BOOST_TEST(!fs::exists(bench.rig.folder / "rec.yaml"));
    if (how != How::kill_source) BOOST_TEST(says(bench.journal(), "\"off\""), bench.journal());
  }
}

BOOST_AUTO_TEST_SUITE_END()
