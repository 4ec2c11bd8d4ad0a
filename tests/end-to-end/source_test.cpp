// SPDX-License-Identifier: GPL-3.0-or-later
// A simulated source instrument, driven by hand through the process that keeps its output safe.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <csignal>
#include <thread>

#include "rig_fixture.h"

using namespace meterrig::test;

namespace {

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Waits until the process has said something; false when it ends before.
bool wait_until_it_says(Process& process, const std::string& words, std::size_t times = 1) {
  const auto said = [&] {
    const std::string text = process.output();
    std::size_t count = 0;
    for (auto at = text.find(words); at != std::string::npos; at = text.find(words, at + 1))
      ++count;
    return count >= times;
  };
  for (int i = 0; i < 3000 && !said(); ++i)
    if (process.wait_for(std::chrono::milliseconds(10))) break;
  return said();
}

/// An instrument on TCP, a bench file for it, and a state folder of its own.
struct SourceBench {
  SourceBench()
      : instrument(rig.start({"instrument", "serve", "scpi-source", "--tcp", "127.0.0.1:0"})) {
    BOOST_REQUIRE_MESSAGE(wait_until_it_says(instrument, "ready"), instrument.output());
    const std::string said = instrument.output();
    const std::string address = "127.0.0.1:";
    const std::size_t at = said.find(address) + address.size();
    const std::string port = said.substr(at, said.find_first_not_of("0123456789", at) - at);
    std::filesystem::create_directories(rig.folder / "benches");
    std::filesystem::create_directories(rig.folder / "limits");
    write_file(rig.folder / "limits/low-voltage.yaml", shipped("rig/limits/low-voltage.yaml"));
    write_file(rig.folder / "benches/scpi.yaml",
               replaced(shipped("rig/benches/scpi.yaml"), "port: 5025", "port: " + port));
  }
  [[nodiscard]] Process set(std::vector<std::string> more) {
    std::vector<std::string> arguments{"source", "set", "--bench", "benches/scpi.yaml"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return rig.start(std::move(arguments), environment);
  }
  [[nodiscard]] std::string journal() const {
    return read_file(rig.folder / "state/meterrig/scpi/journal.jsonl");
  }

  Rig rig{std::nullopt};
  std::vector<std::string> environment{"XDG_STATE_HOME=" + (rig.folder / "state").string()};
  Process instrument;
};

const std::vector<std::string> a_point{"--voltage", "230 V",         "--current",
                                       "5 A",       "--acknowledge", "A. Person"};

}  // namespace

BOOST_AUTO_TEST_SUITE(source)

BOOST_AUTO_TEST_CASE(a_point_is_put_out_for_its_time_and_written_down) {
  SourceBench bench;
  std::vector<std::string> arguments = a_point;
  arguments.insert(arguments.end(), {"--duration", "4 s"});
  Process set = bench.set(arguments);
  BOOST_TEST(set.wait() == 0);
  BOOST_TEST(says(set.output(), "on   L1 230 V 5 A  L2 230 V 5 A  L3 230 V 5 A"), set.output());
  BOOST_TEST(wait_until_it_says(bench.instrument, "output off"), bench.instrument.output());
  const std::string journal = bench.journal();
  for (const char* words :
       {"door by A. Person", "start by A. Person", "energise", "its time was over"})
    BOOST_TEST(says(journal, words), words);
}

BOOST_AUTO_TEST_CASE(without_a_person_and_beyond_the_limits_nothing_is_switched_on) {
  SourceBench bench;
  Process nobody = bench.set({"--voltage", "230 V"});
  BOOST_TEST(nobody.wait() == 2);
  BOOST_TEST(says(nobody.output(), "'start' waits to be acknowledged by a person"),
             nobody.output());
  Process beyond = bench.set({"--voltage", "301 V", "--acknowledge", "A. Person"});
  BOOST_TEST(beyond.wait() == 2);
  BOOST_TEST(says(beyond.output(), "a voltage L1 of 301 V; expected from 0 to 300 V"),
             beyond.output());
  Process text = bench.set({"--voltage", "230 A"});
  BOOST_TEST(text.wait() == 2);
  BOOST_TEST(says(text.output(), "--voltage"), text.output());
  BOOST_TEST(!says(bench.instrument.output(), "output on"));
}

BOOST_AUTO_TEST_CASE(ctrl_c_a_kill_and_stop_switch_off) {
  SourceBench bench;
  std::size_t times = 0;
  for (const int signal : {SIGINT, SIGKILL, 0}) {
    Process set = bench.set(a_point);
    ++times;
    BOOST_REQUIRE_MESSAGE(wait_until_it_says(bench.instrument, "output on", times), set.output());
    BOOST_REQUIRE_MESSAGE(wait_until_it_says(set, "on "), set.output());
    if (signal != 0) {
      set.kill(signal);
    } else {
      BOOST_TEST(bench.rig.run({"source", "status"}, bench.environment) == 0);
      BOOST_TEST(says(bench.rig.output, "scpi: process "), bench.rig.output);
      BOOST_TEST(bench.rig.run({"stop"}, bench.environment) == 0);
      BOOST_TEST(says(bench.rig.output, "1 of 1 outputs are off"), bench.rig.output);
    }
    BOOST_TEST(wait_until_it_says(bench.instrument, "output off", times),
               bench.instrument.output());
    set.wait();
  }
  BOOST_TEST(bench.rig.run({"source", "status"}, bench.environment) == 0);
  BOOST_TEST(says(bench.rig.output, "no output is held"), bench.rig.output);
}

BOOST_AUTO_TEST_CASE(one_process_has_an_output_and_a_bench_needs_somebody_who_acts_when_it_dies) {
  SourceBench bench;
  Process first = bench.set(a_point);
  BOOST_REQUIRE_MESSAGE(wait_until_it_says(first, "on "), first.output());
  Process second = bench.set(a_point);
  BOOST_TEST(second.wait() == 2);
  BOOST_TEST(says(second.output(), "has the output of this bench"), second.output());
  first.kill(SIGINT);
  first.wait();

  write_file(
      bench.rig.folder / "benches/scpi.yaml",
      replaced(read_file(bench.rig.folder / "benches/scpi.yaml"), "instrument_timeout", "none"));
  Process bare = bench.set(a_point);
  BOOST_TEST(bare.wait() == 2);
  BOOST_TEST(says(bare.output(), "nothing that switches off when the source process dies"),
             bare.output());
}

BOOST_AUTO_TEST_SUITE_END()
