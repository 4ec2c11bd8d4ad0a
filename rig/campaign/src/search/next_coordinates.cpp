// SPDX-License-Identifier: GPL-3.0-or-later
#include "next_coordinates.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

#include "gaussian_process.h"

namespace meterrig::campaign {
namespace {

constexpr double same_place = 0.01;       // half a percent of an axis
constexpr std::size_t most_skipped = 50;  // of the filling, for each point of the search
constexpr int places_anywhere = 300;      // looked at for one point
constexpr int places_nearby = 60;         // of the worst so far, for each step
constexpr std::array steps{0.3, 0.1, 0.03};
constexpr double most_of_limit = 3;       // an error beyond says no more
constexpr double least_deviation = 0.05;  // of the limit

double distance(const Coordinates& a, const Coordinates& b) {
  double greatest = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    greatest = std::max(greatest, std::abs(a.at(i) - b.at(i)));
  return greatest;
}

// Ratio of the R sequence: the root of x^(n + 1) = x + 1 above 1.
double harmonious_number(std::size_t axes) {
  double x = 1.5;
  for (int i = 0; i < 60; ++i) x = std::pow(1 + x, 1 / (static_cast<double>(axes) + 1));
  return x;
}

// The same on every machine, from 0 to 1.
class Uniform {
 public:
  explicit Uniform(std::uint64_t seed) : random_(seed) {}
  double next() { return static_cast<double>(random_() >> 11) / 9007199254740992.0; }  // 2^53

 private:
  std::mt19937_64 random_;
};

class Search {
 public:
  explicit Search(const SearchState& state) : state_(state) {
    all_.reserve(state.known.size() + state.tried.size());
    for (const Tried& tried : state.known) all_.push_back(&tried);
    for (const Tried& tried : state.tried) all_.push_back(&tried);
  }

  std::optional<Coordinates> next() const {
    const std::size_t number = state_.tried.size();
    if (number >= state_.points) return std::nullopt;
    const bool blind = worst(1) == nullptr;
    if (number < state_.points / 4 || blind) {
      auto found = fill();
      if (found || blind) return found;
    }
    const bool last = number >= state_.points - state_.points / 4;
    if (!last && number % 3 == 0) {
      if (auto found = across()) return found;
    }
    return most_promising(last ? 0 : static_cast<double>(number % 3));
  }

 private:
  // Of the greatest error for its limit to the side of that sign; null when nothing is known.
  [[nodiscard]] const Tried* worst(double sign) const {
    const Tried* found = nullptr;
    for (const Tried* tried : all_) {
      if (std::isnan(tried->error)) continue;
      if (found == nullptr ||
          sign * tried->error / tried->limit > sign * found->error / found->limit)
        found = tried;
    }
    return found;
  }

  // Nothing for where one cannot go or has been.
  [[nodiscard]] std::optional<Reachable> fresh(const Coordinates& wanted) const {
    auto there = state_.reachable(wanted);
    if (!there || std::any_of(all_.begin(), all_.end(), [&](const Tried* tried) {
          return distance(tried->at, there->at) < same_place;
        }))
      return std::nullopt;
    return there;
  }

  // Of numbers from 0 to 1: half of an axis that has a reference is at it, the rest is stretched.
  [[nodiscard]] Coordinates spread(Coordinates at) const {
    for (std::size_t axis = 0; axis < at.size(); ++axis) {
      double& value = at[axis];
      value = 2 * value - 1;
      if (axis < load_axes) continue;
      value = std::abs(value) < 0.5 ? 0 : std::copysign(2 * std::abs(value) - 1, value);
    }
    return at;
  }

  [[nodiscard]] std::optional<Coordinates> fill() const {
    for (const double current : {-1.0, 1.0}) {
      for (const double power_factor : {0.0, 1.0, -1.0}) {
        Coordinates corner(state_.axes, 0);
        corner[0] = current;
        corner[1] = power_factor;
        if (auto found = fresh(corner)) return found->at;
      }
    }
    Uniform random(state_.seed);
    Coordinates sequence(state_.axes);
    for (double& value : sequence) value = random.next();
    const double ratio = harmonious_number(state_.axes);
    for (std::size_t n = 0; n < most_skipped * state_.points; ++n) {
      double step = 1;
      for (double& value : sequence) {
        step /= ratio;
        value += step;
        value -= std::floor(value);
      }
      if (auto found = fresh(spread(sequence))) return found->at;
    }
    return std::nullopt;
  }

  // From the worst so far to the end of an axis or to its reference: what is wrong at one power
  // factor, say, is often more wrong at another, which no interpolation knows.
  [[nodiscard]] std::optional<Coordinates> across() const {
    const Tried* over = worst(1);
    const Tried* under = worst(-1);
    const Tried* most =
        std::abs(over->error) / over->limit > std::abs(under->error) / under->limit ? over : under;
    for (std::size_t n = 1; n <= state_.axes; ++n) {
      const std::size_t axis = n % state_.axes;  // the current, which has no reference, last
      for (const double value : {1.0, -1.0, 0.0}) {
        Coordinates wanted = most->at;
        wanted[axis] = value;
        if (auto found = fresh(wanted)) return found->at;
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] GaussianProcess model() const {
    std::vector<Coordinates> places;
    std::vector<double> errors;
    double limit = 0;
    for (const Tried* tried : all_) {
      if (std::isnan(tried->error)) continue;
      const double most = most_of_limit * tried->limit;
      places.push_back(tried->at);
      errors.push_back(std::clamp(tried->error, -most, most));
      limit = limit == 0 ? tried->limit : std::min(limit, tried->limit);
    }
    return {std::move(places), errors, least_deviation * limit};
  }

  void add_nearby(const Coordinates& place, Uniform& random,
                  std::vector<Coordinates>& wanted) const {
    for (std::size_t axis = 0; axis < state_.axes; ++axis) {
      for (const double value : {-1.0, 0.0, 1.0}) {
        Coordinates at = place;
        at[axis] = value;
        wanted.push_back(std::move(at));
      }
    }
    for (const double step : steps) {
      for (int n = 0; n < places_nearby; ++n) {
        Coordinates at = place;
        for (double& value : at) {
          const double away = step * (2 * random.next() - 1);
          // Not all axes at once.
          if (random.next() < 0.5) value = std::clamp(value + away, -1.0, 1.0);
        }
        wanted.push_back(std::move(at));
      }
    }
  }

  [[nodiscard]] std::vector<Coordinates> candidates() const {
    Uniform random(state_.seed + 1 + state_.tried.size());
    std::vector<Coordinates> wanted;
    for (int n = 0; n < places_anywhere; ++n) {
      Coordinates at(state_.axes);
      for (double& value : at) value = random.next();
      wanted.push_back(spread(std::move(at)));
    }
    // Where the error is greatest on either side: the limit may be near on both.
    for (const double sign : {1.0, -1.0}) add_nearby(worst(sign)->at, random, wanted);
    return wanted;
  }

  [[nodiscard]] std::optional<Coordinates> most_promising(double deviations) const {
    const GaussianProcess process = model();
    std::optional<Coordinates> found;
    double most = 0;
    for (const Coordinates& wanted : candidates()) {
      auto there = fresh(wanted);
      if (!there) continue;
      const GaussianProcess::Estimate estimate = process.at(there->at);
      const double share =
          (std::abs(estimate.error) + deviations * estimate.deviation) / there->limit;
      if (found && share <= most) continue;
      found = std::move(there->at);
      most = share;
    }
    return found;
  }

  const SearchState& state_;
  std::vector<const Tried*> all_;
};

}  // namespace

std::optional<Coordinates> next_coordinates(const SearchState& state) {
  return Search(state).next();
}

}  // namespace meterrig::campaign
