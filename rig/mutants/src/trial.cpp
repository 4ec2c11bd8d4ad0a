// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/mutants/trial.h"

#include <fmt/format.h>

#include <memory>
#include <system_error>
#include <utility>

#include "meterrig/campaign/run.h"
#include "meterrig/campaign/simulated_settings.h"
#include "meterrig/modbus/mapping.h"
#include "meterrig/modbus/modbus_link.h"
#include "meterrig/store/sha256.h"
#include "meterrig/twin/modbus_slave.h"
#include "meterrig/twin/twin.h"

namespace meterrig::mutants {
namespace {

// Of a machine that is busy with other trials, not of the meter.
constexpr Duration answer_timeout = second(20);

/// A link together with the far end that it needs.
class ServedLink final : public DeviceLink {
 public:
  ServedLink(std::shared_ptr<twin::Twin> twin, std::unique_ptr<twin::ModbusSlave> slave,
             std::unique_ptr<modbus::ModbusLink> link)
      : twin_(std::move(twin)), slave_(std::move(slave)), link_(std::move(link)) {}

  Result<std::vector<Reading>> read(std::span<const QuantityId> ids, Instant now) override {
    return link_->read(ids, now);
  }
  [[nodiscard]] std::vector<QuantityId> quantities() const override { return link_->quantities(); }
  Result<std::vector<std::pair<std::string, std::string>>> read_identity() override {
    return link_->read_identity();
  }
  [[nodiscard]] LinkStatistics statistics() const override { return link_->statistics(); }

 private:
  std::shared_ptr<twin::Twin> twin_;
  std::unique_ptr<twin::ModbusSlave> slave_;
  std::unique_ptr<modbus::ModbusLink> link_;
};

Result<std::unique_ptr<campaign::Bench>> open_bench(const campaign::Inputs& inputs,
                                                    const MadeMeter& meter, bool fresh,
                                                    campaign::Model& model) {
  const v1::Device& profile = inputs.device.message.device();
  if (!profile.has_modbus())
    return fail(ErrorCode::failed_precondition,
                fmt::format("{}: the device has no register map; expected one that is read over "
                            "Modbus",
                            inputs.device.path));
  const twin::LineSettings line = twin::factory_line(profile.modbus());
  auto made = twin::Twin::create(meter.device, meter.twin,
                                 store::sha256_hex(meter.twin.SerializeAsString()), line);
  if (!made) return tl::unexpected(made.error());
  const std::shared_ptr<twin::Twin> device = std::move(*made);
  auto slave = twin::serve_tcp("127.0.0.1:0", line.unit, device->registers());
  if (!slave) return tl::unexpected(slave.error());
  auto map = modbus::register_map_from(profile.modbus());
  if (!map) return tl::unexpected(map.error());
  auto link = modbus::connect_tcp("127.0.0.1", (*slave)->port(), line.unit, std::move(*map),
                                  {.answer_timeout = answer_timeout, .retries = 1});
  if (!link) return tl::unexpected(link.error());
  const auto settings = campaign::simulated_settings(inputs);
  if (!settings) return tl::unexpected(settings.error());
  return campaign::open_simulated_bench(
      *settings, profile.id(), fresh, device,
      std::make_unique<ServedLink>(device, std::move(*slave), std::move(*link)), model);
}

}  // namespace

bool is_failure(v1::Outcome outcome) {
  return outcome == v1::OUTCOME_FAIL || outcome == v1::OUTCOME_CONDITIONAL_FAIL;
}

Result<v1::Run> run_trial(const campaign::Inputs& inputs, const campaign::Plan& plan,
                          const MadeMeter& meter, const TrialSettings& settings) {
  std::atomic<bool> stop = false;
  campaign::RunSettings run_settings;
  run_settings.store = settings.store;
  run_settings.seed = settings.seed;
  run_settings.software_version = settings.software_version;
  run_settings.wall_clock = [] { return std::string("1970-01-01T00:00:00Z"); };  // not kept
  run_settings.open_bench = [&](const v1::Position&, bool fresh, campaign::Model& model) {
    return open_bench(inputs, meter, fresh, model);
  };
  run_settings.progress = [&](const campaign::Progress& progress) {
    const bool failed = settings.until_first_failure && progress.finished != nullptr &&
                        is_failure(progress.finished->outcome());
    if (failed || (settings.stop != nullptr && settings.stop->load())) stop = true;
  };
  run_settings.stop = &stop;
  auto run = campaign::run(inputs, plan, run_settings);
  std::error_code ignored;
  for (const char* ending : {"", ".lock", "-wal", "-shm"})
    std::filesystem::remove(settings.store.string() + ending, ignored);
  return run;
}

}  // namespace meterrig::mutants
