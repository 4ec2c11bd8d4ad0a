// SPDX-License-Identifier: GPL-3.0-or-later
#include "harmonic_reader.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "meterrig/vocabulary/logarithm.h"
#include "meterrig/vocabulary/turn.h"

namespace meterrig::reference {
namespace {

constexpr double absent = std::numeric_limits<double>::quiet_NaN();

// base^exponent of a base of 1 or more and an exponent of 0 or more; all terms are positive.
double power(double base, double exponent) {
  const double x = exponent * natural_logarithm(base);
  double term = 1;
  double sum = 1;
  for (int k = 1; term > 1e-17 * sum; ++k) {
    term *= x / k;
    sum += term;
  }
  return sum;
}

METERRIG_WIDER_CLONES
void take_roots(std::span<double> values) {
  for (double& value : values) value = std::sqrt(value);
}

}  // namespace

HarmonicReader::HarmonicReader(const HarmonicSettings& settings)
    : distortion_order_(static_cast<std::size_t>(settings.distortion_order)),
      demand_current_(settings.demand_current),
      loss_share_(settings.transformer.e / (1 + settings.transformer.e)),
      lines_(most_harmonic_lines),
      squares_(most_harmonic_lines) {
  for (std::size_t h = 1; h < orders; ++h)
    loss_.at(h) = power(static_cast<double>(h), settings.transformer.q);
}

// A line's r.m.s. is sqrt(2) times the mean of x exp(...), that of dc the mean itself.
METERRIG_WIDER_CLONES
void HarmonicReader::square_lines() {
  for (std::size_t k = 0; k < lines_.size(); ++k) {
    const SynchronousGrid::Line& line = lines_[k];
    const double scale = k == 0 ? 1 : 2;
    squares_[k].volts =
        (line.volts_real * line.volts_real + line.volts_imaginary * line.volts_imaginary) * scale;
    squares_[k].amperes =
        (line.amperes_real * line.amperes_real + line.amperes_imaginary * line.amperes_imaginary) *
        scale;
  }
}

// IEC 61000-4-7, 3.2.3 to 3.4.4. Of the lines between two orders the one half-way belongs to both
// groups by half.
METERRIG_WIDER_CLONES
void HarmonicReader::sum_bands(std::size_t cycles, std::size_t count) {
  const std::size_t half = cycles / 2;
  Squares below{};  // what lies below an order and belongs to its group
  Squares neighbour{};
  for (std::size_t h = 0; h < count; ++h) {
    const Squares* line = squares_.data() + h * cycles;
    Squares lower{};
    for (std::size_t k = 2; k < half; ++k) {
      lower.volts += line[k].volts;
      lower.amperes += line[k].amperes;
    }
    Squares upper{};
    for (std::size_t k = half + 1; k + 1 < cycles; ++k) {
      upper.volts += line[k].volts;
      upper.amperes += line[k].amperes;
    }
    const Squares& middle = line[half];
    const Squares& first = line[1];
    const Squares& last = line[cycles - 1];
    Bands& band = bands_[h];
    band.interharmonic_subgroup = {lower.volts + middle.volts + upper.volts,
                                   lower.amperes + middle.amperes + upper.amperes};
    band.interharmonic_group = {band.interharmonic_subgroup.volts + first.volts + last.volts,
                                band.interharmonic_subgroup.amperes + first.amperes + last.amperes};
    band.group = {
        below.volts + line[0].volts + first.volts + lower.volts + 0.5 * middle.volts,
        below.amperes + line[0].amperes + first.amperes + lower.amperes + 0.5 * middle.amperes};
    band.subgroup = {neighbour.volts + line[0].volts + first.volts,
                     neighbour.amperes + line[0].amperes + first.amperes};
    below = {0.5 * middle.volts + upper.volts + last.volts,
             0.5 * middle.amperes + upper.amperes + last.amperes};
    neighbour = last;
  }
}

void HarmonicReader::turn_phasors(HarmonicWindow& window) const {
  const auto cycles = static_cast<std::size_t>(window.cycles);
  const std::complex<double> reference = fundamentals_.at(window.reference);
  const Turn angle = turn_of(angle_of_point(reference.real(), reference.imag()));
  for (std::size_t h = 0; h <= static_cast<std::size_t>(window.orders); ++h) {
    const SynchronousGrid::Line& line = lines_[h * cycles];
    const SineCosine back = sine_cosine(static_cast<std::int64_t>(h) * angle);
    // sqrt(2) i exp(-i h angle) makes the sine's r.m.s. phasor of a line.
    const double x = h == 0 ? 1 : std::numbers::sqrt2 * back.sine;
    const double y = h == 0 ? 0 : std::numbers::sqrt2 * back.cosine;
    for (std::size_t p = 0; p < phase_count; ++p) {
      window.voltage.at(p).phasors_.at(h) = {line.volts_real[p] * x - line.volts_imaginary[p] * y,
                                             line.volts_real[p] * y + line.volts_imaginary[p] * x};
      window.current.at(p).phasors_.at(h) = {
          line.amperes_real[p] * x - line.amperes_imaginary[p] * y,
          line.amperes_real[p] * y + line.amperes_imaginary[p] * x};
    }
  }
}

void HarmonicReader::read_channel(std::size_t phase, bool is_current, const Sums& sums,
                                  ChannelHarmonics& channel) const {
  const auto part = [=](const Squares& squares) {
    return is_current ? squares.amperes[phase] : squares.volts[phase];
  };
  const std::size_t count = channel.orders_ + 1;
  const std::size_t cycles = channel.count_ / count;
  for (std::size_t k = 0; k < channel.count_; ++k) channel.lines_[k] = part(squares_[k]);
  for (std::size_t h = 0; h < count; ++h) {
    const Bands& band = bands_[h];
    channel.harmonics_[h] = part(squares_[h * cycles]);
    channel.groups_[h] = h == 0 ? part(squares_[0]) : part(band.group);
    channel.subgroups_[h] = h == 0 ? part(squares_[0]) : part(band.subgroup);
    channel.interharmonic_groups_[h] = part(band.interharmonic_group);
    channel.interharmonic_subgroups_[h] = part(band.interharmonic_subgroup);
  }

  channel.rms = std::sqrt(sums.square);
  channel.dc = channel.phasors_[0].real();
  channel.peak = sums.peak;
  channel.crest_factor = channel.form_factor = channel.k_factor = channel.factor_k = absent;
  if (sums.square > 0) {
    channel.crest_factor = channel.peak / channel.rms;
    channel.form_factor = channel.rms / sums.rectified;
  }
  channel.thd = channel.thdg = channel.thds = channel.tihd = channel.tdd = absent;
  channel.distortion_power_factor = absent;
  if (distortion_order_ < count) {
    double lines = 0;
    double groups = 0;
    double subgroups = 0;
    double between = channel.interharmonic_subgroups_[0] + channel.interharmonic_subgroups_[1];
    double heat = 0;
    double loss = 0;
    for (std::size_t h = 2; h <= distortion_order_; ++h) {
      const double square = channel.harmonics_[h];
      lines += square;
      groups += channel.groups_[h];
      subgroups += channel.subgroups_[h];
      between += channel.interharmonic_subgroups_[h];
      heat += square * static_cast<double>(h * h);
      loss += square * loss_[h];
    }
    const double fundamental = channel.harmonics_[1];
    if (fundamental > 1e-14 * sums.square) {  // more than rounding, or what fast leaves of others
      channel.thd = 100 * std::sqrt(lines / fundamental);
      channel.thdg = 100 * std::sqrt(groups / channel.groups_[1]);
      channel.thds = 100 * std::sqrt(subgroups / channel.subgroups_[1]);
      channel.tihd = 100 * std::sqrt(between / fundamental);
      channel.distortion_power_factor = std::sqrt(fundamental / (fundamental + lines));
      channel.k_factor = (fundamental + heat) / sums.square;
      channel.factor_k = std::sqrt(1 + loss_share_ * loss / sums.square);
    }
    if (is_current && demand_current_.at(phase) > 0)
      channel.tdd = 100 * std::sqrt(lines) / demand_current_.at(phase);
  }

  take_roots(std::span(channel.lines_).first(channel.count_));
  for (auto* values : {&channel.harmonics_, &channel.groups_, &channel.subgroups_,
                       &channel.interharmonic_groups_, &channel.interharmonic_subgroups_})
    take_roots(std::span(*values).first(count));
}

namespace {

UnbalanceReading unbalance_of(const PerPhase<ChannelHarmonics>& channels) {
  UnbalanceReading reading;
  reading.components = symmetrical_components(
      {channels[0].phasors()[1], channels[1].phasors()[1], channels[2].phasors()[1]});
  const auto share = [&](std::complex<double> x) {
    const double positive = std::norm(reading.components.positive);
    return positive > 0 ? 100 * std::sqrt(std::norm(x) / positive) : absent;
  };
  reading.negative_ratio = share(reading.components.negative);
  reading.zero_ratio = share(reading.components.zero);
  return reading;
}

}  // namespace

void HarmonicReader::read(const SynchronousGrid& grid, const WindowSums& sums,
                          HarmonicWindow& window) {
  const auto cycles = static_cast<std::size_t>(window.cycles);
  const auto count = static_cast<std::size_t>(window.orders) + 1;
  lines_.resize(count * cycles);  // at most what they were created with
  squares_.resize(count * cycles);
  grid.lines(lines_.size(), lines_.data());
  // A channel that is silent has no part in what rounding leaves of its pair's transform.
  Quad has_voltage{};
  Quad has_current{};
  for (std::size_t p = 0; p < phase_count; ++p) {
    has_voltage[p] = sums.volts_square[p] > 0 ? 1 : 0;
    has_current[p] = sums.amperes_square[p] > 0 ? 1 : 0;
  }
  for (SynchronousGrid::Line& line : lines_) {
    line.volts_real *= has_voltage;
    line.volts_imaginary *= has_voltage;
    line.amperes_real *= has_current;
    line.amperes_imaginary *= has_current;
  }
  square_lines();
  sum_bands(cycles, count);

  const SynchronousGrid::Line& first = lines_[cycles];
  for (std::size_t p = 0; p < phase_count; ++p) {
    fundamentals_.at(p) =
        std::numbers::sqrt2 * std::complex(-first.volts_imaginary[p], first.volts_real[p]);
    fundamentals_.at(phase_count + p) =
        std::numbers::sqrt2 * std::complex(-first.amperes_imaginary[p], first.amperes_real[p]);
  }
  turn_phasors(window);
  for (std::size_t p = 0; p < phase_count; ++p) {
    for (auto* channel : {&window.voltage.at(p), &window.current.at(p)}) {
      channel->orders_ = count - 1;
      channel->count_ = lines_.size();
    }
    const double per_sample = 1 / window.length;
    read_channel(p, false,
                 {.square = sums.volts_square[p] * per_sample,
                  .rectified = sums.volts_rectified[p] * per_sample,
                  .peak = sums.volts_peak[p]},
                 window.voltage.at(p));
    read_channel(p, true,
                 {.square = sums.amperes_square[p] * per_sample,
                  .rectified = sums.amperes_rectified[p] * per_sample,
                  .peak = sums.amperes_peak[p]},
                 window.current.at(p));
    window.active_power.at(p) = sums.product[p] * per_sample;
  }
  window.voltage_unbalance = unbalance_of(window.voltage);
  window.current_unbalance = unbalance_of(window.current);
}

double ChannelHarmonics::angle(std::size_t order) const {
  const std::complex<double> phasor = phasors()[order];
  return angle_of_point(phasor.real(), phasor.imag()).in(degree);
}

}  // namespace meterrig::reference
