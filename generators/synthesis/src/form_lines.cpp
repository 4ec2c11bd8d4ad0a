// SPDX-License-Identifier: GPL-3.0-or-later
#include "form_lines.h"

#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <string_view>

#include "meterrig/vocabulary/turn.h"

namespace meterrig::synthesis {
namespace {

constexpr double pi = std::numbers::pi;

template <class Kind>
constexpr Unit<Kind> unit_of{1.0};  // of a channel: volt or ampere

// How far the form's own wave, a function of x = 2 pi f t + phase, is ahead of 2 pi f t: line n of
// it, s sin(n x / cycles) + c cos(n x / cycles), turns by n phase / cycles.
class Series {
 public:
  Series(Angle phase, std::int32_t cycles) : ahead_(turn_of(phase / cycles)) {
    lines_.cycles = cycles;
  }
  void dc(double value) { lines_.dc = value; }
  void add(std::int32_t order, double sine, double cosine) {
    if (sine == 0 && cosine == 0) return;
    const auto [s, c] = sine_cosine(order * ahead_);
    lines_.lines.push_back(
        {.order = order, .sine = sine * c - cosine * s, .cosine = sine * s + cosine * c});
  }
  [[nodiscard]] FormLines take() { return std::move(lines_); }

 private:
  Turn ahead_;
  FormLines lines_;
};

// peak sin x on (0, pi), 0 on (pi, 2 pi):
//   peak (1/pi + sin(x) / 2 - sum over even n of 2 cos(n x) / (pi (n^2 - 1))).
void half_wave(double peak, std::int32_t highest, Series& series) {
  series.dc(peak / pi);
  series.add(1, peak / 2, 0);
  for (std::int32_t n = 2; n <= highest; n += 2)
    series.add(n, 0, -2 * peak / (pi * (static_cast<double>(n) * n - 1)));
}

// peak sin x on (angle, pi) and (pi + angle, 2 pi): odd n alone, each half-cycle gives the same.
//   (2/pi) Int sin x sin n x = (1/pi) [sin((n-1) x) / (n-1) - sin((n+1) x) / (n+1)]
//   (2/pi) Int sin x cos n x = (1/pi) [cos((n-1) x) / (n-1) - cos((n+1) x) / (n+1)]
// from angle to pi, where the sines are 0 and the cosines 1; 1 - cos(m x) is 2 sin^2(m x / 2). At
// n = 1 sin((n-1) x) / (n-1) is x. What the trailing edge lets through is the rest of the sine.
void phase_fired(double peak, Angle angle, bool leading, std::int32_t highest, Series& series) {
  const Turn whole = turn_of(angle);
  const Turn half = turn_of(angle / 2);
  const auto square = [](double value) { return value * value; };
  for (std::int32_t n = 1; n <= highest; n += 2) {
    const double below = n - 1;
    const double above = n + 1;
    double sine = sine_cosine((n + 1) * whole).sine / above;
    double cosine = -2 * square(sine_cosine((n + 1) * half).sine) / above;
    if (n == 1) {
      sine += pi - angle.in(degree) * (pi / 180);
    } else {
      sine -= sine_cosine((n - 1) * whole).sine / below;
      cosine += 2 * square(sine_cosine((n - 1) * half).sine) / below;
    }
    sine /= pi;
    cosine /= pi;
    if (!leading) {
      sine = (n == 1 ? 1 : 0) - sine;
      cosine = -cosine;
    }
    series.add(n, peak * sine, peak * cosine);
  }
}

// The turn of part / whole, 0 <= part < whole: exact for a quarter and a half.
Turn part_of_turn(std::int64_t part, std::int64_t whole) {
  __extension__ using Wide = unsigned __int128;
  return {static_cast<std::uint64_t>((static_cast<Wide>(part) << 64) / static_cast<Wide>(whole))};
}

// peak sin x on (0, 2 pi on), 0 up to 2 pi cycles. With v = n / cycles
//   (1 / (pi cycles)) Int sin x sin v x = cycles sin(2 pi on v) / (pi (n^2 - cycles^2))
//   (1 / (pi cycles)) Int sin x cos v x = cycles (1 - cos(2 pi on v)) / (pi (cycles^2 - n^2)),
// and at n = cycles on / cycles of the sine. Lines with on n a multiple of cycles are 0.
void burst_fired(double peak, std::int32_t on, std::int32_t cycles, std::int32_t highest,
                 Series& series) {
  for (std::int32_t n = 1; n <= highest * cycles; ++n) {
    if (n == cycles) {
      series.add(n, peak * on / cycles, 0);
      continue;
    }
    const std::int64_t part = std::int64_t{on} * n % cycles;
    if (part == 0) continue;
    const auto [sine, cosine] = sine_cosine(part_of_turn(part, cycles));
    const double scale =
        peak * cycles / (pi * (static_cast<double>(n) * n - static_cast<double>(cycles) * cycles));
    series.add(n, scale * sine, -scale * (1 - cosine));
  }
}

// sin(d) / d. Below a thousandth the term left out is 2e-22.
double sine_over(double d, Turn turn) {
  const double square = d * d;
  return std::abs(d) < 1e-3 ? 1 - square / 6 * (1 - square / 20) : sine_cosine(turn).sine / d;
}

// Pulses peak cos(p z) on |z| < width / 2, p = pi / width, z = x - pi/2, and the opposite half a
// cycle later: odd n alone. Their mean square is peak^2 width / (2 pi) = rms^2. As sin n x is
// sin(n pi/2) cos n z and the pulse is even in z, there are sines alone:
//   (2/pi) Int cos(p z) cos(n z) = (2/pi) cos(n width / 2) 2 p / (p^2 - n^2),
// which with d = pi/2 - n width / 2 = (p - n) width / 2 is (2/pi) width (sin d / d) p / (p + n): so
// written it has no gap at n = p.
void rectifier(double rms, Angle width, std::int32_t highest, Series& series) {
  const double degrees = width.in(degree);
  const double radians = degrees * (pi / 180);
  const double peak = rms * std::sqrt(2 * pi / radians);
  const double p = 180 / degrees;
  for (std::int32_t n = 1; n <= highest; n += 2) {
    const double rest = 90 - n * degrees / 2;  // d
    const double share = sine_over(rest * (pi / 180), turn_of(degree(rest))) * p / (p + n);
    const double sign = n % 4 == 1 ? 1 : -1;
    series.add(n, sign * peak * (2 / pi) * radians * share, 0);
  }
}

std::string_view name(FormKind kind) {
  switch (kind) {
    case FormKind::half_wave:
      return "half_wave";
    case FormKind::phase_fired_leading:
      return "phase_fired_leading";
    case FormKind::phase_fired_trailing:
      return "phase_fired_trailing";
    case FormKind::burst_fired:
      return "burst_fired";
    case FormKind::rectifier:
      return "rectifier";
  }
  return "";
}

}  // namespace

template <class Kind>
FormLines lines_of(const Form<Kind>& form) {
  const bool burst = form.kind == FormKind::burst_fired;
  Series series(form.phase, burst ? form.on_cycles + form.off_cycles : 1);
  const double rms = form.rms.in(unit_of<Kind>);
  const double peak = std::numbers::sqrt2 * rms;
  switch (form.kind) {
    case FormKind::half_wave:
      half_wave(peak, form.highest_order, series);
      break;
    case FormKind::phase_fired_leading:
    case FormKind::phase_fired_trailing:
      phase_fired(peak, form.angle, form.kind == FormKind::phase_fired_leading, form.highest_order,
                  series);
      break;
    case FormKind::burst_fired:
      burst_fired(peak, form.on_cycles, form.on_cycles + form.off_cycles, form.highest_order,
                  series);
      break;
    case FormKind::rectifier:
      rectifier(rms, form.angle, form.highest_order, series);
      break;
  }
  return series.take();
}

template <class Kind>
Result<void> check(const Form<Kind>& form) {
  const std::string_view kind = name(form.kind);
  const auto refuse = [kind](std::string_view field, double value, std::string_view expected) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("form {}: {} of {}; expected {}", kind, field, value, expected));
  };
  if (kind.empty())
    return fail(ErrorCode::invalid_argument, fmt::format("form: kind {}; expected one of FormKind",
                                                         static_cast<int>(form.kind)));
  const double rms = form.rms.in(unit_of<Kind>);
  if (!std::isfinite(rms) || rms < 0) return refuse("rms", rms, "a finite number, at least 0");
  const double phase = form.phase.in(degree);
  if (!std::isfinite(phase)) return refuse("phase", phase, "a finite number");
  if (form.highest_order < 1 || form.highest_order > highest_form_order)
    return refuse("highest_order", form.highest_order,
                  fmt::format("one from 1 to {}", highest_form_order));
  if (form.kind == FormKind::burst_fired) {
    if (form.on_cycles < 1 || form.on_cycles > most_burst_cycles)
      return refuse("on_cycles", form.on_cycles, fmt::format("1 to {}", most_burst_cycles));
    if (form.off_cycles < 1 || form.off_cycles > most_burst_cycles)
      return refuse("off_cycles", form.off_cycles, fmt::format("1 to {}", most_burst_cycles));
    if (form.highest_order * (form.on_cycles + form.off_cycles) > most_form_lines)
      return refuse("highest_order", form.highest_order,
                    fmt::format("at most {} lines, of {} for each cycle on and off",
                                most_form_lines, form.highest_order));
  } else if (form.kind != FormKind::half_wave) {
    const double angle = form.angle.in(degree);
    if (!(angle > 0 && angle < 180))
      return refuse("angle", angle, "one above 0 deg and below 180 deg");
  }
  return {};
}

template FormLines lines_of(const Form<VoltageKind>& form);
template FormLines lines_of(const Form<CurrentKind>& form);
template Result<void> check(const Form<VoltageKind>& form);
template Result<void> check(const Form<CurrentKind>& form);

}  // namespace meterrig::synthesis
