// SPDX-License-Identifier: GPL-3.0-or-later
#include "messages.h"

#include <fmt/format.h>

#include <cstdio>

namespace meterrig::cli {

void complain(std::string_view message) { fmt::print(stderr, "meterrig: {}\n", message); }

void complain(const Error& error) { complain(error.message); }

void complain(std::span<const loader::Finding> findings) {
  fmt::print(stderr, "{}\n", loader::to_string(findings));
  fmt::print(stderr, "meterrig: {} {} found; nothing was switched on\n", findings.size(),
             findings.size() == 1 ? "error" : "errors");
}

}  // namespace meterrig::cli
