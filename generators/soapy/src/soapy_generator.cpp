// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/soapy/soapy_generator.h"

#include <SoapySDR/Constants.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "envelope.h"
#include "meterrig/soapy/admission.h"
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
    transmission_.emplace(*radio_, std::move(*envelope), run_out, settings_.lease);
    auto begun = transmission_->begin();
    if (!begun) static_cast<void>(end());
    return begun;
  }

  Result<void> check() override {
    if (!transmission_) return fail(ErrorCode::failed_precondition, "nothing was started");
    return transmission_->check();
  }

  void renew() override {
    if (transmission_) transmission_->renew();
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
    const RfRange tunable = radio_->tunable();
    if (!(output.carrier >= tunable.lowest) || !(output.carrier <= tunable.highest))
      return fail(
          ErrorCode::out_of_range,
          fmt::format("a carrier of {}; the radio reaches from {} to {}", text_of(output.carrier),
                      text_of(tunable.lowest), text_of(tunable.highest)));
    const auto drive = admit(settings_, calibration_, output);
    if (!drive) return tl::unexpected(drive.error());
    return Envelope::create(output.modulation, drive->amplitude, settings_.radio.rate);
  }

  std::unique_ptr<Radio> radio_;
  GeneratorSettings settings_;
  LevelCalibration calibration_;
  std::optional<Transmission> transmission_;
};

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
