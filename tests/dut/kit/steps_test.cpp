// SPDX-License-Identifier: GPL-3.0-or-later
// The same calls give the same bits in whatever steps time advances and samples come.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>
#include <vector>

#include "integer_meter_signal.h"
#include "meterrig/kit/device.h"

using namespace meterrig;
using meterrig::test::Codes;
using meterrig::test::integer_meter_converter;
using meterrig::test::sines;

namespace {

class IntegerMeter final : public kit::Core {
 public:
  kit::CoreDescription describe() const override {
    return {.device = "integer-meter",
            .serial_number = "",
            .firmware_version = "",
            .firmware_checksum = "",
            .converter = integer_meter_converter(),
            .pulse_outputs = {"LED", "S0"},
            .quantities = {{Measurand::active_power, Place::L2},
                           {Measurand::active_energy_import, Place::total}}};
  }
  void reset() override { integer_meter_reset(&meter_, &integer_meter_nominal); }
  std::uint32_t scan(const kit::Scan& codes) override {
    return integer_meter_scan(&meter_, codes.volts.data(), codes.amperes.data());
  }
  kit::CoreValue value(QuantityId id) const override {
    if (id.measurand == Measurand::active_energy_import)
      return {.value = static_cast<double>(integer_meter_import_milliwatt_hours(&meter_))};
    return {.value = static_cast<double>(integer_meter_shown(&meter_)->milliwatts[1]),
            .scans_since = integer_meter_shown_since(&meter_)};
  }
  std::vector<MeterParameter> parameters() const override { return {}; }

 private:
  integer_meter meter_{};
};

struct Seen {
  std::vector<std::pair<std::string, std::int64_t>> pulses;
  std::vector<std::pair<double, std::int64_t>> readings;
  bool operator==(const Seen&) const = default;
};

constexpr std::int64_t end_ns = 12'345'678'901;

/// One signal after another up to the same times, fed and advanced in steps that `random` chooses,
/// of at most `longest`.
Seen live_through(std::mt19937_64& random, std::int64_t longest_ns) {
  IntegerMeter core;
  auto made = kit::Device::create(core);
  BOOST_REQUIRE(made.has_value());
  kit::Device& device = **made;
  Seen seen;
  std::int64_t now = 0;
  for (const double lag : {0.0, 180.0, 60.0}) {
    Codes source(sines(230, 6, lag, {4997, 100}));
    const auto terms =
        device.apply_samples({.rate = {INTEGER_METER_RATE, 1}, .frequency = {4997, 100}}, 1);
    BOOST_REQUIRE(terms.has_value());
    const std::int64_t begin = now;
    std::int64_t fed = 0;
    while (now < begin + end_ns) {
      const auto step =
          static_cast<std::int64_t>(1 + random() % static_cast<std::uint64_t>(longest_ns));
      const std::int64_t until = std::min(begin + end_ns, now + step);
      const std::int64_t needed = (until - begin) * INTEGER_METER_RATE / 1'000'000'000 + 1;
      while (fed < needed) {
        const std::size_t count = 1 + random() % 5000;
        BOOST_REQUIRE(device.feed(source.next(count)).has_value());
        fed += static_cast<std::int64_t>(count);
      }
      const auto pulses = device.advance({until});
      BOOST_REQUIRE(pulses.has_value());
      for (const Pulse& pulse : *pulses)
        seen.pulses.emplace_back(pulse.output, pulse.time.nanoseconds);
      now = until;
    }
    const auto readings = device.read(core.describe().quantities);
    BOOST_REQUIRE(readings.has_value());
    for (const Reading& reading : *readings)
      seen.readings.emplace_back(reading.value, reading.time.nanoseconds);
  }
  return seen;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(steps)

BOOST_AUTO_TEST_CASE(a_device_gives_the_same_bits_in_steps_of_any_size) {
  std::mt19937_64 random(3);
  const Seen expected = live_through(random, end_ns);
  BOOST_TEST(expected.pulses.size() > 200u);
  for (const std::int64_t longest : {100'000LL, 3'000'000LL, 250'000'000LL, 5'000'000'000LL})
    BOOST_TEST((live_through(random, longest) == expected), "steps of up to " << longest << " ns");
}

BOOST_AUTO_TEST_SUITE_END()
