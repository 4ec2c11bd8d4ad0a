// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "../condition_watch.h"
#include "../method.h"
#include "../register_gate.h"
#include "../replay/comparison.h"
#include "meterrig/verdict/resolution.h"
#include "meterrig/vocabulary/units.h"
#include "procedures.h"

namespace meterrig::campaign {
namespace {

constexpr double pi = 3.14159265358979323846;
// What the device's interpolation of the samples leaves of the apparent power (resample::Kernel:
// 3e-7 of the peaks, for peaks of twice the r.m.s. value in voltage and in current), %.
constexpr double interpolation_percent = 100 * 2 * 2 * 3e-7;

/// Which energy a device counts: of a phase by its sign, never one phase against another.
enum class Counted : std::uint8_t { import, export_, both };

double counted_wh(const PerPhase<ActiveEnergy>& energy, Counted counted) {
  double sum = 0;
  for (const ActiveEnergy phase : energy) {
    const double wh = phase.in(watt_hour);
    if (wh > 0 ? counted != Counted::export_ : counted != Counted::import) sum += std::abs(wh);
  }
  return sum;
}

Counted counted_by(v1::PulseEnergy energy) {
  if (energy == v1::PULSE_ENERGY_ACTIVE_IMPORT) return Counted::import;
  return energy == v1::PULSE_ENERGY_ACTIVE_EXPORT ? Counted::export_ : Counted::both;
}

/// One stretch of time: what the device counted in it and what went through it.
struct Stretch {
  double device_wh = 0;
  double reference_wh = 0;
};

Stretch sum_of(std::span<const Stretch> stretches) {
  Stretch sum;
  for (const Stretch& stretch : stretches) {
    sum.device_wh += stretch.device_wh;
    sum.reference_wh += stretch.reference_wh;
  }
  return sum;
}

double error_percent(const Stretch& stretch) {
  return (stretch.device_wh / stretch.reference_wh - 1) * 100;
}

std::vector<double> errors_of_thirds(std::span<const Stretch> stretches) {
  std::vector<double> errors;
  const std::size_t n = stretches.size();
  for (std::size_t part = 0; part < sub_intervals; ++part) {
    const std::size_t from = part * n / sub_intervals;
    const std::size_t to = (part + 1) * n / sub_intervals;
    errors.push_back(error_percent(sum_of(stretches.subspan(from, to - from))));
  }
  return errors;
}

verdict::Contribution normal(std::string name, double standard_uncertainty) {
  return {.name = std::move(name),
          .type = 'B',
          .distribution = verdict::Distribution::normal,
          .standard_uncertainty = standard_uncertainty};
}

/// Pulses and registers while the recording goes round.
class Dwell {
 public:
  Dwell(PointContext& context, v1::PointResult& result)
      : context_(context),
        result_(result),
        output_(test_output(context.device, v1::ENERGY_ACTIVE)),
        register_(energy_register(context)),
        has_register_(context.bench.device_offers(register_)),
        begin_(context.bench.now()),
        looked_(begin_) {}

  Result<void> begin() { return read_register(); }

  /// Lets time pass and counts what came. `done` is the share of the point.
  Result<void> pass(Duration duration, double done_before, double done_after) {
    const auto edges = let_pass(context_, duration, done_before, done_after);
    if (!edges) return tl::unexpected(edges.error());
    for (const Instant edge : *edges) {
      if (!edges_.empty()) {
        const auto energy = context_.bench.reference_energy_per_phase(edges_.back(), edge);
        if (!energy) return tl::unexpected(energy.error());
        pulses_.push_back(
            {1000 / output_->constant(), counted_wh(*energy, counted_by(output_->energy()))});
      }
      edges_.push_back(edge);
    }
    const Instant now = context_.bench.now();
    const auto energy = context_.bench.reference_energy_per_phase(looked_, now);
    if (!energy) return tl::unexpected(energy.error());
    since_register_wh_ +=
        counted_wh(*energy, context_.point.direction() == v1::DIRECTION_EXPORT ? Counted::export_
                                                                               : Counted::import);
    looked_ = now;
    context_.bench.forget_before(edges_.empty() ? now : std::min(now, edges_.back()));
    return {};
  }

  Result<void> read_register() {
    if (!has_register_) return {};
    const auto read = note_readings(context_, result_, std::array{register_});
    if (!read) return tl::unexpected(read.error());
    const Reading& reading = read->front();
    if (register_reads_ > 0)
      registers_.push_back({reading.value - register_wh_, since_register_wh_});
    ++register_reads_;
    since_register_wh_ = 0;
    register_wh_ = reading.value;
    step_wh_ = std::max(step_wh_, reading.resolution);
    register_time_ = context_.bench.now();
    return {};
  }

  [[nodiscard]] const std::vector<Instant>& edges() const { return edges_; }
  [[nodiscard]] Instant began() const { return begin_; }
  [[nodiscard]] const std::vector<Stretch>& pulses() const { return pulses_; }
  [[nodiscard]] const std::vector<Stretch>& registers() const { return registers_; }
  [[nodiscard]] QuantityId register_id() const { return register_; }
  [[nodiscard]] const v1::PulseOutput& output() const { return *output_; }

  [[nodiscard]] std::vector<verdict::Contribution> register_steps() const {
    return register_budget(context_, step_wh_, sum_of(registers_).reference_wh,
                           register_time_ - begin_);
  }

 private:
  PointContext& context_;
  v1::PointResult& result_;
  const v1::PulseOutput* output_;
  QuantityId register_;
  bool has_register_;
  Instant begin_;
  Instant looked_;
  std::vector<Instant> edges_;
  std::vector<Stretch> pulses_;     // between neighbouring edges
  std::vector<Stretch> registers_;  // between neighbouring readings
  int register_reads_ = 0;
  double register_wh_ = 0;
  double since_register_wh_ = 0;
  double step_wh_ = 0;
  Instant register_time_;
};

double apparent_power(const OperatingPoint& mean) {
  double sum = 0;
  for (std::size_t p = 0; p < phase_count; ++p)
    sum += mean.voltage.at(p).in(volt)*mean.current.at(p).in(ampere);
  return sum;
}

/// What does not depend on the way of counting, %.
std::vector<verdict::Contribution> common_budget(const PointContext& c) {
  const double power_factor =
      nominal_power(c.replay->mean).in(watt) / apparent_power(c.replay->mean);
  return {normal("reference standard", c.bench.reference_standard_uncertainty().in(percent)),
          verdict::rectangular("interpolation of the samples by the device",
                               interpolation_percent / power_factor)};
}

void conclude_by_pulses(PointContext& c, v1::PointResult& result, const Dwell& dwell) {
  for (const Instant edge : {dwell.edges().front(), dwell.edges().back()}) {
    v1::PulseRecord& pulse = *result.add_pulses();
    pulse.set_output(dwell.output().id());
    pulse.set_time_ns(edge.nanoseconds);
  }
  const Stretch all = sum_of(dwell.pulses());
  const std::vector<double> thirds = errors_of_thirds(dwell.pulses());
  const double seconds = (dwell.edges().back() - dwell.edges().front()).in(second);
  const double quantum = dwell.output().position_quantum() / seconds * 100;
  const double stamp =
      std::sqrt(2.0) * c.bench.timestamp_standard_uncertainty().in(second) / seconds * 100;
  std::vector<verdict::Contribution> budget = common_budget(c);
  budget.push_back(verdict::triangular("pulse position quantum", quantum));
  budget.push_back(normal("time stamps of the edges", stamp));
  if (c.point.load() == v1::LOAD_SINGLE_PHASE) {
    const double power_factor =
        nominal_power(c.replay->mean).in(watt) / apparent_power(c.replay->mean);
    budget.push_back(verdict::rectangular(
        "power pulsating at twice the frequency",
        100 / (2 * pi * c.replay->mean.frequency.in(hertz)*seconds * power_factor)));
  }
  const double quantisation =
      static_cast<double>(sub_intervals) * std::hypot(quantum / std::sqrt(6.0), stamp);
  budget.push_back(repeatability_beyond(thirds, quantisation));
  result.set_reference_energy_wh(all.reference_wh);
  result.set_device_energy_wh(all.device_wh);
  for (const double error : thirds) result.add_partial_errors(error);
  conclude(c, result, error_percent(all), budget);
}

void conclude_by_register(PointContext& c, v1::PointResult& result, const Dwell& dwell) {
  const Stretch all = sum_of(dwell.registers());
  const std::vector<double> thirds = errors_of_thirds(dwell.registers());
  std::vector<verdict::Contribution> budget = dwell.register_steps();
  const double quantisation =
      std::hypot(budget.at(0).standard_uncertainty, budget.at(1).standard_uncertainty) *
      static_cast<double>(sub_intervals);
  for (verdict::Contribution& contribution : common_budget(c))
    budget.push_back(std::move(contribution));
  budget.push_back(repeatability_beyond(thirds, quantisation));
  result.set_reference_energy_wh(all.reference_wh);
  result.set_device_energy_wh(all.device_wh);
  for (const double error : thirds) result.add_partial_errors(error);
  conclude(c, result, error_percent(all), budget);
}

void compare_register(const PointContext& c, v1::PointResult& result, const Dwell& dwell) {
  const Stretch all = sum_of(dwell.registers());
  if (dwell.registers().empty() || !(all.reference_wh > 0)) return;
  std::vector<verdict::Contribution> budget = dwell.register_steps();
  budget.push_back(
      normal("reference standard", c.bench.reference_standard_uncertainty().in(percent)));
  for (verdict::Contribution& contribution : budget)
    contribution.standard_uncertainty *= all.reference_wh / 100;
  add_comparison(result, dwell.register_id(), all.device_wh, all.reference_wh,
                 static_cast<std::uint32_t>(dwell.registers().size()), budget);
}

Result<void> play(PointContext& c) {
  playback::PlaybackSettings settings = c.replay->settings;
  settings.rate = c.bench.signal_rate();
  auto signal = playback::PlaybackSignal::create(c.replay->recording, settings);
  if (!signal) return tl::unexpected(signal.error());
  // Nine digits of a frequency are plenty to turn phase errors into time.
  const auto frequency = exact_rational(std::round(c.replay->played.frequency() * 1e6) / 1e6);
  if (!frequency) return tl::unexpected(frequency.error());
  return c.bench.play(std::move(*signal), *frequency, c.seed);
}

/// The reference's word on the first stretch; whether it can be measured at all.
void note_conditions(PointContext& c, v1::PointResult& result, Duration averaging,
                     std::string& remark) {
  const Instant now = c.bench.now();
  const auto reference = c.bench.read_reference(now + -averaging, now);
  if (!reference) {
    remark = "the reference found no steady signal: " + reference.error().message;
    return;
  }
  fill_conditions(reference->first, *result.mutable_conditions());
  result.set_reference_power_w(reference->first.p_total.in(watt));
  result.set_second_power_w(reference->second.p_total.in(watt));
  result.set_agreement_bound_w(reference->agreement.p_bound.in(watt));
  if (!reference->agreement.within)
    make_not_valid(result,
                   fmt::format("the two algorithms disagree: P by {:.3g} W (bound {:.3g} W)",
                               reference->agreement.p_difference.in(watt),
                               reference->agreement.p_bound.in(watt)));
  if (const std::string broken = broken_conditions(reference->first, c); !broken.empty())
    remark = "outside the reference conditions of the limit: " + broken;
}

}  // namespace

Result<v1::PointResult> replay_energy(PointContext& c) {
  if (c.replay == nullptr) return fail(ErrorCode::internal, "no recording to replay");
  if (auto playing = play(c); !playing) return tl::unexpected(playing.error());
  const Duration averaging = averaging_of(c.device);
  const Duration settle = std::max(second(c.point.settle_s()), 2 * averaging);
  if (auto settled = let_pass(c, settle, 0, 0); !settled) return tl::unexpected(settled.error());
  v1::PointResult result = empty_result(c);
  result.set_result_name("error");
  result.set_unit("%");
  std::string remark;
  note_conditions(c, result, averaging, remark);

  const bool by_pulses = c.point.method() == v1::METHOD_PULSES;
  const auto observations = static_cast<int>(c.point.observations());
  const Duration duration = second(c.point.duration_s());
  Comparisons comparisons(c, averaging);
  Dwell dwell(c, result);
  if (auto begun = dwell.begin(); !begun) return tl::unexpected(begun.error());
  const auto share = [observations](int i) { return static_cast<double>(i) / observations; };
  for (int i = 0; i < observations; ++i) {
    if (auto passed = dwell.pass(duration / observations, share(i), share(i + 1)); !passed)
      return tl::unexpected(passed.error());
    if (auto seen = comparisons.observe(c, result); !seen) return tl::unexpected(seen.error());
    if (auto read = dwell.read_register(); !read) return tl::unexpected(read.error());
  }
  // From the first pulse on the whole time again, so that the gate is not shorter than the record.
  std::string missing;
  if (by_pulses) {
    const Duration interval = verdict::pulse_interval(
        impulse_per_kilowatt_hour(dwell.output().constant()), nominal_power(c.replay->mean));
    const Duration patience = 3 * interval + second(c.replay->played.loop_s());
    const auto whole = [&] {
      return !dwell.edges().empty() &&
             dwell.edges().back() - dwell.edges().front() >= duration * (1 - 1e-9) &&
             dwell.pulses().size() >= sub_intervals;
    };
    while (!whole() && missing.empty()) {
      if (auto passed = dwell.pass(std::max(interval / 2, second(0.1)), 1, 1); !passed)
        return tl::unexpected(passed.error());
      const Instant last = dwell.edges().empty() ? dwell.began() : dwell.edges().back();
      if (c.bench.now() - last > patience)
        missing = fmt::format("no pulse within {}, one was expected every {}",
                              readable(patience.in(second), QuantityKind::duration, 4),
                              readable(interval.in(second), QuantityKind::duration, 4));
    }
  }
  comparisons.write(result);
  compare_register(c, result, dwell);
  if (!missing.empty()) {
    result.set_end_ns(c.bench.now().nanoseconds);
    if (result.outcome() != v1::OUTCOME_NOT_VALID) {
      result.set_outcome(v1::OUTCOME_FAIL);
      result.set_reason(missing);
    }
  } else if (by_pulses) {
    conclude_by_pulses(c, result, dwell);
  } else {
    conclude_by_register(c, result, dwell);
  }
  if (!remark.empty())
    result.set_reason(result.reason().empty() ? remark : result.reason() + "; " + remark);
  return result;
}

}  // namespace meterrig::campaign
