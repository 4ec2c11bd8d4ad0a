// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/frequency.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numbers>
#include <vector>

#include "meterrig/vocabulary/wide.h"
#include "period_window.h"

namespace meterrig::reference {
namespace {

constexpr double lowest_hertz = 10;
constexpr double highest_hertz = 1000;
constexpr double search_seconds = 0.4;
constexpr int fewest_periods = 3;

// Samples for the search: at most 0.4 s, averaged down to no less than 4.4 kHz, Hann-weighted,
// without their mean.
struct Section {
  std::vector<double> samples;
  double rate = 0;
  double square = 0;  // sum of squares of the samples without the weight, but for its mean square
  bool silent = true;
};

Section section_for_search(std::span<const double> samples, double rate) {
  const auto group = static_cast<std::size_t>(std::max(1.0, std::floor(rate / 4400.0)));
  const auto wanted = static_cast<std::size_t>(std::ceil(search_seconds * rate));
  const std::size_t count = std::min(samples.size(), wanted) / group;
  Section section;
  section.rate = rate / static_cast<double>(group);
  section.samples.resize(count);
  std::vector<double> weights(count);
  double weight_sum = 0;
  double mean = 0;
  double square = 0;
  for (std::size_t i = 0; i < count; ++i) {
    double sum = 0;
    for (std::size_t k = 0; k < group; ++k) sum += samples[i * group + k];
    const double value = sum / static_cast<double>(group);
    const double turns = (static_cast<double>(i) + 0.5) / static_cast<double>(count);
    const double weight = 0.5 - 0.5 * sine_cosine(turn_of_turns(turns)).cosine;
    section.samples[i] = value;
    weights[i] = weight;
    weight_sum += weight;
    mean += weight * value;
    square += weight * value * value;
  }
  if (count == 0) return section;
  mean /= weight_sum;
  const double variance = square / weight_sum - mean * mean;
  section.silent = !(variance > 1e-20 * square / weight_sum);
  section.square = variance * weight_sum * weight_sum;  // comparable with |sum of w x e^-jwt|^2
  for (std::size_t i = 0; i < count; ++i)
    section.samples[i] = weights[i] * (section.samples[i] - mean);
  return section;
}

constexpr std::size_t lines_at_once = 16;
using LineGroup = std::array<double, lines_at_once>;

// |sum of x e^-jwt|^2 at many frequencies at once, by Goertzel's recurrence.
METERRIG_WIDER_CLONES
void put_powers(std::span<const double> samples, const LineGroup& cycles, LineGroup& powers) {
  constexpr std::size_t quads = lines_at_once / 4;
  std::array<Quad, quads> c;
  std::array<Quad, quads> s1{};
  std::array<Quad, quads> s2{};
  LineGroup twice_cosine;
  for (std::size_t k = 0; k < lines_at_once; ++k)
    twice_cosine[k] = 2 * sine_cosine(turn_of_turns(cycles[k])).cosine;
  std::memcpy(c.data(), twice_cosine.data(), sizeof(c));
  for (const double x : samples)
    for (std::size_t k = 0; k < quads; ++k) {
      const Quad s0 = x + c[k] * s1[k] - s2[k];
      s2[k] = s1[k];
      s1[k] = s0;
    }
  for (std::size_t k = 0; k < quads; ++k) {
    const Quad power = s1[k] * s1[k] + s2[k] * s2[k] - c[k] * s1[k] * s2[k];
    std::memcpy(&powers[4 * k], &power, sizeof(power));
  }
}

Error too_short_or_silent() {
  return {ErrorCode::failed_precondition,
          fmt::format("no periodic signal from {} Hz to {} Hz with {} periods or more",
                      lowest_hertz, highest_hertz, fewest_periods)};
}

// Frequency in hertz of the strongest line of the Hann spectrum, to a fraction of 1 / length.
Result<double> strongest_line(const Section& section) {
  const double step = 0.5 * section.rate / static_cast<double>(section.samples.size());
  const double lowest = std::max(lowest_hertz * 0.9, 4 * step);  // 2 periods of the section
  const double highest = std::min(highest_hertz * 1.01, 0.45 * section.rate);
  std::vector<double> spectrum;
  double f = lowest;
  while (f <= highest) {
    LineGroup cycles{};
    std::size_t wanted = 0;
    for (; wanted < lines_at_once && f <= highest; wanted += 4, f += 4 * step)
      for (std::size_t k = 0; k < 4; ++k)
        cycles[wanted + k] = (f + static_cast<double>(k) * step) / section.rate;
    LineGroup powers;
    put_powers(section.samples, cycles, powers);
    spectrum.insert(spectrum.end(), powers.begin(),
                    powers.begin() + static_cast<std::ptrdiff_t>(wanted));
  }
  if (spectrum.size() < 3) return tl::unexpected(too_short_or_silent());
  const auto top = std::max_element(spectrum.begin(), spectrum.end());
  if (top == spectrum.begin() || top == spectrum.end() - 1)
    return tl::unexpected(too_short_or_silent());
  // A sine of amplitude a has |sum|^2 = (a W / 2)^2 and the mean square a^2 / 2. A line that
  // carries less than a tenth of what alternates is noise.
  if (!(2 * *top > 0.1 * section.square)) return tl::unexpected(too_short_or_silent());
  const double before = *(top - 1);
  const double after = *(top + 1);
  const double curvature = before - 2 * *top + after;
  const double shift = curvature < 0 ? 0.5 * (before - after) / curvature : 0;
  return lowest + (static_cast<double>(top - spectrum.begin()) + shift) * step;
}

struct Phasor {
  double x = 0;
  double y = 0;
};

// sum of w x e^-j 2 pi cycles (n - centre)
Phasor demodulate(std::span<const double> samples, const PeriodWindow& window, double cycles,
                  double centre) {
  Turn turn = turn_of_turns((static_cast<double>(window.first) - centre) * cycles);
  const Turn step = turn_of_turns(cycles);
  Phasor sum;
  for (std::size_t i = 0; i < window.weights.size(); ++i) {
    const auto [sine, cosine] = sine_cosine(turn);
    const double x = window.weights[i] * samples[window.first + i];
    sum.x += x * cosine;
    sum.y -= x * sine;
    turn = turn + step;
  }
  return sum;
}

// Improves cycles per sample by the phase between two windows, one at each end of the block. Each
// nulls the harmonics of the frequency assumed, so that the error shrinks by its power smooth + 1
// in every step; 0 when the block holds fewer than 3 periods.
double refine(std::span<const double> samples, double cycles) {
  const auto count = static_cast<double>(samples.size());
  for (int step = 0; step < 30; ++step) {
    const int periods = static_cast<int>(std::floor(count * cycles + 1e-6));
    if (periods < fewest_periods) return 0;
    const WindowShape shape = window_shape(std::max(2, 2 * periods / 3));
    const double half = 0.5 * shape.periods() / cycles;
    const double first_centre = half - 0.5;
    const double last_centre = count - 0.5 - half;
    const Phasor a = demodulate(samples, {shape, 1 / cycles, first_centre, samples.size()}, cycles,
                                first_centre);
    const Phasor b =
        demodulate(samples, {shape, 1 / cycles, last_centre, samples.size()}, cycles, last_centre);
    const double turned =
        angle_of_point(b.x * a.x + b.y * a.y, b.y * a.x - b.x * a.y).in(degree) / 360.0;
    double ahead = turned - cycles * (last_centre - first_centre);
    ahead -= std::nearbyint(ahead);
    const double change = ahead / (last_centre - first_centre);
    cycles += change;
    if (!(cycles > 0)) return 0;
    if (std::abs(change) <= 2e-14 * cycles) break;
  }
  return cycles;
}

// The last step, near the bound of Cramer and Rao: a window over all whole periods, once plain and
// once times the distance t from its centre. Of A e^{j (p + 2 pi d t)}, d the cycles a sample that
// are still wanting, the sums are A e^{j p} sum w and j 2 pi d A e^{j p} sum w t^2; both weights
// null the harmonics. The phase of two shorter windows, which brought it here, wastes the middle.
double polish(std::span<const double> samples, double cycles) {
  constexpr int fewest_periods_to_polish = 9;  // with fewer the ends weigh too much
  const auto count = static_cast<double>(samples.size());
  const int periods = static_cast<int>(std::floor(count * cycles + 1e-6));
  if (periods < fewest_periods_to_polish) return cycles;
  for (int step = 0; step < 2; ++step) {
    const double centre = 0.5 * (count - 1);
    const PeriodWindow window(window_shape(periods), 1 / cycles, centre, samples.size());
    Turn turn = turn_of_turns((static_cast<double>(window.first) - centre) * cycles);
    const Turn turn_step = turn_of_turns(cycles);
    Phasor plain;
    Phasor ramp;
    double spread = 0;
    for (std::size_t i = 0; i < window.weights.size(); ++i, turn = turn + turn_step) {
      const auto [sine, cosine] = sine_cosine(turn);
      const double t = static_cast<double>(window.first + i) - centre;
      const double x = window.weights[i] * samples[window.first + i];
      plain.x += x * cosine;
      plain.y -= x * sine;
      ramp.x += t * x * cosine;
      ramp.y -= t * x * sine;
      spread += window.weights[i] * t * t;
    }
    const double square = plain.x * plain.x + plain.y * plain.y;
    if (!(square > 0)) return cycles;
    const double turned = (ramp.y * plain.x - ramp.x * plain.y) / square;
    cycles += turned / (2 * std::numbers::pi * spread);
  }
  return cycles;
}

}  // namespace

Result<Frequency> measure_frequency(std::span<const double> samples, Rational rate) {
  if (rate.numerator <= 0 || rate.denominator <= 0)
    return fail(ErrorCode::invalid_argument, "a sample rate that is not above 0");
  for (std::size_t i = 0; i < samples.size(); ++i)
    if (!std::isfinite(samples[i]))
      return fail(ErrorCode::invalid_argument, fmt::format("sample {} is not a finite number", i));
  const double per_second = rate.value();
  const Section section = section_for_search(samples, per_second);
  if (section.silent) return tl::unexpected(too_short_or_silent());
  const auto line = strongest_line(section);
  if (!line) return tl::unexpected(line.error());
  double cycles = *line / per_second;
  // From a short stretch to the whole block, so that the phase between the windows is unambiguous.
  auto length = static_cast<std::size_t>(std::ceil(search_seconds * per_second));
  while (true) {
    const auto stretch = samples.first(std::min(length, samples.size()));
    cycles = refine(stretch, cycles);
    if (cycles == 0) return tl::unexpected(too_short_or_silent());
    if (stretch.size() == samples.size()) break;
    length *= 8;
  }
  const double found = polish(samples, cycles) * per_second;
  if (found < lowest_hertz * (1 - 1e-6) || found > highest_hertz * (1 + 1e-6))
    return tl::unexpected(too_short_or_silent());
  return hertz(found);
}

}  // namespace meterrig::reference
