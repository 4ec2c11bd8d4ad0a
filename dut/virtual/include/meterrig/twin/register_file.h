// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "meterrig/modbus/register_map.h"
#include "meterrig/twin/readings.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::twin {

/// Modbus exception codes (Modbus application protocol V1.1b3, 7).
enum class ModbusException : std::uint8_t {
  illegal_function = 1,
  illegal_data_address = 2,
  illegal_data_value = 3,
};

/// Values of identity registers and parameters by their name in the profile.
using IdentityValues = std::map<std::string, double, std::less<>>;

/// The registers of a simulated device. May be read and updated from different threads: a read sees
/// the values of one update.
///
/// Registers that no quantity has but that lie in a hole of at most 16 between two of the map read
/// 0, as do identity registers without a value.
class RegisterFile {
 public:
  /// Errors: invalid_argument for a map in which two registers overlap or one lies beyond 65535.
  [[nodiscard]] static Result<std::unique_ptr<RegisterFile>> create(modbus::RegisterMap map,
                                                                    const IdentityValues& identity);

  /// All registers but those of harmonics and distortions.
  void update(const Readings& readings);
  /// Those.
  void update_harmonics(const Readings& readings);
  /// Called before a register of a harmonic or a distortion is read, by the thread that reads. To
  /// be set before the first read.
  void before_harmonics(std::function<void()> renew) { renew_harmonics_ = std::move(renew); }
  [[nodiscard]] bool has_harmonics() const { return has_harmonics_; }
  /// What a master would make of the quantity's registers. `time` and its base are not set. Error:
  /// not_found.
  [[nodiscard]] Result<Reading> reading(QuantityId id) const;
  [[nodiscard]] const modbus::RegisterMap& map() const { return map_; }
  /// `count` registers from `address` on. Errors: illegal_data_value for a count of 0, above the
  /// map's maximum, or odd where it is even only; illegal_data_address for an odd address there,
  /// or a range with an address that the device lacks.
  [[nodiscard]] tl::expected<std::vector<std::uint16_t>, ModbusException> read(modbus::Table table,
                                                                               int address,
                                                                               int count) const;

 private:
  struct Word {
    std::uint16_t value = 0;
    bool present = false;
    bool harmonic = false;
  };
  void put(const Readings& readings, bool harmonics);
  RegisterFile() = default;
  [[nodiscard]] std::vector<Word>& words(modbus::Table table);
  [[nodiscard]] const std::vector<Word>& words(modbus::Table table) const;

  modbus::RegisterMap map_;
  mutable std::mutex mutex_;
  std::vector<Word> holding_;  // from address 0 up to the last one of the map
  std::vector<Word> input_;
  bool has_harmonics_ = false;
  std::function<void()> renew_harmonics_;
};

}  // namespace meterrig::twin
