// SPDX-License-Identifier: GPL-3.0-or-later
// Simulated converters as a process of their own: seen by the tools of libiio, driven by hand.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "rig_fixture.h"

using namespace meterrig::test;

namespace {

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Waits until the process has said something; false when it ends before.
bool wait_until_it_says(Process& process, const std::string& words) {
  for (int i = 0; i < 3000 && !says(process.output(), words); ++i)
    if (process.wait_for(std::chrono::milliseconds(10))) break;
  return says(process.output(), words);
}

/// Waits until the last thing that the converters say is this.
bool wait_until_last(Process& process, const std::string& line) {
  for (int i = 0; i < 3000 && !process.output().ends_with(line + "\n"); ++i)
    if (process.wait_for(std::chrono::milliseconds(10))) break;
  return process.output().ends_with(line + "\n");
}

/// The tools come with libiio, but in a package of their own.
bool has_tools() {
  for (const char* tool : {"iio_info", "iio_attr", "iio_readdev"}) {
    if (std::system((std::string("command -v ") + tool + " > /dev/null").c_str()) == 0) continue;
    BOOST_TEST_MESSAGE("skipped: " << tool << " is missing (package libiio-utils)");
    return false;
  }
  return true;
}

/// Converters on TCP, with the rig's device on their terminals where it has one.
struct Converters {
  explicit Converters(const std::optional<std::string>& model = std::nullopt,
                      const std::vector<std::string>& more = {})
      : rig(model), served(rig.start(arguments(more))) {
    BOOST_REQUIRE_MESSAGE(wait_until_it_says(served, "ready"), served.output());
    const std::string said = served.output();
    const std::string address = "SIMULATED iio on 127.0.0.1:";
    BOOST_REQUIRE_MESSAGE(says(said, address), said);
    const std::size_t at = said.find(address) + address.size();
    port = said.substr(at, said.find_first_not_of("0123456789", at) - at);
    std::filesystem::create_directories(rig.folder / "benches");
    std::filesystem::create_directories(rig.folder / "limits");
    write_file(rig.folder / "limits/low-voltage.yaml", shipped("rig/limits/low-voltage.yaml"));
    std::string bench = shipped("rig/benches/iio.yaml");
    for (int i = 0; i < 2; ++i)
      bench = replaced(bench, "context: ip:127.0.0.1:30431", "context: ip:127.0.0.1:" + port);
    write_file(rig.folder / "benches/iio.yaml", bench);
  }
  static std::vector<std::string> arguments(const std::vector<std::string>& more) {
    std::vector<std::string> all{"instrument", "serve", "iio", "--tcp", "127.0.0.1:0"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  [[nodiscard]] Process set(const std::vector<std::string>& more = {},
                            const std::string& voltage = "230 V") {
    std::vector<std::string> all{"source",        "set",       "--bench",        "benches/iio.yaml",
                                 "--voltage",     voltage,     "--current",      "5 A",
                                 "--acknowledge", "A. Person", "--displacement", "60 deg"};
    all.insert(all.end(), more.begin(), more.end());
    return rig.start(all, environment);
  }
  /// What a tool of libiio says of the converters.
  std::string tool(const std::string& command) {
    Process process({"sh", "-c", command}, rig.folder.path(), rig.folder / "tool");
    BOOST_TEST(process.wait() == 0, command);
    return process.output();
  }
  [[nodiscard]] std::string uri() const { return " -u ip:127.0.0.1:" + port + " "; }

  Rig rig;
  std::vector<std::string> environment{"XDG_STATE_HOME=" + (rig.folder / "state").string()};
  Process served;
  std::string port;
};

/// Signed 32-bit numbers, the least byte first: one channel of the board like AD7768.
std::vector<double> volts_of(const std::string& bytes) {
  constexpr double volts_per_code = 0.000488281e-3;
  std::vector<double> volts;
  for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4) {
    std::uint32_t word = 0;
    for (std::size_t i = 0; i < 4; ++i)
      word |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(bytes[at + i])) << (8 * i);
    volts.push_back(static_cast<std::int32_t>(word) * volts_per_code);
  }
  return volts;
}

double rms_of(const std::vector<double>& volts) {
  double square = 0;
  for (const double value : volts) square += value * value / static_cast<double>(volts.size());
  return std::sqrt(square);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(iio)

BOOST_AUTO_TEST_CASE(the_tools_of_libiio_see_the_boards_and_read_what_is_put_out) {
  if (!has_tools()) return;
  Converters converters;
  const std::string info = converters.tool("iio_info" + converters.uri());
  BOOST_TEST(says(info, "SIMULATED three-phase bench"), info);
  BOOST_TEST(says(info, "ad3552r (label: source-l3) (buffer capable)"), info);
  BOOST_TEST(!says(info, "ERROR"), info);
  const std::string rate =
      converters.tool("iio_attr" + converters.uri() + "-d reference sampling_frequency 8000");
  BOOST_TEST(rate == "8000\n");

  Process set = converters.set();
  BOOST_REQUIRE_MESSAGE(wait_until_it_says(set, "on "), set.output());
  // 5 periods of 50 Hz: 230 V by 1 V/100 V, and 5 A by 0.2 V/A.
  const std::string read = "iio_readdev" + converters.uri() + "-b 800 -s 800 reference ";
  BOOST_TEST(rms_of(volts_of(converters.tool(read + "voltage1"))) == 2.3,
             boost::test_tools::tolerance(1e-4));
  BOOST_TEST(rms_of(volts_of(converters.tool(read + "voltage5"))) == 1.0,
             boost::test_tools::tolerance(1e-4));
  set.kill(SIGINT);
  set.wait();
  BOOST_TEST(wait_until_last(converters.served, "output off"), converters.served.output());
  BOOST_TEST(rms_of(volts_of(converters.tool(read + "voltage1"))) == 0);
}

BOOST_AUTO_TEST_CASE(a_point_by_hand_ends_with_its_time_and_with_the_command_that_is_killed) {
  Converters converters;
  Process timed = converters.set({"--duration", "2 s"});
  BOOST_TEST(timed.wait() == 0, timed.output());
  BOOST_TEST(says(timed.output(), "on   L1 230 V 5 A  L2 230 V 5 A  L3 230 V 5 A"), timed.output());
  BOOST_TEST(says(converters.served.output(), "output on"), converters.served.output());
  BOOST_TEST(wait_until_last(converters.served, "output off"), converters.served.output());
  Process killed = converters.set();
  BOOST_REQUIRE_MESSAGE(wait_until_it_says(killed, "on "), killed.output());
  BOOST_REQUIRE_MESSAGE(wait_until_last(converters.served, "output on"), killed.output());
  killed.kill(SIGKILL);
  BOOST_TEST(wait_until_last(converters.served, "output off"), converters.served.output());
  Process beyond = converters.set({}, "285 V");
  BOOST_TEST(beyond.wait() == 2);
  BOOST_TEST(says(beyond.output(), "expected what the source has: up to 280 V"), beyond.output());
}

BOOST_AUTO_TEST_CASE(the_pulses_of_a_meter_on_the_terminals_are_on_the_seventh_input) {
  if (!has_tools()) return;
  Converters converters("good", {"--terminals", "unix:x96.sock", "--pulse-output", "S0-2"});
  converters.tool("iio_attr" + converters.uri() + "-d reference sampling_frequency 8000");
  Process set = converters.set();
  BOOST_REQUIRE_MESSAGE(wait_until_it_says(set, "on "), set.output());
  // 20 s: 3 x 230 V x 5 A x cos 60 deg = 1725 W, which is 1.533 pulses a second of 3200 imp/kWh.
  const std::vector<double> line = volts_of(
      converters.tool("iio_readdev" + converters.uri() + "-b 8000 -s 160000 reference voltage6"));
  BOOST_REQUIRE(line.size() == 160'000);
  std::vector<std::size_t> beginnings;
  for (std::size_t i = 1; i < line.size(); ++i)
    if (line[i - 1] < 1.65 && line[i] > 1.65) beginnings.push_back(i);
  BOOST_REQUIRE(beginnings.size() > 20);
  BOOST_TEST(*std::ranges::max_element(line) == 3.3, boost::test_tools::tolerance(1e-5));
  const double span = static_cast<double>(beginnings.back() - beginnings.front()) / 8000;
  const double energy = static_cast<double>(beginnings.size() - 1) * 3.6e6 / 3200;
  BOOST_TEST(energy / span == 1725.0, boost::test_tools::tolerance(0.003));
  set.kill(SIGINT);
  set.wait();
  // Without the meter the converters would show pulses that are none.
  converters.rig.device().kill(SIGKILL);
  converters.tool("iio_readdev" + converters.uri() + "-s 8000 reference voltage6 || true");
  BOOST_TEST(converters.served.wait() == 1);
}

BOOST_AUTO_TEST_CASE(paced_converters_take_a_second_for_a_second_of_samples) {
  if (!has_tools()) return;
  Converters converters(std::nullopt, {"--board", "m2k", "--paced"});
  BOOST_TEST(says(converters.tool("iio_info" + converters.uri()), "m2k-adc"));
  converters.tool("iio_attr" + converters.uri() + "-d m2k-adc sampling_frequency 1000");
  const auto begin = std::chrono::steady_clock::now();
  const std::string read =
      converters.tool("iio_readdev" + converters.uri() + "-b 100 -s 1000 m2k-adc voltage0");
  BOOST_TEST(read.size() == 2000);
  BOOST_TEST((std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(900)));
}

BOOST_AUTO_TEST_CASE(options_that_do_not_go_together_are_wrong_usage) {
  Rig rig(std::nullopt);
  const auto refused = [&rig](std::vector<std::string> more) {
    more.insert(more.begin(), {"instrument", "serve"});
    BOOST_TEST(rig.run(more) == 2);
    return rig.output;
  };
  BOOST_TEST(says(refused({"iio"}), "expected --tcp 127.0.0.1:PORT"));
  BOOST_TEST(says(refused({"iio", "--tcp", "127.0.0.1:0", "--pulse-output", "S0-2"}),
                  "expected its --terminals too"));
  BOOST_TEST(says(refused({"iio", "--tcp", "127.0.0.1:0", "--board", "m2k", "--pulse-output",
                           "S0-2", "--terminals", "unix:x"}),
                  "expected three-phase"));
  BOOST_TEST(says(refused({"scpi-source", "--tcp", "127.0.0.1:0", "--paced"}), "those of iio"));
}

BOOST_AUTO_TEST_SUITE_END()
