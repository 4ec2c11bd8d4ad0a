// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/loader/signal_mapping.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace meterrig::loader {
namespace {

constexpr std::int32_t highest_order = 1000;
constexpr double longest_seconds = 1e9;
constexpr std::int64_t longest_nanoseconds = 1'000'000'000'000'000'000;
constexpr std::int64_t last_cycle = 1'000'000'000'000;
constexpr double greatest = std::numeric_limits<double>::max();

constexpr std::string_view any = "a finite number";
constexpr std::string_view none_or_more = "a finite number, at least 0";

// The first thing that is wrong with a message, and where.
class Complaint {
 public:
  void check(bool right, const std::string& where, std::string_view what, double value,
             std::string_view expected) {
    if (!right) refuse(where, fmt::format("{} of {}; expected {}", what, value, expected));
  }
  void refuse(const std::string& where, std::string_view what) {
    if (!error_) error_ = Error{ErrorCode::invalid_argument, fmt::format("{}: {}", where, what)};
  }
  void finite(const std::string& where, std::string_view what, double value) {
    check(std::isfinite(value), where, what, value, any);
  }
  void from_zero(const std::string& where, std::string_view what, double value,
                 double most = greatest) {
    check(value >= 0 && value <= most, where, what, value,
          most == greatest ? none_or_more : fmt::format("one from 0 to {}", most));
  }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  std::optional<Error> error_;
};

Rational ratio_from(const v1::Rational& message, const std::string& where, Complaint& complaint) {
  const auto ratio = make_rational(message.numerator(), message.denominator());
  if (ratio && ratio->numerator > 0) return *ratio;
  complaint.refuse(where, fmt::format("frequency {}/{} Hz; expected one above 0 Hz",
                                      message.numerator(), message.denominator()));
  return {1, 1};
}

template <class Depth>
Modulation<Depth> modulation_from(const v1::Modulation& message, Depth depth, double most,
                                  const std::string& where, Complaint& complaint) {
  complaint.check(message.shape() == v1::MODULATION_SHAPE_SINE ||
                      message.shape() == v1::MODULATION_SHAPE_RECTANGULAR,
                  where, "shape", message.shape(), "sine or rectangular");
  complaint.from_zero(where, "depth", message.depth(), most);
  complaint.finite(where, "phase", message.phase());
  return {.shape = message.shape() == v1::MODULATION_SHAPE_RECTANGULAR
                       ? ModulationShape::rectangular
                       : ModulationShape::sine,
          .frequency = ratio_from(message.frequency(), where, complaint),
          .depth = depth,
          .phase = degree(message.phase())};
}

template <class Value>
Change<Value> change_from(const v1::Change& message, Value value, const std::string& where,
                          Complaint& complaint) {
  complaint.check(message.start() >= 0 && message.start() <= longest_nanoseconds, where, "start",
                  static_cast<double>(message.start()), "nanoseconds from 0 to 10^18");
  complaint.check(message.start_cycle() >= 0 && message.start_cycle() <= last_cycle, where,
                  "start_cycle", static_cast<double>(message.start_cycle()), "one from 0 to 10^12");
  complaint.check(message.start_angle() >= 0 && message.start_angle() < 360, where, "start_angle",
                  message.start_angle(), "one from 0 to below 360");
  complaint.finite(where, "value", message.value());
  complaint.from_zero(where, "ramp", message.ramp(), longest_seconds);
  complaint.from_zero(where, "hold", message.hold(), longest_seconds);
  Change<Value> change{.start = {.time = {message.start()}, .angle = {}, .cycle = 0},
                       .value = value,
                       .ramp = second(message.ramp()),
                       .hold = {}};
  if (message.has_start_angle()) {
    change.start.angle = degree(message.start_angle());
    change.start.cycle = message.start_cycle();
  }
  if (message.has_hold()) change.hold = second(message.hold());
  return change;
}

Change<Frequency> frequency_change_from(const v1::Change& message, const std::string& where,
                                        Complaint& complaint) {
  complaint.check(!message.has_start_angle(), where, "start_angle", message.start_angle(),
                  "a time: frequency does not change at an angle");
  return change_from(message, hertz(message.value()), where, complaint);
}

static_assert(v1::FORM_KIND_RECTIFIER == static_cast<int>(FormKind::rectifier) + 1 &&
              v1::FORM_KIND_HALF_WAVE == static_cast<int>(FormKind::half_wave) + 1);

template <class Kind>
Form<Kind> form_from(const v1::Form& message, Unit<Kind> unit, const std::string& where,
                     Complaint& complaint) {
  const bool known =
      message.kind() > v1::FORM_KIND_UNSPECIFIED && message.kind() <= v1::FORM_KIND_RECTIFIER;
  complaint.check(known, where, "kind", message.kind(), "one of those of FormKind");
  complaint.from_zero(where, "rms", message.rms());
  complaint.finite(where, "phase", message.phase());
  complaint.check(message.highest_order() >= 1 && message.highest_order() <= highest_form_order,
                  where, "highest_order", message.highest_order(),
                  fmt::format("one from 1 to {}", highest_form_order));
  if (message.kind() == v1::FORM_KIND_BURST_FIRED) {
    const auto cycles = [&](std::string_view what, std::int32_t count) {
      complaint.check(count >= 1 && count <= most_burst_cycles, where, what, count,
                      fmt::format("one from 1 to {}", most_burst_cycles));
    };
    cycles("on_cycles", message.on_cycles());
    cycles("off_cycles", message.off_cycles());
    complaint.check(
        std::int64_t{message.highest_order()} *
                (std::int64_t{message.on_cycles()} + message.off_cycles()) <=
            most_form_lines,
        where, "highest_order", message.highest_order(),
        fmt::format("at most {} of highest_order times on_cycles and off_cycles", most_form_lines));
  } else if (message.kind() != v1::FORM_KIND_HALF_WAVE) {
    complaint.check(message.angle() > 0 && message.angle() < 180, where, "angle", message.angle(),
                    "one above 0 and below 180");
  } else {
    complaint.finite(where, "angle", message.angle());
  }
  return {.kind = known ? static_cast<FormKind>(message.kind() - 1) : FormKind::half_wave,
          .rms = unit(message.rms()),
          .phase = degree(message.phase()),
          .angle = degree(message.angle()),
          .on_cycles = message.on_cycles(),
          .off_cycles = message.off_cycles(),
          .highest_order = message.highest_order()};
}

template <class Kind>
Tone<Kind> tone_from(const v1::Tone& message, Unit<Kind> unit, const std::string& where,
                     Complaint& complaint) {
  complaint.from_zero(where, "rms", message.rms());
  complaint.finite(where, "phase", message.phase());
  Tone<Kind> tone{.frequency = ratio_from(message.frequency(), where, complaint),
                  .rms = unit(message.rms()),
                  .phase = degree(message.phase()),
                  .frequency_changes = {}};
  for (int k = 0; k < message.frequency_changes_size(); ++k)
    tone.frequency_changes.push_back(
        frequency_change_from(message.frequency_changes(k),
                              fmt::format("{}: frequency_changes[{}]", where, k), complaint));
  return tone;
}

template <class Kind>
NoiseBand<Kind> band_from(const v1::NoiseBand& message, Unit<Kind> unit, const std::string& where,
                          Complaint& complaint) {
  complaint.from_zero(where, "lowest", message.lowest());
  complaint.check(std::isfinite(message.highest()) && message.highest() > message.lowest(), where,
                  "highest", message.highest(), "a finite number above lowest");
  complaint.from_zero(where, "rms", message.rms());
  return {.lowest = hertz(message.lowest()),
          .highest = hertz(message.highest()),
          .rms = unit(message.rms())};
}

// `make(entry, where)` of each entry of a list.
template <class List, class Make>
void each(const List& list, const std::string& where, std::string_view name, Make make) {
  for (int k = 0; k < list.size(); ++k)
    make(list.Get(k), fmt::format("{}: {}[{}]", where, name, k));
}

template <class Kind>
Channel<Kind> channel_from(const v1::Channel& message, Unit<Kind> unit, int depth,
                           const std::string& where, Complaint& complaint);

template <class Kind>
void read_changes(const v1::Channel& message, Unit<Kind> unit, const std::string& where,
                  Channel<Kind>& channel, Complaint& complaint) {
  using Where = const std::string&;
  each(message.amplitude_modulations(), where, "amplitude_modulations",
       [&](const v1::Modulation& m, Where at) {
         channel.amplitude_modulations.push_back(
             modulation_from(m, percent(m.depth()), 100, at, complaint));
       });
  each(message.phase_modulations(), where, "phase_modulations",
       [&](const v1::Modulation& m, Where at) {
         channel.phase_modulations.push_back(
             modulation_from(m, degree(m.depth()), greatest, at, complaint));
       });
  each(message.amplitude_changes(), where, "amplitude_changes", [&](const v1::Change& c, Where at) {
    complaint.from_zero(at, "value", c.value());
    channel.amplitude_changes.push_back(change_from(c, percent(c.value()), at, complaint));
  });
  each(message.phase_changes(), where, "phase_changes", [&](const v1::Change& c, Where at) {
    channel.phase_changes.push_back(change_from(c, degree(c.value()), at, complaint));
  });
  each(message.dc_changes(), where, "dc_changes", [&](const v1::Change& c, Where at) {
    channel.dc_changes.push_back(change_from(c, unit(c.value()), at, complaint));
  });
}

// `depth` channels hold this one.
template <class Kind>
Channel<Kind> channel_from(const v1::Channel& message, Unit<Kind> unit, int depth,
                           const std::string& where, Complaint& complaint) {
  using Where = const std::string&;
  complaint.finite(where, "direct component", message.dc());
  complaint.from_zero(where, "noise", message.noise_rms());
  Channel<Kind> channel{
      .dc = unit(message.dc()), .components = {}, .noise_rms = unit(message.noise_rms())};
  for (const v1::Component& component : message.components()) {
    complaint.check(component.order() >= 1 && component.order() <= highest_order, where, "order",
                    component.order(), fmt::format("one from 1 to {}", highest_order));
    complaint.from_zero(where, "r.m.s. value", component.rms());
    complaint.finite(where, "phase", component.phase());
    channel.components.push_back({.order = component.order(),
                                  .rms = unit(component.rms()),
                                  .phase = degree(component.phase())});
  }
  each(message.forms(), where, "forms", [&](const v1::Form& form, Where at) {
    channel.forms.push_back(form_from(form, unit, at, complaint));
  });
  each(message.tones(), where, "tones", [&](const v1::Tone& tone, Where at) {
    channel.tones.push_back(tone_from(tone, unit, at, complaint));
  });
  each(message.noise_bands(), where, "noise_bands", [&](const v1::NoiseBand& band, Where at) {
    channel.noise_bands.push_back(band_from(band, unit, at, complaint));
  });
  read_changes(message, unit, where, channel, complaint);
  if (depth == deepest_channel) {
    complaint.check(message.also().empty(), where, "also", message.also_size(),
                    fmt::format("channels in channels at most {} deep", deepest_channel));
    return channel;
  }
  each(message.also(), where, "also", [&](const v1::Channel& other, Where at) {
    channel.also.push_back(channel_from(other, unit, depth + 1, at, complaint));
  });
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
    Complaint complaint;
    result.at(p) = channel_from(messages.Get(static_cast<int>(p)), unit, 0,
                                fmt::format("{} of L{}", name, p + 1), complaint);
    if (const auto& error = complaint.error()) return tl::unexpected(*error);
  }
  return result;
}

Result<void> read_frequency(const v1::SignalRecipe& message, SignalRecipe& recipe) {
  Complaint complaint;
  for (int k = 0; k < message.frequency_modulations_size(); ++k) {
    const v1::Modulation& modulation = message.frequency_modulations(k);
    recipe.frequency_modulations.push_back(
        modulation_from(modulation, hertz(modulation.depth()), greatest,
                        fmt::format("frequency_modulations[{}]", k), complaint));
  }
  for (int k = 0; k < message.frequency_changes_size(); ++k)
    recipe.frequency_changes.push_back(frequency_change_from(
        message.frequency_changes(k), fmt::format("frequency_changes[{}]", k), complaint));
  if (const auto& error = complaint.error()) return tl::unexpected(*error);
  return {};
}

void write(Rational value, v1::Rational& message) {
  message.set_numerator(value.numerator);
  message.set_denominator(value.denominator);
}

template <class Depth, class Unit>
void write(const Modulation<Depth>& modulation, Unit unit, v1::Modulation& message) {
  message.set_shape(modulation.shape == ModulationShape::rectangular
                        ? v1::MODULATION_SHAPE_RECTANGULAR
                        : v1::MODULATION_SHAPE_SINE);
  write(modulation.frequency, *message.mutable_frequency());
  message.set_depth(modulation.depth.in(unit));
  message.set_phase(modulation.phase.in(degree));
}

template <class Value, class Unit>
void write(const Change<Value>& change, Unit unit, v1::Change& message) {
  message.set_start(change.start.time.nanoseconds);
  if (change.start.angle) {
    message.set_start_angle(change.start.angle->in(degree));
    message.set_start_cycle(change.start.cycle);
  }
  message.set_value(change.value.in(unit));
  message.set_ramp(change.ramp.in(second));
  if (change.hold) message.set_hold(change.hold->in(second));
}

template <class Kind>
void write(const Form<Kind>& form, Unit<Kind> unit, v1::Form& message) {
  message.set_kind(static_cast<v1::FormKind>(static_cast<int>(form.kind) + 1));
  message.set_rms(form.rms.in(unit));
  message.set_phase(form.phase.in(degree));
  message.set_angle(form.angle.known() ? form.angle.in(degree) : 0.0);
  message.set_on_cycles(form.on_cycles);
  message.set_off_cycles(form.off_cycles);
  message.set_highest_order(form.highest_order);
}

template <class Kind>
void write(const Tone<Kind>& tone, Unit<Kind> unit, v1::Tone& message) {
  write(tone.frequency, *message.mutable_frequency());
  message.set_rms(tone.rms.in(unit));
  message.set_phase(tone.phase.in(degree));
  for (const Change<Frequency>& change : tone.frequency_changes)
    write(change, hertz, *message.add_frequency_changes());
}

template <class Kind>
void write(const NoiseBand<Kind>& band, Unit<Kind> unit, v1::NoiseBand& message) {
  message.set_lowest(band.lowest.in(hertz));
  message.set_highest(band.highest.in(hertz));
  message.set_rms(band.rms.in(unit));
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
  for (const auto& form : channel.forms) write(form, unit, *message.add_forms());
  for (const auto& tone : channel.tones) write(tone, unit, *message.add_tones());
  for (const auto& band : channel.noise_bands) write(band, unit, *message.add_noise_bands());
  for (const auto& modulation : channel.amplitude_modulations)
    write(modulation, percent, *message.add_amplitude_modulations());
  for (const auto& modulation : channel.phase_modulations)
    write(modulation, degree, *message.add_phase_modulations());
  for (const auto& change : channel.amplitude_changes)
    write(change, percent, *message.add_amplitude_changes());
  for (const auto& change : channel.phase_changes)
    write(change, degree, *message.add_phase_changes());
  for (const auto& change : channel.dc_changes) write(change, unit, *message.add_dc_changes());
  for (const auto& other : channel.also) write(other, unit, *message.add_also());
}

}  // namespace

Result<SignalRecipe> recipe_from(const v1::SignalRecipe& message) {
  const auto frequency =
      make_rational(message.frequency().numerator(), message.frequency().denominator());
  if (!frequency)
    return fail(ErrorCode::invalid_argument, "frequency: " + frequency.error().message);
  if (frequency->numerator <= 0)
    return fail(ErrorCode::invalid_argument,
                fmt::format("frequency {}/{} Hz; expected one above 0 Hz", frequency->numerator,
                            frequency->denominator));
  SignalRecipe recipe;
  recipe.frequency = *frequency;
  recipe.noise_seed = message.noise_seed();
  auto voltage = channels_from(message.voltage(), volt, "voltage");
  if (!voltage) return tl::unexpected(std::move(voltage.error()));
  auto current = channels_from(message.current(), ampere, "current");
  if (!current) return tl::unexpected(std::move(current.error()));
  recipe.voltage = std::move(*voltage);
  recipe.current = std::move(*current);
  if (auto read = read_frequency(message, recipe); !read)
    return tl::unexpected(std::move(read.error()));
  return recipe;
}

v1::SignalRecipe message_from(const SignalRecipe& recipe) {
  v1::SignalRecipe message;
  write(recipe.frequency, *message.mutable_frequency());
  message.set_noise_seed(recipe.noise_seed);
  for (std::size_t p = 0; p < phase_count; ++p) {
    write(recipe.voltage.at(p), volt, *message.add_voltage());
    write(recipe.current.at(p), ampere, *message.add_current());
  }
  for (const auto& modulation : recipe.frequency_modulations)
    write(modulation, hertz, *message.add_frequency_modulations());
  for (const auto& change : recipe.frequency_changes)
    write(change, hertz, *message.add_frequency_changes());
  return message;
}

}  // namespace meterrig::loader
