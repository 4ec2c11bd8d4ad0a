// SPDX-License-Identifier: GPL-3.0-or-later
#include "plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace meterrig::synthesis {
namespace {

std::string row_name(std::size_t row) {
  return fmt::format("{} L{}", row < phase_count ? "voltage" : "current", row % phase_count + 1);
}

template <class Kind>
double value_or_none(Quantity<Kind> quantity, Unit<Kind> unit) {
  return quantity.known() ? quantity.in(unit) : 0;
}

double turns_of(Angle angle) { return angle.in(degree) / 360; }

Turn turn_of_turns(double turns) { return turn_of(degree(360 * (turns - std::floor(turns)))); }

void multiply_and_add(std::span<const double> wave, std::span<const double> factors, double* out) {
  for (std::size_t i = 0; i < wave.size(); ++i) out[i] += wave[i] * factors[i];
}

}  // namespace

// Sorts what a recipe has into a plan.
class Synthesis::Plan::Builder {
 public:
  Builder(const SignalRecipe& recipe, Rational rate, Plan& plan)
      : recipe_(recipe), rate_(rate), plan_(plan) {}

  template <class Kind>
  Result<void> add_row(const Channel<Kind>& channel, Unit<Kind> unit, std::size_t row) {
    const double noise = value_or_none(channel.noise_rms, unit);
    if (noise > 0)
      plan_.white_.push_back(
          {.row = row, .stream = stream(static_cast<std::uint32_t>(row)), .rms = noise});
    return add(channel, unit, row);
  }

  void finish() {
    std::vector<double> offsets(direct_.begin(), direct_.end());
    std::vector<SharedWaves::Target> rows(row_count);
    for (std::size_t row = 0; row < row_count; ++row) rows[row].row = row;
    plan_.shared_.push_back(
        {.table = WaveTable(row_count, steady_lines_, offsets), .targets = std::move(rows)});
    for (std::size_t begin = 0; begin < enveloped_.size(); begin += WaveTable::most_waves) {
      const std::size_t end = std::min(begin + WaveTable::most_waves, enveloped_.size());
      std::vector<WaveLine> lines;
      std::vector<double> direct;
      std::vector<SharedWaves::Target> targets;
      for (std::size_t k = begin; k < end; ++k) {
        for (WaveLine line : enveloped_[k].lines) {
          line.wave = k - begin;
          lines.push_back(line);
        }
        direct.push_back(enveloped_[k].direct);
        targets.push_back({.row = enveloped_[k].row, .envelope = enveloped_[k].envelope});
      }
      plan_.shared_.push_back(
          {.table = WaveTable(end - begin, lines, direct), .targets = std::move(targets)});
    }
  }

 private:
  struct Wave {
    std::size_t row;
    std::vector<WaveLine> lines;
    double direct = 0;
    Envelope envelope;
  };

  [[nodiscard]] NoiseChannel stream(std::uint32_t number) const {
    return {.seed = recipe_.noise_seed, .channel = number};
  }

  // What stands at the head of every error.
  template <class... Arguments>
  static tl::unexpected<Error> refuse(std::size_t row, fmt::format_string<Arguments...> text,
                                      Arguments&&... arguments) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: {}", row_name(row),
                            fmt::format(text, std::forward<Arguments>(arguments)...)));
  }

  // Whether `highest` hertz is below half the sample rate; exactly, for a steady fundamental.
  [[nodiscard]] Result<void> check_rate(std::size_t row, const std::string& line,
                                        double highest) const {
    if (2 * highest < rate_.value()) return {};
    return fail(ErrorCode::out_of_range,
                fmt::format("{}: {} needs more than {} samples a second; the rate is {}",
                            row_name(row), line, 2 * highest, rate_.value()));
  }

  template <class Kind>
  Result<void> add(const Channel<Kind>& channel, Unit<Kind> unit, std::size_t row) {
    const double dc = value_or_none(channel.dc, unit);
    const double noise = value_or_none(channel.noise_rms, unit);
    if (!std::isfinite(dc)) return refuse(row, "dc is infinite");
    if (!std::isfinite(noise) || noise < 0) return refuse(row, "noise of {} r.m.s.", noise);
    direct_.at(row) += dc;

    auto envelope = envelope_of(channel, row);
    if (!envelope) return tl::unexpected(std::move(envelope.error()));
    auto phase = phase_of(channel, row);
    if (!phase) return tl::unexpected(std::move(phase.error()));
    Wave wave{.row = row, .lines = {}, .direct = 0, .envelope = *envelope};
    if (auto added = add_components(channel, unit, wave); !added) return added;
    for (const Form<Kind>& form : channel.forms)
      if (auto added = add_form(form, *phase, wave); !added) return added;
    if (auto placed = place(std::move(wave), *phase); !placed) return placed;
    for (const Tone<Kind>& tone : channel.tones)
      if (auto added = add_tone(tone, unit, row, *envelope); !added) return added;
    for (const NoiseBand<Kind>& band : channel.noise_bands)
      if (auto added = add_band(band, unit, row); !added) return added;
    if (auto added = add_direct_changes(channel, unit, row); !added) return added;
    for (const Channel<Kind>& more : channel.also) {
      const double more_noise = value_or_none(more.noise_rms, unit);
      if (more_noise > 0)
        plan_.white_.push_back({.row = row, .stream = stream(next_stream_++), .rms = more_noise});
      if (auto added = add(more, unit, row); !added) return added;
    }
    return {};
  }

  template <class Kind>
  Result<void> add_components(const Channel<Kind>& channel, Unit<Kind> unit, Wave& wave) {
    for (const Component<Kind>& component : channel.components) {
      const double rms = component.rms.in(unit);
      if (component.order < 1) return refuse(wave.row, "harmonic order {}", component.order);
      if (!std::isfinite(rms) || rms < 0)
        return refuse(wave.row, "harmonic {} of {} r.m.s.", component.order, rms);
      if (!std::isfinite(component.phase.in(degree)))
        return refuse(wave.row, "harmonic {} without a phase", component.order);
      const std::string line =
          fmt::format("harmonic {} of {} Hz", component.order, plan_.fundamental_.highest());
      if (auto fits = check_rate(wave.row, line, component.order * plan_.fundamental_.highest());
          !fits)
        return fits;
      const auto [sine, cosine] = sine_cosine(turn_of(component.phase));
      const double peak = std::numbers::sqrt2 * rms;
      wave.lines.push_back(
          {.wave = 0, .order = component.order, .sine = peak * cosine, .cosine = peak * sine});
    }
    return {};
  }

  template <class Kind>
  Result<void> add_form(const Form<Kind>& form, const Shift& phase, Wave& wave) {
    if (auto sound = check(form); !sound) return refuse(wave.row, "{}", sound.error().message);
    const std::string line = fmt::format("a form up to harmonic {} of {} Hz", form.highest_order,
                                         plan_.fundamental_.highest());
    if (auto fits = check_rate(wave.row, line, form.highest_order * plan_.fundamental_.highest());
        !fits)
      return fits;
    const FormLines lines = lines_of(form);
    Wave form_wave{.row = wave.row, .lines = {}, .direct = lines.dc, .envelope = wave.envelope};
    form_wave.lines.reserve(lines.lines.size());
    for (const FormLine& part : lines.lines)
      form_wave.lines.push_back(
          {.wave = 0, .order = part.order, .sine = part.sine, .cosine = part.cosine});
    if (lines.cycles != 1) return place_alone(std::move(form_wave), lines.cycles, phase);
    wave.direct += form_wave.direct;
    wave.lines.insert(wave.lines.end(), form_wave.lines.begin(), form_wave.lines.end());
    return {};
  }

  Result<void> place(Wave wave, const Shift& phase) {
    if (wave.lines.empty() && wave.direct == 0) return {};
    if (!phase.none()) return place_alone(std::move(wave), 1, phase);
    if (!wave.envelope.flat()) {
      enveloped_.push_back(std::move(wave));
      return {};
    }
    direct_.at(wave.row) += wave.direct;
    for (WaveLine line : wave.lines) {
      line.wave = wave.row;
      steady_lines_.push_back(line);
    }
    return {};
  }

  Result<void> place_alone(Wave wave, std::int32_t cycles, const Shift& phase) {
    auto course = plan_.fundamental_.slower(cycles);
    if (!course) return tl::unexpected(std::move(course.error()));
    const std::array<double, 1> direct{wave.direct};
    plan_.own_.push_back({.row = wave.row,
                          .table = WaveTable(1, wave.lines, direct),
                          .course = *std::move(course),
                          .cycles = cycles,
                          .phase = phase,
                          .envelope = std::move(wave.envelope)});
    return {};
  }

  template <class Kind>
  Result<void> add_tone(const Tone<Kind>& tone, Unit<Kind> unit, std::size_t row,
                        const Envelope& envelope) {
    const double rms = tone.rms.in(unit);
    const double frequency = tone.frequency.value();
    if (tone.frequency.numerator <= 0 || tone.frequency.denominator <= 0)
      return refuse(row, "a tone of {} Hz; expected a frequency above 0", frequency);
    if (!std::isfinite(rms) || rms < 0) return refuse(row, "a tone of {} r.m.s.", rms);
    if (!std::isfinite(tone.phase.in(degree)))
      return refuse(row, "a tone of {} Hz without a phase", frequency);
    auto course = PhaseCourse::create(fmt::format("{}: a tone of {} Hz", row_name(row), frequency),
                                      tone.frequency, rate_, {}, tone.frequency_changes);
    if (!course) return tl::unexpected(std::move(course.error()));
    if (auto fits =
            check_rate(row, fmt::format("a tone of {} Hz", course->highest()), course->highest());
        !fits)
      return fits;
    plan_.tones_.push_back({.row = row,
                            .course = *std::move(course),
                            .phase = turn_of(tone.phase),
                            .peak = std::numbers::sqrt2 * rms,
                            .envelope = envelope});
    return {};
  }

  template <class Kind>
  Result<void> add_band(const NoiseBand<Kind>& band, Unit<Kind> unit, std::size_t row) {
    const double lowest = band.lowest.in(hertz);
    const double highest = band.highest.in(hertz);
    const double rms = band.rms.in(unit);
    if (!(lowest >= 0 && lowest < highest) || !std::isfinite(rms) || rms < 0)
      return refuse(row,
                    "a band of noise from {} Hz to {} Hz of {} r.m.s.; expected rising "
                    "frequencies from 0 and a value of at least 0",
                    lowest, highest, rms);
    if (2 * highest > rate_.value())
      return fail(ErrorCode::out_of_range,
                  fmt::format("{}: noise up to {} Hz needs at least {} samples a second; the rate "
                              "is {}",
                              row_name(row), highest, 2 * highest, rate_.value()));
    plan_.coloured_.push_back({.row = row,
                               .filter = NoiseFilter(stream(next_stream_++), lowest / rate_.value(),
                                                     highest / rate_.value(), rms)});
    return {};
  }

  template <class Kind>
  Result<void> add_direct_changes(const Channel<Kind>& channel, Unit<Kind> unit, std::size_t row) {
    if (channel.dc_changes.empty()) return {};
    Shift shift;
    for (const auto& change : channel.dc_changes) {
      auto course = course_at(channel, change, row);
      if (!course) return tl::unexpected(std::move(course.error()));
      shift.add(change.value.in(unit), *course);
    }
    plan_.direct_.push_back({.row = row, .shift = std::move(shift)});
    return {};
  }

  template <class Kind>
  Result<Envelope> envelope_of(const Channel<Kind>& channel, std::size_t row) {
    Envelope envelope;
    for (const Modulation<Percent>& modulation : channel.amplitude_modulations) {
      auto course = course_of_modulation(modulation, modulation.depth.in(percent), row);
      if (!course) return tl::unexpected(std::move(course.error()));
      envelope.add(modulation.depth.in(percent) / 100, *course);
    }
    for (const Change<Percent>& change : channel.amplitude_changes) {
      auto course = course_at(channel, change, row);
      if (!course) return tl::unexpected(std::move(course.error()));
      envelope.add(change.value.in(percent) / 100, *course);
    }
    return envelope;
  }

  template <class Kind>
  Result<Shift> phase_of(const Channel<Kind>& channel, std::size_t row) {
    Shift phase;
    for (const Modulation<Angle>& modulation : channel.phase_modulations) {
      auto course = course_of_modulation(modulation, modulation.depth.in(degree), row);
      if (!course) return tl::unexpected(std::move(course.error()));
      phase.add(turns_of(modulation.depth), *course);
    }
    for (const Change<Angle>& change : channel.phase_changes) {
      auto course = course_at(channel, change, row);
      if (!course) return tl::unexpected(std::move(course.error()));
      phase.add(turns_of(change.value), *course);
    }
    return phase;
  }

  template <class Depth>
  Result<ModulationCourse> course_of_modulation(const Modulation<Depth>& modulation, double depth,
                                                std::size_t row) {
    auto cycles = divide(modulation.frequency, rate_);
    if (!cycles || modulation.frequency.numerator <= 0 || !std::isfinite(depth) ||
        !modulation.phase.known())
      return refuse(row,
                    "a modulation at {} Hz by {}; expected a frequency above 0, a depth and a "
                    "phase",
                    modulation.frequency.value(), depth);
    return ModulationCourse(modulation, *cycles);
  }

  // A time, or where the channel's fundamental passes an angle.
  template <class Kind, class Value>
  Result<ChangeCourse> course_at(const Channel<Kind>& channel, const Change<Value>& change,
                                 std::size_t row) {
    const Start& start = change.start;
    if (!start.angle && start.time < Instant{})
      return refuse(row, "a change at {} ns; expected a time of at least 0",
                    start.time.nanoseconds);
    if (start.angle && (start.cycle < 0 || !start.angle->known() || *start.angle < degree(0) ||
                        *start.angle >= degree(360)))
      return refuse(row,
                    "a change at {} deg of cycle {}; expected an angle from 0 up to below 360 "
                    "deg in cycle 0 or later",
                    start.angle->in(degree), start.cycle);
    Beginning beginning;
    if (start.angle) {
      // The first whole period begins where the sine first passes 0.
      const Turn phase = phase_of_fundamental(channel);
      const std::int64_t whole = start.cycle + (phase.word == 0 ? 0 : 1);
      beginning = plan_.fundamental_.first_at((static_cast<Cycles>(whole) << 64) -
                                              static_cast<Cycles>(phase.word) +
                                              static_cast<Cycles>(turn_of(*start.angle).word));
    } else {
      beginning = first_sample_at(start.time, rate_);
    }
    return course_of(row_name(row), change, beginning, rate_);
  }

  template <class Kind>
  static Turn phase_of_fundamental(const Channel<Kind>& channel) {
    for (const Component<Kind>& component : channel.components)
      if (component.order == 1) return turn_of(component.phase);
    return channel.forms.empty() ? Turn{} : turn_of(channel.forms.front().phase);
  }

  const SignalRecipe& recipe_;
  Rational rate_;
  Plan& plan_;
  std::array<double, row_count> direct_{};
  std::vector<WaveLine> steady_lines_;
  std::vector<Wave> enveloped_;
  std::uint32_t next_stream_ = row_count;
};

Result<Synthesis::Plan> Synthesis::Plan::create(const SignalRecipe& recipe, Rational rate) {
  auto fundamental = PhaseCourse::create("fundamental", recipe.frequency, rate,
                                         recipe.frequency_modulations, recipe.frequency_changes);
  if (!fundamental) return tl::unexpected(std::move(fundamental.error()));
  Plan plan(*std::move(fundamental));
  Builder builder(recipe, rate, plan);
  for (std::size_t p = 0; p < phase_count; ++p) {
    if (auto added = builder.add_row(recipe.voltage.at(p), volt, p); !added)
      return tl::unexpected(std::move(added.error()));
    if (auto added = builder.add_row(recipe.current.at(p), ampere, phase_count + p); !added)
      return tl::unexpected(std::move(added.error()));
  }
  builder.finish();
  return plan;
}

void Synthesis::Plan::read(SampleBlock& block) const {
  for (std::size_t start = 0; start < block.count(); start += tile) {
    Rows rows{};
    for (std::size_t p = 0; p < phase_count; ++p) {
      rows[p] = block.volts(p).data() + start;
      rows[phase_count + p] = block.amperes(p).data() + start;
    }
    read_tile(block.first_sample + static_cast<std::int64_t>(start),
              std::min(tile, block.count() - start), rows);
  }
}

void Synthesis::Plan::read_tile(std::int64_t first, std::size_t count, const Rows& rows) const {
  std::array<Turn, tile> turn_store{};
  std::array<double, tile> factor_store;
  std::array<std::array<double, tile>, WaveTable::most_waves> wave_store;
  const std::span turns = std::span(turn_store).first(count);
  const std::span factors = std::span(factor_store).first(count);
  std::array<double*, WaveTable::most_waves> waves{};
  fundamental_.turns(first, turns);
  std::copy(rows.begin(), rows.end(), waves.begin());
  shared_.front().table.evaluate(turns, waves);
  for (std::size_t w = 0; w < waves.size(); ++w) waves[w] = wave_store[w].data();
  for (std::size_t k = 1; k < shared_.size(); ++k) {
    const SharedWaves& shared = shared_[k];
    shared.table.evaluate(turns, waves);
    for (std::size_t w = 0; w < shared.targets.size(); ++w) {
      const auto& [row, envelope] = shared.targets[w];
      envelope.factors(first, factors);
      multiply_and_add({waves[w], count}, factors, rows.at(row));
    }
  }
  for (const OwnWave& own : own_) {
    own.course.turns(first, turns);
    if (!own.phase.none())
      for (std::size_t i = 0; i < count; ++i)
        turns[i] = turns[i] +
                   turn_of_turns(own.phase.at(first + static_cast<std::int64_t>(i)) / own.cycles);
    own.table.evaluate(turns, {waves[0]});
    own.envelope.factors(first, factors);
    multiply_and_add({waves[0], count}, factors, rows.at(own.row));
  }
  for (const ToneLine& tone : tones_) {
    tone.course.turns(first, turns);
    for (std::size_t i = 0; i < count; ++i)
      waves[0][i] = tone.peak * sine_cosine(turns[i] + tone.phase).sine;
    tone.envelope.factors(first, factors);
    multiply_and_add({waves[0], count}, factors, rows.at(tone.row));
  }
  for (const auto& [row, shift] : direct_)
    for (std::size_t i = 0; i < count; ++i)
      rows.at(row)[i] += shift.at(first + static_cast<std::int64_t>(i));
  for (const auto& [row, stream, rms] : white_)
    add_noise(stream, first, rms, {rows.at(row), count});
  for (const auto& [row, filter] : coloured_) filter.add(first, {rows.at(row), count});
}

}  // namespace meterrig::synthesis
