// SPDX-License-Identifier: GPL-3.0-or-later
// The closed forms of a form's Fourier series against its definition in time, integrated piece by
// piece, and against published figures.
#include "form_lines.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <numbers>
#include <random>
#include <vector>

using namespace meterrig;
using namespace meterrig::synthesis;

namespace {

constexpr double pi = std::numbers::pi;

using CurrentForm = Form<CurrentKind>;

// Where a form is not 0, as a smooth function of x = 2 pi f t + phase.
struct Piece {
  double begin;
  double end;
  std::function<double(double)> value;
};

std::vector<Piece> pieces_of(const CurrentForm& form) {
  const double peak = std::sqrt(2.0) * form.rms.in(ampere);
  const double angle = form.angle.known() ? form.angle.in(radian) : 0;
  const auto sine = [peak](double x) { return peak * std::sin(x); };
  switch (form.kind) {
    case FormKind::half_wave:
      return {{0, pi, sine}};
    case FormKind::phase_fired_leading:
      return {{angle, pi, sine}, {pi + angle, 2 * pi, sine}};
    case FormKind::phase_fired_trailing:
      return {{0, angle, sine}, {pi, pi + angle, sine}};
    case FormKind::burst_fired:
      return {{0, 2 * pi * form.on_cycles, sine}};
    case FormKind::rectifier: {
      // Half a sine as wide as the angle; two of them a cycle with a mean square of rms^2.
      const double high = form.rms.in(ampere)*std::sqrt(2 * pi / angle);
      const double first = (pi - angle) / 2;
      const auto pulse = [=](double sign, double begin) {
        return [=](double x) { return sign * high * std::sin(pi * (x - begin) / angle); };
      };
      return {{first, first + angle, pulse(1, first)},
              {pi + first, pi + first + angle, pulse(-1, pi + first)}};
    }
  }
  return {};
}

// Gauss-Legendre rule of five points on 64 to 6400 panels.
double integral(const Piece& piece, const std::function<double(double)>& weight, double cycles) {
  constexpr double near = 0.53846931010568309;
  constexpr double far = 0.90617984593866399;
  constexpr double at[] = {-far, -near, 0, near, far};
  constexpr double share[] = {0.23692688505618909, 0.47862867049936647, 0.56888888888888889,
                              0.47862867049936647, 0.23692688505618909};
  const int panels = 64 + static_cast<int>(100 * cycles);
  const double half = (piece.end - piece.begin) / panels / 2;
  double sum = 0;
  for (int p = 0; p < panels; ++p) {
    const double middle = piece.begin + (2 * p + 1) * half;
    for (std::size_t k = 0; k < 5; ++k) {
      const double x = middle + at[k] * half;
      sum += share[k] * half * piece.value(x) * weight(x);
    }
  }
  return sum;
}

std::int32_t cycles_of(const CurrentForm& form) {
  return form.kind == FormKind::burst_fired ? form.on_cycles + form.off_cycles : 1;
}

FormLine integrated(const CurrentForm& form, std::int32_t order) {
  const double cycles = cycles_of(form);
  const double phase = form.phase.in(radian);
  FormLine line{.order = order, .sine = 0, .cosine = 0};
  for (const Piece& piece : pieces_of(form)) {
    line.sine += integral(
        piece, [&](double x) { return std::sin(order * (x - phase) / cycles); }, form.on_cycles);
    line.cosine += integral(
        piece, [&](double x) { return std::cos(order * (x - phase) / cycles); }, form.on_cycles);
  }
  line.sine /= pi * cycles;
  line.cosine /= pi * cycles;
  return line;
}

FormLine line_of(const FormLines& lines, std::int32_t order) {
  FormLine sum{.order = order, .sine = 0, .cosine = 0};
  for (const FormLine& line : lines.lines)
    if (line.order == order) return line;
  return sum;
}

double size(const FormLine& line) { return std::hypot(line.sine, line.cosine); }

// Of sine peak 1.
CurrentForm unit_form(FormKind kind) {
  return {.kind = kind,
          .rms = ampere(std::sqrt(0.5)),
          .phase = degree(0),
          .angle = degree(90),
          .on_cycles = 2,
          .off_cycles = 2,
          .highest_order = 63};
}

bool refused(const CurrentForm& form, const std::string& message) {
  const auto checked = check(form);
  if (checked.has_value()) return false;
  BOOST_TEST(checked.error().message == message);
  return checked.error().code == ErrorCode::invalid_argument;
}

constexpr FormKind kinds[] = {FormKind::half_wave, FormKind::phase_fired_leading,
                              FormKind::phase_fired_trailing, FormKind::burst_fired,
                              FormKind::rectifier};

}  // namespace

BOOST_AUTO_TEST_SUITE(lines_of_forms)

// The rule of five points is wrong by h^10 / 10^9 of the tenth derivative: a panel is below
// 2 pi / 100 and x turns the highest line below 8 times as fast as the sine, so h < 0.5 and the
// rule's share below 10^-12. Rounding of up to 10^4 terms: 10^-13 of the peak (4 A at 0.5 deg).
BOOST_AUTO_TEST_CASE(they_are_the_integrals_of_the_definition_at_any_angle_and_phase) {
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (int trial = 0; trial < 40; ++trial) {
    for (const FormKind kind : kinds) {
      CurrentForm form = unit_form(kind);
      form.rms = ampere(uniform(random));
      form.phase = degree(1000 * (uniform(random) - 0.5));
      form.angle = degree(0.5 + 179 * uniform(random));
      form.on_cycles = 1 + static_cast<std::int32_t>(5 * uniform(random));
      form.off_cycles = 1 + static_cast<std::int32_t>(5 * uniform(random));
      form.highest_order = 7;
      const FormLines lines = lines_of(form);
      BOOST_TEST_CONTEXT("kind " << static_cast<int>(kind) << ", trial " << trial) {
        BOOST_TEST(lines.cycles == cycles_of(form));
        BOOST_TEST(std::abs(lines.dc - integrated(form, 0).cosine / 2) < 1e-11);
        double worst = 0;
        for (std::int32_t order = 1; order <= 7 * lines.cycles; ++order) {
          const FormLine found = line_of(lines, order);
          const FormLine expected = integrated(form, order);
          worst = std::max({worst, std::abs(found.sine - expected.sine),
                            std::abs(found.cosine - expected.cosine)});
        }
        BOOST_TEST(worst < 1e-11);
        for (std::size_t k = 1; k < lines.lines.size(); ++k)
          BOOST_TEST(lines.lines[k - 1].order < lines.lines[k].order);
        for (const FormLine& line : lines.lines) {
          BOOST_TEST(size(line) > 0);
          BOOST_TEST(line.order <= 7 * lines.cycles);
        }
      }
    }
  }
}

// Of the pulses' width at which the formula divides 0 by 0, and close to it.
BOOST_AUTO_TEST_CASE(a_rectifier_has_no_gap_where_its_pulse_is_half_a_period_of_a_harmonic) {
  for (const double width : {60.0, 60 + 1e-9, 60 - 1e-4, 60.01, 36.0, 180.0 / 7}) {
    CurrentForm form = unit_form(FormKind::rectifier);
    form.angle = degree(width);
    for (const std::int32_t order : {1, 3, 5, 7}) {
      const FormLine found = line_of(lines_of(form), order);
      const FormLine expected = integrated(form, order);
      BOOST_TEST(std::abs(found.sine - expected.sine) < 1e-12, width << " deg, " << order);
      BOOST_TEST(std::abs(found.cosine - expected.cosine) < 1e-12);
    }
  }
}

// Facts: amplitudes of a sine of peak 1, half-wave rectified. Even ones lag by 90 deg.
BOOST_AUTO_TEST_CASE(a_half_wave_has_the_figures_of_its_definition) {
  const FormLines lines = lines_of(unit_form(FormKind::half_wave));
  BOOST_TEST(std::abs(lines.dc - 0.31831) < 5e-6);
  BOOST_TEST(std::abs(line_of(lines, 1).sine - 0.5) < 1e-15);
  BOOST_TEST(line_of(lines, 1).cosine == 0.0);
  for (const auto& [order, figure] :
       {std::pair{2, 0.21221}, {4, 0.04244}, {6, 0.01819}, {8, 0.01011}}) {
    BOOST_TEST(line_of(lines, order).sine == 0.0);
    BOOST_TEST(std::abs(line_of(lines, order).cosine + figure) < 5e-6, "order " << order);
  }
  for (const std::int32_t odd : {3, 5, 7}) BOOST_TEST(size(line_of(lines, odd)) == 0.0);
}

BOOST_AUTO_TEST_CASE(a_sine_fired_at_90_deg_has_the_figures_of_its_definition) {
  const FormLines lines = lines_of(unit_form(FormKind::phase_fired_leading));
  BOOST_TEST(lines.dc == 0.0);
  const FormLine first = line_of(lines, 1);
  BOOST_TEST(std::abs(size(first) - 0.59272) < 5e-6);
  BOOST_TEST(std::abs(std::atan2(first.cosine, first.sine) * 180 / pi + 32.48) < 0.005);
  // Leads of +90 and -90 deg in turn, two and two of one size.
  const std::pair<std::int32_t, double> figures[] = {
      {3, 0.31831},   {5, -0.10610}, {7, 0.10610},   {9, -0.06366}, {11, 0.06366},
      {13, -0.04547}, {15, 0.04547}, {17, -0.03537}, {19, 0.03537}, {21, -0.02894}};
  for (const auto& [order, figure] : figures) {
    BOOST_TEST(std::abs(line_of(lines, order).cosine - figure) < 5e-6, "order " << order);
    BOOST_TEST(std::abs(line_of(lines, order).sine) < 1e-15);
    BOOST_TEST(size(line_of(lines, order - 1)) == 0.0);
  }
}

BOOST_AUTO_TEST_CASE(both_edges_together_are_the_whole_sine) {
  for (const double angle : {1.0, 45.0, 90.0, 135.0, 179.0}) {
    CurrentForm form = unit_form(FormKind::phase_fired_leading);
    form.angle = degree(angle);
    const FormLines leading = lines_of(form);
    form.kind = FormKind::phase_fired_trailing;
    const FormLines trailing = lines_of(form);
    for (std::int32_t order = 1; order <= 63; ++order) {
      const FormLine a = line_of(leading, order);
      const FormLine b = line_of(trailing, order);
      BOOST_TEST(std::abs(a.sine + b.sine - (order == 1 ? 1 : 0)) < 1e-15);
      BOOST_TEST(std::abs(a.cosine + b.cosine) < 1e-15);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_burst_of_two_cycles_on_and_two_off_has_the_figures_of_its_definition) {
  const FormLines lines = lines_of(unit_form(FormKind::burst_fired));
  BOOST_TEST(lines.dc == 0.0);
  BOOST_TEST(lines.cycles == 4);
  const std::pair<std::int32_t, double> figures[] = {{1, 0.1698},  {3, 0.3638}, {4, 0.5000},
                                                     {5, 0.2829},  {7, 0.0772}, {9, 0.0392},
                                                     {11, 0.0243}, {2, 0},      {6, 0}};
  for (const auto& [order, figure] : figures)
    BOOST_TEST(std::abs(size(line_of(lines, order)) - figure) < 5e-5, "order " << order << " / 4");
}

// A narrower window lets more through above the highest order: by Parseval what the lines lack of
// the mean square is what is left out.
BOOST_AUTO_TEST_CASE(the_lines_hold_nearly_all_of_the_mean_square) {
  for (const FormKind kind : kinds) {
    CurrentForm form = unit_form(kind);
    form.highest_order = 1000;
    const FormLines lines = lines_of(form);
    double square = lines.dc * lines.dc;
    for (const FormLine& line : lines.lines) square += size(line) * size(line) / 2;
    // Sine of peak 1: 1/4 of half a sine, half-fired or half the time on; 1/2 of the pulses. A
    // jump of 1 twice a cycle leaves 2 / (pi^2 1000) = 2e-4.
    const double expected = kind == FormKind::rectifier ? 0.5 : 0.25;
    BOOST_TEST(square < expected);
    BOOST_TEST(square > expected - 2.5e-4, "kind " << static_cast<int>(kind));
  }
}

BOOST_AUTO_TEST_CASE(a_form_without_sense_is_refused_with_field_and_value) {
  for (const FormKind kind : kinds) BOOST_TEST(check(unit_form(kind)).has_value());
  const auto with = [](FormKind kind, const std::function<void(CurrentForm&)>& spoil) {
    CurrentForm form = unit_form(kind);
    spoil(form);
    return form;
  };
  using F = CurrentForm;
  BOOST_TEST(
      refused(with(static_cast<FormKind>(9), [](F&) {}), "form: kind 9; expected one of FormKind"));
  BOOST_TEST(refused(with(FormKind::half_wave, [](F& f) { f.rms = ampere(-1); }),
                     "form half_wave: rms of -1; expected a finite number, at least 0"));
  BOOST_TEST(refused(with(FormKind::half_wave, [](F& f) { f.phase = Angle{}; }),
                     "form half_wave: phase of nan; expected a finite number"));
  BOOST_TEST(refused(with(FormKind::rectifier, [](F& f) { f.highest_order = 0; }),
                     "form rectifier: highest_order of 0; expected one from 1 to 1000"));
  BOOST_TEST(refused(with(FormKind::rectifier, [](F& f) { f.highest_order = 1001; }),
                     "form rectifier: highest_order of 1001; expected one from 1 to 1000"));
  BOOST_TEST(
      refused(with(FormKind::phase_fired_leading, [](F& f) { f.angle = degree(0); }),
              "form phase_fired_leading: angle of 0; expected one above 0 deg and below 180 deg"));
  BOOST_TEST(refused(
      with(FormKind::phase_fired_trailing, [](F& f) { f.angle = degree(180); }),
      "form phase_fired_trailing: angle of 180; expected one above 0 deg and below 180 deg"));
  BOOST_TEST(refused(with(FormKind::rectifier, [](F& f) { f.angle = Angle{}; }),
                     "form rectifier: angle of nan; expected one above 0 deg and below 180 deg"));
  BOOST_TEST(refused(with(FormKind::burst_fired, [](F& f) { f.on_cycles = 0; }),
                     "form burst_fired: on_cycles of 0; expected 1 to 100"));
  BOOST_TEST(refused(with(FormKind::burst_fired, [](F& f) { f.off_cycles = 101; }),
                     "form burst_fired: off_cycles of 101; expected 1 to 100"));
  BOOST_TEST(refused(with(FormKind::burst_fired,
                          [](F& f) {
                            f.on_cycles = 100;
                            f.off_cycles = 100;
                            f.highest_order = 101;
                          }),
                     "form burst_fired: highest_order of 101; expected at most 20000 lines, of 101 "
                     "for each cycle on and off"));
}

BOOST_AUTO_TEST_SUITE_END()
