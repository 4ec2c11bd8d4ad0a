// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <random>

#include "meterrig/reference/frequency.h"
#include "meterrig/reference/meter.h"
#include "meterrig/reference/second_algorithm.h"
#include "meterrig/vocabulary/turn.h"
#include "random_signal.h"

using namespace meterrig;
using namespace meterrig::reference;
using meterrig::synthesis::closed_form;
using meterrig::synthesis::ClosedForm;

namespace {
struct Worst {
  double f = 0, u = 0, i = 0, p = 0, q = 0, thd = 0, angle = 0, fit_p = 0, fit_q = 0, leak = 0;
};
}  // namespace
BOOST_AUTO_TEST_CASE(explore) {
  for (const double rate : {4000.0, 8000.0, 51200.0})
    for (const double periods : {3.05, 5.5, 8.02, 9.3, 10.0, 30.7, 150.2}) {
      Worst w;
      for (int k = 0; k < 8; ++k) {
        std::mt19937_64 random(static_cast<std::uint64_t>(k));
        std::uniform_int_distribution<std::int64_t> f(45000001, 65000000);
        const Rational freq = *make_rational(f(random), 1000000);
        const auto h = static_cast<std::int32_t>(0.45 * rate / freq.value());
        const SignalRecipe r = random_recipe(random, freq, h);
        const auto b = samples_of(r, {(std::int64_t)rate, 1}, 12345,
                                  (std::size_t)std::ceil(periods * rate / freq.value()));
        const auto m = measure(b);
        if (!m) {
          std::printf("%s\n", m.error().message.c_str());
          continue;
        }
        const ClosedForm t = closed_form(r);
        auto rel = [](double x, double y, double z) { return std::abs(x - y) / z; };
        w.f = std::max(w.f, rel(m->frequency.in(hertz), freq.value(), freq.value()));
        w.leak = std::max(w.leak, m->leakage);
        const auto s2 = measure_by_fit(b, m->frequency);
        for (std::size_t p = 0; p < 3; ++p) {
          auto& ph = m->phase.at(p);
          const double s = t.s.at(p).in(volt_ampere);
          w.u = std::max(w.u, rel(ph.u.in(volt), t.u.at(p).in(volt), t.u.at(p).in(volt)));
          w.i = std::max(w.i, rel(ph.i.in(ampere), t.i.at(p).in(ampere), t.i.at(p).in(ampere)));
          w.p = std::max(w.p, rel(ph.p.in(watt), t.p.at(p).in(watt), s));
          w.q = std::max(w.q, rel(ph.q1.in(var), t.q1.at(p).in(var), s));
          w.thd =
              std::max(w.thd, std::abs(ph.current_thd.in(percent)-t.current_thd.at(p).in(percent)));
          w.angle = std::max(
              w.angle,
              std::abs(angle_of(turn_of(ph.displacement - t.displacement.at(p))).in(degree)));
          if (s2) {
            w.fit_p = std::max(w.fit_p, rel(s2->p.at(p).in(watt), t.p.at(p).in(watt), s));
            w.fit_q = std::max(w.fit_q, rel(s2->q1.at(p).in(var), t.q1.at(p).in(var), s));
          }
        }
      }
      std::printf(
          "%6.0f %6.2f f %.1e u %.1e i %.1e p %.1e q %.1e thd %.1e ang %.1e fit %.1e %.1e leak "
          "%.1e\n",
          rate, periods, w.f, w.u, w.i, w.p, w.q, w.thd, w.angle, w.fit_p, w.fit_q, w.leak);
    }
}
