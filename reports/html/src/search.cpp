// SPDX-License-Identifier: GPL-3.0-or-later
// The worst point that a search found, and where it looked.
#include "meterrig/report/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "meterrig/report/words.h"
#include "meterrig/svg/place_chart.h"
#include "meterrig/verdict/limit_range.h"
#include "page.h"

namespace meterrig::report {
namespace {

constexpr double degrees = 57.29577951308232;

/// From power factor 1, positive where inductive.
double angle_of(const std::string& label) {
  if (label.empty()) return std::nan("");
  const double angle = std::acos(std::clamp(std::strtod(label.c_str(), nullptr), 0.0, 1.0));
  return label.back() == 'c' ? -angle * degrees : angle * degrees;
}

svg::Place place_of(const Point& point, const SearchOutcome& search) {
  const v1::SearchPlace& searched = point.plan->search();
  svg::Place place;
  place.x = point.current();
  place.y = angle_of(point.plan->power_factor_label());
  place.share = share_of_limit(point);
  place.hollow = !point.plan->has_search();
  place.ringed = &point == search.worst;
  if (searched.harmonic_share() > 0) {
    place.shape = svg::PlaceShape::diamond;
  } else if (searched.added_size() > 0) {
    place.shape = svg::PlaceShape::square;
  }
  const Figures text = figures(point);
  place.title = fmt::format("{}: {}, limit {}, {}", place.hollow ? point.id : place_text(point),
                            text.value.empty() ? "no value" : with_unit(text.value, point),
                            limit_text(point), word(point.outcome()));
  return place;
}

svg::PlaceChart chart_of(const SearchOutcome& search, const v1::Ratings& ratings) {
  const bool reactive = search.tried.front()->plan->energy() == v1::ENERGY_REACTIVE;
  svg::PlaceChart chart;
  chart.title = "|e| / L of the points tried, over current and power factor";
  chart.x_title =
      ratings.nominal_current() > 0
          ? fmt::format("current I / A, logarithmic (In = {} A)", plain(ratings.nominal_current()))
          : "current I / A, logarithmic";
  chart.y_title = reactive ? "sin phi, by the angle from 1" : "power factor, by the angle from 1";
  chart.circles = "reference conditions";
  chart.squares = "voltage or frequency off";
  chart.diamonds = "with harmonics";
  chart.hollow = "planned";
  std::set<std::string> factors{"1"};
  std::map<double, std::string> currents;
  for (const Point* point : search.planned) {
    factors.insert(point->plan->power_factor_label());
    currents.emplace(point->current(), plain(point->current()));
    chart.places.push_back(place_of(*point, search));
  }
  for (const Point* point : search.tried) {
    chart.places.push_back(place_of(*point, search));
    // Without planned points the ends say how far it went.
    if (search.planned.empty()) factors.insert(point->plan->power_factor_label());
  }
  if (search.planned.empty()) {
    const auto [least, greatest] = std::ranges::minmax_element(
        search.tried, {}, [](const Point* point) { return point->current(); });
    for (const Point* end : {*least, *greatest})
      currents.emplace(end->current(), plain(end->current()));
  }
  // Neighbours too close to each other would run into one another.
  double last = 0;
  for (const auto& [current, label] : currents) {
    if (current < 1.25 * last) continue;
    chart.x_ticks.push_back({current, label});
    last = current;
  }
  if (factors.size() > 9) factors = {"1"};
  for (const std::string& label : factors)
    chart.y_ticks.push_back({angle_of(label), power_factor_text(label)});
  return chart;
}

std::vector<Part> facts_of(const SearchOutcome& search, Page& page) {
  std::vector<Part> facts;
  const Point& worst = *search.worst;
  const Figures text = figures(worst);
  facts.push_back(fact("Place", place_text(worst),
                       worst.plan->influence().title().empty() ? "reference conditions" : ""));
  facts.push_back(
      fact("Error", text.value.empty() ? "none could be measured" : with_unit(text.value, worst)));
  if (!text.uncertainty.empty()) facts.push_back(fact("U", with_unit(text.uncertainty, worst)));
  facts.push_back(
      fact("Limit", worst.plan->search().added().empty()
                        ? fmt::format("{} ({})", limit_text(worst), worst.limit().row())
                        : fmt::format("{} = {}", limit_text(worst),
                                      verdict::sum_text(worst.limit(), worst.plan->search()))));
  for (const v1::LimitUsed& limit : worst.plan->search().added())
    facts.push_back(
        fact(fmt::format("Added, {}", limit.row()),
             fmt::format("{}, {}", dated(limit.standard(), limit.edition()), limit.clause()),
             fmt::format("{}: {}", word(limit.confidence()), limit.provenance())));
  facts.push_back(fact("|e| / L", percent_text(share_of_limit(worst))));
  if (search.worst_planned != nullptr)
    facts.push_back(
        fact("Worst of the planned points, |e| / L",
             fmt::format("{}, {} (#{})", percent_text(share_of_limit(*search.worst_planned)),
                         description(*search.worst_planned), page.number(*search.worst_planned))));
  const auto silent = std::ranges::count_if(
      search.tried, [](const Point* point) { return std::isnan(share_of_limit(*point)); });
  facts.push_back(fact("Tried", silent == 0
                                    ? fmt::format("{} points", search.tried.size())
                                    : fmt::format("{} points, {} of them without a valid result",
                                                  search.tried.size(), silent)));
  return facts;
}

}  // namespace

void add_search(Part& root, Page& page) {
  std::vector<Part> parts;
  for (const SearchOutcome& search : searches(page.points)) {
    Part part;
    part.text("search_suite", search.tried.front()->plan->suite())
        .text("search_sentence", sentence(search))
        .text("search_svg", svg::draw(chart_of(search, page.run.header().device().ratings())));
    if (search.worst != nullptr)
      part.text("search_anchor", page.anchor(*search.worst))
          .text("search_number", page.number(*search.worst))
          .text("search_verdict", word(search.worst->outcome()))
          .text("search_class", verdict_class(search.worst->outcome()))
          .list("search_facts", facts_of(search, page));
    parts.push_back(std::move(part));
  }
  root.listed("searches", parts);
}

}  // namespace meterrig::report
