// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/front_end.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "meterrig/vocabulary/logarithm.h"
#include "meterrig/vocabulary/noise.h"
#include "period_window.h"

namespace meterrig::reference {
namespace {

constexpr double lowest_hertz = 10;
// Noise streams of the front end, apart from those of a synthesis with the same seed.
constexpr std::uint32_t first_noise_channel = 16;

double fraction(Percent value) { return value.known() ? value.in(percent) / 100.0 : 0.0; }

double turns(Angle angle) { return angle.known() ? angle.in(degree) / 360.0 : 0.0; }

Rational with_clock_error(Rational nominal, Percent error) {
  if (!error.known() || error.in(percent) == 0) return nominal;
  if (const auto e = exact_rational(error.in(percent)))
    if (const auto hundred = divide(*e, {100, 1}))
      if (const auto rate =
              divide(nominal, {hundred->denominator, hundred->denominator + hundred->numerator}))
        return *rate;
  // More digits than a ratio holds: the nearest number with fewer.
  return exact_rational(nominal.value() * (1 + fraction(error))).value_or(nominal);
}

Result<void> check_range(const char* field, double value, double lowest, double highest) {
  if (value >= lowest && value <= highest) return {};
  return fail(ErrorCode::out_of_range,
              fmt::format("front end: {} is {}; expected {} to {}", field, value, lowest, highest));
}

}  // namespace

Result<void> check(const FrontEndModel& model) {
  constexpr double tiny = 1e-12;
  constexpr double huge = 1e12;
  Result<void> found;
  const auto range = [&found](const char* field, double value, double lowest, double highest) {
    if (found) found = check_range(field, value, lowest, highest);
  };
  range("nominal rate", model.nominal_rate.denominator > 0 ? model.nominal_rate.value() : 0, 1,
        1e9);
  range("adc bits", model.adc_bits, 8, 31);
  range("voltage full scale", model.voltage_full_scale.in(volt), tiny, huge);
  range("current full scale", model.current_full_scale.in(ampere), tiny, huge);
  range("clock error in percent", 100 * fraction(model.clock_error), -50, 50);
  for (const auto& channels : {model.voltage, model.current})
    for (const ChannelModel& channel : channels) {
      range("gain in percent", 100 * fraction(channel.gain), -100, 100);
      range("offset in percent of full scale", 100 * fraction(channel.offset), -100, 100);
      range("noise in percent of full scale", 100 * fraction(channel.noise), 0, 100);
    }
  double before = tiny;
  for (const TransformerPoint& point : model.transformer) {
    range("transformer current", point.current.in(ampere), before, huge);
    range("transformer ratio error in percent", 100 * fraction(point.ratio_error), -100, 100);
    range("transformer phase error in degrees", 360 * turns(point.phase_error), -90, 90);
    before = point.current.in(ampere) * (1 + 1e-12);
  }
  return found;
}

FrontEnd::FrontEnd(FrontEndModel model, std::uint64_t seed)
    : model_(std::move(model)),
      seed_(seed),
      true_rate_(with_clock_error(model_.nominal_rate, model_.clock_error)),
      full_code_(static_cast<double>((std::int64_t{1} << (model_.adc_bits - 1)) - 1)) {
  double longest = 0;
  for (const TransformerPoint& point : model_.transformer) {
    logarithms_.push_back(natural_logarithm(point.current.in(ampere)));
    longest = std::max(longest, std::abs(turns(point.phase_error)));
  }
  longest_lead_ = longest * true_rate_.value() / lowest_hertz;
  if (longest_lead_ > 0) {
    const auto whole = static_cast<std::size_t>(std::ceil(longest_lead_));
    latency_ = whole + half_taps;
    kept_ = latency_ + whole + half_taps + 1;
  }
  reset();
}

void FrontEnd::reset() {
  running_ = false;
  turn_ = 0;
  rising_weight_ = falling_weight_ = rising_weight_before_ = 0;
  for (Transformer& transformer : transformers_) {
    transformer = Transformer{};
    transformer.errors = errors_at(0);
    set_delay(transformer);
  }
  for (auto& row : volts_) row.assign(kept_, 0.0);
  for (auto& row : amperes_) row.assign(kept_, 0.0);
}

FrontEnd::TransformerErrors FrontEnd::errors_at(double amperes_square) const {
  const auto& points = model_.transformer;
  if (points.empty()) return {};
  const auto errors = [&points](std::size_t k) {
    return TransformerErrors{fraction(points[k].ratio_error), turns(points[k].phase_error)};
  };
  if (!(amperes_square > 0)) return errors(0);
  const double logarithm = 0.5 * natural_logarithm(amperes_square);
  const auto above = std::upper_bound(logarithms_.begin(), logarithms_.end(), logarithm);
  if (above == logarithms_.begin()) return errors(0);
  if (above == logarithms_.end()) return errors(points.size() - 1);
  const auto b = static_cast<std::size_t>(above - logarithms_.begin());
  const double share = (logarithm - logarithms_[b - 1]) / (logarithms_[b] - logarithms_[b - 1]);
  const TransformerErrors low = errors(b - 1);
  const TransformerErrors high = errors(b);
  return {low.ratio + share * (high.ratio - low.ratio),
          low.turns + share * (high.turns - low.turns)};
}

// The secondary's lead is a shorter delay than the voltages have: a Lagrange interpolation through
// the 8 samples around it, whose error at x = 2 pi f / rate is below 3e-3 x^8.
void FrontEnd::set_delay(Transformer& transformer) const {
  if (latency_ == 0) return;
  double lead = cycles_ > 0 ? transformer.errors.turns / cycles_ : 0;
  lead = std::clamp(lead, -longest_lead_, longest_lead_);
  const double place = lead - static_cast<double>(latency_);  // against the sample converted, <= -4
  const double whole = std::floor(place);
  const double part = place - whole;
  transformer.oldest = static_cast<std::size_t>(static_cast<double>(half_taps - 1) - whole);
  for (std::size_t k = 0; k < taps; ++k) {
    double weight = 1;
    for (std::size_t j = 0; j < taps; ++j)
      if (j != k)
        weight *= (part + static_cast<double>(half_taps - 1) - static_cast<double>(j)) /
                  (static_cast<double>(k) - static_cast<double>(j));
    transformer.weights[k] = weight;
  }
}

void FrontEnd::end_of_period() {
  const bool first = rising_weight_before_ == 0;
  const double weight = falling_weight_ + (first ? rising_weight_ : rising_weight_before_);
  for (Transformer& transformer : transformers_) {
    const double rising = first ? transformer.rising : transformer.rising_before;
    transformer.errors = errors_at((rising + transformer.falling) / weight);
    set_delay(transformer);
    transformer.rising_before = transformer.rising;
    transformer.rising = transformer.falling = 0;
  }
  rising_weight_before_ = rising_weight_;
  rising_weight_ = falling_weight_ = 0;
}

// Samples [begin, end) of the block through the transformers, all in one period.
void FrontEnd::transform(std::size_t begin, std::size_t end) {
  for (std::size_t p = 0; p < phase_count; ++p) {
    const Transformer& transformer = transformers_[p];
    const double ratio = 1 + transformer.errors.ratio;
    const double* samples = amperes_[p].data() + kept_;
    double* secondary = secondary_[p].data();
    if (latency_ == 0) {
      for (std::size_t i = begin; i < end; ++i) secondary[i] = ratio * samples[i];
      continue;
    }
    std::array<double, taps> weights = transformer.weights;
    for (double& weight : weights) weight *= ratio;
    samples -= transformer.oldest;
    for (std::size_t i = begin; i < end; ++i) {
      double sum = 0;
      for (std::size_t k = 0; k < taps; ++k) sum += weights[k] * samples[i + k];
      secondary[i] = sum;
    }
  }
}

// One sample after the other, so that sums do not depend on the blocks.
void FrontEnd::weigh_currents(std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i, turn_ += step_) {
    const double x = static_cast<double>(turn_ >> 11) * 0x1p-53;
    rising_weight_ += x;
    falling_weight_ += 1 - x;
    for (std::size_t p = 0; p < phase_count; ++p) {
      const double square = amperes_[p][kept_ + i] * amperes_[p][kept_ + i];
      transformers_[p].rising += x * square;
      transformers_[p].falling += (1 - x) * square;
    }
  }
}

void FrontEnd::convert_channel(std::span<const double> row, const ChannelModel& model,
                               double full_scale, std::uint32_t channel, std::int64_t first_sample,
                               std::vector<std::int32_t>& codes) {
  const double gain = (1 + fraction(model.gain)) * full_code_ / full_scale;
  const double offset = fraction(model.offset) * full_code_;
  row_.resize(row.size());
  for (std::size_t i = 0; i < row.size(); ++i) row_[i] = gain * row[i] + offset;
  if (const double noise = fraction(model.noise); noise > 0)
    add_noise({.seed = seed_, .channel = first_noise_channel + channel}, first_sample,
              noise * full_code_, row_);
  codes.resize(row.size());
  // 1.5 2^52: what is added to it loses its fraction, to the nearest even.
  constexpr double rounder = 6755399441055744.0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    double value = row_[i] < full_code_ ? row_[i] : full_code_;
    value = value > -full_code_ ? value : -full_code_;
    codes[i] = static_cast<std::int32_t>((value + rounder) - rounder);
  }
}

void FrontEnd::convert(const SampleBlock& terminals, Frequency fundamental, CodeBlock& out) {
  if (running_ && terminals.first_sample != next_sample_) reset();
  const std::size_t count = terminals.count();
  running_ = true;
  next_sample_ = terminals.first_sample + static_cast<std::int64_t>(count);

  const double cycles = fundamental.in(hertz) / true_rate_.value();
  if (cycles > 0 && cycles < 0.5 && cycles != cycles_) {
    cycles_ = cycles;
    step_ = turn_of_turns(cycles).word;
    for (Transformer& transformer : transformers_) set_delay(transformer);
  }

  const auto kept = static_cast<std::ptrdiff_t>(kept_);
  for (std::size_t p = 0; p < phase_count; ++p) {
    volts_[p].resize(kept_ + count);
    amperes_[p].resize(kept_ + count);
    secondary_[p].resize(count);
    std::copy_n(terminals.volts(p).begin(), count, volts_[p].begin() + kept);
    std::copy_n(terminals.amperes(p).begin(), count, amperes_[p].begin() + kept);
  }
  for (std::size_t begin = 0; begin < count;) {
    std::size_t end = count;
    bool whole = false;
    if (!model_.transformer.empty() && step_ > 0) {
      const std::uint64_t left = ~turn_ / step_ + 1;  // samples of this period
      whole = left <= count - begin;
      if (whole) end = begin + static_cast<std::size_t>(left);
      weigh_currents(begin, end);
    }
    transform(begin, end);
    if (whole) end_of_period();
    begin = end;
  }
  out.first_sample = terminals.first_sample;
  for (std::size_t p = 0; p < phase_count; ++p) {
    const auto channel = static_cast<std::uint32_t>(p);
    convert_channel(std::span(volts_[p]).subspan(kept_ - latency_, count), model_.voltage[p],
                    model_.voltage_full_scale.in(volt), channel, out.first_sample, out.volts[p]);
    convert_channel(secondary_[p], model_.current[p], model_.current_full_scale.in(ampere),
                    static_cast<std::uint32_t>(phase_count) + channel, out.first_sample,
                    out.amperes[p]);
    std::copy(volts_[p].end() - kept, volts_[p].end(), volts_[p].begin());
    std::copy(amperes_[p].end() - kept, amperes_[p].end(), amperes_[p].begin());
  }
}

}  // namespace meterrig::reference
