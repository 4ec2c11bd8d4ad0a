// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/source_template_simulator/template_instrument.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace meterrig::source_template::simulator {
namespace {

using scpi::simulator::ElectricalWorld;
using scpi::simulator::ServedInstrument;

class TemplateInstrument final : public ServedInstrument {
 public:
  explicit TemplateInstrument(std::shared_ptr<ElectricalWorld> world) : world_(std::move(world)) {}
  [[nodiscard]] LineEnd line_end() const override { return LineEnd::lf; }
  void pass_time() override { world_->catch_up(); }

  std::optional<std::string> answer(std::string_view line) override {
    world_->heard_command();
    constexpr std::string_view set = "SET ";
    if (line == "ID") return "meterrig;template source;SIM-0;1.0";
    if (line == "GET") return state();
    if (line == "OFF") {
      world_->switch_output(false);
      return "OK";
    }
    if (!line.starts_with(set)) return "NO";
    const auto point = point_in(line.substr(set.size()));
    if (!point) return "NO";
    world_->set(*point);
    world_->switch_output(true);
    return "OK";
  }

 private:
  static std::optional<OperatingPoint> point_in(std::string_view text) {
    std::array<double, 1 + 4 * phase_count> numbers{};
    for (double& number : numbers) {
      text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
      const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
      if (parsed.ec != std::errc{}) return std::nullopt;
      text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
    }
    if (!text.empty() || !(numbers[0] > 0)) return std::nullopt;
    OperatingPoint point;
    point.frequency = hertz(numbers[0]);
    for (std::size_t p = 0; p < phase_count; ++p) {
      point.voltage.at(p) = volt(numbers.at(1 + p));
      point.voltage_angle.at(p) = degree(numbers.at(4 + p));
      point.current.at(p) = ampere(numbers.at(7 + p));
      point.displacement.at(p) = degree(numbers.at(10 + p));
    }
    return point;
  }

  [[nodiscard]] std::string state() const {
    const OperatingPoint wires = world_->output();
    const auto three = [](const auto& values, auto unit) {
      return fmt::format("{:.5f} {:.5f} {:.5f}", values[0].in(unit), values[1].in(unit),
                         values[2].in(unit));
    };
    return fmt::format("{} {:.5f} {} {} {} {}", world_->output_on() ? 1 : 0,
                       wires.frequency.in(hertz), three(wires.voltage, volt),
                       three(wires.voltage_angle, degree), three(wires.current, ampere),
                       three(wires.displacement, degree));
  }

  std::shared_ptr<ElectricalWorld> world_;
};

}  // namespace

std::shared_ptr<ServedInstrument> make_instrument(std::shared_ptr<ElectricalWorld> world) {
  return std::make_shared<TemplateInstrument>(std::move(world));
}

}  // namespace meterrig::source_template::simulator
