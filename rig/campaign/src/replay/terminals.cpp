// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminals.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>

#include "meterrig/record/pairing.h"
#include "meterrig/record/phase_name.h"

namespace meterrig::campaign {
namespace {

std::string name_of(const RecordedChannel& channel) {
  if (channel.id.empty() || channel.id == channel.name) return channel.name;
  return fmt::format("{} ({})", channel.name, channel.id);
}

playback::Mix alone(std::size_t channel, std::span<const RecordedChannel> channels) {
  return {{.channel = channel, .factor = channels[channel].to_si}};
}

void take(const record::PhaseSet& set, std::span<const RecordedChannel> channels,
          PerPhase<playback::Mix>& mixes) {
  for (std::size_t p = 0; p < phase_count; ++p)
    if (const auto& channel = set.at(p)) mixes.at(p) = alone(*channel, channels);
}

/// The set with most phases, the first of them; then, where each line was given a circuit of its
/// own, what other sets have of the lines that it lacks.
void take_sets(const std::vector<record::PhaseSet>& sets, std::span<const RecordedChannel> channels,
               PerPhase<playback::Mix>& mixes) {
  const auto phases = [](const record::PhaseSet& set) {
    return std::ranges::count_if(set, [](const auto& channel) { return channel.has_value(); });
  };
  const auto fullest = std::ranges::max_element(
      sets, [&](const auto& a, const auto& b) { return phases(a) < phases(b); });
  if (fullest == sets.end()) return;
  take(*fullest, channels, mixes);
  if (phases(*fullest) > 1) return;
  for (const record::PhaseSet& set : sets)
    for (std::size_t p = 0; p < phase_count; ++p)
      if (const auto& channel = set.at(p); channel && mixes.at(p).empty())
        mixes.at(p) = alone(*channel, channels);
}

struct LinePair {
  std::size_t channel = 0;
  std::size_t from = 0;  // its value is that of this line
  std::size_t to = 0;    // less that of this one
};

/// "U21", "VAB", "Uca": the last two characters that name lines.
std::optional<LinePair> line_pair(std::size_t channel, const RecordedChannel& described) {
  const std::string& text = described.id.empty() ? described.name : described.id;
  std::array<std::size_t, 2> lines{};
  std::size_t found = 0;
  for (auto c = text.rbegin(); c != text.rend() && found < 2; ++c) {
    const char letter = *c >= 'a' && *c <= 'z' ? static_cast<char>(*c - 'a' + 'A') : *c;
    std::size_t line = std::string_view("ABC").find(letter);
    if (line == std::string_view::npos) line = std::string_view("123").find(letter);
    if (line == std::string_view::npos) {
      if (found > 0 && letter != 'L' && letter != '-') break;
      continue;
    }
    lines.at(found++) = line;
  }
  if (found < 2 || lines[0] == lines[1]) return std::nullopt;
  return LinePair{.channel = channel, .from = lines[1], .to = lines[0]};
}

/// Phase voltages of a + b + c = 0 from two voltages between lines. With x = u_f - u_t of both, the
/// line that they share is s = (-+x1 -+x2) / 3 (each x less or more the other line).
void take_line_voltages(const LinePair& one, const LinePair& other,
                        std::span<const RecordedChannel> channels, Terminals& terminals) {
  // Each pair as "line = shared + sign * x".
  const std::size_t shared = one.from == other.from || one.from == other.to ? one.from : one.to;
  const auto sign = [shared](const LinePair& pair) { return pair.from == shared ? -1.0 : 1.0; };
  const auto far = [shared](const LinePair& pair) {
    return pair.from == shared ? pair.to : pair.from;
  };
  const auto add = [&](std::size_t line, const LinePair& pair, double factor) {
    terminals.voltage.at(line).push_back(
        {.channel = pair.channel, .factor = factor * channels[pair.channel].to_si});
  };
  for (const LinePair* pair : {&one, &other}) {
    add(shared, *pair, -sign(*pair) / 3);
    add(far(one), *pair, -sign(*pair) / 3);
    add(far(other), *pair, -sign(*pair) / 3);
  }
  terminals.voltage.at(far(one)).front().factor += sign(one) * channels[one.channel].to_si;
  terminals.voltage.at(far(other)).back().factor += sign(other) * channels[other.channel].to_si;
  terminals.notes.push_back(fmt::format(
      "the voltages to neutral are derived from the voltages between lines {} and {}, on "
      "the assumption that they add up to 0",
      name_of(channels[one.channel]), name_of(channels[other.channel])));
}

void find_line_voltages(std::span<const RecordedChannel> channels, Terminals& terminals) {
  const std::vector<record::PhaseName> names = record::phase_names(channels);
  std::optional<LinePair> first;
  for (std::size_t c = 0; c < channels.size(); ++c) {
    if (channels[c].kind != ChannelKind::voltage ||
        names[c].role != record::ChannelRole::line_to_line)
      continue;
    const auto pair = line_pair(c, channels[c]);
    if (!pair) continue;
    if (!first) {
      first = pair;
      continue;
    }
    const bool same_lines = (pair->from == first->from && pair->to == first->to) ||
                            (pair->from == first->to && pair->to == first->from);
    if (same_lines) continue;
    take_line_voltages(*first, *pair, channels, terminals);
    return;
  }
}

}  // namespace

Result<Terminals> assign_terminals(std::span<const RecordedChannel> channels) {
  Terminals terminals;
  const record::Pairing pairing = record::find_pairs(channels);
  if (!pairing.circuits.empty()) {
    const record::Circuit& circuit = pairing.circuits.front();
    take(circuit.voltages, channels, terminals.voltage);
    take(circuit.currents, channels, terminals.current);
    return terminals;
  }
  take_sets(pairing.voltages, channels, terminals.voltage);
  take_sets(pairing.currents, channels, terminals.current);
  if (!terminals.has_voltage()) find_line_voltages(channels, terminals);
  if (!terminals.has_voltage() && !terminals.has_current() && !pairing.pairs.empty()) {
    terminals.voltage[0] = alone(pairing.pairs.front().voltage, channels);
    terminals.current[0] = alone(pairing.pairs.front().current, channels);
  }
  // Channels that say what they are but not of which line, in their order.
  const auto in_order = [&](ChannelKind kind, PerPhase<playback::Mix>& mixes) {
    std::vector<std::size_t> found;
    for (std::size_t c = 0; c < channels.size(); ++c)
      if (channels[c].kind == kind) found.push_back(c);
    if (found.empty() || found.size() > phase_count) return;
    for (std::size_t p = 0; p < found.size(); ++p) mixes.at(p) = alone(found[p], channels);
  };
  if (!terminals.has_voltage()) in_order(ChannelKind::voltage, terminals.voltage);
  if (!terminals.has_current()) in_order(ChannelKind::current, terminals.current);
  if (!terminals.has_voltage() && !terminals.has_current() && channels.size() == 1) {
    terminals.voltage[0] = alone(0, channels);
    terminals.notes.push_back(fmt::format("{} in '{}' is taken for the voltage L1",
                                          name_of(channels[0]), channels[0].unit));
  }
  if (terminals.has_voltage() || terminals.has_current()) return terminals;
  std::string names;
  for (std::size_t c = 0; c < std::min<std::size_t>(channels.size(), 8); ++c)
    names +=
        fmt::format("{}{} in '{}'", c == 0 ? "" : ", ", name_of(channels[c]), channels[c].unit);
  return fail(ErrorCode::failed_precondition,
              fmt::format("no channel is known to be a voltage or a current of a line ({}{}); "
                          "expected units of V and A, or --channel NAME:UNIT",
                          names, channels.size() > 8 ? ", ..." : ""));
}

std::string source_text(const playback::Mix& mix, std::span<const RecordedChannel> channels) {
  std::string text;
  for (const playback::Term& term : mix) {
    const RecordedChannel& channel = channels[term.channel];
    const double share = term.factor / channel.to_si;
    if (share == 1) {
      text += fmt::format("{}{}", text.empty() ? "" : " + ", name_of(channel));
    } else {
      text += fmt::format("{}{:.4g} {}", text.empty() ? "" : (share < 0 ? " - " : " + "),
                          text.empty() ? share : std::abs(share), name_of(channel));
    }
  }
  return text;
}

}  // namespace meterrig::campaign
