// SPDX-License-Identifier: GPL-3.0-or-later
#include "record_sums.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "period_window.h"

namespace meterrig::reference {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

double degrees_of(std::complex<double> value) {
  return angle_of_point(value.real(), value.imag()).in(degree);
}

std::complex<double> unit_at(Turn turn) {
  const SineCosine at = sine_cosine(turn);
  return {at.cosine, at.sine};
}

// From one phasor to another, in turns from -1/2 to 1/2.
double turns_between(std::complex<double> from, std::complex<double> to) {
  return degrees_of(to * std::conj(from)) / 360;
}

// Plain: the library's complex product looks for infinities first.
std::complex<double> product(std::complex<double> a, std::complex<double> b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

}  // namespace

RecordSums::RecordSums(std::vector<RecordChannel> channels, std::vector<RecordPair> pairs,
                       Rational rate)
    : settings_(std::move(channels)),
      pairs_(std::move(pairs)),
      rate_(rate.value()),
      channels_(settings_.size()),
      powers_(pairs_.size()),
      phasors_(settings_.size()) {
  for (Channel& channel : channels_) channel.minimum = channel.maximum = unknown;
}

// R.m.s. phasors of the sines at the window's middle, skew taken out: a wave read late by `skew`
// is ahead by its own phase in that time.
RecordSums::Phasors RecordSums::phasors_of(const WindowReading& window, std::size_t channel) const {
  const Lines& x = window.channels[channel].amplitudes;
  Phasors phasors{};
  for (std::size_t h = 0; h <= static_cast<std::size_t>(window.orders); ++h)
    phasors[h] = {x.sine[h] / std::numbers::sqrt2, x.cosine[h] / std::numbers::sqrt2};
  phasors[0] = x.cosine[0];
  if (const double skew = settings_[channel].skew; skew != 0) {
    const Turn turn = turn_of_turns(-skew * rate_ * window.cycles);
    for (int h = 1; h <= window.orders; ++h)
      phasors[static_cast<std::size_t>(h)] *= unit_at(h * turn);
  }
  return phasors;
}

// Cycles from middle to middle of two windows: the phase says their fraction, the frequencies their
// whole. A phase that jumped, more than a twentieth of a turn off, says nothing.
void RecordSums::follow_frequency(const WindowReading& window) {
  const auto count = static_cast<double>(window.count);
  const std::complex<double> phasor =
      window.cycles > 0 ? phasors_[window.reference][1] : std::complex<double>{};
  bool joined = false;
  if (window.cycles > 0 && last_.cycles > 0 && last_.reference == window.reference) {
    const double half_before = 0.5 * last_.count;
    const double half = 0.5 * count;
    const double expected = 0.5 * (last_.cycles + window.cycles) * (half_before + half);
    double ahead = turns_between(last_.phasor, phasor) - expected;
    ahead -= std::nearbyint(ahead);
    joined = std::abs(ahead) < 0.05;
    if (joined) {
      cycles_.add(expected + ahead);
      covered_.add(half_before + half);
    }
    for (std::size_t c = 0; c < channels_.size(); ++c) {
      Channel& channel = channels_[c];
      if (!window.channels[c].has_fundamental || channel.before == std::complex<double>{}) continue;
      const std::complex<double> relative = phasors_[c][1] * std::conj(phasor);
      channel.drift.add(turns_between(channel.before * std::conj(last_.phasor), relative));
      channel.drifted.add(half_before + half);
    }
  }
  if (!joined) {  // each window's own frequency up to its end, and from its begin
    if (last_.cycles > 0) {
      cycles_.add(0.5 * last_.count * last_.cycles);
      covered_.add(0.5 * last_.count);
    }
    if (window.cycles > 0) {
      cycles_.add(0.5 * count * window.cycles);
      covered_.add(0.5 * count);
    }
  }
  last_ = {
      .cycles = window.cycles, .count = count, .reference = window.reference, .phasor = phasor};
  for (std::size_t c = 0; c < channels_.size(); ++c)
    channels_[c].before =
        window.channels[c].has_fundamental ? phasors_[c][1] : std::complex<double>{};
}

// The first voltage that has a fundamental, a tenth of the highest at least; a current, or another
// channel, until there is one.
void RecordSums::choose_angle_reference(const WindowReading& window) {
  for (const ChannelKind kind : {ChannelKind::voltage, ChannelKind::current, ChannelKind::other}) {
    if (angle_reference_ && settings_[*angle_reference_].kind <= kind) return;
    double highest = 0;
    for (std::size_t c = 0; c < channels_.size(); ++c)
      if (settings_[c].kind == kind && window.channels[c].has_fundamental)
        highest = std::max(highest, window.channels[c].fundamental_square());
    for (std::size_t c = 0; c < channels_.size(); ++c)
      if (settings_[c].kind == kind && window.channels[c].has_fundamental &&
          window.channels[c].fundamental_square() >= 0.01 * highest) {
        angle_reference_ = c;
        for (Channel& channel : channels_) channel.line = {};  // angles begin anew
        return;
      }
  }
}

void RecordSums::add(const WindowReading& window) {
  const auto count = static_cast<std::int64_t>(window.count);
  scans_ += count;
  for (std::size_t c = 0; c < channels_.size(); ++c) {
    const ChannelWindow& from = window.channels[c];
    Channel& channel = channels_[c];
    channel.present += static_cast<std::int64_t>(from.present);
    channel.missing += count - static_cast<std::int64_t>(from.present);
    if (from.present == 0) continue;
    channel.mean.add(from.mean * static_cast<double>(from.present));
    channel.square.add(from.square * static_cast<double>(from.present));
    if (!(channel.minimum <= from.minimum)) channel.minimum = from.minimum;
    if (!(channel.maximum >= from.maximum)) channel.maximum = from.maximum;
  }
  if (window.cycles > 0)
    for (std::size_t c = 0; c < channels_.size(); ++c)
      phasors_[c] = window.channels[c].has_spectrum ? phasors_of(window, c) : Phasors{};
  follow_frequency(window);

  const auto weight = static_cast<double>(count);
  for (std::size_t p = 0; p < pairs_.size(); ++p) {
    const auto [u, i] = pairs_[p];
    double power = window.power[p];
    if (window.channels[u].has_spectrum && window.channels[i].has_spectrum) {
      const Phasors& a = phasors_[u];
      const Phasors& b = phasors_[i];
      for (std::size_t h = 0; h <= static_cast<std::size_t>(window.orders); ++h)
        power += a[h].real() * b[h].real() + a[h].imag() * b[h].imag();
      const std::complex<double> fundamental = product(a[1], std::conj(b[1]));
      powers_[p].active_fundamental.add(weight * fundamental.real());
      powers_[p].reactive_fundamental.add(weight * fundamental.imag());
      powers_[p].fitted += count;
    }
    powers_[p].power.add(weight * power);
  }
  if (!(window.cycles > 0)) return;

  choose_angle_reference(window);
  const bool has_angles = angle_reference_ && window.channels[*angle_reference_].has_fundamental;
  Phasors back{};  // by minus the order times the reference's angle
  if (has_angles) {
    const std::complex<double> reference = phasors_[*angle_reference_][1];
    const std::complex<double> unit = std::conj(reference) / std::sqrt(std::norm(reference));
    back[0] = 1;
    for (std::size_t h = 1; h <= static_cast<std::size_t>(window.orders); ++h)
      back[h] = product(back[h - 1], unit);
  }
  for (std::size_t c = 0; c < channels_.size(); ++c) {
    const ChannelWindow& from = window.channels[c];
    if (!from.has_spectrum) continue;
    Channel& channel = channels_[c];
    channel.fitted += count;
    ++channel.windows;
    channel.orders = std::min(channel.orders, window.orders);
    channel.residual.add(weight * from.residual);
    for (std::size_t h = 1; h <= static_cast<std::size_t>(window.orders); ++h) {
      const std::complex<double> z = phasors_[c][h];
      channel.line_square[h].add(weight * (z.real() * z.real() + z.imag() * z.imag()));
      if (has_angles) channel.line[h].add(weight * product(z, back[h]));
    }
  }
}

RecordReading RecordSums::reading() const {
  RecordReading reading;
  reading.scans = scans_;
  CompensatedSum cycles = cycles_;
  CompensatedSum covered = covered_;
  if (last_.cycles > 0) {
    cycles.add(0.5 * last_.count * last_.cycles);
    covered.add(0.5 * last_.count);
  }
  reading.frequency = covered.value() > 0 ? rate_ * (cycles.value() / covered.value()) : unknown;
  for (const Channel& from : channels_) {
    ChannelReading channel;
    const double present = from.present > 0 ? static_cast<double>(from.present) : unknown;
    channel.rms = std::sqrt(from.square.value() / present);
    channel.dc = from.mean.value() / present;
    channel.minimum = from.minimum;
    channel.maximum = from.maximum;
    channel.missing = from.missing;
    channel.frequency = channel.thd = channel.residual = unknown;
    if (from.fitted > 0) {
      const auto fitted = static_cast<double>(from.fitted);
      const double rest = from.residual.value() / fitted;
      channel.residual = std::sqrt(rest);
      const double fundamental = from.line_square[1].value() / fitted;
      const double freedom =
          std::max(1.0, fitted / static_cast<double>(from.windows) - 2 * from.orders - 1);
      if (fundamental > 1e-16 * channel.rms * channel.rms && fundamental > 25 * rest / freedom) {
        channel.frequency = reading.frequency;
        if (from.drifted.value() > 0)
          channel.frequency += rate_ * (from.drift.value() / from.drifted.value());
        double distortion = 0;
        for (int h = 1; h <= from.orders; ++h) {
          const auto at = static_cast<std::size_t>(h);
          const double square = from.line_square[at].value() / fitted;
          const double x = from.line[at].x.value();
          const double y = from.line[at].y.value();
          channel.harmonics.push_back({.order = h,
                                       .rms = std::sqrt(square),
                                       .angle = x == 0 && y == 0 ? unknown : degrees_of({x, y})});
          if (h >= 2 && h <= 40) distortion += square;
        }
        channel.thd = 100 * std::sqrt(distortion / fundamental);
      }
    }
    reading.channels.push_back(std::move(channel));
  }
  for (std::size_t p = 0; p < pairs_.size(); ++p) {
    const Pair& from = powers_[p];
    const ChannelReading& u = reading.channels[pairs_[p].voltage];
    const ChannelReading& i = reading.channels[pairs_[p].current];
    PairReading pair;
    pair.p = scans_ > 0 ? from.power.value() / static_cast<double>(scans_) : unknown;
    pair.s = u.rms * i.rms;
    pair.power_factor = pair.s > 0 ? pair.p / pair.s : unknown;
    pair.q1 = pair.displacement = unknown;
    if (from.fitted > 0 && !u.harmonics.empty() && !i.harmonics.empty()) {
      pair.q1 = from.reactive_fundamental.value() / static_cast<double>(from.fitted);
      pair.displacement =
          degrees_of({from.active_fundamental.value(), from.reactive_fundamental.value()});
    }
    reading.pairs.push_back(pair);
  }
  return reading;
}

}  // namespace meterrig::reference
