// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/report/record_json.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <numbers>

#include "meterrig/record/product_unit.h"
#include "names.h"

namespace meterrig::report {
namespace {

using Json = nlohmann::ordered_json;
using record::Measurement;
using record::SegmentMeasurement;

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

double degrees(std::complex<double> phasor) {
  return phasor == 0.0 ? unknown : std::arg(phasor) * 180 / std::numbers::pi;
}

class Writer {
 public:
  explicit Writer(const Measurement& measurement) : measurement_(measurement) {}

  [[nodiscard]] Json whole() const {
    const auto& recording = measurement_.recording;
    const bool one = measurement_.segments.size() == 1;
    const SegmentMeasurement& first = measurement_.segments.front();
    Json json;
    json["file"] = measurement_.file;
    json["format"] = recording.format;
    json["rate_hz"] = number(one ? first.rate.value() : unknown);
    json["first"] = measurement_.first;
    json["count"] = measurement_.count;
    json["duration_s"] = number(measurement_.duration);
    json["channels"] = channels(measurement_.whole, one);
    if (one) add_reading(json, first);
    if (!one) {
      json["pairs"] = json["sequence"] = json["wiring"] = json["events"] = Json::array();
      for (const SegmentMeasurement& part : measurement_.segments) {
        for (const Json& event : events(part)) json["events"].push_back(event);
      }
    }
    json["warnings"] = measurement_.warnings;
    json["segments"] = Json::array();
    for (const SegmentMeasurement& part : measurement_.segments) {
      if (!one) json["segments"].push_back(segment(part));
    }
    return json;
  }

 private:
  [[nodiscard]] const RecordedChannel& channel(std::size_t number) const {
    return measurement_.recording.channels.at(number);
  }

  [[nodiscard]] Json segment(const SegmentMeasurement& part) const {
    Json json;
    json["first"] = part.first;
    json["count"] = part.count;
    json["rate_hz"] = number(part.rate.value());
    json["start_s"] = number(part.start);
    json["duration_s"] = number(part.duration());
    json["reason"] = part.reason.empty() ? Json(nullptr) : Json(part.reason);
    if (!part.reason.empty()) return json;
    json["channels"] = channels(part.reading.channels, true);
    add_reading(json, part);
    return json;
  }

  [[nodiscard]] Json channels(const std::vector<reference::ChannelReading>& readings,
                              bool spectrum) const {
    Json list = Json::array();
    for (std::size_t c = 0; c < readings.size(); ++c) {
      const reference::ChannelReading& reading = readings[c];
      Json json;
      json["name"] = channel(c).name;
      json["id"] = channel(c).id;
      json["unit"] = channel(c).unit;
      json["rms"] = number(reading.rms);
      json["dc"] = number(reading.dc);
      json["frequency_hz"] = number(reading.frequency);
      json["thd_percent"] = number(reading.thd);
      json["minimum"] = number(reading.minimum);
      json["maximum"] = number(reading.maximum);
      json["residual_rms"] = number(reading.residual);
      json["missing"] = reading.missing;
      json["harmonics"] = spectrum ? harmonics(reading) : Json(nullptr);
      list.push_back(std::move(json));
    }
    return list;
  }

  [[nodiscard]] static Json harmonics(const reference::ChannelReading& reading) {
    Json list = Json::array();
    for (const reference::HarmonicReading& line : reading.harmonics)
      list.push_back(
          {{"order", line.order}, {"rms", number(line.rms)}, {"angle_deg", number(line.angle)}});
    return list;
  }

  void add_reading(Json& json, const SegmentMeasurement& part) const {
    json["pairs"] = pairs(part);
    json["sequence"] = sequence(part);
    json["wiring"] = wiring(part);
    json["events"] = events(part);
  }

  [[nodiscard]] Json pairs(const SegmentMeasurement& part) const {
    Json list = Json::array();
    const auto& of = measurement_.pairing.pairs;
    for (std::size_t p = 0; p < of.size() && p < part.reading.pairs.size(); ++p) {
      const reference::PairReading& reading = part.reading.pairs[p];
      const RecordedChannel& voltage = channel(of[p].voltage);
      const RecordedChannel& current = channel(of[p].current);
      list.push_back({{"voltage", voltage.name},
                      {"current", current.name},
                      {"unit", record::product_unit(voltage, current)},
                      {"p", number(reading.p)},
                      {"q1", number(reading.q1)},
                      {"s", number(reading.s)},
                      {"pf", number(reading.power_factor)},
                      {"displacement_deg", number(reading.displacement)}});
    }
    return list;
  }

  [[nodiscard]] Json sequence(const SegmentMeasurement& part) const {
    Json list = Json::array();
    for (const record::SequenceMeasurement& of : part.sequence) {
      const reference::SequenceReading& value = of.components;
      const double positive = std::abs(value.positive);
      const auto phasor = [](std::complex<double> x) {
        return Json{{"rms", number(std::abs(x))}, {"angle_deg", number(degrees(x))}};
      };
      Json json;
      json["kind"] = name(of.kind);
      json["channels"] = Json::array();
      for (const std::size_t c : of.channels) json["channels"].push_back(channel(c).name);
      json["unit"] = channel(of.channels.front()).unit;
      json["positive"] = phasor(value.positive);
      json["negative"] = phasor(value.negative);
      json["zero"] = phasor(value.zero);
      json["negative_percent"] = number(100 * std::abs(value.negative) / positive);
      json["zero_percent"] = number(100 * std::abs(value.zero) / positive);
      list.push_back(std::move(json));
    }
    return list;
  }

  [[nodiscard]] Json wiring(const SegmentMeasurement& part) const {
    Json list = Json::array();
    for (const record::WiringMeasurement& of : part.wiring) {
      Json json;
      json["fault"] = name(of.finding.fault);
      json["phases"] = Json::array();
      for (const std::size_t phase : of.finding.phases)
        json["phases"].push_back(fmt::format("L{}", phase + 1));
      json["voltages"] = names_of(of.circuit.voltages);
      json["currents"] = names_of(of.circuit.currents);
      json["text"] = of.finding.text;
      list.push_back(std::move(json));
    }
    return list;
  }

  [[nodiscard]] Json names_of(const record::PhaseSet& set) const {
    Json list = Json::array();
    for (const auto& c : set) list.push_back(c ? Json(channel(*c).name) : Json(nullptr));
    return list;
  }

  [[nodiscard]] Json events(const SegmentMeasurement& part) const {
    Json list = Json::array();
    for (const reference::EventReading& event : part.reading.events) {
      Json json;
      json["kind"] = name(event.kind);
      json["channels"] = Json::array();
      for (const std::size_t c : event.channels) json["channels"].push_back(channel(c).name);
      json["start_s"] = number(event.start);
      json["duration_s"] = number(event.duration);
      json["open_end"] = event.open_end;
      json["depth_percent"] = number(depth_percent(event));
      json["extreme"] = number(event.extreme);
      json["reference"] = number(event.reference);
      json["unit"] = event.channels.empty() ? Json(nullptr) : Json(channel(event.channels[0]).unit);
      list.push_back(std::move(json));
    }
    return list;
  }

  const Measurement& measurement_;
};

}  // namespace

std::string record_json(const Measurement& measurement) {
  // A name that is no UTF-8 must not end the program.
  return Writer(measurement).whole().dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace meterrig::report
