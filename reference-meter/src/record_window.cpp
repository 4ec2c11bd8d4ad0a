// SPDX-License-Identifier: GPL-3.0-or-later
#include "record_window.h"
#include "meterrig/vocabulary/wide.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "harmonic_fit.h"
#include "lanes.h"
#include "meterrig/reference/frequency.h"

namespace meterrig::reference {
namespace {

constexpr double fewest_cycles = 1.95;
constexpr double most_missing = 0.25;  // of a channel's samples in a window that is fitted

// The positions of what is not a finite number; replaced by a line between its neighbours.
std::vector<std::size_t> fill_with_lines(std::span<double> row) {
  std::vector<std::size_t> missing;
  std::size_t i = 0;
  while (i < row.size()) {
    if (std::isfinite(row[i])) {
      ++i;
      continue;
    }
    const std::size_t begin = i;
    while (i < row.size() && !std::isfinite(row[i])) missing.push_back(i++);
    const bool has_left = begin > 0;
    const bool has_right = i < row.size();
    const double left = has_left ? row[begin - 1] : has_right ? row[i] : 0;
    const double right = has_right ? row[i] : left;
    const auto steps = static_cast<double>(i - begin + 1);
    for (std::size_t k = begin; k < i; ++k) {
      const double part = static_cast<double>(k - begin + 1) / steps;
      row[k] = left + (right - left) * part;
    }
  }
  return missing;
}

struct Extremes {
  double minimum = 0;
  double maximum = 0;
};

Extremes extremes_of(std::span<const double> row) {
  constexpr std::size_t lanes = 4;
  std::array<double, lanes> low;
  std::array<double, lanes> high;
  low.fill(row[0]);
  high.fill(row[0]);
  const std::size_t whole = row.size() / lanes * lanes;
  for (std::size_t i = 0; i < whole; i += lanes)
    for (std::size_t k = 0; k < lanes; ++k) {
      low[k] = row[i + k] < low[k] ? row[i + k] : low[k];
      high[k] = row[i + k] > high[k] ? row[i + k] : high[k];
    }
  for (std::size_t i = whole; i < row.size(); ++i) {
    low[0] = std::min(low[0], row[i]);
    high[0] = std::max(high[0], row[i]);
  }
  return {.minimum = *std::min_element(low.begin(), low.end()),
          .maximum = *std::max_element(high.begin(), high.end())};
}

double alternating_of(const ChannelWindow& channel) {
  return std::sqrt(std::max(0.0, channel.square - channel.mean * channel.mean));
}

}  // namespace

WindowReader::WindowReader(std::vector<RecordChannel> channels, std::vector<RecordPair> pairs,
                           Rational rate)
    : settings_(std::move(channels)), pairs_(std::move(pairs)), rate_(rate) {
  reading_.channels.resize(settings_.size());
  reading_.power.resize(pairs_.size());
  sums_.resize(settings_.size());
}

// Sums of what is there; a channel of which too much is missing is not to be fitted, and has zeros
// for what is missing.
void WindowReader::sum_samples(std::span<const std::span<double>> rows) {
  missing_.clear();
  for (std::size_t c = 0; c < rows.size(); ++c) {
    const std::span<double> row = rows[c];
    ChannelWindow& channel = reading_.channels[c];
    channel.has_spectrum = channel.has_fundamental = false;
    channel.present = row.size();
    double square = dot(row.data(), row.data(), row.size());
    double sum = sum_in_lanes(row.size(), [&](std::size_t i) { return row[i]; });
    Extremes extremes = extremes_of(row);
    if (!std::isfinite(square)) {
      Missing missing{.channel = c, .at = fill_with_lines(row)};
      channel.present -= missing.at.size();
      extremes = extremes_of(row);  // a line between two samples stays between them
      square = dot(row.data(), row.data(), row.size());
      sum = sum_in_lanes(row.size(), [&](std::size_t i) { return row[i]; });
      for (const std::size_t i : missing.at) {
        square -= row[i] * row[i];
        sum -= row[i];
      }
      if (static_cast<double>(missing.at.size()) > most_missing * static_cast<double>(row.size()))
        for (const std::size_t i : missing.at) row[i] = 0;
      if (!missing.at.empty()) missing_.push_back(std::move(missing));
    }
    const double there = channel.present == 0 ? std::numeric_limits<double>::quiet_NaN()
                                              : static_cast<double>(channel.present);
    channel.mean = sum / there;
    channel.square = channel.sample_square = std::max(0.0, square) / there;
    channel.minimum = channel.present == 0 ? there : extremes.minimum;
    channel.maximum = channel.present == 0 ? there : extremes.maximum;
  }
}

// Of the voltages, then the currents, then the rest: the first three that have a tenth of the
// highest of their kind.
std::vector<std::size_t> WindowReader::candidates(std::span<const double> alternating) const {
  constexpr std::size_t most = 3;
  std::vector<std::size_t> found;
  for (const ChannelKind kind : {ChannelKind::voltage, ChannelKind::current, ChannelKind::other}) {
    double highest = 0;
    for (std::size_t c = 0; c < settings_.size(); ++c)
      if (settings_[c].kind == kind && alternating[c] > highest) highest = alternating[c];
    std::size_t taken = 0;
    for (std::size_t c = 0; c < settings_.size() && taken < most; ++c)
      if (settings_[c].kind == kind && alternating[c] > 0 && alternating[c] >= 0.1 * highest) {
        found.push_back(c);
        ++taken;
      }
  }
  return found;
}

double WindowReader::search(std::span<const std::span<double>> rows) {
  constexpr int patience = 16;  // windows
  std::vector<double> alternating(rows.size());
  std::vector<std::vector<double>> copies(rows.size());
  for (std::size_t c = 0; c < rows.size(); ++c) {
    copies[c].assign(rows[c].begin(), rows[c].end());
    fill_with_lines(copies[c]);
    const std::vector<double>& row = copies[c];
    if (row.empty()) continue;
    const auto count = static_cast<double>(row.size());
    const double mean = sum_in_lanes(row.size(), [&](std::size_t i) { return row[i]; }) / count;
    alternating[c] =
        std::sqrt(std::max(0.0, dot(row.data(), row.data(), row.size()) / count - mean * mean));
  }
  double loudest = 0;
  for (const double value : alternating) loudest = std::max(loudest, value);
  if (loudest <= 2 * silent_ && ++unsearched_ < patience) return 0;
  for (const std::size_t c : candidates(alternating))
    if (const auto found = measure_frequency(copies[c], rate_)) {
      silent_ = 0;
      return found->in(hertz) / rate_.value();
    }
  silent_ = loudest;
  unsearched_ = 0;
  return 0;
}

void WindowReader::find_frequency(std::span<const std::span<double>> rows, double cycles,
                                  std::span<const double> guesses) {
  const auto count = static_cast<double>(reading_.count);
  std::vector<double> alternating(rows.size());
  for (std::size_t c = 0; c < rows.size(); ++c)
    if (reading_.channels[c].present >=
        static_cast<std::size_t>(std::ceil((1 - most_missing) * count)))
      alternating[c] = alternating_of(reading_.channels[c]);
  const auto from = candidates(alternating);
  const auto settles = [&](double near) {
    if (!(near * count >= fewest_cycles)) return false;
    for (const std::size_t c : from)
      if (const auto found = tracker_.track(rows[c], near);
          found && *found * count >= fewest_cycles) {
        reading_.cycles = *found;
        reading_.reference = c;
        return true;
      }
    return false;
  };
  reading_.cycles = 0;
  if (cycles > 0 && settles(cycles)) return;
  if (settles(search(rows))) return;
  for (const double guess : guesses)
    if (settles(guess)) return;
}

void WindowReader::fit(std::span<const std::span<double>> rows) {
  reading_.orders = orders_of(reading_.cycles, reading_.count);
  if (!grid_ || grid_->orders() < reading_.orders) grid_.emplace(reading_.orders);
  const HarmonicFit fit(reading_.count, reading_.cycles, reading_.orders);
  std::vector<const double*> starts;
  starts.reserve(rows.size());
  for (const auto row : rows) starts.push_back(row.data());
  grid_->sum(starts, reading_.count, fit.first(), fit.step(), sums_);
  const auto count = static_cast<double>(reading_.count);
  for (std::size_t c = 0; c < rows.size(); ++c) {
    ChannelWindow& channel = reading_.channels[c];
    if (static_cast<double>(channel.present) < (1 - most_missing) * count) continue;
    if (channel.square == 0) sums_[c] = {};  // not what rounding left of its neighbour's transform
    const auto found = fit.solve(sums_[c]);
    channel.has_spectrum = found.has_value();
    if (found) channel.amplitudes = *found;
  }
}

// Replaces what is missing by the fit; the greatest change, in r.m.s. of its channel.
double WindowReader::fill_from_fit(std::span<const std::span<double>> rows) const {
  const HarmonicFit fit(reading_.count, reading_.cycles, reading_.orders);
  double greatest = 0;
  for (const Missing& missing : missing_) {
    const ChannelWindow& channel = reading_.channels[missing.channel];
    if (!channel.has_spectrum) continue;
    const Lines& x = channel.amplitudes;
    for (const std::size_t i : missing.at) {
      const Turn turn = fit.first() + static_cast<std::int64_t>(i) * fit.step();
      double value = x.cosine[0];
      for (int h = 1; h <= reading_.orders; ++h) {
        const SineCosine at = sine_cosine(h * turn);
        value += x.cosine[static_cast<std::size_t>(h)] * at.cosine +
                 x.sine[static_cast<std::size_t>(h)] * at.sine;
      }
      double& sample = rows[missing.channel][i];
      greatest = std::max(greatest, std::abs(value - sample) / std::sqrt(channel.square));
      sample = value;
    }
  }
  return greatest;
}

void WindowReader::sum_power(std::span<const std::span<double>> rows) {
  const auto count = static_cast<double>(reading_.count);
  for (std::size_t p = 0; p < pairs_.size(); ++p) {
    const auto [u, i] = pairs_[p];
    const ChannelWindow& voltage = reading_.channels[u];
    const ChannelWindow& current = reading_.channels[i];
    double sum = dot(rows[u].data(), rows[i].data(), reading_.count);
    if (voltage.has_spectrum && current.has_spectrum) sum -= dot(voltage.amplitudes, sums_[i]);
    reading_.power[p] = sum / count;
  }
}

const WindowReading& WindowReader::read(std::span<const std::span<double>> rows, std::int64_t first,
                                        double cycles, std::span<const double> guesses) {
  constexpr int most_fillings = 8;
  reading_.first = first;
  reading_.count = rows[0].size();
  sum_samples(rows);
  find_frequency(rows, cycles, guesses);
  if (reading_.cycles > 0) {
    fit(rows);
    for (int i = 0; i < most_fillings && !missing_.empty(); ++i) {
      if (fill_from_fit(rows) < 1e-9) break;
      if (const auto found = tracker_.track(rows[reading_.reference], reading_.cycles))
        reading_.cycles = *found;
      fit(rows);
    }
    const auto count = static_cast<double>(reading_.count);
    for (std::size_t c = 0; c < rows.size(); ++c) {
      ChannelWindow& channel = reading_.channels[c];
      if (!channel.has_spectrum) continue;
      const double square = dot(rows[c].data(), rows[c].data(), reading_.count);
      channel.residual = std::max(0.0, square - dot(channel.amplitudes, sums_[c])) / count;
      channel.mean = channel.amplitudes.cosine[0];
      double lines = 0;
      for (std::size_t h = 1; h < most_lines; ++h)
        lines += channel.amplitudes.cosine[h] * channel.amplitudes.cosine[h] +
                 channel.amplitudes.sine[h] * channel.amplitudes.sine[h];
      channel.square = channel.mean * channel.mean + 0.5 * lines + channel.residual;
      const double freedom = std::max(1.0, count - 2 * reading_.orders - 1);
      channel.has_fundamental = channel.fundamental_square() > 1e-16 * channel.square &&
                                channel.fundamental_square() > 25 * channel.residual / freedom;
    }
  }
  sum_power(rows);
  return reading_;
}

}  // namespace meterrig::reference
