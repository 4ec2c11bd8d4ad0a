// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/safety/interlocks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <utility>

#include "durable_file.h"

namespace meterrig::safety {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view latched = "latched";
constexpr std::string_view clear = "clear";

/// The names that the file says were acknowledged: a line each, "NAME latched" or "NAME clear".
Result<std::vector<std::string>> acknowledged_in(const fs::path& file) {
  std::vector<std::string> names;
  std::error_code error;
  if (!fs::exists(file, error)) return names;
  std::ifstream stream(file);
  std::string line;
  for (int number = 1; std::getline(stream, line); ++number) {
    const std::size_t blank = line.find(' ');
    const std::string_view state =
        blank == std::string::npos ? std::string_view() : std::string_view(line).substr(blank + 1);
    if (state != latched && state != clear)
      return fail(ErrorCode::data_loss,
                  fmt::format("{}:{}: '{}'; expected NAME {} or NAME {}. Nobody can tell which "
                              "interlocks were latched: look at the bench, then remove the file",
                              file.string(), number, line, latched, clear));
    if (state == clear) names.push_back(line.substr(0, blank));
  }
  if (!stream.eof())
    return fail(ErrorCode::data_loss, fmt::format("{} cannot be read", file.string()));
  return names;
}

}  // namespace

Result<std::vector<Interlocks::State>> Interlocks::remembered(
    const fs::path& file, const std::vector<std::string>& names) {
  const auto acknowledged = acknowledged_in(file);
  if (!acknowledged) return tl::unexpected(acknowledged.error());
  std::vector<std::string> all{std::string(start_interlock), std::string(read_back_interlock)};
  all.insert(all.end(), names.begin(), names.end());
  std::vector<State> states;
  for (const std::string& name : all) {
    const auto same = [&name](const State& state) { return state.name == name; };
    if (name.empty() || name.find_first_of(" \t\r\n") != std::string::npos ||
        std::any_of(states.begin(), states.end(), same))
      return fail(
          ErrorCode::invalid_argument,
          fmt::format("an interlock named '{}'; expected a name of its own, without blanks", name));
    const bool known =
        std::find(acknowledged->begin(), acknowledged->end(), name) != acknowledged->end();
    states.push_back({.name = name, .safe = true, .acknowledged = known});
  }
  return states;
}

Result<Interlocks> Interlocks::open(const fs::path& file, const std::vector<std::string>& names) {
  auto states = remembered(file, names);
  if (!states) return tl::unexpected(states.error());
  Interlocks interlocks(file, std::move(*states));
  if (auto saved = interlocks.save(); !saved) return tl::unexpected(saved.error());
  return interlocks;
}

Result<Interlocks::State*> Interlocks::find(std::string_view name) {
  const auto found = std::find_if(states_.begin(), states_.end(),
                                  [name](const State& state) { return state.name == name; });
  if (found != states_.end()) return &*found;
  std::vector<std::string> names;
  names.reserve(states_.size());
  for (const State& state : states_) names.push_back(state.name);
  return fail(ErrorCode::not_found,
              fmt::format("no interlock '{}'; expected one of {}", name, fmt::join(names, ", ")));
}

Result<void> Interlocks::set_level(std::string_view name, bool safe) {
  auto state = find(name);
  if (!state) return tl::unexpected(state.error());
  (*state)->safe = safe;
  if (safe || !(*state)->acknowledged) return {};
  (*state)->acknowledged = false;
  auto saved = save();
  if (!saved) {
    // On a full disk: without a file everything is latched.
    std::error_code error;
    fs::remove(file_, error);
  }
  return saved;
}

Result<void> Interlocks::acknowledge(std::string_view name, std::string_view person) {
  auto state = find(name);
  if (!state) return tl::unexpected(state.error());
  if (person.find_first_not_of(" \t") == std::string_view::npos)
    return fail(ErrorCode::invalid_argument,
                fmt::format("nobody acknowledges interlock '{}'; expected a person's name", name));
  if (!(*state)->safe)
    return fail(
        ErrorCode::failed_precondition,
        fmt::format("interlock '{}' is not safe now; expected that to be mended first", name));
  (*state)->acknowledged = true;
  auto saved = save();
  if (!saved) (*state)->acknowledged = false;
  return saved;
}

Result<void> Interlocks::check() const {
  std::vector<std::string> against;
  for (const State& state : states_) {
    if (!state.safe) {
      against.push_back(fmt::format("'{}' is not safe", state.name));
    } else if (!state.acknowledged) {
      against.push_back(fmt::format("'{}' waits to be acknowledged by a person", state.name));
    }
  }
  if (against.empty()) return {};
  return fail(ErrorCode::failed_precondition,
              fmt::format("interlocks keep the output off: {}", fmt::join(against, ", ")));
}

Result<void> Interlocks::save() const {
  std::string text;
  // A start is to be acknowledged anew by every process.
  for (const State& state : states_) {
    if (state.name == start_interlock) continue;
    text += fmt::format("{} {}\n", state.name, state.acknowledged ? clear : latched);
  }
  return write_durably(file_, text);
}

}  // namespace meterrig::safety
