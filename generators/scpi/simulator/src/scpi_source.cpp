// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <utility>

#include "meterrig/scpi_simulator/scpi_bench.h"
#include "scpi_instrument.h"

namespace meterrig::scpi::simulator {
namespace {

constexpr double longest_watchdog_seconds = 3600;

class ScpiSource final : public ScpiInstrument {
 public:
  explicit ScpiSource(std::shared_ptr<ElectricalWorld> world)
      : ScpiInstrument("meterrig,simulated three-phase source,SIM-1,1.0"),
        world_(std::move(world)),
        pending_(world_->set_point()) {}
  void pass_time() override { world_->catch_up(); }

 private:
  void heard() override { world_->heard_command(); }
  void reset() override {
    world_->switch_output(false);
    for (std::size_t p = 0; p < phase_count; ++p) {
      pending_.voltage.at(p) = volt(0);
      pending_.current.at(p) = ampere(0);
    }
    world_->set(pending_);
  }

  std::optional<std::string> execute(const ScpiCommand& command) override {
    if (auto reply = phase_setting(command, "SOURce:VOLTage#", pending_.voltage, volt, 0,
                                   world_->range().voltage.in(volt)))
      return reply;
    if (auto reply = phase_setting(command, "SOURce:CURRent#", pending_.current, ampere, 0,
                                   world_->range().current.in(ampere)))
      return reply;
    if (auto reply = phase_setting(command, "SOURce:VOLTage#:ANGLe", pending_.voltage_angle, degree,
                                   -180, 180))
      return reply;
    if (auto reply = phase_setting(command, "SOURce:CURRent#:DISPlacement", pending_.displacement,
                                   degree, -180, 180))
      return reply;
    if (matches(command, "SOURce:FREQuency"))
      return setting(command, pending_.frequency, hertz, world_->range().lowest.in(hertz),
                     world_->range().highest.in(hertz));
    if (!command.query && matches(command, "TRIGger")) {
      world_->set(pending_);
      return "";
    }
    if (matches(command, "OUTPut")) return output(command);
    if (matches(command, "SYSTem:WDOG")) return watchdog(command);
    if (command.query) return measure(command);
    return std::nullopt;
  }

  template <class Q, class U>
  std::optional<std::string> phase_setting(const ScpiCommand& command, std::string_view pattern,
                                           PerPhase<Q>& values, U unit, double least,
                                           double greatest) {
    const auto phase = matches(command, pattern);
    if (!phase || *phase < 1 || *phase > static_cast<int>(phase_count)) return std::nullopt;
    return setting(command, values.at(static_cast<std::size_t>(*phase - 1)), unit, least, greatest);
  }

  template <class Q, class U>
  std::optional<std::string> setting(const ScpiCommand& command, Q& value, U unit, double least,
                                     double greatest) {
    if (command.query) return fmt::format("{:.6f}", value.in(unit));
    const auto number =
        command.parameters.size() == 1 ? scpi_number(command.parameters[0]) : std::nullopt;
    if (!number) {
      parameter_error();
    } else if (*number < least || *number > greatest) {
      data_out_of_range();
    } else {
      value = unit(*number);
    }
    return "";
  }

  std::optional<std::string> output(const ScpiCommand& command) {
    if (command.query) return world_->output_on() ? "1" : "0";
    const auto on =
        command.parameters.size() == 1 ? scpi_boolean(command.parameters[0]) : std::nullopt;
    if (!on) {
      parameter_error();
    } else {
      world_->switch_output(*on);
    }
    return "";
  }

  std::optional<std::string> watchdog(const ScpiCommand& command) {
    if (command.query) return world_->watchdog_tripped() ? "1" : "0";
    const auto seconds =
        command.parameters.size() == 1 ? scpi_number(command.parameters[0]) : std::nullopt;
    if (!seconds) {
      parameter_error();
    } else if (*seconds < 0 || *seconds > longest_watchdog_seconds) {
      data_out_of_range();
    } else {
      world_->arm_watchdog(second(*seconds));
    }
    return "";
  }

  std::optional<std::string> measure(const ScpiCommand& command) {
    const OperatingPoint wires = world_->output();
    const auto three = [](const auto& values, auto unit) {
      return fmt::format("{:.6f},{:.6f},{:.6f}", values[0].in(unit), values[1].in(unit),
                         values[2].in(unit));
    };
    if (matches(command, "MEASure:VOLTage")) return three(wires.voltage, volt);
    if (matches(command, "MEASure:CURRent")) return three(wires.current, ampere);
    if (matches(command, "MEASure:VOLTage:ANGLe")) return three(wires.voltage_angle, degree);
    if (matches(command, "MEASure:DISPlacement")) return three(wires.displacement, degree);
    if (matches(command, "MEASure:FREQuency"))
      return fmt::format("{:.6f}", wires.frequency.in(hertz));
    return std::nullopt;
  }

  std::shared_ptr<ElectricalWorld> world_;
  OperatingPoint pending_;  // until TRIG
};

}  // namespace

std::shared_ptr<ServedInstrument> make_scpi_source(std::shared_ptr<ElectricalWorld> world) {
  return std::make_shared<ScpiSource>(std::move(world));
}

}  // namespace meterrig::scpi::simulator
