// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/scpi/command_reference.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "command_runner.h"

namespace meterrig::scpi {
namespace {

constexpr std::array<std::string_view, phase_count> phase_names{"L1", "L2", "L3"};

template <class Q, class U>
Q taken(const InstrumentValues& values, std::string_view key, U unit) {
  const auto found = values.find(key);
  return found == values.end() ? Q() : unit(found->second.number);
}

template <class Q, class U>
PerPhase<Q> taken_per_phase(const InstrumentValues& values, std::string_view name, U unit) {
  PerPhase<Q> all;
  for (std::size_t p = 0; p < phase_count; ++p)
    all.at(p) = taken<Q>(values, fmt::format("{}.{}", name, phase_names.at(p)), unit);
  return all;
}

class FileReference final : public ReferenceStandard {
 public:
  FileReference(std::unique_ptr<Conversation> conversation, CommandFile file, ports::Clock& clock)
      : has_pulse_input_(file.action("next_pulse") != nullptr),
        grants_time_(file.action("wait") != nullptr),
        runner_(std::move(conversation), std::move(file)),
        clock_(clock) {}
  Result<void> prepare() { return runner_.prepare(); }
  Result<InstrumentIdentity> identify() override { return runner_.identify(); }

  Result<ReferenceValues> read() override {
    const auto values = runner_.run("read", {});
    if (!values) return tl::unexpected(values.error());
    return ReferenceValues{
        .frequency = taken<Frequency>(*values, "frequency", hertz),
        .voltage = taken_per_phase<Voltage>(*values, "voltage", volt),
        .voltage_angle = taken_per_phase<Angle>(*values, "voltage_angle", degree),
        .current = taken_per_phase<Current>(*values, "current", ampere),
        .displacement = taken_per_phase<Angle>(*values, "displacement", degree),
        .active_power = taken_per_phase<ActivePower>(*values, "active_power", watt),
        .reactive_power = taken_per_phase<ReactivePower>(*values, "reactive_power", var),
        .apparent_power = taken_per_phase<ApparentPower>(*values, "apparent_power", volt_ampere),
        .voltage_thd = taken_per_phase<Percent>(*values, "voltage_thd", percent),
        .current_thd = taken_per_phase<Percent>(*values, "current_thd", percent)};
  }
  Result<void> start_energy() override {
    const auto done = runner_.run("start_energy", {});
    return done ? Result<void>() : tl::unexpected(done.error());
  }
  Result<EnergyCount> read_energy() override {
    const auto values = runner_.run("read_energy", {});
    if (!values) return tl::unexpected(values.error());
    return count_of(*values);
  }
  Result<std::optional<EnergyCount>> next_pulse() override {
    if (!has_pulse_input_)
      return fail(ErrorCode::unimplemented,
                  "the reference has no pulse input; expected an action next_pulse in its file");
    const auto values = runner_.run("next_pulse", {});
    if (!values) return tl::unexpected(values.error());
    const auto pulse = values->find("pulse");
    if (pulse == values->end() || pulse->second.word != "yes") return std::optional<EnergyCount>();
    return std::optional(count_of(*values));
  }
  Result<void> wait(Duration duration) override {
    if (!grants_time_) {
      clock_.sleep_until(clock_.now() + duration);
      return {};
    }
    const auto done =
        runner_.run("wait", {{"duration", {.number = duration.in(second), .word = {}}}});
    return done ? Result<void>() : tl::unexpected(done.error());
  }

 private:
  static EnergyCount count_of(const InstrumentValues& values) {
    return {.active_energy = taken_per_phase<ActiveEnergy>(values, "active_energy", watt_hour),
            .duration = taken<Duration>(values, "duration", second)};
  }

  bool has_pulse_input_;
  bool grants_time_;
  CommandRunner runner_;
  ports::Clock& clock_;
};

}  // namespace

Result<std::unique_ptr<ReferenceStandard>> connect_reference(
    std::unique_ptr<Conversation> conversation, CommandFile file, ports::Clock& clock) {
  if (file.role != InstrumentRole::reference_meter)
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} is a {}; expected a reference_meter", file.id, name(file.role)));
  auto reference = std::make_unique<FileReference>(std::move(conversation), std::move(file), clock);
  if (auto prepared = reference->prepare(); !prepared) return tl::unexpected(prepared.error());
  return reference;
}

}  // namespace meterrig::scpi
