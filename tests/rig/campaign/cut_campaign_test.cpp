// SPDX-License-Identifier: GPL-3.0-or-later
// Whole campaigns on a device whose connection is cut somewhere: what has a verdict has the one of
// a campaign that nobody disturbed, and the rest says that it has none.
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>

#include "../../dut/grpc/cutting_proxy.h"
#include "../ports/scratch_folder.h"
#include "meterrig/campaign/run.h"
#include "meterrig/rpc/connection.h"
#include "meterrig/rpc/server.h"
#include "meterrig/twin/service.h"
#include "meterrig/wire/meter_link.h"
#include "shipped_inputs.h"

namespace meterrig {
namespace {

namespace fs = std::filesystem;

Result<std::unique_ptr<campaign::Bench>> open_bench(const std::string& address, bool fresh,
                                                    campaign::Model& model) {
  const auto connection = rpc::Connection::open(address, {}, second(2));
  if (!connection) return tl::unexpected(connection.error());
  auto link = wire::link_to(connection->meter());
  if (!link) return tl::unexpected(link.error());
  return campaign::open_simulated_bench({.sample_rate = {8000, 1},
                                         .nominal_frequency = hertz(50),
                                         .reference_standard_uncertainty = percent(0.00025),
                                         .timestamp_standard_uncertainty = microsecond(1)},
                                        "smart-x96-5a", fresh, connection->terminals(),
                                        std::move(*link), model);
}

Result<v1::Run> campaign_on(const std::string& address, const fs::path& store) {
  static const campaign::Inputs inputs = test::shipped_inputs();
  static const campaign::Plan plan = *campaign::expand(
      inputs, {.only = {"balanced/import/In", "balanced/export/In"}, .repeat = 1});
  fs::remove_all(store);
  campaign::RunSettings settings;
  settings.store = store;
  settings.software_version = "test";
  settings.wall_clock = [] { return std::string("2026-01-01T00:00:00.000Z"); };
  settings.open_bench = [&address](const v1::Position&, bool fresh, campaign::Model& model) {
    return open_bench(address, fresh, model);
  };
  return campaign::run(inputs, plan, settings);
}

bool has_verdict(const v1::PointResult& result) {
  return result.outcome() != v1::OUTCOME_NOT_VALID && result.outcome() != v1::OUTCOME_NOT_RUN;
}

std::map<std::string, std::string> verdicts(const v1::Run& run) {
  std::map<std::string, std::string> found;
  for (const v1::PointResult& result : run.results())
    if (has_verdict(result)) found[result.point()] = result.SerializeAsString();
  return found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cut_campaign)

BOOST_AUTO_TEST_CASE(a_campaign_cut_at_any_of_a_hundred_places_has_whole_verdicts_or_none) {
  const ScratchFolder folder;
  const fs::path root = METERRIG_SOURCE;
  const auto device = twin::load_device((root / "dut/profiles/smart-x96-5a.yaml").string(),
                                        (root / "dut/profiles/smart-x96-5a.twin.yaml").string());
  BOOST_REQUIRE_MESSAGE(device.has_value(), (device ? "" : device.error().message));
  const auto server =
      rpc::serve("127.0.0.1:0", {.terminals = device->get(), .meter = device->get()});
  BOOST_REQUIRE(server.has_value());
  test::CuttingProxy proxy((*server)->address());

  proxy.cut_after(std::numeric_limits<std::int64_t>::max());
  const auto uncut = campaign_on(proxy.address(), folder / "run.sqlite");
  BOOST_REQUIRE_MESSAGE(uncut.has_value(), (uncut ? "" : uncut.error().message));
  const auto expected = verdicts(*uncut);
  BOOST_REQUIRE(expected.size() > 1U);
  const std::int64_t bytes = proxy.passed();

  std::mt19937 random(20'261'127);
  int whole = 0;
  int cut = 0;
  int refused = 0;
  for (int i = 0; i < 100; ++i) {
    // Before the first request it waits for another chance: a few of those.
    const std::int64_t least = i % 50 == 0 ? 0 : 1500;
    proxy.cut_after(std::uniform_int_distribution<std::int64_t>(least, bytes + bytes / 20)(random));
    const auto run = campaign_on(proxy.address(), folder / "run.sqlite");
    if (!run) {  // it never began
      ++refused;
      continue;
    }
    const auto there = verdicts(*run);
    for (const auto& [point, result] : there)
      BOOST_TEST_REQUIRE((result == expected.at(point)), "cut " << i << ", " << point);
    BOOST_TEST_REQUIRE(run->results_size() == uncut->results_size());
    if (there.size() == expected.size()) {
      ++whole;
    } else {
      BOOST_TEST_REQUIRE(run->verdict() == v1::OUTCOME_NOT_VALID);
      BOOST_TEST_REQUIRE(!run->interrupted().empty());
      ++cut;
    }
  }
  BOOST_TEST_MESSAGE(whole << " whole, " << cut << " cut, " << refused << " refused");
  BOOST_TEST(whole > 0);  // the last cuts come too late
  BOOST_TEST(cut > 30);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace meterrig
