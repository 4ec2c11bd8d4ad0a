// SPDX-License-Identifier: GPL-3.0-or-later
#include "rf_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "meterrig/loader/rf_mapping.h"
#include "meterrig/vocabulary/units.h"
#include "recording_options.h"

namespace meterrig::cli {
namespace {

std::string text_of(Frequency frequency) {
  return readable(frequency.in(hertz), QuantityKind::frequency);
}

/// Rows are by name; the loader has found this one.
template <class Rows>
const v1::Source& source_of(const Rows& rows, const std::string& id) {
  return std::ranges::find_if(rows, [&id](const auto& row) { return row.id() == id; })->source();
}

class Request {
 public:
  Request(const v1::RfDisturbance& disturbance, const RfSweepOptions& options)
      : disturbance_(disturbance), options_(options) {}

  Result<RfRequest> read() {
    const auto plan = loader::sweep_from(disturbance_, options_.band, options_.level);
    if (!plan)
      return fail(plan.error().code,
                  fmt::format("{}: {}", disturbance_.id(), plan.error().message));
    request_.plan = *plan;
    note("band " + options_.band, source_of(disturbance_.bands(), options_.band));
    note("level " + options_.level, source_of(disturbance_.levels(), options_.level));
    if (auto read = read_modulation(); !read) return tl::unexpected(read.error());
    note("stepping", disturbance_.stepping().source());
    if (auto read = read_range(); !read) return tl::unexpected(read.error());
    if (auto read = read_stepping(); !read) return tl::unexpected(read.error());
    tell();
    return std::move(request_);
  }

 private:
  void note(const std::string& name, const v1::Source& source) {
    v1::RfRequestRecord& record = request_.record;
    v1::RfFigure& figure = *record.add_figures();
    figure.set_figure(name);
    *figure.mutable_source() = source;
    record.set_confidence(std::max(record.confidence(), source.confidence()));
  }

  void depart(const std::string& how) { request_.record.add_departures(how); }

  Result<void> read_modulation() {
    const v1::RfAmplitudeModulation& am = disturbance_.amplitude_modulation();
    v1::RfModulationRecord& told = *request_.record.mutable_modulation();
    if (options_.modulation == "am") {
      note("modulation", am.source());
      told.mutable_amplitude()->set_depth(am.depth());
      told.mutable_amplitude()->set_frequency(am.frequency());
      return {};
    }
    if (options_.modulation == "cw") {
      request_.plan.modulation = ContinuousWave();
      told.set_continuous_wave(true);
    } else {
      if (!disturbance_.has_pulses())
        return fail(ErrorCode::invalid_argument,
                    fmt::format("--modulation pulse: {} has no pulses; expected am or cw",
                                disturbance_.id()));
      const v1::RfPulses& pulses = disturbance_.pulses();
      note("modulation", pulses.source());
      request_.plan.modulation =
          PulseModulation{.duty = percent(pulses.duty()), .frequency = hertz(pulses.frequency())};
      told.mutable_pulses()->set_duty(pulses.duty());
      told.mutable_pulses()->set_frequency(pulses.frequency());
    }
    depart(fmt::format("{}; the levels are tested with AM of {:.4g} %",
                       options_.modulation == "cw" ? "an unmodulated carrier" : "pulses",
                       am.depth()));
    return {};
  }

  Result<void> read_range() {
    const Frequency least = request_.plan.first;
    const Frequency greatest = request_.plan.last;
    const auto read = [&](const std::string& option, const std::string& text,
                          Frequency& frequency) -> Result<void> {
      if (text.empty()) return {};
      const auto number = number_with_unit(option, text, QuantityKind::frequency);
      if (!number) return tl::unexpected(number.error());
      frequency = hertz(*number);
      if (frequency >= least && frequency <= greatest) return {};
      return fail(
          ErrorCode::out_of_range,
          fmt::format("{} {}; expected {} to {}, band '{}' of {}", option, text_of(frequency),
                      text_of(least), text_of(greatest), options_.band, disturbance_.id()));
    };
    if (auto from = read("--from", options_.from, request_.plan.first); !from) return from;
    if (auto to = read("--to", options_.to, request_.plan.last); !to) return to;
    if (request_.plan.first > request_.plan.last)
      return fail(ErrorCode::invalid_argument,
                  fmt::format("--from {} and --to {}; expected rising frequencies",
                              text_of(request_.plan.first), text_of(request_.plan.last)));
    if (request_.plan.first > least || request_.plan.last < greatest)
      depart(
          fmt::format("a part of the band, which is {} to {}", text_of(least), text_of(greatest)));
    return {};
  }

  Result<void> read_stepping() {
    if (!options_.step.empty()) {
      const auto step = number_with_unit("--step", options_.step, QuantityKind::percentage);
      if (!step) return tl::unexpected(step.error());
      if (percent(*step) > request_.plan.step)
        depart(fmt::format("steps of {:.4g} %; at most {:.4g} %", *step,
                           request_.plan.step.in(percent)));
      request_.plan.step = percent(*step);
    }
    if (options_.dwell.empty()) return {};
    const auto dwell = number_with_unit("--dwell", options_.dwell, QuantityKind::duration);
    if (!dwell) return tl::unexpected(dwell.error());
    if (second(*dwell) < request_.plan.dwell)
      depart(fmt::format("a dwell of {}; at least {}", readable(*dwell, QuantityKind::duration),
                         readable(request_.plan.dwell.in(second), QuantityKind::duration)));
    request_.plan.dwell = second(*dwell);
    return {};
  }

  void tell() {
    v1::RfRequestRecord& record = request_.record;
    record.set_disturbance(disturbance_.id());
    record.set_designation(disturbance_.designation());
    record.set_edition(disturbance_.edition());
    record.set_title(disturbance_.title());
    record.set_band(options_.band);
    record.set_level(options_.level);
    record.set_from(request_.plan.first.in(hertz));
    record.set_to(request_.plan.last.in(hertz));
    if (const auto* e_m_f = std::get_if<Voltage>(&request_.plan.level))
      record.set_e_m_f(e_m_f->in(volt));
    else
      record.set_field_strength(std::get<FieldStrength>(request_.plan.level).in(volt_per_metre));
    record.set_step(request_.plan.step.in(percent));
    record.set_dwell(request_.plan.dwell.in(second));
  }

  const v1::RfDisturbance& disturbance_;
  const RfSweepOptions& options_;
  RfRequest request_;
};

}  // namespace

Result<RfRequest> rf_request(const v1::RfDisturbance& disturbance, const RfSweepOptions& options) {
  return Request(disturbance, options).read();
}

}  // namespace meterrig::cli
