// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/record/pairing.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "meterrig/record/phase_name.h"

namespace meterrig::record {
namespace {

bool same_but_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::size_t first_of(const PhaseSet& set) {
  for (const auto& channel : set) {
    if (channel) return *channel;
  }
  return 0;
}

/// Channels of one kind by phase; a phase that occurs again opens the next set.
std::vector<PhaseSet> sets_of(ChannelKind kind, std::span<const RecordedChannel> channels,
                              std::span<const PhaseName> names) {
  std::vector<PhaseSet> sets;
  for (std::size_t c = 0; c < channels.size(); ++c) {
    if (channels[c].kind != kind || names[c].role != ChannelRole::line) continue;
    const auto fits = [&](const PhaseSet& set) {
      const std::size_t other = first_of(set);
      return !set.at(names[c].phase) && channels[other].circuit == channels[c].circuit &&
             names[other].stem == names[c].stem;
    };
    auto set = std::ranges::find_if(sets, fits);
    if (set == sets.end()) set = sets.emplace(sets.end());
    set->at(names[c].phase) = c;
  }
  return sets;
}

/// The voltages of the n-th set of currents; null when there are none.
const PhaseSet* voltages_for(const PhaseSet& currents, std::size_t n,
                             std::span<const RecordedChannel> channels,
                             std::span<const PhaseName> names,
                             const std::vector<PhaseSet>& voltages) {
  const std::size_t current = first_of(currents);
  const auto alike = [&](auto&& text) {
    return std::ranges::find_if(voltages, [&](const PhaseSet& set) {
      return !text(current).empty() && text(first_of(set)) == text(current);
    });
  };
  auto found = alike([&](std::size_t c) { return channels[c].circuit; });
  if (found == voltages.end()) found = alike([&](std::size_t c) { return names[c].stem; });
  if (found != voltages.end()) return &*found;
  std::vector<const PhaseSet*> candidates;
  for (const PhaseSet& set : voltages) {
    if (complete(set)) candidates.push_back(&set);
  }
  if (candidates.empty()) {
    for (const PhaseSet& set : voltages) candidates.push_back(&set);
  }
  return candidates.empty() ? nullptr : candidates[std::min(n, candidates.size() - 1)];
}

/// The only channel of a kind.
std::optional<std::size_t> only(ChannelKind kind, std::span<const RecordedChannel> channels) {
  std::optional<std::size_t> found;
  for (std::size_t c = 0; c < channels.size(); ++c) {
    if (channels[c].kind != kind) continue;
    if (found) return std::nullopt;
    found = c;
  }
  return found;
}

Pairing sets_only(std::span<const RecordedChannel> channels, std::span<const PhaseName> names) {
  Pairing pairing;
  pairing.voltages = sets_of(ChannelKind::voltage, channels, names);
  pairing.currents = sets_of(ChannelKind::current, channels, names);
  return pairing;
}

Result<std::size_t> find_channel(std::string_view text, std::span<const RecordedChannel> channels) {
  for (const bool by_name : {true, false}) {
    std::optional<std::size_t> found;
    for (std::size_t c = 0; c < channels.size(); ++c) {
      if (!same_but_case(by_name ? channels[c].name : channels[c].id, text)) continue;
      if (found)
        return fail(ErrorCode::invalid_argument,
                    fmt::format("'{}' is the id of {} and of {}; expected a name that is one "
                                "channel's",
                                text, channels[*found].name, channels[c].name));
      found = c;
    }
    if (found) return *found;
  }
  std::vector<std::string> names;
  for (const RecordedChannel& channel : channels)
    names.push_back(channel.id.empty() || channel.id == channel.name
                        ? channel.name
                        : fmt::format("{} ({})", channel.name, channel.id));
  return fail(ErrorCode::not_found,
              fmt::format("no channel '{}'; expected one of: {}", text, fmt::join(names, ", ")));
}

}  // namespace

std::optional<CompleteSet> complete(const PhaseSet& set) {
  CompleteSet all{};
  for (std::size_t phase = 0; phase < set.size(); ++phase) {
    const auto& channel = set.at(phase);
    if (!channel) return std::nullopt;
    all.at(phase) = *channel;
  }
  return all;
}

Pairing find_pairs(std::span<const RecordedChannel> channels) {
  const std::vector<PhaseName> names = phase_names(channels);
  Pairing pairing = sets_only(channels, names);
  for (std::size_t n = 0; n < pairing.currents.size(); ++n) {
    const PhaseSet& currents = pairing.currents[n];
    const PhaseSet* voltages = voltages_for(currents, n, channels, names, pairing.voltages);
    if (voltages == nullptr) continue;
    for (std::size_t phase = 0; phase < currents.size(); ++phase) {
      const auto& voltage = voltages->at(phase);
      const auto& current = currents.at(phase);
      if (voltage && current) pairing.pairs.push_back({*voltage, *current});
    }
    if (complete(*voltages)) pairing.circuits.push_back({*voltages, currents});
  }
  const auto voltage = only(ChannelKind::voltage, channels);
  const auto current = only(ChannelKind::current, channels);
  if (pairing.pairs.empty() && voltage && current &&
      names[*voltage].role != ChannelRole::line_to_line)
    pairing.pairs.push_back({*voltage, *current});
  return pairing;
}

Result<Pairing> given_pairs(std::span<const std::string> texts,
                            std::span<const RecordedChannel> channels) {
  const std::vector<PhaseName> names = phase_names(channels);
  Pairing pairing = sets_only(channels, names);
  for (const std::string& text : texts) {
    // A name may hold a colon: the first place where both sides are channels counts.
    std::optional<Error> error;
    std::optional<reference::RecordPair> pair;
    for (std::size_t colon = text.find(':'); colon != std::string::npos && !pair;
         colon = text.find(':', colon + 1)) {
      const auto voltage = find_channel(std::string_view(text).substr(0, colon), channels);
      const auto current = find_channel(std::string_view(text).substr(colon + 1), channels);
      if (voltage && current) {
        pair = reference::RecordPair{*voltage, *current};
      } else if (!error) {
        error = voltage ? current.error() : voltage.error();
      }
    }
    if (!pair && error)
      return fail(error->code, fmt::format("--pair {}: {}", text, error->message));
    if (!pair)
      return fail(
          ErrorCode::invalid_argument,
          fmt::format("--pair {}: no ':'; expected VOLTAGE:CURRENT, such as {}", text, "A4:A1"));
    if (channels[pair->voltage].kind == ChannelKind::current)
      return fail(ErrorCode::invalid_argument,
                  fmt::format("--pair {}: {} is a current; expected VOLTAGE:CURRENT", text,
                              channels[pair->voltage].name));
    if (channels[pair->current].kind == ChannelKind::voltage)
      return fail(ErrorCode::invalid_argument,
                  fmt::format("--pair {}: {} is a voltage; expected VOLTAGE:CURRENT", text,
                              channels[pair->current].name));
    pairing.pairs.push_back(*pair);
  }
  for (const PhaseSet& voltages : pairing.voltages) {
    const auto all = complete(voltages);
    if (!all) continue;
    Circuit circuit{voltages, {}};
    for (std::size_t phase = 0; phase < all->size(); ++phase) {
      const auto pair =
          std::ranges::find(pairing.pairs, all->at(phase), &reference::RecordPair::voltage);
      if (pair != pairing.pairs.end()) circuit.currents.at(phase) = pair->current;
    }
    if (circuit.currents != PhaseSet{}) pairing.circuits.push_back(circuit);
  }
  return pairing;
}

}  // namespace meterrig::record
