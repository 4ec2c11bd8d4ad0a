// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/test/unit_test.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "meterrig/loader/load.h"
#include "meterrig/twin/twin.h"
#include "meterrig/vocabulary/operating_point.h"
#include "meterrig/vocabulary/signal.h"

namespace meterrig::twin::test {

inline std::string project_file(const std::string& name) { return METERRIG_SOURCE "/" + name; }

/// The profile that ships.
inline v1::Device shipped_profile() {
  const auto loaded = loader::load_device(project_file("dut/profiles/smart-x96-5a.yaml"));
  BOOST_REQUIRE_MESSAGE(loaded.has_value(),
                        (loaded ? std::string() : loader::to_string(loaded.error())));
  return loaded->message.device();
}

/// A model without errors: 31 bits, so that rounding to codes does not show in a float32.
inline v1::Twin ideal_model() {
  v1::Twin model;
  model.set_name("ideal");
  model.set_device("smart-x96-5a");
  model.set_serial_number("4294967295");
  model.set_firmware("0104");
  v1::FrontEnd& front_end = *model.mutable_front_end();
  front_end.set_sample_rate(8000);
  front_end.set_adc_bits(31);
  front_end.set_voltage_full_scale(500);
  front_end.set_current_full_scale(25);
  for (int phase = 0; phase < 3; ++phase) {
    front_end.add_voltage();
    front_end.add_current();
  }
  model.set_creep_threshold(0.001);
  return model;
}

inline std::unique_ptr<Twin> make_twin(const v1::Twin& model,
                                       const v1::Device& profile = shipped_profile()) {
  auto made = Twin::create(profile, model, "00", factory_line(profile.modbus()));
  BOOST_REQUIRE_MESSAGE(made.has_value(), (made ? std::string() : made.error().message));
  return std::move(*made);
}

struct Load {
  double volts = 230;
  double amperes = 5;
  double lag_degrees = 0;
  double hertz = 50;
};

/// Balanced, in the normal sequence.
inline SignalRecipe recipe(const Load& load) {
  OperatingPoint point;
  point.frequency = hertz(load.hertz);
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    point.voltage[phase] = volt(load.volts);
    point.voltage_angle[phase] = degree(-120.0 * static_cast<double>(phase));
    point.current[phase] = ampere(load.amperes);
    point.displacement[phase] = degree(load.lag_degrees);
  }
  auto made = recipe_of(point);
  BOOST_REQUIRE(made.has_value());
  return std::move(*made);
}

inline void apply(Twin& twin, const SignalRecipe& signal, std::uint64_t seed = 1) {
  const auto applied = twin.apply(signal, seed);
  BOOST_REQUIRE_MESSAGE(applied.has_value(), (applied ? std::string() : applied.error().message));
}

inline Instant later(Instant from, double seconds) { return from + second(seconds); }

inline std::vector<Pulse> advance(Twin& twin, double seconds) {
  auto pulses = twin.advance(later(twin.describe()->now, seconds));
  BOOST_REQUIRE_MESSAGE(pulses.has_value(), (pulses ? std::string() : pulses.error().message));
  return std::move(*pulses);
}

inline std::vector<Instant> edges_of(const std::vector<Pulse>& pulses, const std::string& output) {
  std::vector<Instant> edges;
  for (const Pulse& pulse : pulses) {
    if (pulse.output == output) edges.push_back(pulse.time);
  }
  return edges;
}

}  // namespace meterrig::twin::test
