// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/scpi_simulator/calmet_calibrator.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "meterrig/scpi_simulator/scpi_command.h"

namespace meterrig::scpi::simulator {
namespace {

constexpr std::size_t channel_count = 2 * phase_count;
constexpr double greatest_angle = 360;

class CalmetCalibrator final : public ServedInstrument {
 public:
  CalmetCalibrator(std::shared_ptr<ElectricalWorld> world, char separator)
      : world_(std::move(world)), separator_(separator) {
    standby_.fill(true);
    for (std::size_t p = 1; p < phase_count; ++p) between_.at(p) = p == 1 ? 120 : -120;
  }
  [[nodiscard]] LineEnd line_end() const override { return LineEnd::cr_lf; }
  void pass_time() override { world_->catch_up(); }

  std::optional<std::string> answer(std::string_view line) override {
    world_->heard_command();
    const std::size_t mark = line.find(separator_);
    if (mark == std::string_view::npos) return "ER";
    const std::string_view command = line.substr(0, mark);
    std::vector<double> numbers;
    for (std::string_view rest = line.substr(mark + 1); !rest.empty();) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      const auto number = scpi_number(rest.substr(0, comma));
      if (!number) return "ER";
      numbers.push_back(*number);
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    if (numbers.empty()) return read(command);
    return write(command, numbers) ? "OK" : "ER";
  }

 private:
  std::string read(std::string_view command) const {
    const SourceRange& range = world_->range();
    const OperatingPoint point = world_->set_point();
    if (command == "VR") return "C300 4.0.7 date 2006-06-27 S/N: 1";
    if (command == "GETMINURNG") return "0.50000, 1.00000";
    if (command == "GETMAXURNG")
      return fmt::format("{:.4f}, {:.4f}", range.voltage.in(volt) / 2, range.voltage.in(volt));
    if (command == "GETMAXIRNG") return fmt::format("0.500000, {:.5f}", range.current.in(ampere));
    if (command == "GETMINFRRNG") return fmt::format("{:.4f}", range.lowest.in(hertz));
    if (command == "GETMAXFRRNG") return fmt::format("{:.4f}", range.highest.in(hertz));
    if (command == "ENDAMP")
      return fmt::format("{:.4f} {:.4f} {:.4f} {:.5f} {:.5f} {:.5f}", amplitude(0), amplitude(1),
                         amplitude(2), amplitude(3), amplitude(4), amplitude(5));
    if (command == "ENDPHA")
      return fmt::format("{:.2f} {:.2f} {:.2f} {:.2f} {:.2f}", point.displacement[0].in(degree),
                         point.displacement[1].in(degree), point.displacement[2].in(degree),
                         between_[1], between_[2]);
    if (command == "ENDFRQ")
      return fmt::format("{0:.4f} {0:.4f} {0:.4f} {0:.4f} {0:.4f} {0:.4f}",
                         point.frequency.in(hertz));
    if (command == "SO") {
      std::array<int, channel_count> states{};
      for (std::size_t c = 0; c < channel_count; ++c)
        states.at(c) = standby_.at(c) || !world_->output_on() ? 1 : 0;
      return fmt::format("{}", fmt::join(states, " "));
    }
    return "ER";
  }

  /// Of a channel that operates, what it puts out; of one in stand-by, what it is set to.
  [[nodiscard]] double amplitude(std::size_t channel) const {
    const bool operates = !standby_.at(channel) && world_->output_on();
    const OperatingPoint point = operates ? world_->output() : asked_;
    const std::size_t p = channel % phase_count;
    return channel < phase_count ? point.voltage.at(p).in(volt) : point.current.at(p).in(ampere);
  }

  bool write(std::string_view command, const std::vector<double>& numbers) {
    if (command == "AMP") return set_amplitudes(numbers);
    if (command == "PHA") return set_angles(numbers);
    if (command == "FRQ") return set_frequency(numbers);
    if (command == "SO") return set_standby(numbers);
    return false;
  }

  bool set_amplitudes(const std::vector<double>& numbers) {
    if (numbers.size() != channel_count) return false;
    for (std::size_t p = 0; p < phase_count; ++p) {
      const double volts = numbers[p];
      const double amperes = numbers[phase_count + p];
      if (volts < 0 || volts > world_->range().voltage.in(volt) || amperes < 0 ||
          amperes > world_->range().current.in(ampere))
        return false;
      asked_.voltage.at(p) = volt(volts);
      asked_.current.at(p) = ampere(amperes);
    }
    return put_out();
  }

  bool set_angles(const std::vector<double>& numbers) {
    if (numbers.size() != phase_count + 2) return false;
    if (std::ranges::any_of(numbers, [](double n) { return std::abs(n) > greatest_angle; }))
      return false;
    for (std::size_t p = 0; p < phase_count; ++p) asked_.displacement.at(p) = degree(numbers[p]);
    between_ = {0, numbers[phase_count], numbers[phase_count + 1]};
    return put_out();
  }

  bool set_frequency(const std::vector<double>& numbers) {
    if (numbers.size() != channel_count) return false;
    const bool same =
        std::ranges::all_of(numbers, [&numbers](double n) { return n == numbers[0]; });
    if (!same || hertz(numbers[0]) < world_->range().lowest ||
        hertz(numbers[0]) > world_->range().highest)
      return false;
    asked_.frequency = hertz(numbers[0]);
    return put_out();
  }

  bool set_standby(const std::vector<double>& numbers) {
    if (numbers.size() != channel_count) return false;
    if (std::ranges::any_of(numbers, [](double n) { return n != 0 && n != 1; })) return false;
    bool any = false;
    for (std::size_t c = 0; c < channel_count; ++c) {
      standby_.at(c) = numbers[c] == 1;
      any = any || !standby_.at(c);
    }
    put_out();
    world_->switch_output(any);
    return true;
  }

  bool put_out() {
    OperatingPoint point = asked_;
    for (std::size_t p = 0; p < phase_count; ++p) {
      point.voltage_angle.at(p) = degree(-between_.at(p));
      if (standby_.at(p)) point.voltage.at(p) = volt(0);
      if (standby_.at(phase_count + p)) point.current.at(p) = ampere(0);
    }
    world_->set(point);
    return true;
  }

  std::shared_ptr<ElectricalWorld> world_;
  char separator_;
  OperatingPoint asked_{.frequency = hertz(50),
                        .voltage = {volt(0), volt(0), volt(0)},
                        .voltage_angle = {degree(0), degree(-120), degree(120)},
                        .current = {ampere(0), ampere(0), ampere(0)},
                        .displacement = {degree(0), degree(0), degree(0)}};
  std::array<bool, channel_count> standby_{};
  PerPhase<double> between_{};  // angle from U1 to each voltage, degrees
};

}  // namespace

std::shared_ptr<ServedInstrument> make_calmet_calibrator(std::shared_ptr<ElectricalWorld> world,
                                                         char separator) {
  return std::make_shared<CalmetCalibrator>(std::move(world), separator);
}

}  // namespace meterrig::scpi::simulator
