// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/twin/register_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>

#include "meterrig/modbus/codec.h"

namespace meterrig::twin {
namespace {

constexpr int last_address = 65535;
constexpr int longest_hole = 16;  // of reserved registers that read 0

bool is_of_harmonics(Measurand measurand) {
  return has_order(measurand) || measurand == Measurand::voltage_thd ||
         measurand == Measurand::current_thd;
}

}  // namespace

std::vector<RegisterFile::Word>& RegisterFile::words(modbus::Table table) {
  return table == modbus::Table::holding ? holding_ : input_;
}
const std::vector<RegisterFile::Word>& RegisterFile::words(modbus::Table table) const {
  return table == modbus::Table::holding ? holding_ : input_;
}

Result<std::unique_ptr<RegisterFile>> RegisterFile::create(modbus::RegisterMap map,
                                                           const IdentityValues& identity) {
  std::unique_ptr<RegisterFile> file(new RegisterFile);
  const auto claim = [&file](modbus::Table table, int address, modbus::Type type) -> Result<void> {
    const int count = modbus::register_count(type);
    if (address < 0 || address + count - 1 > last_address) {
      return fail(ErrorCode::invalid_argument,
                  fmt::format("register {} lies outside 0..{}", address, last_address));
    }
    std::vector<Word>& words = file->words(table);
    const auto begin = static_cast<std::size_t>(address);
    const std::size_t end = begin + static_cast<std::size_t>(count);
    if (words.size() < end) words.resize(end);
    for (std::size_t i = begin; i < end; ++i) {
      if (words[i].present) {
        return fail(ErrorCode::invalid_argument,
                    fmt::format("two registers overlap at address {}", i));
      }
      words[i].present = true;
    }
    return {};
  };
  for (const modbus::Register& entry : map.registers) {
    if (auto claimed = claim(entry.table, entry.address, entry.type); !claimed) {
      return tl::unexpected(std::move(claimed.error()));
    }
    if (!is_of_harmonics(entry.quantity.measurand)) continue;
    file->has_harmonics_ = true;
    const auto first = static_cast<std::size_t>(entry.address);
    const auto count = static_cast<std::size_t>(modbus::register_count(entry.type));
    for (std::size_t i = 0; i < count; ++i) file->words(entry.table)[first + i].harmonic = true;
  }
  for (const modbus::IdentityRegister& entry : map.identity) {
    if (auto claimed = claim(entry.table, entry.address, entry.type); !claimed) {
      return tl::unexpected(std::move(claimed.error()));
    }
    const auto value = identity.find(entry.name);
    if (value == identity.end()) continue;
    std::array<std::uint16_t, 2> raw{};
    modbus::encode(value->second, entry.type, map.word_order, raw);
    const auto first = static_cast<std::size_t>(entry.address);
    const auto count = static_cast<std::size_t>(modbus::register_count(entry.type));
    for (std::size_t i = 0; i < count; ++i) file->words(entry.table)[first + i].value = raw[i];
  }
  for (std::vector<Word>* words : {&file->holding_, &file->input_}) {
    int last = -longest_hole - 2;  // address of the last register of the map
    for (int i = 0; i < static_cast<int>(words->size()); ++i) {
      if (!(*words)[static_cast<std::size_t>(i)].present) continue;
      if (i - last - 1 <= longest_hole) {
        for (int hole = last + 1; hole < i; ++hole) {
          (*words)[static_cast<std::size_t>(hole)].present = true;
        }
      }
      last = i;
    }
  }
  file->map_ = std::move(map);
  file->update({});
  file->update_harmonics({});
  return file;
}

void RegisterFile::update(const Readings& readings) { put(readings, false); }
void RegisterFile::update_harmonics(const Readings& readings) { put(readings, true); }

void RegisterFile::put(const Readings& readings, bool harmonics) {
  const std::scoped_lock lock(mutex_);
  for (const modbus::Register& entry : map_.registers) {
    if (is_of_harmonics(entry.quantity.measurand) != harmonics) continue;
    const double raw = readings[entry.quantity] / (entry.scale * entry.unit_factor);
    std::array<std::uint16_t, 2> encoded{};
    modbus::encode(raw, entry.type, entry.word_order, encoded);
    const auto first = static_cast<std::size_t>(entry.address);
    const auto count = static_cast<std::size_t>(modbus::register_count(entry.type));
    for (std::size_t i = 0; i < count; ++i) words(entry.table)[first + i].value = encoded[i];
  }
}

Result<Reading> RegisterFile::reading(QuantityId id) const {
  const auto entry = std::find_if(map_.registers.begin(), map_.registers.end(),
                                  [id](const modbus::Register& r) { return r.quantity == id; });
  if (entry == map_.registers.end()) {
    return fail(ErrorCode::not_found, fmt::format("the device has no {}", to_string(id)));
  }
  if (is_of_harmonics(id.measurand) && renew_harmonics_) renew_harmonics_();
  std::array<std::uint16_t, 2> raw{};
  const auto count = static_cast<std::size_t>(modbus::register_count(entry->type));
  {
    const std::scoped_lock lock(mutex_);
    for (std::size_t i = 0; i < count; ++i)
      raw.at(i) = words(entry->table)[static_cast<std::size_t>(entry->address) + i].value;
  }
  const double number = modbus::decode(std::span(raw).first(count), entry->type, entry->word_order);
  const double unit = entry->scale * entry->unit_factor;
  return Reading{.id = id,
                 .value = number * unit,
                 .resolution = std::abs(modbus::resolution(number, entry->type) * unit),
                 .time = {},
                 .time_base = {}};
}

tl::expected<std::vector<std::uint16_t>, ModbusException> RegisterFile::read(modbus::Table table,
                                                                             int address,
                                                                             int count) const {
  // The order of the Modbus application protocol: quantity first, then address.
  if (count < 1 || count > map_.maximum_registers || (map_.even_only && count % 2 != 0)) {
    return tl::unexpected(ModbusException::illegal_data_value);
  }
  const std::vector<Word>& all = words(table);
  if (address < 0 || (map_.even_only && address % 2 != 0) ||
      static_cast<std::size_t>(address) + static_cast<std::size_t>(count) > all.size()) {
    return tl::unexpected(ModbusException::illegal_data_address);
  }
  const auto range =
      std::span(all).subspan(static_cast<std::size_t>(address), static_cast<std::size_t>(count));
  if (renew_harmonics_ && std::ranges::any_of(range, &Word::harmonic)) renew_harmonics_();
  const std::scoped_lock lock(mutex_);
  std::vector<std::uint16_t> values;
  values.reserve(range.size());
  for (const Word& word : range) {
    if (!word.present) return tl::unexpected(ModbusException::illegal_data_address);
    values.push_back(word.value);
  }
  return values;
}

}  // namespace meterrig::twin
