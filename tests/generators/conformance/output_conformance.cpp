// SPDX-License-Identifier: GPL-3.0-or-later
// A driver under the output that keeps it safe, as the source process has it.
#include <stdlib.h>

#include <filesystem>
#include <string>
#include <utility>

#include "meterrig/ports/clock.h"
#include "meterrig/safety/output.h"
#include "source_conformance.h"

namespace meterrig::conformance {
namespace {

constexpr Duration lease = millisecond(600);
// Of a bench that ships: longer than the slowest command of any source of the suite.
constexpr Duration tick = second(1);
constexpr Duration step = millisecond(20);

/// A folder for interlocks and journal, gone with this.
class StateFolder {
 public:
  StateFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "meterrig-conformance-XXXXXX");
    BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  StateFolder(const StateFolder&) = delete;
  StateFolder& operator=(const StateFolder&) = delete;
  ~StateFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const {
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

safety::Limits limits() {
  return {.voltage = volt(100),
          .current = ampere(5),
          .apparent_power = volt_ampere(1500),
          .apparent_energy = volt_ampere_hour(1000),
          .duration = second(600),
          .voltage_rise = volt(1000),
          .current_rise = ampere(100),
          .lowest_frequency = hertz(45),
          .highest_frequency = hertz(65),
          .crest = 2};
}

OperatingPoint point_of(double volts) {
  return {.frequency = hertz(50),
          .voltage = {volt(volts), volt(volts), volt(volts)},
          .voltage_angle = {degree(0), degree(-120), degree(120)},
          .current = {ampere(1), ampere(1), ampere(1)},
          .displacement = {degree(30), degree(30), degree(30)}};
}

bool is_silent(SourceBench& bench) {
  const OperatingPoint point = bench.output();
  bool silent = true;
  for (std::size_t p = 0; p < phase_count; ++p)
    silent = silent && point.voltage.at(p) == volt(0) && point.current.at(p) == ampere(0);
  return silent;
}

/// The driver of a bench in an output whose interlocks a person has acknowledged.
struct Owned {
  explicit Owned(SourceBench& bench)
      : output(connected(bench),
               {.limits = limits(), .lease = lease, .read_back_interval = millisecond(200)},
               safety::Interlocks::open(folder / "interlocks", {}).value(),
               safety::Journal::open(folder / "journal.jsonl").value(), clock) {
    for (const std::string_view name : {safety::start_interlock, safety::read_back_interlock})
      BOOST_REQUIRE(output.acknowledge(name, "the suite").has_value());
    output.tick();
  }
  static std::unique_ptr<Source> connected(SourceBench& bench) {
    auto source = bench.connect();
    BOOST_REQUIRE_MESSAGE(source.has_value(), (source ? "" : source.error().message));
    return std::move(*source);
  }
  void renew() { BOOST_REQUIRE(output.renew(++progress).has_value()); }
  /// Keeps the lease until what was asked for is out.
  void settle() {
    const Instant deadline = clock.now() + second(20);
    while (!output.status().settled && clock.now() < deadline) {
      renew();
      output.tick();
      BOOST_REQUIRE_MESSAGE(output.status().on, output.status().reason);
      clock.sleep_until(clock.now() + step);
    }
    BOOST_REQUIRE(output.status().settled);
  }

  StateFolder folder;
  ports::MonotonicClock clock;
  safety::Output output;
  std::uint64_t progress = 0;
};

}  // namespace

void is_off_on_the_wires_when_a_lease_is_not_renewed(const MakeSourceBench& make) {
  const auto bench = make();
  Owned owned(*bench);
  owned.renew();
  const auto energised = owned.output.energise(point_of(60));
  BOOST_REQUIRE_MESSAGE(energised.has_value(), (energised ? "" : energised.error().message));
  owned.settle();
  // The lease is what keeps it on: it stays for several lengths of it.
  owned.renew();
  const Instant kept_until = owned.clock.now() + 2.5 * lease;
  while (owned.clock.now() < kept_until) {
    owned.renew();
    owned.output.tick();
    BOOST_REQUIRE_MESSAGE(!is_silent(*bench), owned.output.status().reason);
    owned.clock.sleep_until(owned.clock.now() + step);
  }
  owned.renew();
  const Instant renewed = owned.clock.now();
  while (!is_silent(*bench) && owned.clock.now() < renewed + lease + 2 * tick) {
    owned.output.tick();
    owned.clock.sleep_until(owned.clock.now() + step);
  }
  const Duration taken = owned.clock.now() - renewed;
  BOOST_TEST_MESSAGE("off " << taken.in(second) << " s after the last renewal");
  BOOST_TEST(is_silent(*bench));
  BOOST_TEST(taken.in(second) <= (lease + tick).in(second));
  BOOST_TEST(taken.in(second) >= lease.in(second), "off before the lease was over");
  BOOST_TEST(!owned.output.status().on);
  BOOST_TEST(owned.output.status().reason.find("lease") != std::string::npos,
             owned.output.status().reason);
}

void never_gets_a_point_beyond_the_limits_of_its_output(const MakeSourceBench& make) {
  const auto bench = make();
  Owned owned(*bench);
  owned.renew();
  const auto beyond = owned.output.energise(point_of(100.1));
  BOOST_REQUIRE(!beyond.has_value());
  BOOST_TEST((beyond.error().code == ErrorCode::out_of_range));
  BOOST_TEST(beyond.error().message.find("100.1 V") != std::string::npos, beyond.error().message);
  owned.output.tick();
  BOOST_TEST(is_silent(*bench));
  BOOST_REQUIRE(owned.output.energise(point_of(60)).has_value());
  owned.settle();
  BOOST_TEST(!owned.output.energise(point_of(100.1)).has_value());
  owned.renew();
  owned.output.tick();
  // What was out before stays out.
  for (std::size_t p = 0; p < phase_count; ++p)
    BOOST_TEST(bench->output().voltage.at(p).in(volt) == 60.0, boost::test_tools::tolerance(1e-3));
}

}  // namespace meterrig::conformance
