// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/scpi/command_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "command_runner.h"
#include "meterrig/scpi/output_check.h"
#include "meterrig/scpi/settle.h"

namespace meterrig::scpi {
namespace {

constexpr std::array<std::string_view, phase_count> phase_names{"L1", "L2", "L3"};

std::string key(std::string_view name, std::size_t phase) {
  return fmt::format("{}.{}", name, phase_names.at(phase));
}

double number_or_nan(const InstrumentValues& values, std::string_view name) {
  const auto found = values.find(name);
  return found == values.end() ? std::nan("") : found->second.number;
}

InstrumentValues values_of(const OperatingPoint& point) {
  InstrumentValues values;
  const auto put = [&values](std::string name, double number) {
    values[std::move(name)] = {.number = number, .word = {}};
  };
  put("frequency", point.frequency.in(hertz));
  for (std::size_t p = 0; p < phase_count; ++p) {
    const Angle voltage_angle = point.voltage_angle.at(p);
    const Angle displacement = point.displacement.at(p);
    put(key("voltage", p), point.voltage.at(p).in(volt));
    put(key("current", p), point.current.at(p).in(ampere));
    put(key("voltage_angle", p), voltage_angle.in(degree));
    put(key("displacement", p), displacement.in(degree));
    put(key("current_angle", p), (voltage_angle - displacement).in(degree));
  }
  return values;
}

OperatingPoint point_of(const InstrumentValues& values) {
  OperatingPoint point;
  point.frequency = hertz(number_or_nan(values, "frequency"));
  for (std::size_t p = 0; p < phase_count; ++p) {
    point.voltage.at(p) = volt(number_or_nan(values, key("voltage", p)));
    point.current.at(p) = ampere(number_or_nan(values, key("current", p)));
    point.voltage_angle.at(p) = degree(number_or_nan(values, key("voltage_angle", p)));
    point.displacement.at(p) = degree(number_or_nan(values, key("displacement", p)));
    const Angle current_angle = degree(number_or_nan(values, key("current_angle", p)));
    if (current_angle.known()) point.displacement.at(p) = point.voltage_angle.at(p) - current_angle;
  }
  return point;
}

/// The words of a command file as a source's range and tolerance.
struct SourceFigures {
  SourceRange range;
  OutputTolerance tolerance;
  explicit SourceFigures(const CommandFile& file) {
    const auto of = [&file](std::string_view name) {
      const InstrumentParameter* parameter = file.parameter(name);
      return parameter == nullptr ? InstrumentParameter{} : *parameter;
    };
    const InstrumentParameter u = of("voltage");
    const InstrumentParameter i = of("current");
    const InstrumentParameter f = of("frequency");
    range = {.voltage = volt(u.maximum),
             .current = ampere(i.maximum),
             .lowest = hertz(f.minimum),
             .highest = hertz(f.maximum)};
    const double angle = std::max({of("voltage_angle").tolerance, of("displacement").tolerance,
                                   of("current_angle").tolerance});
    tolerance = {.voltage = {volt(u.tolerance), u.relative_tolerance},
                 .current = {ampere(i.tolerance), i.relative_tolerance},
                 .frequency = {hertz(f.tolerance), f.relative_tolerance},
                 .angle = degree(angle)};
  }
};

class FileSource final : public CommandSource {
 public:
  FileSource(std::unique_ptr<Conversation> conversation, CommandFile file, ports::Clock& clock)
      : figures_(file),
        line_(*conversation),
        runner_(std::move(conversation), std::move(file)),
        clock_(clock) {}
  ~FileSource() override {
    if (energised_) static_cast<void>(runner_.send_off());
  }
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  Result<void> prepare() { return runner_.prepare(); }
  Result<InstrumentIdentity> identify() override { return runner_.identify(); }
  [[nodiscard]] SourceRange range() const override { return figures_.range; }
  Result<void> apply(const OperatingPoint& wanted) override;
  Result<void> play(std::unique_ptr<Signal> /*signal*/, Rational /*frequency*/) override {
    return fail(ErrorCode::unimplemented,
                fmt::format("{} takes set-points; expected no samples", runner_.file().id));
  }
  Result<OutputState> read_back() override;
  Result<void> off() override;
  [[nodiscard]] std::optional<Duration> watchdog() const override {
    const std::optional<InstrumentWatchdog>& watchdog = runner_.file().watchdog;
    if (!watchdog) return std::nullopt;
    return watchdog->interval;
  }
  [[nodiscard]] ConversationStatistics statistics() const override { return line_.statistics(); }

 private:
  /// Error: out_of_range for a value of a phase that no command sets.
  Result<void> check_phases(const OperatingPoint& point) const;
  [[nodiscard]] bool sets(std::string_view value_key) const;
  [[nodiscard]] bool tells_output() const { return runner_.file().parameter("output") != nullptr; }

  SourceFigures figures_;
  Conversation& line_;  // of the runner
  CommandRunner runner_;
  ports::Clock& clock_;
  bool energised_ = false;  // something was sent since it was seen off
};

bool FileSource::sets(std::string_view value_key) const {
  const InstrumentAction* apply = runner_.file().action("apply");
  return std::ranges::any_of(apply->steps, [value_key](const InstrumentStep& step) {
    return std::ranges::any_of(step.text.pieces(), [value_key](const CommandPiece& piece) {
      return piece.sort == CommandPiece::Sort::value && piece.key() == value_key;
    });
  });
}

Result<void> FileSource::check_phases(const OperatingPoint& point) const {
  for (std::size_t p = 0; p < phase_count; ++p) {
    const auto lacks = [&](std::string_view name) {
      return fail(ErrorCode::out_of_range,
                  fmt::format("{}: {} has none; expected 0", key(name, p), runner_.file().id));
    };
    if (point.voltage.at(p) > volt(0) && !sets(key("voltage", p))) return lacks("voltage");
    if (point.current.at(p) > ampere(0) && !sets(key("current", p))) return lacks("current");
  }
  return {};
}

Result<void> FileSource::apply(const OperatingPoint& wanted) {
  if (auto checked = check_range(wanted, figures_.range); !checked) return checked;
  if (auto checked = check_phases(wanted); !checked) return checked;
  const OperatingPoint point = with_all_angles(wanted);
  energised_ = true;
  if (auto set = runner_.run("apply", values_of(point)); !set) return tl::unexpected(set.error());
  return look_until_settled(clock_, runner_.file().action("apply")->settle, [&]() -> Result<void> {
    const auto state = read_back();
    if (!state) return tl::unexpected(state.error());
    if (!state->on)
      return fail(ErrorCode::aborted,
                  fmt::format("{}: the output is off after it was set", runner_.name()));
    auto same = check_output(point, state->point, figures_.tolerance);
    if (!same)
      return fail(same.error().code, fmt::format("{}: {}", runner_.name(), same.error().message));
    return same;
  });
}

Result<OutputState> FileSource::read_back() {
  const auto values = runner_.run("read_back", {});
  if (!values) return tl::unexpected(values.error());
  OutputState state{.on = false,
                    .measured = runner_.file().action("read_back")->measured,
                    .point = point_of(*values)};
  if (const auto output = values->find("output"); output != values->end()) {
    state.on = output->second.word == "on";
  } else {
    // A point of zeros is put out, too, as far as anybody can tell.
    state.on = !check_silent(state.point, figures_.tolerance) || energised_;
  }
  return state;
}

Result<void> FileSource::off() {
  const auto sent = runner_.send_off();
  const auto seen =
      look_until_settled(clock_, runner_.file().action("off")->settle, [&]() -> Result<void> {
        const auto state = read_back();
        if (!state) return tl::unexpected(state.error());
        if (tells_output() && state->on)
          return fail(
              ErrorCode::aborted,
              fmt::format("{}: the output is on after it was switched off", runner_.name()));
        // An open output still tells what it is set to.
        if (tells_output() && !state->measured) return {};
        return check_silent(state->point, figures_.tolerance);
      });
  if (!seen) return sent ? seen : sent;
  energised_ = false;
  return {};
}

}  // namespace

Result<std::unique_ptr<CommandSource>> connect_source(std::unique_ptr<Conversation> conversation,
                                                      CommandFile file, ports::Clock& clock) {
  if (file.role != InstrumentRole::three_phase_source)
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} is a {}; expected a three_phase_source", file.id, name(file.role)));
  auto source = std::make_unique<FileSource>(std::move(conversation), std::move(file), clock);
  if (auto prepared = source->prepare(); !prepared) return tl::unexpected(prepared.error());
  return source;
}

}  // namespace meterrig::scpi
