// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <utility>

#include "meterrig/campaign/replay.h"
#include "meterrig/reference/frequency.h"
#include "meterrig/vocabulary/turn.h"
#include "meterrig/vocabulary/units.h"
#include "survey.h"
#include "terminals.h"

namespace meterrig::campaign {
namespace {

constexpr std::array<const char*, phase_count> line_names{"L1", "L2", "L3"};
constexpr double usual_scans_a_cycle = 20;
constexpr double least_scans_a_cycle = 5;
constexpr double usual_nominal_hertz = 50;
constexpr double other_nominal_hertz = 60;
// Of the nominal one: motors that run down feed the mains too, and some files state a wrong rate.
constexpr double lowest_frequency = 0.5;
constexpr double highest_frequency = 1.9;
constexpr double degrees_a_radian = 57.295779513082321;
constexpr double near_nominal = 0.3;
constexpr double least_fundamental_elsewhere = 0.9;
constexpr double least_fundamental = 0.5;  // of the r.m.s. value without dc
constexpr double probe_cycles = 12;        // in which a frequency is looked for
constexpr int probes = 9;                  // places where it is
constexpr double usual_averaging_seconds = 1;
constexpr double noticed_dc = 0.01;  // of the r.m.s. value
constexpr double shape_scans_a_cycle = 128;
constexpr std::size_t shape_scans = 256;

// What one terminal may carry in continuous use, as shares of Un, In and Imax.
constexpr double lowest_voltage = 0.8;
constexpr double highest_voltage = 1.15;  // extended range of IEC 62052-11
constexpr double lowest_current = 0.05;
constexpr double highest_peak = 3;

struct Stretch {
  std::int64_t first = 0;
  std::int64_t count = 0;
  Rational rate{1, 1};
  [[nodiscard]] double seconds() const { return static_cast<double>(count) / rate.value(); }
};

Result<Stretch> choose_stretch(const RecordingDescription& described, const ReplayOptions& options,
                               double nominal, std::vector<std::string>& notes) {
  const std::int64_t all = described.count();
  const std::int64_t count = options.count.value_or(all - options.first);
  if (options.first < 0 || count < 1 || options.first > all - count)
    return fail(
        ErrorCode::out_of_range,
        fmt::format("{} scans from scan {} on; the recording has {}", count, options.first, all));
  std::vector<Stretch> parts;
  for (const RecordedSegment& segment : described.segments) {
    const std::int64_t begin = std::max(segment.first, options.first);
    const std::int64_t end = std::min(segment.first + segment.count, options.first + count);
    if (end > begin) parts.push_back({.first = begin, .count = end - begin, .rate = segment.rate});
  }
  for (const double wanted : {usual_scans_a_cycle, least_scans_a_cycle}) {
    const Stretch* longest = nullptr;
    for (const Stretch& part : parts) {
      if (part.rate.value() < wanted * nominal) continue;
      if (longest == nullptr || part.seconds() > longest->seconds()) longest = &part;
    }
    if (longest == nullptr) continue;
    if (parts.size() > 1)
      notes.push_back(
          fmt::format("of {} stretches of different rates only scans {} to {}, at {} a "
                      "second, are played",
                      parts.size(), longest->first, longest->first + longest->count - 1,
                      longest->rate.value()));
    if (wanted < usual_scans_a_cycle)
      notes.push_back(
          fmt::format("only {:.3g} scans a cycle: components above {:.4g} Hz are "
                      "attenuated, and none above {:.4g} Hz are left",
                      longest->rate.value() / nominal, 0.4 * longest->rate.value(),
                      0.5 * longest->rate.value()));
    return *longest;
  }
  return fail(ErrorCode::failed_precondition,
              fmt::format("no stretch of the recording has at least {} scans a cycle of {} Hz",
                          least_scans_a_cycle, nominal));
}

struct Fundamental {
  double hertz = 0;
  std::complex<double> phasor;  // r.m.s., against a sine of phase 0 at the first scan probed
  double share = 0;             // of the r.m.s. value without dc
};

std::complex<double> phasor_of(std::span<const double> samples, double cycles_per_scan) {
  std::complex<double> sum;
  for (std::size_t n = 0; n < samples.size(); ++n) {
    const auto [sine, cosine] =
        sine_cosine(turn_of(degree(360 * cycles_per_scan * static_cast<double>(n))));
    sum += samples[n] * std::complex(sine, cosine);
  }
  return sum * std::sqrt(2.0) / static_cast<double>(samples.size());
}

Result<std::vector<double>> samples_of(Recording& recording, const playback::Mix& mix,
                                       std::int64_t first, std::size_t count) {
  ScanBlock block;
  if (auto read = recording.read(first, count, block); !read)
    return tl::unexpected(std::move(read.error()));
  std::vector<double> samples(count);
  double last = 0;
  for (std::size_t n = 0; n < count; ++n) {
    double value = 0;
    for (const playback::Term& term : mix) value += term.factor * block.row(term.channel)[n];
    if (std::isfinite(value)) last = value;
    samples[n] = last;
  }
  return samples;
}

/// Of a record too short for reference::measure_frequency(), at least one and a half cycles: from
/// the phase between its first and its last cycle, each one whole, so that neither dc nor a
/// harmonic is in it; repeated until it stands still. Nothing when it does not.
std::optional<double> frequency_of_few_cycles(std::span<const double> samples, double rate,
                                              double guess) {
  double cycles_per_scan = guess / rate;
  for (int round = 0; round < 30; ++round) {
    const auto cycle = static_cast<std::size_t>(std::llround(1 / cycles_per_scan));
    if (cycle < 4 || 2 * samples.size() < 3 * cycle) return std::nullopt;
    const std::size_t apart = samples.size() - cycle;
    const auto first = phasor_of(samples.first(cycle), cycles_per_scan);
    const auto last = phasor_of(samples.last(cycle), cycles_per_scan);
    // Each phasor is against a sine that begins with it.
    const double turns = cycles_per_scan * static_cast<double>(apart);
    const double ahead =
        angle_of(turn_of(degree(std::arg(last / first) * degrees_a_radian - 360 * turns)))
            .in(degree) /
        360;
    const double step = ahead / static_cast<double>(apart);
    cycles_per_scan += step;
    if (!(cycles_per_scan > 0)) return std::nullopt;
    if (std::abs(step) < 1e-9 * cycles_per_scan) return cycles_per_scan * rate;
  }
  return std::nullopt;
}

std::optional<double> frequency_in(std::span<const double> samples, Rational rate, double nominal) {
  const auto plausible = [nominal](double found) {
    return found > lowest_frequency * nominal && found < highest_frequency * nominal;
  };
  const auto measured = reference::measure_frequency(samples, rate);
  if (measured) {
    if (!plausible(measured->in(hertz))) return std::nullopt;
    return measured->in(hertz);
  }
  for (const double guess : {nominal, usual_nominal_hertz, other_nominal_hertz}) {
    const auto found = frequency_of_few_cycles(samples, rate.value(), guess);
    if (found && plausible(*found)) return found;
  }
  return std::nullopt;
}

/// The fundamental near the nominal frequency: the median of those found in some places.
Result<std::optional<Fundamental>> find_fundamental(Recording& recording, const Stretch& stretch,
                                                    const playback::Mix& mix, double nominal) {
  const auto size = std::min<std::int64_t>(
      stretch.count, std::llround(probe_cycles * stretch.rate.value() / nominal));
  std::vector<Fundamental> found;
  for (int probe = 0; probe < probes; ++probe) {
    const std::int64_t first = stretch.first + (stretch.count - size) * probe / (probes - 1);
    const auto samples = samples_of(recording, mix, first, static_cast<std::size_t>(size));
    if (!samples) return tl::unexpected(samples.error());
    const std::optional<double> found_hertz = frequency_in(*samples, stretch.rate, nominal);
    if (!found_hertz) continue;
    const double cycles_per_scan = *found_hertz / stretch.rate.value();
    // Whole cycles, so that neither dc nor a harmonic counts as the fundamental.
    const double cycles = std::floor(static_cast<double>(size) * cycles_per_scan + 1e-6);
    const auto whole = std::span(*samples).first(std::min(
        samples->size(), static_cast<std::size_t>(std::llround(cycles / cycles_per_scan))));
    double mean = 0;
    double square = 0;
    for (const double value : whole) {
      mean += value / static_cast<double>(whole.size());
      square += value * value / static_cast<double>(whole.size());
    }
    Fundamental one{.hertz = *found_hertz, .phasor = phasor_of(whole, cycles_per_scan)};
    one.share = std::abs(one.phasor) / std::sqrt(std::max(square - mean * mean, 1e-300));
    // Noise has a strongest component somewhere too.
    const bool near = std::abs(one.hertz / nominal - 1) <= near_nominal;
    if (one.share >= (near ? least_fundamental : least_fundamental_elsewhere)) found.push_back(one);
  }
  if (found.empty()) return std::nullopt;
  std::ranges::sort(found, {}, &Fundamental::hertz);
  return found[found.size() / 2];
}

/// One factor for a kind: `highest` is the greatest r.m.s. value over all, as recorded.
double factor_for(double highest, double greatest_cycle, double lowest_allowed, double wanted,
                  double most_in_a_cycle) {
  if (highest >= lowest_allowed && greatest_cycle <= most_in_a_cycle) return 1;
  return std::min(wanted / highest, most_in_a_cycle / greatest_cycle);
}

template <class Get>
double greatest(const PerPhase<TerminalSurvey>& terminals, Get get) {
  return std::max({get(terminals[0]), get(terminals[1]), get(terminals[2])});
}

class Preparation {
 public:
  Preparation(std::shared_ptr<Recording> recording, const v1::Device& device,
              const ReplayOptions& options)
      : recording_(std::move(recording)),
        described_(recording_->description()),
        device_(device),
        ratings_(device.ratings()),
        options_(options) {}

  Result<Replay> carry_out() {
    const double stated = described_.nominal_frequency.value_or(0);
    const double nominal = stated > 0 ? stated : usual_nominal_hertz;
    const auto stretch = choose_stretch(described_, options_, nominal, notes_);
    if (!stretch) return tl::unexpected(stretch.error());
    stretch_ = *stretch;
    auto terminals = assign_terminals(described_.channels);
    if (!terminals) return tl::unexpected(terminals.error());
    terminals_ = std::move(*terminals);
    std::move(terminals_.notes.begin(), terminals_.notes.end(), std::back_inserter(notes_));
    if (auto found = find_reference(nominal); !found) return tl::unexpected(found.error());
    const auto looked = survey(*recording_, stretch_.first, stretch_.count, terminals_,
                               fundamental_.hertz / stretch_.rate.value());
    if (!looked) return tl::unexpected(looked.error());
    survey_ = *looked;
    const auto loop = playback::find_loop(*recording_, stretch_.first, stretch_.count, *reference_,
                                          fundamental_.hertz / stretch_.rate.value());
    if (!loop) return tl::unexpected(loop.error());
    replay_.settings.loop = *loop;
    if (auto found = find_displacements(); !found) return tl::unexpected(found.error());
    take_direct_currents_off();
    scale();
    fill_in();
    describe();
    if (auto sampled = sample_shapes(); !sampled) return tl::unexpected(sampled.error());
    replay_.recording = recording_;
    return std::move(replay_);
  }

 private:
  // The terminal whose fundamental is followed: the first that has one, voltages before currents.
  Result<void> find_reference(double nominal) {
    for (const auto* side : {&terminals_.voltage, &terminals_.current}) {
      for (const playback::Mix& mix : *side) {
        if (mix.empty()) continue;
        const auto found = find_fundamental(*recording_, stretch_, mix, nominal);
        if (!found) return tl::unexpected(found.error());
        const std::optional<Fundamental>& fundamental = *found;
        if (!fundamental) continue;
        fundamental_ = *fundamental;
        reference_ = &mix;
        return {};
      }
    }
    std::string looked;
    for (const auto* side : {&terminals_.voltage, &terminals_.current})
      for (const playback::Mix& mix : *side)
        if (!mix.empty())
          looked += fmt::format("{}{}", looked.empty() ? "" : ", ",
                                source_text(mix, described_.channels));
    return fail(ErrorCode::failed_precondition,
                fmt::format("no fundamental between {:.4g} and {:.4g} Hz with at least half of the "
                            "r.m.s. value in {}: there is nothing periodic to replay",
                            lowest_frequency * nominal, highest_frequency * nominal, looked));
  }

  // Which phases have a leading current at the loop's begin.
  Result<void> find_displacements() {
    const playback::Loop& loop = replay_.settings.loop;
    const double cycles_per_scan = static_cast<double>(loop.cycles) / loop.length_in_scans();
    const double cycles = std::min(static_cast<double>(loop.cycles), probe_cycles);
    const auto size = static_cast<std::size_t>(std::min<std::int64_t>(
        std::llround(cycles / cycles_per_scan), stretch_.first + stretch_.count - loop.begin));
    for (std::size_t p = 0; p < phase_count; ++p) {
      for (const bool voltage : {true, false}) {
        const playback::Mix& mix = voltage ? terminals_.voltage.at(p) : terminals_.current.at(p);
        if (mix.empty()) continue;
        const auto samples = samples_of(*recording_, mix, loop.begin, size);
        if (!samples) return tl::unexpected(samples.error());
        (voltage ? voltage_phasors_ : current_phasors_).at(p) =
            phasor_of(*samples, cycles_per_scan);
      }
    }
    return {};
  }

  // What a device behind current transformers would never see.
  void take_direct_currents_off() {
    if (!ratings_.transformer_operated()) return;
    for (std::size_t p = 0; p < phase_count; ++p) {
      TerminalSurvey& current = survey_.current.at(p);
      if (!(std::abs(current.dc) > noticed_dc * current.rms)) continue;
      notes_.push_back(
          fmt::format("the direct component of the current of {}, {:.2g} % of its r.m.s. "
                      "value, is taken off: a current transformer does not pass it",
                      line_names.at(p), std::abs(current.dc) / current.rms * 100));
      const auto without = [&current](double rms) {
        return std::sqrt(std::max(0.0, rms * rms - current.dc * current.dc));
      };
      survey_.power.at(p) -= survey_.voltage.at(p).dc * current.dc;
      current.rms = without(current.rms);
      current.greatest_cycle = without(current.greatest_cycle);
      current.lowest -= current.dc;
      current.highest -= current.dc;
      replay_.settings.current.at(p).offset = -current.dc;
    }
  }

  void scale() {
    const double un = ratings_.reference_voltage();
    const double highest_u = greatest(survey_.voltage, [](const auto& t) { return t.rms; });
    const double cycle_u =
        greatest(survey_.voltage, [](const auto& t) { return t.greatest_cycle; });
    if (highest_u > 0)
      voltage_factor_ =
          factor_for(highest_u, cycle_u, lowest_voltage * un, un, highest_voltage * un);
    const double in = ratings_.nominal_current();
    const double imax = ratings_.maximum_current();
    const double highest_i = greatest(survey_.current, [](const auto& t) { return t.rms; });
    const double cycle_i =
        greatest(survey_.current, [](const auto& t) { return t.greatest_cycle; });
    const double peak =
        greatest(survey_.current, [](const auto& t) { return std::max(t.highest, -t.lowest); });
    if (highest_i > 0) {
      current_factor_ = factor_for(highest_i, cycle_i, lowest_current * in, in, imax);
      current_factor_ = std::min(current_factor_, highest_peak * imax / peak);
    }
  }

  // Terminals with their factors, and what stands in for what was not recorded.
  void fill_in() {
    const auto scaled = [](playback::Mix mix, double factor) {
      for (playback::Term& term : mix) term.factor *= factor;
      return mix;
    };
    for (std::size_t p = 0; p < phase_count; ++p) {
      replay_.settings.voltage.at(p).mix = scaled(terminals_.voltage.at(p), voltage_factor_);
      replay_.settings.current.at(p).mix = scaled(terminals_.current.at(p), current_factor_);
      replay_.settings.current.at(p).offset *= current_factor_;
    }
    if (!terminals_.has_current()) resistive_load();
    if (!terminals_.has_voltage()) nominal_voltages();
  }

  void resistive_load() {
    const double conductance = ratings_.nominal_current() / ratings_.reference_voltage();
    for (std::size_t p = 0; p < phase_count; ++p) {
      playback::Mix mix = replay_.settings.voltage.at(p).mix;
      for (playback::Term& term : mix) term.factor *= conductance;
      replay_.settings.current.at(p).mix = std::move(mix);
    }
    notes_.push_back(
        fmt::format("no current was recorded: the load is a resistance that takes {} A "
                    "at {} V",
                    ratings_.nominal_current(), ratings_.reference_voltage()));
  }

  // In the sequence of the currents, the first in phase with its current at the loop's begin.
  void nominal_voltages() {
    const PerPhase<std::complex<double>>& phasors = current_phasors_;
    std::size_t first = 0;
    while (first + 1 < phase_count && terminals_.current.at(first).empty()) ++first;
    // L1 before L2 before L3 unless the positive sequence is the weaker one.
    const std::complex<double> third = std::polar(1.0, 120 / degrees_a_radian);
    const auto positive = phasors[0] + third * phasors[1] + third * third * phasors[2];
    const auto negative = phasors[0] + third * third * phasors[1] + third * phasors[2];
    const double turn = std::abs(negative) > std::abs(positive) ? 120 : -120;
    const double start =
        std::arg(phasors.at(first)) * degrees_a_radian - turn * static_cast<double>(first);
    for (std::size_t p = 0; p < phase_count; ++p)
      replay_.settings.voltage.at(p).sine =
          playback::Sine{.rms = ratings_.reference_voltage(),
                         .phase = turn_of(degree(start + turn * static_cast<double>(p)))};
    notes_.push_back(
        fmt::format("no voltage was recorded: sines of {} V stand in for it, that of {} "
                    "in phase with its current",
                    ratings_.reference_voltage(), line_names.at(first)));
  }

  void describe() {
    v1::PlayedRecording& played = replay_.played;
    const playback::Loop& loop = replay_.settings.loop;
    const double loop_seconds = loop.length_in_scans() / stretch_.rate.value();
    for (const v1::NamedHash& file : options_.files) *played.add_files() = file;
    played.set_format(described_.format);
    played.set_first(stretch_.first);
    played.set_count(stretch_.count);
    played.set_scan_rate(stretch_.rate.value());
    played.set_loop_begin(loop.begin);
    played.set_loop_scans(loop.length_in_scans());
    played.set_fade_scans(std::ldexp(static_cast<double>(loop.fade), -playback::Loop::step_bits));
    played.set_loop_cycles(loop.cycles);
    played.set_loop_s(loop_seconds);
    played.set_frequency(static_cast<double>(loop.cycles) / loop_seconds);
    played.set_voltage_factor(voltage_factor_);
    played.set_current_factor(current_factor_);
    const double cycles = std::round(averaging_of(device_).in(second)*fundamental_.hertz);
    played.set_unsteadiness(survey_.unsteadiness(static_cast<std::size_t>(std::max(1.0, cycles))));
    replay_.mean = {.frequency = hertz(played.frequency()),
                    .voltage = {},
                    .voltage_angle = {degree(0), degree(-120), degree(120)},
                    .current = {},
                    .displacement = {}};
    for (std::size_t p = 0; p < phase_count; ++p) describe_phase(p);
    if (survey_.missing > 0)
      notes_.push_back(
          fmt::format("{} values are missing; the one before stands in for each", survey_.missing));
    for (const std::string& warning : recording_->warnings()) notes_.push_back(warning);
    for (const std::string& note : notes_) played.add_notes(note);
  }

  // The first cycles of the loop, for a picture.
  Result<void> sample_shapes() {
    v1::PlayedRecording& played = replay_.played;
    const auto rate = exact_rational(std::round(shape_scans_a_cycle * played.frequency()));
    if (!rate) return tl::unexpected(rate.error());
    playback::PlaybackSettings settings = replay_.settings;
    settings.rate = *rate;
    const auto signal = playback::PlaybackSignal::create(recording_, settings);
    if (!signal) return tl::unexpected(signal.error());
    SampleBlock block(*rate, 0, shape_scans);
    if (auto read = (*signal)->read(block); !read) return read;
    played.set_shape_rate(rate->value());
    for (v1::PlayedTerminal& terminal : *played.mutable_terminals()) {
      const auto line = std::ranges::find_if(
          line_names, [&](const char* name) { return terminal.terminal().ends_with(name); });
      const auto p = static_cast<std::size_t>(line - line_names.begin());
      const std::span<const double> samples =
          terminal.terminal().starts_with("voltage") ? block.volts(p) : block.amperes(p);
      for (const double sample : samples) terminal.add_shape(static_cast<float>(sample));
    }
    return {};
  }

  void describe_phase(std::size_t p) {
    v1::PlayedRecording& played = replay_.played;
    const double conductance = ratings_.nominal_current() / ratings_.reference_voltage();
    double u = survey_.voltage.at(p).rms * voltage_factor_;
    double i = survey_.current.at(p).rms * current_factor_;
    double power = survey_.power.at(p) * voltage_factor_ * current_factor_;
    if (!terminals_.has_current()) {
      i = u * conductance;
      power = u * i;
    }
    if (!terminals_.has_voltage()) {
      u = ratings_.reference_voltage();
      power = u * i;  // about: the sine is in phase with the fundamental
    }
    const auto add = [&](const char* kind, const playback::Terminal& terminal, double rms) {
      if (terminal.mix.empty() && !terminal.sine) return;
      v1::PlayedTerminal& entry = *played.add_terminals();
      entry.set_terminal(fmt::format("{} {}", kind, line_names.at(p)));
      playback::Mix as_recorded = terminal.mix;
      for (playback::Term& term : as_recorded)
        term.factor /= kind == std::string_view("voltage") ? voltage_factor_ : current_factor_;
      entry.set_source(terminal.sine ? "sine" : source_text(as_recorded, described_.channels));
      entry.set_rms(rms);
      if (kind == std::string_view("current")) entry.set_power(power);
    };
    add("voltage", replay_.settings.voltage.at(p), u);
    add("current", replay_.settings.current.at(p), i);
    replay_.mean.voltage.at(p) = volt(u);
    replay_.mean.current.at(p) = ampere(i);
    const double power_factor = u * i > 0 ? std::clamp(power / (u * i), -1.0, 1.0) : 1;
    const Angle angle = angle_of_point(power_factor, std::sqrt(1 - power_factor * power_factor));
    const bool leads = std::imag(voltage_phasors_.at(p) * std::conj(current_phasors_.at(p))) < 0;
    replay_.mean.displacement.at(p) = leads ? -angle : angle;
  }

  std::shared_ptr<Recording> recording_;
  const RecordingDescription& described_;
  const v1::Device& device_;
  const v1::Ratings& ratings_;
  const ReplayOptions& options_;
  Stretch stretch_;
  Terminals terminals_;
  const playback::Mix* reference_ = nullptr;
  Fundamental fundamental_;
  Survey survey_;
  PerPhase<std::complex<double>> voltage_phasors_{};  // at the loop's begin, as recorded
  PerPhase<std::complex<double>> current_phasors_{};
  double voltage_factor_ = 1;
  double current_factor_ = 1;
  std::vector<std::string> notes_;
  Replay replay_;
};

}  // namespace

Duration averaging_of(const v1::Device& device) {
  const double seconds = device.modbus().averaging();
  return second(seconds > 0 ? seconds : usual_averaging_seconds);
}

Result<Replay> prepare_replay(std::shared_ptr<Recording> recording, const v1::Device& device,
                              const ReplayOptions& options) {
  return Preparation(std::move(recording), device, options).carry_out();
}

}  // namespace meterrig::campaign
