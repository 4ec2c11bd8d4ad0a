// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/soapy/soapy_generator.h"

#include <SoapySDR/Constants.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "envelope.h"
#include "meterrig/vocabulary/units.h"
#include "radio.h"
#include "transmission.h"

namespace meterrig::soapy {
namespace {

std::string text_of(Frequency frequency) {
  return readable(frequency.in(hertz), QuantityKind::frequency);
}

class SoapyGenerator final : public RfGenerator {
 public:
  SoapyGenerator(std::unique_ptr<Radio> radio, const GeneratorSettings& settings,
                 LevelCalibration calibration)
      : radio_(std::move(radio)), settings_(settings), calibration_(std::move(calibration)) {}
  SoapyGenerator(const SoapyGenerator&) = delete;
  SoapyGenerator& operator=(const SoapyGenerator&) = delete;
  ~SoapyGenerator() override { static_cast<void>(end()); }

  Result<InstrumentIdentity> identify() override { return radio_->identify(); }

  [[nodiscard]] RfRange range() const override {
    return {.lowest = std::max(radio_->tunable().lowest, calibration_.lowest()),
            .highest = std::min(radio_->tunable().highest, calibration_.highest())};
  }

  Result<void> start(const RfOutput& output) override {
    if (auto ended = end(); !ended) return ended;
    auto envelope = admitted(output);
    if (!envelope) return tl::unexpected(envelope.error());
    if (auto tuned = radio_->tune(output.carrier); !tuned) {
      static_cast<void>(radio_->lower_gains());  // what is wrong is told already
      return tuned;
    }
    const auto run_out = static_cast<std::int64_t>(
        std::ceil(settings_.run_out.in(second)*settings_.radio.rate.value()));
    transmission_.emplace(*radio_, std::move(*envelope), run_out);
    auto begun = transmission_->begin();
    if (!begun) static_cast<void>(end());
    return begun;
  }

  Result<void> check() override {
    if (!transmission_) return fail(ErrorCode::failed_precondition, "nothing was started");
    return transmission_->check();
  }

  Result<void> off() override { return end(); }

 private:
  // Not virtual, for the destructor.
  Result<void> end() {
    if (!transmission_) return {};
    auto ended = transmission_->end();
    transmission_.reset();
    return ended;
  }

  // The baseband of an output that radio, calibration and set-up allow.
  [[nodiscard]] Result<Envelope> admitted(const RfOutput& output) const {
    const auto peak = peak_of(output.modulation);
    if (!peak) return tl::unexpected(peak.error());
    const RfRange tunable = radio_->tunable();
    if (!(output.carrier >= tunable.lowest) || !(output.carrier <= tunable.highest))
      return fail(
          ErrorCode::out_of_range,
          fmt::format("a carrier of {}; the radio reaches from {} to {}", text_of(output.carrier),
                      text_of(tunable.lowest), text_of(tunable.highest)));
    const auto full_scale = calibration_.at(output.carrier);
    if (!full_scale) return tl::unexpected(full_scale.error());
    const auto amplitude = calibration_.amplitude_of(output.level, output.carrier);
    if (!amplitude) return tl::unexpected(amplitude.error());
    const double crest = *amplitude * *peak;
    if (crest > settings_.greatest_peak)
      return fail(
          ErrorCode::out_of_range,
          fmt::format("{} at {} needs {:.4g} of full scale at its peak; at most {:.4g} is used, "
                      "which gives {}",
                      readable(output.level), text_of(output.carrier), crest,
                      settings_.greatest_peak,
                      readable(settings_.greatest_peak / crest * output.level)));
    const ActivePower power = crest * crest * full_scale->forward_power;
    if (!(power <= settings_.set_up.power_limit))
      return fail(
          ErrorCode::out_of_range,
          fmt::format("{} at {} takes {} at its peak; the set-up allows {}", readable(output.level),
                      text_of(output.carrier), readable(power.in(watt), QuantityKind::active_power),
                      readable(settings_.set_up.power_limit.in(watt), QuantityKind::active_power)));
    return Envelope::create(output.modulation, *amplitude, settings_.radio.rate);
  }

  std::unique_ptr<Radio> radio_;
  GeneratorSettings settings_;
  LevelCalibration calibration_;
  std::optional<Transmission> transmission_;
};

Result<void> check_settings(const GeneratorSettings& settings,
                            const LevelCalibration& calibration) {
  if (settings.set_up.enclosure == Enclosure::none)
    return fail(ErrorCode::failed_precondition,
                "no closed set-up is declared; transmitting needs a shielded room, a cell, a "
                "coupling network, a clamp or an attenuator");
  if (!(settings.set_up.power_limit.in(watt) > 0) ||
      !std::isfinite(settings.set_up.power_limit.in(watt)))
    return fail(
        ErrorCode::failed_precondition,
        fmt::format("set-up '{}' has a power limit of {}; expected one above 0 W",
                    settings.set_up.description,
                    readable(settings.set_up.power_limit.in(watt), QuantityKind::active_power)));
  if (!calibration.data().rows.front().forward_power.known())
    return fail(ErrorCode::failed_precondition,
                fmt::format("calibration '{}' has no forward power, so a power limit cannot be "
                            "kept",
                            calibration.data().id));
  if (!(settings.greatest_peak > 0) || !(settings.greatest_peak <= 1))
    return fail(ErrorCode::out_of_range,
                fmt::format("a greatest peak of {}; expected above 0 and at most 1",
                            settings.greatest_peak));
  if (!(settings.run_out >= second(0)) || !(settings.run_out <= second(10)))
    return fail(ErrorCode::out_of_range,
                fmt::format("zeros for {} s at the end; expected 0 s to 10 s",
                            settings.run_out.in(second)));
  return {};
}

}  // namespace

Result<std::unique_ptr<RfGenerator>> open_generator(const GeneratorSettings& settings,
                                                    const LevelCalibration& calibration) {
  if (auto checked = check_settings(settings, calibration); !checked)
    return tl::unexpected(checked.error());
  auto radio = Radio::open(settings.radio, SOAPY_SDR_TX, calibration.data());
  if (!radio) return tl::unexpected(radio.error());
  return std::make_unique<SoapyGenerator>(std::move(*radio), settings, calibration);
}

}  // namespace meterrig::soapy
