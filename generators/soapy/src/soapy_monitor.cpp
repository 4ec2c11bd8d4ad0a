// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/soapy/soapy_monitor.h"

#include <SoapySDR/Constants.h>
#include <SoapySDR/Errors.h>
#include <fmt/format.h>

#include <SoapySDR/Errors.hpp>
#include <algorithm>
#include <cmath>
#include <complex>
#include <span>
#include <utility>
#include <vector>

#include "carrier_estimate.h"
#include "radio.h"

namespace meterrig::soapy {
namespace {

constexpr long read_patience = 200'000;  // microseconds
constexpr int most_silent_reads = 10;    // one after the other

class SoapyMonitor final : public RfMonitor {
 public:
  SoapyMonitor(std::unique_ptr<Radio> radio, const MonitorSettings& settings,
               LevelCalibration calibration)
      : radio_(std::move(radio)), settings_(settings), calibration_(std::move(calibration)) {}

  Result<InstrumentIdentity> identify() override { return radio_->identify(); }

  [[nodiscard]] RfRange range() const override {
    return {.lowest = std::max(radio_->tunable().lowest, calibration_.lowest()),
            .highest = std::min(radio_->tunable().highest, calibration_.highest())};
  }

  Result<RfReading> measure(const RfOutput& expected) override {
    const auto full_scale = calibration_.at(expected.carrier);
    if (!full_scale) return tl::unexpected(full_scale.error());
    // A quarter of the rate above the carrier, or below where the radio does not reach.
    const Frequency beside = hertz(settings_.radio.rate.value() / 4);
    const bool above = expected.carrier + beside <= radio_->tunable().highest;
    const Frequency oscillator = above ? expected.carrier + beside : expected.carrier - beside;
    if (auto tuned = radio_->tune(oscillator); !tuned) return tl::unexpected(tuned.error());
    const auto samples = capture();
    if (!samples) return tl::unexpected(samples.error());
    const CarrierEstimate found = estimate_carrier({.samples = *samples,
                                                    .rate = settings_.radio.rate.value(),
                                                    .expected = expected.carrier - oscillator},
                                                   expected.modulation);
    return RfReading{.carrier_offset = found.offset,
                     .level = found.amplitude * full_scale->level,
                     .depth = found.depth,
                     .duty = found.duty,
                     .modulation_frequency = found.modulation_frequency,
                     .invalid = found.invalid};
  }

 private:
  [[nodiscard]] std::size_t samples_in(Duration duration) const {
    return static_cast<std::size_t>(std::ceil(duration.in(second)*settings_.radio.rate.value()));
  }

  Result<std::vector<std::complex<float>>> capture() {
    std::vector<std::complex<float>> samples(
        std::max(samples_in(settings_.settle), samples_in(settings_.capture)));
    if (auto activated = radio_->activate(); !activated) return tl::unexpected(activated.error());
    auto filled = fill(std::span(samples).first(samples_in(settings_.settle)));
    samples.resize(samples_in(settings_.capture));
    if (filled) filled = fill(samples);
    const auto stopped = radio_->deactivate();
    if (!filled) return tl::unexpected(filled.error());
    if (!stopped) return tl::unexpected(stopped.error());
    return samples;
  }

  Result<void> fill(std::span<std::complex<float>> samples) {
    int silent = 0;
    while (!samples.empty()) {
      const auto code =
          radio_->read(samples.first(std::min(samples.size(), radio_->transfer())), read_patience);
      if (!code) return tl::unexpected(code.error());
      if (*code > 0) {
        samples = samples.subspan(static_cast<std::size_t>(*code));
        silent = 0;
      } else if (*code == 0 || *code == SOAPY_SDR_TIMEOUT) {
        if (++silent >= most_silent_reads)
          return fail(ErrorCode::deadline_exceeded, "the receiver gives no samples");
      } else if (*code == SOAPY_SDR_OVERFLOW) {
        return fail(ErrorCode::aborted, "the receiver lost samples (overflow)");
      } else {
        return fail(ErrorCode::unavailable,
                    fmt::format("reading samples: {}", SoapySDR::errToStr(*code)));
      }
    }
    return {};
  }

  std::unique_ptr<Radio> radio_;
  MonitorSettings settings_;
  LevelCalibration calibration_;
};

}  // namespace

Result<std::unique_ptr<RfMonitor>> open_monitor(const MonitorSettings& settings,
                                                const LevelCalibration& calibration) {
  auto radio = Radio::open(settings.radio, SOAPY_SDR_RX, calibration.data());
  if (!radio) return tl::unexpected(radio.error());
  return std::make_unique<SoapyMonitor>(std::move(*radio), settings, calibration);
}

}  // namespace meterrig::soapy
