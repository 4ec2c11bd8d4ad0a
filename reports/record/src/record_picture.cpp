// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/report/record_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <limits>
#include <vector>

#include "meterrig/svg/drawing.h"
#include "meterrig/svg/phasor_diagram.h"
#include "meterrig/svg/scale.h"
#include "meterrig/svg/spectrum_chart.h"
#include "meterrig/svg/waveform_chart.h"
#include "names.h"

namespace meterrig::report {
namespace {

using record::Excerpt;
using record::Measurement;
using record::SegmentMeasurement;

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr double width = 1120;
constexpr double chart_width = 1080;
constexpr double margin = 20;
constexpr std::size_t most_points = 2000;  // of a curve; more samples are drawn as a band

/// At most so many characters, the middle left out.
std::string shortened(const std::string& text, std::size_t most) {
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xc0U) != 0x80U) starts.push_back(i);
  }
  if (starts.size() <= most) return text;
  const std::size_t half = most / 2;
  return fmt::format("{}\u2026{}", text.substr(0, starts[half]),
                     text.substr(starts[starts.size() - (most - half - 1)]));
}

/// A name with room beside others in a legend: the id, unless the name is much shorter.
std::string short_label(const RecordedChannel& channel) {
  constexpr std::size_t most = 14;
  const bool long_id = channel.id.size() > most && channel.name.size() < channel.id.size();
  return shortened(long_id ? channel.name : label(channel), most);
}

/// The channels that are drawn, each kind by itself, with its colour.
struct Shown {
  struct One {
    std::size_t channel;
    std::size_t colour;
  };
  std::vector<One> voltages;
  std::vector<One> currents;
  std::vector<One> others;
  [[nodiscard]] std::size_t count() const {
    return voltages.size() + currents.size() + others.size();
  }
};

/// The first circuit, else the first three of each kind.
Shown choose(const Measurement& measurement) {
  Shown shown;
  const auto take = [](std::vector<Shown::One>& list, std::size_t channel, std::size_t colour) {
    if (list.size() < 3 &&
        std::ranges::none_of(list, [&](const auto& one) { return one.channel == channel; }))
      list.push_back({channel, colour});
  };
  const record::Pairing& pairing = measurement.pairing;
  const auto take_set = [&](std::vector<Shown::One>& list, const record::PhaseSet& set,
                            std::size_t colour) {
    for (std::size_t phase = 0; phase < set.size(); ++phase) {
      if (set.at(phase)) take(list, *set.at(phase), colour + phase);
    }
  };
  if (!pairing.circuits.empty()) {
    take_set(shown.voltages, pairing.circuits.front().voltages, 0);
    take_set(shown.currents, pairing.circuits.front().currents, 3);
    return shown;
  }
  for (const reference::RecordPair& pair : pairing.pairs) {
    take(shown.voltages, pair.voltage, shown.voltages.size());
    take(shown.currents, pair.current, 3 + shown.currents.size());
  }
  if (shown.voltages.empty() && !pairing.voltages.empty())
    take_set(shown.voltages, pairing.voltages.front(), 0);
  if (shown.currents.empty() && !pairing.currents.empty())
    take_set(shown.currents, pairing.currents.front(), 3);
  const auto& channels = measurement.recording.channels;
  for (std::size_t c = 0; c < channels.size(); ++c) {
    if (channels[c].kind == ChannelKind::voltage && shown.voltages.size() < 3 &&
        pairing.pairs.empty())
      take(shown.voltages, c, shown.voltages.size());
    if (channels[c].kind == ChannelKind::current && shown.currents.size() < 3 &&
        pairing.pairs.empty())
      take(shown.currents, c, 3 + shown.currents.size());
  }
  if (shown.count() > 0) return shown;
  for (std::size_t c = 0; c < channels.size(); ++c) take(shown.others, c, c);
  return shown;
}

/// Values of one chart in one unit: the prefix follows the greatest of them.
struct Unit {
  double factor = 1;  ///< from SI, or from the channel's unit of another kind
  std::string text;
};

class Picture {
 public:
  Picture(const Measurement& measurement, const Excerpt& excerpt)
      : measurement_(measurement),
        excerpt_(excerpt),
        part_(measurement.segments.at(excerpt.segment)),
        shown_(choose(measurement)) {}

  [[nodiscard]] std::string draw() {
    const double seconds = static_cast<double>(excerpt_.scans.count()) / excerpt_.rate.value();
    const bool overview =
        measurement_.duration > 1.5 * seconds && !measurement_.envelope.low.empty();
    struct Row {
      std::string drawing;
      double height;
    };
    std::vector<Row> rows;
    struct Group {
      const std::vector<Shown::One>& list;
      std::string_view title;
    };
    const std::array<Group, 3> groups = {{{shown_.voltages, "Voltages"},
                                          {shown_.currents, "Currents"},
                                          {shown_.others, "Channels"}}};
    for (const Group& group : groups) {
      if (overview && !group.list.empty())
        rows.push_back({svg::draw(whole(group.list, fmt::format("{}, whole range", group.title))),
                        overview_height});
    }
    for (const Group& group : groups) {
      if (!group.list.empty())
        rows.push_back(
            {svg::draw(detail(group.list, fmt::format("{}, {:.3g} s from {:.6g} s", group.title,
                                                      seconds, excerpt_.start))),
             detail_height});
    }

    double height = header_height + lower_height + margin;
    for (const Row& row : rows) height += row.height;
    svg::Drawing drawing(width, height, "Measurement of " + measurement_.file, "measurement");
    drawing.rectangle({0, 0}, width, height, "#ffffff");
    header(drawing);
    double y = header_height;
    for (const Row& row : rows) {
      drawing.inset({margin, y}, row.drawing);
      y += row.height;
    }
    drawing.inset({margin, y}, svg::draw(spectrum()));
    drawing.inset({margin + 654, y}, svg::draw(phasors()));
    return drawing.finish() + "\n";
  }

 private:
  static constexpr double header_height = 64;
  static constexpr double overview_height = 164;
  static constexpr double detail_height = 210;
  static constexpr double lower_height = 350;

  [[nodiscard]] const RecordedChannel& channel(std::size_t c) const {
    return measurement_.recording.channels.at(c);
  }

  void header(svg::Drawing& drawing) const {
    drawing.text({margin, 28}, shortened(measurement_.file, 100),
                 {.size = 17, .colour = "#1f2937", .bold = true});
    std::string line = fmt::format(
        "{} \u00b7 scans {} to {} \u00b7 {:.6g} samples/s \u00b7 {:.6g} s",
        measurement_.recording.format, measurement_.first,
        measurement_.first + measurement_.count - 1, part_.rate.value(), measurement_.duration);
    if (std::isfinite(part_.reading.frequency))
      line += fmt::format(" \u00b7 f = {:.4f} Hz", part_.reading.frequency);
    const std::size_t all = measurement_.recording.channels.size();
    if (shown_.count() < all) line += fmt::format(" \u00b7 {} of {} channels", shown_.count(), all);
    drawing.text({margin, 50}, line, {.size = 12, .colour = "#4b5563"});
  }

  [[nodiscard]] Unit unit_of(const std::vector<Shown::One>& list) const {
    double greatest = 0;
    for (const auto& one : list) {
      const reference::ChannelReading& reading = measurement_.whole.at(one.channel);
      for (const double end : {reading.minimum, reading.maximum})
        greatest = std::fmax(greatest, std::abs(end) * channel(one.channel).to_si);
    }
    const RecordedChannel& first = channel(list.front().channel);
    if (first.kind == ChannelKind::other) return {1, first.unit};
    const bool voltage = first.kind == ChannelKind::voltage;
    const Scaling scale = engineering(greatest, 1, voltage ? "V" : "A");
    return {scale.factor, fmt::format("{} / {}", voltage ? "u" : "i", scale.unit)};
  }

  [[nodiscard]] double factor(const Unit& unit, std::size_t c) const {
    return channel(c).kind == ChannelKind::other ? 1 : unit.factor * channel(c).to_si;
  }

  [[nodiscard]] std::vector<svg::WaveMark> marks() const {
    std::vector<svg::WaveMark> marks;
    for (const SegmentMeasurement& part : measurement_.segments) {
      for (const reference::EventReading& event : part.reading.events)
        marks.push_back({event.start, event.start + event.duration, std::string(name(event.kind))});
    }
    return marks;
  }

  [[nodiscard]] svg::WaveformChart empty_chart(std::string title, const Unit& unit,
                                               double height) const {
    svg::WaveformChart chart;
    chart.title = std::move(title);
    chart.unit = unit.text;
    chart.marks = marks();
    chart.width = chart_width;
    chart.height = height - 4;
    return chart;
  }
  [[nodiscard]] svg::WaveTrace empty_trace(const Shown::One& one) const {
    return {
        .label = short_label(channel(one.channel)), .values = {}, .high = {}, .colour = one.colour};
  }

  [[nodiscard]] svg::WaveformChart whole(const std::vector<Shown::One>& list,
                                         std::string title) const {
    const Unit unit = unit_of(list);
    svg::WaveformChart chart = empty_chart(std::move(title), unit, overview_height);
    const std::size_t parts = measurement_.envelope.low.front().size();
    chart.step = measurement_.duration / static_cast<double>(parts);
    for (const auto& one : list) {
      svg::WaveTrace& trace = chart.traces.emplace_back(empty_trace(one));
      for (std::size_t i = 0; i < parts; ++i) {
        trace.values.push_back(measurement_.envelope.low[one.channel][i] *
                               factor(unit, one.channel));
        trace.high.push_back(measurement_.envelope.high[one.channel][i] *
                             factor(unit, one.channel));
      }
    }
    return chart;
  }

  [[nodiscard]] svg::WaveformChart detail(const std::vector<Shown::One>& list,
                                          std::string title) const {
    const Unit unit = unit_of(list);
    svg::WaveformChart chart = empty_chart(std::move(title), unit, detail_height);
    chart.start = excerpt_.start;
    const std::size_t count = excerpt_.scans.count();
    const std::size_t together = (count + most_points - 1) / most_points;
    chart.step = static_cast<double>(together) / excerpt_.rate.value();
    for (const auto& one : list) {
      svg::WaveTrace& trace = chart.traces.emplace_back(empty_trace(one));
      const std::span<const double> row = excerpt_.scans.row(one.channel);
      for (std::size_t i = 0; i < count; i += together) {
        double low = unknown;
        double high = unknown;
        for (std::size_t k = i; k < std::min(count, i + together); ++k) {
          low = std::fmin(low, row[k]);
          high = std::fmax(high, row[k]);
        }
        trace.values.push_back(low * factor(unit, one.channel));
        if (together > 1) trace.high.push_back(high * factor(unit, one.channel));
      }
    }
    return chart;
  }

  [[nodiscard]] std::vector<Shown::One> all() const {
    std::vector<Shown::One> list = shown_.voltages;
    list.insert(list.end(), shown_.currents.begin(), shown_.currents.end());
    list.insert(list.end(), shown_.others.begin(), shown_.others.end());
    return list;
  }

  [[nodiscard]] svg::SpectrumChart spectrum() const {
    svg::SpectrumChart chart;
    chart.title = "Spectrum";
    chart.width = 648;
    chart.height = lower_height;
    for (const auto& one : all()) {
      const auto& lines = part_.reading.channels.at(one.channel).harmonics;
      svg::SpectrumSeries& series = chart.series.emplace_back();
      series.label = short_label(channel(one.channel));
      series.colour = one.colour;
      for (const reference::HarmonicReading& line : lines)
        series.percent.push_back(100 * line.rms / lines.front().rms);
    }
    return chart;
  }

  [[nodiscard]] svg::PhasorDiagram phasors() const {
    svg::PhasorDiagram diagram;
    diagram.title = "Fundamentals";
    diagram.width = 426;
    diagram.height = lower_height;
    for (const auto& one : all()) {
      const auto& lines = part_.reading.channels.at(one.channel).harmonics;
      if (lines.empty()) continue;
      const RecordedChannel& of = channel(one.channel);
      diagram.phasors.push_back(
          {.label = short_label(of),
           .value =
               fmt::format("{} {}\u00b0", scaling(of, lines.front().rms, 5).show(lines.front().rms),
                           svg::tick_label(lines.front().angle, 1)),
           .magnitude = lines.front().rms * of.to_si,
           .angle = lines.front().angle,
           .current = of.kind == ChannelKind::current,
           .colour = one.colour});
    }
    for (const record::SequenceMeasurement& sequence : part_.sequence) {
      if (shown_.voltages.empty() || sequence.channels[0] != shown_.voltages.front().channel)
        continue;
      diagram.sequence =
          std::abs(sequence.components.positive) >= std::abs(sequence.components.negative) ? 1 : -1;
    }
    return diagram;
  }

  const Measurement& measurement_;
  const Excerpt& excerpt_;
  const SegmentMeasurement& part_;
  Shown shown_;
};

}  // namespace

std::string record_picture(const Measurement& measurement, const Excerpt& excerpt) {
  return Picture(measurement, excerpt).draw();
}

}  // namespace meterrig::report
