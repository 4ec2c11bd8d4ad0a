// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <utility>

#include "meterrig/scpi_simulator/scpi_bench.h"
#include "scpi_instrument.h"

namespace meterrig::scpi::simulator {
namespace {

class ScpiReference final : public ScpiInstrument {
 public:
  explicit ScpiReference(std::shared_ptr<ElectricalWorld> world)
      : ScpiInstrument("meterrig,simulated reference meter,SIM-2,1.0"), world_(std::move(world)) {}
  void pass_time() override { world_->catch_up(); }

 private:
  void heard() override { world_->catch_up(); }
  void reset() override { world_->start_energy(); }

  std::optional<std::string> execute(const ScpiCommand& command) override {
    if (!command.query && matches(command, "ENERgy:STARt")) {
      world_->start_energy();
      return "";
    }
    if (!command.query) return std::nullopt;
    const auto three = [](const auto& values, auto unit) {
      return fmt::format("{:.9g},{:.9g},{:.9g}", values[0].in(unit), values[1].in(unit),
                         values[2].in(unit));
    };
    if (matches(command, "ENERgy")) {
      const EnergyCount count = world_->energy();
      return fmt::format("{},{:.9f}", three(count.active_energy, watt_hour),
                         count.duration.in(second));
    }
    const ReferenceValues values = world_->read_reference();
    if (matches(command, "MEASure:FREQuency"))
      return fmt::format("{:.9g}", values.frequency.in(hertz));
    if (matches(command, "MEASure:VOLTage")) return three(values.voltage, volt);
    if (matches(command, "MEASure:VOLTage:ANGLe")) return three(values.voltage_angle, degree);
    if (matches(command, "MEASure:CURRent")) return three(values.current, ampere);
    if (matches(command, "MEASure:DISPlacement")) return three(values.displacement, degree);
    if (matches(command, "MEASure:POWer:ACTive")) return three(values.active_power, watt);
    if (matches(command, "MEASure:POWer:REACtive")) return three(values.reactive_power, var);
    if (matches(command, "MEASure:POWer:APParent"))
      return three(values.apparent_power, volt_ampere);
    return std::nullopt;
  }

  std::shared_ptr<ElectricalWorld> world_;
};

}  // namespace

std::shared_ptr<ServedInstrument> make_scpi_reference(std::shared_ptr<ElectricalWorld> world) {
  return std::make_shared<ScpiReference>(std::move(world));
}

}  // namespace meterrig::scpi::simulator
