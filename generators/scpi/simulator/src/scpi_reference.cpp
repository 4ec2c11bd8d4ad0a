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
    if (!command.query && matches(command, "SIMulation:TIME:ADVance")) return advance(command);
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
    if (matches(command, "ENERgy:PULSe:NEXT")) {
      const std::optional<EnergyCount> pulse = world_->next_counted_pulse();
      const EnergyCount count = pulse.value_or(EnergyCount{
          .active_energy = {watt_hour(0), watt_hour(0), watt_hour(0)}, .duration = second(0)});
      return fmt::format("{},{},{:.9f}", pulse ? 1 : 0, three(count.active_energy, watt_hour),
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
    if (matches(command, "MEASure:VOLTage:THD")) return three(values.voltage_thd, percent);
    if (matches(command, "MEASure:CURRent:THD")) return three(values.current_thd, percent);
    return std::nullopt;
  }

  /// Of a bench whose time is granted; no real instrument has such a command.
  std::optional<std::string> advance(const ScpiCommand& command) {
    const auto seconds =
        command.parameters.size() == 1 ? scpi_number(command.parameters.front()) : std::nullopt;
    if (!seconds || !(*seconds >= 0) || !(*seconds <= 3600)) {
      data_out_of_range();
    } else if (!world_->advance(world_->now() + second(*seconds))) {
      execution_failed();
    }
    return "";
  }

  std::shared_ptr<ElectricalWorld> world_;
};

}  // namespace

std::shared_ptr<ServedInstrument> make_scpi_reference(std::shared_ptr<ElectricalWorld> world) {
  return std::make_shared<ScpiReference>(std::move(world));
}

}  // namespace meterrig::scpi::simulator
