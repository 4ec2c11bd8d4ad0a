// SPDX-License-Identifier: GPL-3.0-or-later
#include "twin_run.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <memory>
#include <utility>

#include "../ports/scratch_folder.h"
#include "meterrig/campaign/recheck.h"
#include "meterrig/campaign/run.h"
#include "meterrig/loader/load.h"
#include "meterrig/twin/twin.h"
#include "meterrig/wire/meter_link.h"
#include "shipped_inputs.h"

namespace meterrig::test {
namespace {

v1::Twin taken(const loader::LoadResult<v1::TwinFile>& loaded) {
  BOOST_REQUIRE_MESSAGE(loaded.has_value(), (loaded ? "" : loader::to_string(loaded.error())));
  return loaded->message.twin();
}

}  // namespace

std::string twin_text(const std::string& front_end, const std::string& full_scale) {
  return R"(twin:
  name: test
  device: smart-x96-5a
  serial_number: "10960009"
  firmware: "0104"
  creep_threshold: 1 mA
  front_end:
    sample_rate: 8 kHz
    adc_bits: 24
    current_full_scale: 25 A
    voltage_full_scale: )" +
         full_scale + front_end;
}

v1::Twin twin_from(const std::string& text) { return taken(loader::parse_twin(text, "twin.yaml")); }

v1::Twin shipped_twin() {
  return taken(loader::load_twin(std::filesystem::path(METERRIG_SOURCE) /
                                 "dut/profiles/smart-x96-5a.twin.yaml"));
}

v1::Run run_on_twin(const campaign::Inputs& inputs, const campaign::Plan& plan,
                    const v1::Device& device, const v1::Twin& model, double reference_percent,
                    int search_points) {
  const ScratchFolder folder;
  campaign::RunSettings settings;
  settings.store = folder / "run.sqlite";
  settings.software_version = "test";
  settings.search_points = search_points;
  settings.wall_clock = [] { return std::string("2026-01-01T00:00:00.000Z"); };
  settings.open_bench = [&](const v1::Position&, bool fresh,
                            campaign::Model& said) -> Result<std::unique_ptr<campaign::Bench>> {
    auto made = twin::Twin::create(device, model, "00", twin::factory_line(device.modbus()));
    if (!made) return tl::unexpected(made.error());
    const std::shared_ptr<twin::Twin> terminals = std::move(*made);
    auto link = wire::link_to(terminals);
    if (!link) return tl::unexpected(link.error());
    return campaign::open_simulated_bench(
        {.sample_rate = {8000, 1},
         .nominal_frequency = hertz(50),
         .reference_standard_uncertainty = percent(reference_percent),
         .timestamp_standard_uncertainty = microsecond(1)},
        device.id(), fresh, terminals, std::move(*link), said);
  };
  const auto run = campaign::run(inputs, plan, settings);
  BOOST_REQUIRE_MESSAGE(run.has_value(), (run ? "" : run.error().message));
  BOOST_TEST(run->interrupted() == "");
  for (const auto& sentence : campaign::recheck(*run)) BOOST_ERROR(sentence);
  return *run;
}

v1::Run run_on_twin(const campaign::Inputs& inputs, const std::vector<std::string>& only,
                    const std::string& twin, int search_points) {
  return run_on_twin(inputs, plan_of(inputs, {.only = only, .repeat = 1}),
                     inputs.device.message.device(), twin_from(twin), 0.00025, search_points);
}

}  // namespace meterrig::test
