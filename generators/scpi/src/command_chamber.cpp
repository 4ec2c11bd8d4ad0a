// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/scpi/command_chamber.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "command_runner.h"

namespace meterrig::scpi {
namespace {

class FileChamber final : public ClimaticChamber {
 public:
  FileChamber(std::unique_ptr<Conversation> conversation, CommandFile file)
      : runner_(std::move(conversation), std::move(file)) {}
  Result<void> prepare() { return runner_.prepare(); }
  Result<InstrumentIdentity> identify() override { return runner_.identify(); }

  Result<void> set(Temperature temperature) override {
    const auto done = runner_.run(
        "set", {{"temperature", {.number = temperature.in(degree_celsius), .word = {}}}});
    if (!done) return tl::unexpected(done.error());
    const auto state = read();
    if (!state) return tl::unexpected(state.error());
    const double apart = std::abs((state->set_point - temperature).in(degree_celsius));
    if (apart <= tolerance_of("set_point")) return {};
    return fail(ErrorCode::aborted,
                fmt::format("{}: the set point was set to {}, the instrument reads {}; expected "
                            "within {}",
                            runner_.name(), text_of(temperature), text_of(state->set_point),
                            exact_text(tolerance_of("set_point"), QuantityKind::temperature)));
  }
  Result<ChamberState> read() override {
    const auto values = runner_.run("read", {});
    if (!values) return tl::unexpected(values.error());
    ChamberState state{.temperature = degree_celsius(values->at("temperature").number),
                       .set_point = degree_celsius(values->at("set_point").number),
                       .settled = false};
    const auto settled = values->find("settled");
    state.settled = settled != values->end()
                        ? settled->second.word == "on"
                        : std::abs((state.temperature - state.set_point).in(degree_celsius)) <=
                              tolerance_of("temperature");
    return state;
  }
  Result<void> off() override { return runner_.off(); }

 private:
  [[nodiscard]] double tolerance_of(std::string_view name) const {
    const InstrumentParameter* parameter = runner_.file().parameter(name);
    return parameter == nullptr ? 0 : parameter->tolerance;
  }
  static std::string text_of(Temperature temperature) {
    return exact_text(temperature.in(degree_celsius), QuantityKind::temperature);
  }
  CommandRunner runner_;
};

}  // namespace

Result<std::unique_ptr<ClimaticChamber>> connect_chamber(std::unique_ptr<Conversation> conversation,
                                                         CommandFile file) {
  if (file.role != InstrumentRole::climatic_chamber)
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} is a {}; expected a climatic_chamber", file.id, name(file.role)));
  auto chamber = std::make_unique<FileChamber>(std::move(conversation), std::move(file));
  if (auto prepared = chamber->prepare(); !prepared) return tl::unexpected(prepared.error());
  return chamber;
}

}  // namespace meterrig::scpi
