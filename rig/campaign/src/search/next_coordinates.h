// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace meterrig::campaign {

/// A place in a box, each axis from -1 to 1. The first two axes are the load; 0 on the others is
/// where nothing is off its reference.
using Coordinates = std::vector<double>;
inline constexpr std::size_t load_axes = 2;

struct Tried {
  Coordinates at;
  double error = 0;  ///< %; NaN says nothing
  double limit = 1;  ///< %, of the error there
};

struct Reachable {
  Coordinates at;
  double limit = 1;  ///< %
};

struct SearchState {
  std::size_t axes = load_axes;
  std::uint64_t seed = 1;
  std::size_t points = 1;        ///< of the search in all
  std::span<const Tried> known;  ///< from elsewhere
  std::span<const Tried> tried;  ///< by the search so far, in order
  /// Where one gets when one goes there; nothing where one cannot.
  std::function<std::optional<Reachable>(const Coordinates&)> reachable;
};

/// Where a search for the greatest |error| / limit looks next; nothing when it is done or has
/// nowhere left to look. A pure function of its question, so that a search can be taken up again at
/// any point. The first quarter of the points are the corners of the load and then a sequence that
/// fills the box evenly (Roberts' R sequence, shifted by the seed), half of it at reference in each
/// axis that has one. After that the errors so far are interpolated (GaussianProcess), and of many
/// random places the next is the one where the error may be greatest for its limit: by the estimate
/// and one or two standard deviations, in the last quarter by the estimate alone. In between, every
/// third point goes from the worst place to the ends of the axes.
[[nodiscard]] std::optional<Coordinates> next_coordinates(const SearchState& state);

}  // namespace meterrig::campaign
