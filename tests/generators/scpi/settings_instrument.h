// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "meterrig/scpi_simulator/served_instrument.h"

namespace meterrig::scpi {

/// An instrument that knows no physics: "HEADER value" keeps the value, "HEADER?" gives it back, as
/// it was said or as a test set it. Any number of threads.
class SettingsInstrument final : public simulator::ServedInstrument {
 public:
  using Settings = std::map<std::string, std::string, std::less<>>;
  explicit SettingsInstrument(Settings presets = {}) : settings_(std::move(presets)) {
    settings_.try_emplace("*IDN", "maker,settings,1,2");
    settings_.try_emplace("SYST:ERR", "0,\"No error\"");
  }
  [[nodiscard]] LineEnd line_end() const override { return LineEnd::lf; }
  std::optional<std::string> answer(std::string_view line) override {
    const std::lock_guard lock(mutex_);
    if (line.ends_with('?')) {
      line.remove_suffix(1);
      const auto found = settings_.find(line);
      return found == settings_.end() ? std::nullopt : std::optional(found->second);
    }
    const std::size_t blank = line.find(' ');
    if (blank != std::string_view::npos && !frozen_)
      settings_[std::string(line.substr(0, blank))] = line.substr(blank + 1);
    return std::nullopt;
  }
  void preset(const std::string& header, std::string value) {
    const std::lock_guard lock(mutex_);
    settings_[header] = std::move(value);
  }
  /// What is said is no longer kept.
  void freeze() {
    const std::lock_guard lock(mutex_);
    frozen_ = true;
  }
  [[nodiscard]] std::string setting(const std::string& header) {
    const std::lock_guard lock(mutex_);
    return settings_[header];
  }

 private:
  std::mutex mutex_;
  Settings settings_;
  bool frozen_ = false;
};

}  // namespace meterrig::scpi
