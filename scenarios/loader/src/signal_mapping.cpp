// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/loader/signal_mapping.h"

#include <fmt/format.h>

#include <cmath>
#include <string>

namespace meterrig::loader {
namespace {

constexpr std::int32_t highest_order = 1000;

// Every number of a recipe, or why a channel cannot be computed.
template <class Kind, class Message>
Result<Channel<Kind>> channel_from(const Message& message, Unit<Kind> unit,
                                   const std::string& where) {
  const auto refuse = [&](std::string_view what, double value, std::string_view expected) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: {} of {}; expected {}", where, what, value, expected));
  };
  if (!std::isfinite(message.dc()))
    return refuse("direct component", message.dc(), "a finite number");
  if (!std::isfinite(message.noise_rms()) || message.noise_rms() < 0)
    return refuse("noise", message.noise_rms(), "a finite number, at least 0");
  Channel<Kind> channel{
      .dc = unit(message.dc()), .components = {}, .noise_rms = unit(message.noise_rms())};
  for (const auto& component : message.components()) {
    if (component.order() < 1 || component.order() > highest_order)
      return refuse("order", component.order(), fmt::format("one from 1 to {}", highest_order));
    if (!std::isfinite(component.rms()) || component.rms() < 0)
      return refuse("r.m.s. value", component.rms(), "a finite number, at least 0");
    if (!std::isfinite(component.phase()))
      return refuse("phase", component.phase(), "a finite number");
    channel.components.push_back({.order = component.order(),
                                  .rms = unit(component.rms()),
                                  .phase = degree(component.phase())});
  }
  return channel;
}

template <class Kind, class Messages>
Result<PerPhase<Channel<Kind>>> channels_from(const Messages& messages, Unit<Kind> unit,
                                              std::string_view name) {
  if (messages.size() > static_cast<int>(phase_count))
    return fail(ErrorCode::invalid_argument, fmt::format("{} channels of {}; expected at most {}",
                                                         messages.size(), name, phase_count));
  PerPhase<Channel<Kind>> result;
  for (std::size_t p = 0; p < phase_count; ++p) {
    result.at(p) = {.dc = unit(0), .components = {}, .noise_rms = unit(0)};
    if (static_cast<int>(p) >= messages.size()) continue;
    auto channel = channel_from(messages.Get(static_cast<int>(p)), unit,
                                fmt::format("{} of L{}", name, p + 1));
    if (!channel) return tl::unexpected(std::move(channel.error()));
    result.at(p) = std::move(*channel);
  }
  return result;
}

template <class Message>
Result<SignalRecipe> with_channels(SignalRecipe recipe, const Message& message) {
  if (recipe.frequency.numerator <= 0)
    return fail(ErrorCode::invalid_argument,
                fmt::format("frequency {}/{} Hz; expected one above 0 Hz",
                            recipe.frequency.numerator, recipe.frequency.denominator));
  auto voltage = channels_from(message.voltage(), volt, "voltage");
  if (!voltage) return tl::unexpected(std::move(voltage.error()));
  auto current = channels_from(message.current(), ampere, "current");
  if (!current) return tl::unexpected(std::move(current.error()));
  recipe.noise_seed = message.noise_seed();
  recipe.voltage = std::move(*voltage);
  recipe.current = std::move(*current);
  return recipe;
}

template <class Kind>
void write(const Channel<Kind>& channel, Unit<Kind> unit, v1::Channel& message) {
  message.set_dc(channel.dc.known() ? channel.dc.in(unit) : 0.0);
  message.set_noise_rms(channel.noise_rms.known() ? channel.noise_rms.in(unit) : 0.0);
  for (const Component<Kind>& component : channel.components) {
    v1::Component& line = *message.add_components();
    line.set_order(component.order);
    line.set_rms(component.rms.in(unit));
    line.set_phase(component.phase.in(degree));
  }
}

}  // namespace

Result<SignalRecipe> recipe_from(const v1::SignalRecipe& message) {
  const auto frequency =
      make_rational(message.frequency().numerator(), message.frequency().denominator());
  if (!frequency)
    return fail(ErrorCode::invalid_argument, "frequency: " + frequency.error().message);
  SignalRecipe recipe;
  recipe.frequency = *frequency;
  return with_channels(std::move(recipe), message);
}

v1::SignalRecipe message_from(const SignalRecipe& recipe) {
  v1::SignalRecipe message;
  message.mutable_frequency()->set_numerator(recipe.frequency.numerator);
  message.mutable_frequency()->set_denominator(recipe.frequency.denominator);
  message.set_noise_seed(recipe.noise_seed);
  for (std::size_t p = 0; p < phase_count; ++p) {
    write(recipe.voltage.at(p), volt, *message.add_voltage());
    write(recipe.current.at(p), ampere, *message.add_current());
  }
  return message;
}

Result<SignalRecipe> recipe_from(const v1::Scenario& scenario) {
  const auto frequency = exact_rational(scenario.frequency());
  if (!frequency) return fail(frequency.error().code, "frequency: " + frequency.error().message);
  SignalRecipe recipe;
  recipe.frequency = *frequency;
  return with_channels(std::move(recipe), scenario);
}

}  // namespace meterrig::loader
