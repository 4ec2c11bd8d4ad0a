// SPDX-License-Identifier: GPL-3.0-or-later
// The integer meter as a device under test: what a firmware team writes around its own code.
#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "integer_meter.h"
#include "meterrig/kit/serve.h"

namespace {

using namespace meterrig;

class IntegerMeter final : public kit::Core {
 public:
  explicit IntegerMeter(integer_meter_calibration calibration) : calibration_(calibration) {}

  kit::CoreDescription describe() const override {
    kit::CoreDescription description{
        .device = "integer-meter",
        .serial_number = "1",
        .firmware_version = "1.0",
        .firmware_checksum = INTEGER_METER_SHA256,  // of the C source, by the build
        .converter = {.rate = {INTEGER_METER_RATE, 1},
                      .bits = INTEGER_METER_BITS,
                      .volts_per_code = 60e-6,
                      .amperes_per_code = 1.5e-6},
        .pulse_outputs = {"LED", "S0"},  // bit 0 and bit 1 of integer_meter_scan()
        .quantities = {{Measurand::frequency, Place::total},
                       {Measurand::active_power, Place::total},
                       {Measurand::active_energy_import, Place::total},
                       {Measurand::active_energy_export, Place::total}}};
    for (const Place place : {Place::L1, Place::L2, Place::L3})
      for (const Measurand measurand :
           {Measurand::voltage, Measurand::current, Measurand::active_power,
            Measurand::reactive_power, Measurand::apparent_power})
        description.quantities.push_back({measurand, place});
    return description;
  }

  void reset() override { integer_meter_reset(&meter_, &calibration_); }

  std::uint32_t scan(const kit::Scan& codes) override {
    return integer_meter_scan(&meter_, codes.volts.data(), codes.amperes.data());
  }

  kit::CoreValue value(QuantityId id) const override {
    const integer_meter_readings& shown = *integer_meter_shown(&meter_);
    const auto thousandths = [](auto count, std::int64_t scans) {
      return kit::CoreValue{
          .value = static_cast<double>(count) / 1000, .resolution = 1e-3, .scans_since = scans};
    };
    const std::int64_t since = integer_meter_shown_since(&meter_);
    const auto phase = static_cast<std::size_t>(id.place);  // L1, L2, L3 come first
    switch (id.measurand) {
      case Measurand::active_energy_import:
        return thousandths(integer_meter_import_milliwatt_hours(&meter_), 0);
      case Measurand::active_energy_export:
        return thousandths(integer_meter_export_milliwatt_hours(&meter_), 0);
      case Measurand::frequency:
        return thousandths(shown.millihertz, since);
      case Measurand::voltage:
        return thousandths(std::span(shown.millivolts)[phase], since);
      case Measurand::current:
        return {.value = std::span(shown.microamperes)[phase] * 1e-6,
                .resolution = 1e-6,
                .scans_since = since};
      case Measurand::active_power:
        if (id.place != Place::total) return thousandths(std::span(shown.milliwatts)[phase], since);
        return thousandths(shown.milliwatts[0] + shown.milliwatts[1] + shown.milliwatts[2], since);
      case Measurand::reactive_power:
        return thousandths(std::span(shown.millivars)[phase], since);
      case Measurand::apparent_power:
        return thousandths(std::span(shown.millivoltamperes)[phase], since);
      default:
        return {.value = std::numeric_limits<double>::quiet_NaN()};
    }
  }

  std::vector<MeterParameter> parameters() const override {
    return {{"nanovolts_per_code", fmt::format("{}", calibration_.nanovolts_per_code)},
            {"picoamperes_per_code", fmt::format("{}", calibration_.picoamperes_per_code)}};
  }

 private:
  integer_meter_calibration calibration_;
  integer_meter meter_{};
};

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  const auto gain = kit::take_option(arguments, "--gain-ppm");
  std::int32_t ppm = 0;
  const std::string text = gain ? gain->value_or("0") : "";
  const char* const end = text.data() + text.size();
  if (std::from_chars(text.data(), end, ppm).ptr != end || text.empty() || ppm < -100'000 ||
      ppm > 100'000) {
    fmt::print(stderr, "integer-meter: --gain-ppm '{}'; expected from -100000 to 100000\n", text);
    return 2;
  }
  integer_meter_calibration calibration = integer_meter_nominal;
  const std::int64_t wrong = std::int64_t{calibration.picoamperes_per_code} * ppm / 1'000'000;
  calibration.picoamperes_per_code += static_cast<std::int32_t>(wrong);
  IntegerMeter core(calibration);
  return kit::serve_until_stopped(
      "integer-meter", std::move(arguments), core,
      "  --gain-ppm N                  a current that is calibrated wrongly by so much\n");
}
