// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/scpi_simulator/chamber.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "scpi_instrument.h"

namespace meterrig::scpi::simulator {
namespace {

constexpr double lowest = -40;
constexpr double highest = 120;

class Chamber final : public ScpiInstrument {
 public:
  Chamber(const ChamberSettings& settings, const ports::Clock& clock)
      : ScpiInstrument("meterrig,simulated climatic chamber,SIM-3,1.0"),
        settings_(settings),
        clock_(clock),
        temperature_(settings.start.in(degree_celsius)),
        set_point_(temperature_),
        since_(clock.now()) {}

 private:
  void heard() override {
    const Instant now = clock_.now();
    const double way = (now - since_).in(minute)*settings_.kelvin_per_minute;
    since_ = now;
    if (on_) temperature_ += std::clamp(set_point_ - temperature_, -way, way);
  }
  void reset() override { on_ = false; }

  std::optional<std::string> execute(const ScpiCommand& command) override {
    if (matches(command, "SOURce:TEMPerature")) {
      if (command.query) return fmt::format("{:.2f}", set_point_);
      const auto number =
          command.parameters.size() == 1 ? scpi_number(command.parameters[0]) : std::nullopt;
      if (!number) {
        parameter_error();
      } else if (*number < lowest || *number > highest) {
        data_out_of_range();
      } else {
        set_point_ = *number;
      }
      return "";
    }
    if (command.query && matches(command, "MEASure:TEMPerature"))
      return fmt::format("{:.2f}", temperature_ + settings_.instability_kelvin);
    if (matches(command, "OUTPut")) {
      if (command.query) return on_ ? "1" : "0";
      const auto on =
          command.parameters.size() == 1 ? scpi_boolean(command.parameters[0]) : std::nullopt;
      if (!on) {
        parameter_error();
      } else {
        on_ = *on;
      }
      return "";
    }
    return std::nullopt;
  }

  ChamberSettings settings_;
  const ports::Clock& clock_;
  double temperature_;
  double set_point_;
  bool on_ = false;
  Instant since_;
};

}  // namespace

std::shared_ptr<ServedInstrument> make_chamber(const ChamberSettings& settings,
                                               const ports::Clock& clock) {
  return std::make_shared<Chamber>(settings, clock);
}

}  // namespace meterrig::scpi::simulator
