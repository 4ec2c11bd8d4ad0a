// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <atomic>

namespace meterrig::cli {

/// The command `rf` with what is below it; `stop` and `status` must outlive `app`.
void add_rf(CLI::App& app, const std::atomic<bool>& stop, int& status);

}  // namespace meterrig::cli
