// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>

#include "fitness.h"
#include "meterrig/ports/port_list.h"
#include "meterrig/ports/port_state.h"

namespace meterrig::cli {
namespace {

std::string ports_that_there_are() {
  const auto ports = ports::list_serial_ports();
  if (!ports || ports->empty()) return "this machine has no serial ports";
  std::string text = "this machine has ";
  for (const ports::PortInfo& port : *ports)
    text += (&port == &ports->front() ? "" : ", ") + port.path;
  return text;
}

}  // namespace

Check check_port(const std::string& what, const std::string& path) {
  const auto problem = [&what](std::string found, std::string advice) {
    return Check{.what = what,
                 .fitness = Fitness::problem,
                 .found = std::move(found),
                 .advice = std::move(advice)};
  };
  const auto state = ports::look_at_port(path);
  if (!state) return problem(state.error().message, ports_that_there_are());
  if (!state->permitted)
    return problem(path + " may not be used by this user", permission_advice(*state));
  // The far end of a pseudo-terminal keeps the near one open as well.
  const bool made_of_software = state->device.starts_with("/dev/pts/");
  const bool busy = std::ranges::any_of(
      state->users,
      [made_of_software](const ports::PortUser& user) { return user.locks || !made_of_software; });
  if (busy)
    return problem(fmt::format("{} is in use by {}", path, to_string(state->users)),
                   "end that program, or wait for it");
  return {.what = what,
          .fitness = Fitness::ok,
          .found = path == state->device ? path + ", free"
                                         : fmt::format("{} ({}), free", path, state->device),
          .advice = ""};
}

}  // namespace meterrig::cli
