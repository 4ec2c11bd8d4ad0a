// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/report/record_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <vector>

#include "names.h"
#include "table.h"

namespace meterrig::report {
namespace {

using record::Measurement;
using record::SegmentMeasurement;
using reference::ChannelReading;

constexpr double least_percent = 0.1;       // of a harmonic that is shown
constexpr std::size_t channels_beside = 3;  // in one table of harmonics, for 80 columns

std::string fixed(double value, int decimals, std::string_view unit = "") {
  return Scaling{.factor = 1, .decimals = decimals, .unit = std::string(unit)}.show(value);
}

/// The longer of two lengths: what the digits of a reading are counted from.
double size_of(const ChannelReading& reading) {
  return std::isfinite(reading.rms) && reading.rms > 0
             ? reading.rms
             : std::fmax(std::abs(reading.minimum), std::abs(reading.maximum));
}

class Writer {
 public:
  explicit Writer(const Measurement& measurement) : measurement_(measurement) {}

  [[nodiscard]] std::string whole() const {
    const auto& recording = measurement_.recording;
    std::string text =
        fmt::format("{}\n{}", printable(measurement_.file), printable(recording.format));
    for (const std::string* field : {&recording.station, &recording.device}) {
      if (!field->empty()) text += fmt::format(", {}", printable(*field));
    }
    if (!recording.first_time.empty())
      text += fmt::format(", from {}", printable(recording.first_time));
    text += fmt::format("\n{}\n\n", range());
    if (measurement_.segments.size() == 1) {
      text += reading(measurement_.segments.front());
    } else {
      text += totals();
      for (std::size_t s = 0; s < measurement_.segments.size(); ++s)
        text += fmt::format("\n{}", segment(s, measurement_.segments[s]));
    }
    if (!measurement_.warnings.empty()) text += "\n";
    for (const std::string& warning : measurement_.warnings)
      text += fmt::format("warning: {}\n", printable(warning));
    return text;
  }

 private:
  [[nodiscard]] const RecordedChannel& channel(std::size_t number) const {
    return measurement_.recording.channels.at(number);
  }

  [[nodiscard]] std::string range() const {
    const auto& segments = measurement_.segments;
    const std::string rate = segments.size() == 1
                                 ? engineering(segments.front().rate.value(), 1, "samples/s")
                                       .show(segments.front().rate.value())
                                 : fmt::format("{} rates", segments.size());
    return fmt::format("scans {} to {} of {}, {}, {}", measurement_.first,
                       measurement_.first + measurement_.count - 1, measurement_.recording.count(),
                       rate,
                       engineering(measurement_.duration, 1, "s").show(measurement_.duration));
  }

  [[nodiscard]] std::string segment(std::size_t number, const SegmentMeasurement& part) const {
    std::string text =
        fmt::format("Segment {}: scans {} to {}, {:.6g} samples/s, from {:.6g} s\n", number + 1,
                    part.first, part.first + part.count - 1, part.rate.value(), part.start);
    return text +
           (part.reason.empty() ? reading(part) : fmt::format("not measured: {}\n", part.reason));
  }

  [[nodiscard]] std::string totals() const {
    Table table({"Channel", "rms", "dc", "minimum", "maximum", "id"}, 1, true);
    for (std::size_t c = 0; c < measurement_.whole.size(); ++c) {
      const ChannelReading& reading = measurement_.whole[c];
      const Scaling scale = scaling(channel(c), size_of(reading));
      table.add({printable(channel(c).name), scale.show(reading.rms), scale.show(reading.dc),
                 scale.show(reading.minimum), scale.show(reading.maximum), id(c)});
    }
    return table.text();
  }

  [[nodiscard]] std::string reading(const SegmentMeasurement& part) const {
    std::string text = channels(part);
    for (const std::string& block :
         {pairs(part), sequence(part), harmonics(part), events(part), wiring(part)}) {
      if (!block.empty()) text += fmt::format("\n{}", block);
    }
    return text;
  }

  /// Empty where it says no more than the name.
  [[nodiscard]] std::string id(std::size_t c) const {
    return channel(c).id == channel(c).name ? "" : printable(channel(c).id);
  }

  [[nodiscard]] std::string channels(const SegmentMeasurement& part) const {
    const bool gaps = std::ranges::any_of(part.reading.channels,
                                          [](const auto& reading) { return reading.missing > 0; });
    Table table({"Channel", "rms", "dc", "f", "THD", "crest", gaps ? "missing" : "", "id"}, 1,
                true);
    for (std::size_t c = 0; c < part.reading.channels.size(); ++c) {
      const ChannelReading& reading = part.reading.channels[c];
      const Scaling scale = scaling(channel(c), size_of(reading));
      const double peak = std::fmax(std::abs(reading.minimum), std::abs(reading.maximum));
      table.add({printable(channel(c).name), scale.show(reading.rms), scale.show(reading.dc),
                 fixed(reading.frequency, 4, "Hz"), fixed(reading.thd, 2, "%"),
                 fixed(peak / reading.rms, 3), gaps ? fmt::format("{}", reading.missing) : "",
                 id(c)});
    }
    return table.text();
  }

  [[nodiscard]] std::string pairs(const SegmentMeasurement& part) const {
    Table table({"Pair", "P", "Q1", "S", "PF", "phi1", ""}, 1, true);
    const auto& of = measurement_.pairing.pairs;
    for (std::size_t p = 0; p < of.size() && p < part.reading.pairs.size(); ++p) {
      const reference::PairReading& reading = part.reading.pairs[p];
      const RecordedChannel& voltage = channel(of[p].voltage);
      const RecordedChannel& current = channel(of[p].current);
      const auto show = [&](double value, std::string_view symbol) {
        const double size = std::isfinite(reading.s) && reading.s > 0 ? reading.s : value;
        return power_scaling(voltage, current, size, symbol).show(value);
      };
      std::string ids = printable(label(voltage)) + ", " + printable(label(current));
      if (id(of[p].voltage).empty() && id(of[p].current).empty()) ids.clear();
      table.add({printable(voltage.name) + " x " + printable(current.name), show(reading.p, "W"),
                 show(reading.q1, "var"), show(reading.s, "VA"), fixed(reading.power_factor, 4),
                 fixed(reading.displacement, 2, "deg"), ids});
    }
    return table.empty() ? "" : table.text();
  }

  [[nodiscard]] std::string sequence(const SegmentMeasurement& part) const {
    Table table({"Sequence", "positive", "negative", "zero", "neg/pos", "zero/pos", ""}, 1, true);
    for (const record::SequenceMeasurement& of : part.sequence) {
      std::string names;
      double greatest = 0;
      const reference::SequenceReading& value = of.components;
      for (const std::size_t c : of.channels)
        names += fmt::format("{}{}", names.empty() ? "" : " ", printable(channel(c).name));
      const double positive = std::abs(value.positive);
      const double negative = std::abs(value.negative);
      const double zero = std::abs(value.zero);
      greatest = std::max({positive, negative, zero});
      const Scaling scale = scaling(channel(of.channels.front()), greatest);
      table.add({names, scale.show(positive), scale.show(negative), scale.show(zero),
                 fixed(100 * negative / positive, 2, "%"), fixed(100 * zero / positive, 2, "%"),
                 negative > positive ? "turns backwards" : ""});
    }
    return table.empty() ? "" : table.text();
  }

  /// Channels side by side: percent of the fundamental and angle.
  [[nodiscard]] std::string harmonics(const SegmentMeasurement& part) const {
    std::vector<std::size_t> with;
    for (std::size_t c = 0; c < part.reading.channels.size(); ++c) {
      if (!part.reading.channels[c].harmonics.empty()) with.push_back(c);
    }
    std::string text;
    for (std::size_t from = 0; from < with.size(); from += channels_beside) {
      const std::size_t end = std::min(with.size(), from + channels_beside);
      std::vector<std::string> heads{"Harmonic"};
      std::size_t most = 0;
      for (std::size_t i = from; i < end; ++i) {
        heads.push_back(printable(channel(with[i]).name));
        heads.emplace_back("angle");
        most = std::max(most, part.reading.channels[with[i]].harmonics.size());
      }
      Table table(std::move(heads), 1);
      for (std::size_t h = 0; h < most; ++h) {
        std::vector<std::string> cells{fmt::format("{}", h + 1)};
        bool shown = false;
        for (std::size_t i = from; i < end; ++i) {
          const auto& lines = part.reading.channels[with[i]].harmonics;
          const double percent = h < lines.size() ? 100 * lines[h].rms / lines.front().rms : 0;
          const bool show = h == 0 || percent > least_percent;
          shown = shown || show;
          const std::string value = h == 0
                                        ? scaling(channel(with[i]), lines[h].rms).show(lines[h].rms)
                                        : fixed(percent, 2, "%");
          cells.push_back(show ? value : "");
          cells.push_back(show ? fixed(lines[h].angle, 1, "deg") : "");
        }
        if (shown) table.add(std::move(cells));
      }
      text += fmt::format("{}{}", text.empty() ? "" : "\n", table.text());
    }
    return text;
  }

  [[nodiscard]] std::string events(const SegmentMeasurement& part) const {
    Table table({"Event", "from", "for", "extreme", "reference", "depth", "channels"}, 1, true);
    for (const reference::EventReading& event : part.reading.events) {
      std::vector<std::string> names;
      names.reserve(event.channels.size());
      for (const std::size_t c : event.channels) names.push_back(printable(channel(c).name));
      if (event.channels.empty()) continue;
      const Scaling scale = scaling(channel(event.channels.front()), event.reference);
      const std::string duration = engineering(event.duration, 1, "s", 4).show(event.duration);
      table.add({std::string(name(event.kind)), fixed(event.start, 4, "s"),
                 event.open_end ? fmt::format("at least {}", duration) : duration,
                 scale.show(event.extreme), scale.show(event.reference),
                 fixed(depth_percent(event), 2, "%"), fmt::format("{}", fmt::join(names, " "))});
    }
    return table.empty() ? "" : table.text();
  }

  [[nodiscard]] std::string wiring(const SegmentMeasurement& part) const {
    std::string text;
    for (const record::WiringMeasurement& of : part.wiring) {
      std::vector<std::string> names;
      for (const auto& set : {of.circuit.voltages, of.circuit.currents}) {
        for (const auto& c : set) {
          if (c) names.push_back(printable(channel(*c).name));
        }
      }
      text += fmt::format("wiring ({}): {}\n", fmt::join(names, " "), printable(of.finding.text));
    }
    return text;
  }

  const Measurement& measurement_;
};

}  // namespace

std::string record_text(const Measurement& measurement) { return Writer(measurement).whole(); }

}  // namespace meterrig::report
