// SPDX-License-Identifier: GPL-3.0-or-later
#include "twin_run.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "../ports/scratch_folder.h"
#include "meterrig/campaign/recheck.h"
#include "meterrig/campaign/run.h"
#include "meterrig/twin/service.h"
#include "meterrig/wire/meter_link.h"
#include "shipped_inputs.h"

namespace meterrig::test {
namespace {

Result<std::unique_ptr<campaign::Bench>> open_twin(const std::string& file, bool fresh,
                                                   campaign::Model& model) {
  const std::filesystem::path root = METERRIG_SOURCE;
  auto made = twin::load_device((root / "dut/profiles/smart-x96-5a.yaml").string(), file);
  if (!made) return tl::unexpected(made.error());
  const std::shared_ptr<twin::Twin> device = std::move(*made);
  auto link = wire::link_to(device);
  if (!link) return tl::unexpected(link.error());
  return campaign::open_simulated_bench({.sample_rate = {8000, 1},
                                         .nominal_frequency = hertz(50),
                                         .reference_standard_uncertainty = percent(0.00025),
                                         .timestamp_standard_uncertainty = microsecond(1)},
                                        "smart-x96-5a", fresh, device, std::move(*link), model);
}

}  // namespace

v1::Run run_on_twin(const campaign::Inputs& inputs, const std::vector<std::string>& only,
                    const std::string& twin) {
  const ScratchFolder folder;
  const std::string file = folder / "twin.yaml";
  std::ofstream(file) << twin;
  campaign::RunSettings settings;
  settings.store = folder / "run.sqlite";
  settings.software_version = "test";
  settings.wall_clock = [] { return std::string("2026-01-01T00:00:00.000Z"); };
  settings.open_bench = [&file](const v1::Position&, bool fresh, campaign::Model& model) {
    return open_twin(file, fresh, model);
  };
  const auto run = campaign::run(inputs, plan_of(inputs, {.only = only, .repeat = 1}), settings);
  BOOST_REQUIRE_MESSAGE(run.has_value(), (run ? "" : run.error().message));
  for (const auto& sentence : campaign::recheck(*run)) BOOST_ERROR(sentence);
  return *run;
}

}  // namespace meterrig::test
