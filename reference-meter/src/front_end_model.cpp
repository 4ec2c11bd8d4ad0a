// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/front_end_model.h"

#include <fmt/format.h>

#include "fraction.h"

namespace meterrig::reference {
namespace {

constexpr double tiny = 1e-12;
constexpr double huge = 1e12;

// The first field out of its range, if any.
class Ranges {
 public:
  void expect(const char* field, double value, double lowest, double highest) {
    if (found_ && !(value >= lowest && value <= highest))
      found_ = fail(ErrorCode::out_of_range, fmt::format("front end: {} is {}; expected {} to {}",
                                                         field, value, lowest, highest));
  }
  void expect_at_most_one_sensor(int sensors) {
    if (found_ && sensors > 1)
      found_ = fail(ErrorCode::out_of_range,
                    fmt::format("front end: {} current sensors; expected one of transformer, core "
                                "and rogowski, or none for a shunt",
                                sensors));
  }
  [[nodiscard]] const Result<void>& found() const { return found_; }

 private:
  Result<void> found_;
};

double above(double value) { return value * (1 + 1e-12); }

void check_channel(const ChannelModel& channel, Ranges& ranges) {
  ranges.expect("gain in percent", 100 * fraction(channel.gain), -100, 100);
  ranges.expect("offset in percent of full scale", 100 * fraction(channel.offset), -100, 100);
  ranges.expect("noise in percent of full scale", 100 * fraction(channel.noise), 0, 100);
  ranges.expect("gain drift in percent a kelvin", 100 * fraction(channel.gain_drift), -1, 1);
  ranges.expect("offset drift in percent a kelvin", 100 * fraction(channel.offset_drift), -1, 1);
  ranges.expect("skew in seconds", known_or_none(channel.skew.in(second)), -0.01, 0.01);
  ranges.expect("flicker corner in hertz", known_or_none(channel.flicker_corner.in(hertz)), 0, 1e6);
  ranges.expect("shaped noise in percent of full scale", 100 * fraction(channel.shaped_noise), 0,
                100);
}

void check_transformer(const FrontEndModel& model, Ranges& ranges) {
  double before = tiny;
  double burden = 0;
  for (const TransformerPoint& point : model.transformer) {
    ranges.expect("transformer burden in ohm", point.burden, burden, huge);
    if (point.burden > burden) before = tiny;
    burden = point.burden;
    ranges.expect("transformer current", point.current.in(ampere), before, huge);
    ranges.expect("transformer ratio error in percent", 100 * fraction(point.ratio_error), -100,
                  100);
    ranges.expect("transformer phase error in degrees", 360 * turns(point.phase_error), -90, 90);
    before = above(point.current.in(ampere));
  }
  ranges.expect("burden in ohm", model.burden, 0, huge);
}

void check_core(const TransformerCore& core, Ranges& ranges) {
  ranges.expect("core ratio", core.ratio, tiny, huge);
  ranges.expect("winding resistance in ohm", core.winding_resistance, 0, huge);
  ranges.expect("number of magnetisation points", static_cast<double>(core.curve.size()), 1, 1000);
  double flux = tiny;
  double current = tiny;
  for (const MagnetisationPoint& point : core.curve) {
    ranges.expect("magnetisation flux in volt seconds", point.flux, flux, huge);
    ranges.expect("magnetisation current in ampere", point.current.in(ampere), current, huge);
    flux = above(point.flux);
    current = above(point.current.in(ampere));
  }
  for (const double initial : core.initial_flux)
    ranges.expect("initial flux in volt seconds", initial, -huge, huge);
}

void check_rogowski(const RogowskiCoil& coil, Ranges& ranges) {
  ranges.expect("mutual inductance in henry", coil.mutual_inductance, tiny, huge);
  ranges.expect("integrator corner in hertz", coil.integrator_corner.in(hertz), 1e-6, 1e6);
  ranges.expect("integrator noise in volt", known_or_none(coil.integrator_noise.in(volt)), 0, huge);
  ranges.expect("integrator offset in volt", known_or_none(coil.integrator_offset.in(volt)), -huge,
                huge);
}

}  // namespace

Result<void> check(const FrontEndModel& model) {
  Ranges ranges;
  ranges.expect("nominal rate", model.nominal_rate.denominator > 0 ? model.nominal_rate.value() : 0,
                1, 1e9);
  ranges.expect("adc bits", model.adc_bits, 8, 31);
  ranges.expect("voltage full scale", model.voltage_full_scale.in(volt), tiny, huge);
  ranges.expect("current full scale", model.current_full_scale.in(ampere), tiny, huge);
  ranges.expect("clock error in percent", 100 * fraction(model.clock_error), -50, 50);
  for (const auto& channels : {model.voltage, model.current})
    for (const ChannelModel& channel : channels) check_channel(channel, ranges);
  check_transformer(model, ranges);
  if (model.core) check_core(*model.core, ranges);
  if (model.rogowski) check_rogowski(*model.rogowski, ranges);
  ranges.expect_at_most_one_sensor(int{!model.transformer.empty()} + int{model.core.has_value()} +
                                   int{model.rogowski.has_value()});
  if (model.divider) {
    ranges.expect("divider ratio error in percent", 100 * fraction(model.divider->ratio_error),
                  -100, 100);
    ranges.expect("divider time constant in seconds",
                  known_or_none(model.divider->time_constant.in(second)), 0, 1);
  }
  ranges.expect("anti-alias filter order", model.anti_alias.order, 0, 8);
  if (model.anti_alias.order > 0)
    ranges.expect("anti-alias filter corner in hertz", model.anti_alias.corner.in(hertz), 1e-3,
                  huge);
  ranges.expect("temperature in degrees Celsius", model.temperature.in(degree_celsius), -273.15,
                1000);
  ranges.expect("clock drift in percent a kelvin", 100 * fraction(model.clock_drift), -0.1, 0.1);
  ranges.expect("aperture jitter in seconds", known_or_none(model.aperture_jitter.in(second)), 0,
                0.01);
  return ranges.found();
}

}  // namespace meterrig::reference
