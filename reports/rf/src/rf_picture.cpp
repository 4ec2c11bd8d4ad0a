// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/report/rf_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "figures_of.h"
#include "meterrig/report/words.h"
#include "meterrig/svg/drawing.h"
#include "meterrig/svg/scale.h"

namespace meterrig::report {
namespace {

constexpr double width = 960;
constexpr double height = 560;
constexpr double left = 70;
constexpr double right = width - 24;
constexpr std::string_view dark = "#1f2937";
constexpr std::string_view grey = "#6b7280";
constexpr std::string_view faint = "#e5e7eb";
constexpr std::string_view blue = "#2563eb";
constexpr std::string_view red = "#c03535";

struct Panel {
  double top;
  double bottom;
  std::string heading;
  std::optional<double> wanted;
  std::function<std::optional<double>(const v1::RfStepRecord&)> value;
};

svg::Scale frequencies(const v1::RfRequestRecord& request) {
  // A sweep of one frequency still has an axis.
  const double spread = request.to() > request.from() ? 1 : 1.05;
  return {svg::Scale::Kind::logarithmic, request.from() / spread, request.to() * spread, left,
          right};
}

/// Decades and their halves and fifths where the range is wide, else even steps.
std::vector<double> frequency_ticks(const svg::Scale& x) {
  if (x.greatest() < 8 * x.least()) return svg::nice_ticks(x.least(), x.greatest(), 6).values;
  std::vector<double> ticks;
  const int first = static_cast<int>(std::floor(std::log10(x.least())));
  const int last = static_cast<int>(std::floor(std::log10(x.greatest())));
  for (int exponent = first; exponent <= last; ++exponent)
    for (const double part : {1.0, 2.0, 5.0})
      if (const double tick = part * std::pow(10, exponent); x.contains(tick))
        ticks.push_back(tick);
  return ticks;
}

svg::Scale values(const Panel& panel, const v1::RfSweepRecord& record) {
  double greatest = panel.wanted.value_or(0) * 1.25;
  for (const v1::RfStepRecord& step : record.steps())
    if (const auto value = panel.value(step); value && std::isfinite(*value))
      greatest = std::max(greatest, 1.1 * *value);
  if (!(greatest > 0)) greatest = 1;
  return {svg::Scale::Kind::linear, 0, greatest, panel.bottom, panel.top};
}

void draw_axes(svg::Drawing& drawing, const Panel& panel, const svg::Scale& x,
               const svg::Scale& y) {
  drawing.text({left, panel.top - 10}, panel.heading, {.size = 13, .colour = dark, .bold = true});
  const svg::Ticks ticks = svg::nice_ticks(y.least(), y.greatest(), 5);
  for (const double tick : ticks.values) {
    drawing.line({left, y.at(tick)}, {right, y.at(tick)}, {.colour = faint});
    drawing.text({left - 8, y.at(tick) + 4}, svg::tick_label(tick, ticks.decimals),
                 {.size = 11, .colour = grey, .anchor = svg::Anchor::end});
  }
  for (const double tick : frequency_ticks(x)) {
    drawing.line({x.at(tick), panel.top}, {x.at(tick), panel.bottom}, {.colour = faint});
    drawing.text({x.at(tick), panel.bottom + 16}, frequency_text(tick),
                 {.size = 11, .colour = grey, .anchor = svg::Anchor::middle});
  }
  drawing.line({left, panel.bottom}, {right, panel.bottom}, {.colour = grey});
}

void draw_panel(svg::Drawing& drawing, const Panel& panel, const v1::RfSweepRecord& record) {
  const svg::Scale x = frequencies(record.request());
  const svg::Scale y = values(panel, record);
  draw_axes(drawing, panel, x, y);
  if (panel.wanted)
    drawing.line({left, y.at(*panel.wanted)}, {right, y.at(*panel.wanted)},
                 {.colour = grey, .width = 1.2, .dashes = "6 4"});
  std::vector<svg::Spot> curve;
  const auto end_curve = [&] {
    if (curve.size() > 1) drawing.polyline(curve, {.colour = blue, .width = 1.4});
    curve.clear();
  };
  for (const v1::RfStepRecord& step : record.steps()) {
    const auto value = panel.value(step);
    if (step.valid() && value)
      curve.push_back({x.at(step.frequency()), y.at(*value)});
    else
      end_curve();
  }
  end_curve();
  for (const v1::RfStepRecord& step : record.steps()) {
    const auto value = panel.value(step);
    const svg::Spot spot{x.at(step.frequency()), y.at(value.value_or(0))};
    if (step.valid()) {
      if (value) drawing.circle(spot, 1.6, blue);
      continue;
    }
    // A cross, so that it is told from the others without colour.
    drawing.begin_group(fmt::format("{}: {}", frequency_text(step.frequency()), step.reason()));
    drawing.line({spot.x - 4, spot.y - 4}, {spot.x + 4, spot.y + 4}, {.colour = red, .width = 1.6});
    drawing.line({spot.x - 4, spot.y + 4}, {spot.x + 4, spot.y - 4}, {.colour = red, .width = 1.6});
    drawing.end_group();
  }
}

}  // namespace

std::string rf_picture(const v1::RfSweepRecord& record) {
  const v1::RfRequestRecord& request = record.request();
  svg::Drawing drawing(width, height, "RF sweep, " + request_text(request), "rf-sweep");
  drawing.rectangle({0, 0}, width, height, "#ffffff");
  drawing.text({left, 30}, request_text(request), {.size = 15, .colour = dark, .bold = true});
  const auto not_valid = std::ranges::count(record.steps(), false, &v1::RfStepRecord::valid);
  drawing.text({left, 50},
               fmt::format("{} of {} steps, {} not valid (crosses) \u00b7 bench {}{} \u00b7 the "
                           "standard's figures: {}",
                           record.steps_size(), record.steps_planned(), not_valid, record.bench(),
                           record.simulated() ? ", SIMULATED" : "", word(request.confidence())),
               {.size = 12, .colour = grey});
  const double level = request.has_field_strength() ? request.field_strength() : request.e_m_f();
  draw_panel(
      drawing,
      {.top = 92,
       .bottom = 270,
       .heading = fmt::format("Level of the carrier / {} (dashed: asked for)", level_unit(request)),
       .wanted = level,
       .value = level_of},
      record);
  draw_panel(
      drawing,
      {.top = 336,
       .bottom = 514,
       .heading = request.modulation().has_pulses()      ? "Duty / %"
                  : request.modulation().has_amplitude() ? "Modulation depth / %"
                                                         : "Largest ripple / % (unmodulated)",
       .wanted = modulation_of(request.modulation()),
       .value = [](const v1::RfStepRecord& step) { return modulation_of(step); }},
      record);
  return drawing.finish() + "\n";
}

}  // namespace meterrig::report
