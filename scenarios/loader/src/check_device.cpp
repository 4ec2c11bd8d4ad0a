// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "checks.h"
#include "in_quotes.h"
#include "meterrig/loader/pulse_energy.h"
#include "meterrig/vocabulary/measurand.h"
#include "meterrig/vocabulary/units.h"

namespace meterrig::loader {
namespace {

int words_of(v1::RegisterType type) {
  return type == v1::REGISTER_TYPE_UINT16 || type == v1::REGISTER_TYPE_INT16 ? 1 : 2;
}

class ModbusCheck {
 public:
  ModbusCheck(const v1::ModbusMap& map, Examination& examination)
      : map_(map), examination_(examination) {}

  void run() {
    line_settings();
    for (int i = 0; i < map_.registers_size(); ++i) {
      const std::string where = fmt::format("device.modbus.registers[{}]", i);
      quantity(map_.registers(i), where);
      occupy(map_.registers(i), where);
    }
    for (int i = 0; i < map_.harmonic_blocks_size(); ++i)
      block(map_.harmonic_blocks(i), fmt::format("device.modbus.harmonic_blocks[{}]", i));
    std::map<std::string, std::string> names;
    for (int i = 0; i < map_.identity_size(); ++i) {
      const v1::IdentityRegister& entry = map_.identity(i);
      const std::string where = fmt::format("device.modbus.identity[{}]", i);
      if (examination_.sound(where + ".name")) {
        const auto [first, fresh] = names.emplace(entry.name(), where + ".name");
        if (!fresh)
          examination_.report(where + ".name", in_quotes(entry.name()) + " again",
                              "a name once; the first is" + examination_.in_line(first->second));
      }
      if (entry.hexadecimal() && entry.type() == v1::REGISTER_TYPE_FLOAT32 &&
          examination_.sound(where))
        examination_.report(where + ".hexadecimal", "it with type float32",
                            "hexadecimal for whole numbers only");
      occupy(entry, where);
    }
    overlaps();
  }

 private:
  struct Span {
    v1::RegisterTable table;
    int begin;
    int end;
    std::size_t number;  // in the order of the file
    std::string where;
  };

  void line_settings() {
    const std::string at = "device.modbus.";
    if (examination_.sound(at + "baud_rates") && examination_.sound(at + "factory_baud_rate") &&
        std::find(map_.baud_rates().begin(), map_.baud_rates().end(), map_.factory_baud_rate()) ==
            map_.baud_rates().end())
      examination_.report(at + "factory_baud_rate", fmt::format("'{}'", map_.factory_baud_rate()),
                          "one of the baud_rates");
    if (!examination_.sound(at + "lowest_unit") || !examination_.sound(at + "highest_unit")) return;
    if (map_.lowest_unit() > map_.highest_unit())
      examination_.report(at + "lowest_unit", fmt::format("'{}'", map_.lowest_unit()),
                          fmt::format("at most the highest_unit, {}", map_.highest_unit()));
    else if (examination_.sound(at + "factory_unit") && (map_.factory_unit() < map_.lowest_unit() ||
                                                         map_.factory_unit() > map_.highest_unit()))
      examination_.report(
          at + "factory_unit", fmt::format("'{}'", map_.factory_unit()),
          fmt::format("a unit from {} to {}", map_.lowest_unit(), map_.highest_unit()));
  }

  void quantity(const v1::Register& entry, const std::string& where) {
    const std::string at = where + ".quantity";
    if (examination_.sound(where + ".scale") && entry.scale() == 0)
      examination_.report(where + ".scale", "'0'", "a number other than 0");
    if (!examination_.sound(at)) return;
    const auto id = parse_quantity_id(entry.quantity());
    if (!id) {
      constexpr std::string_view separator = "; expected ";
      const std::size_t end = id.error().message.find(separator);
      examination_.report(at, in_quotes(entry.quantity()),
                          id.error().message.substr(end + separator.size()));
      return;
    }
    const auto [first, fresh] = quantities_.emplace(entry.quantity(), at);
    if (!fresh)
      examination_.report(
          at, in_quotes(entry.quantity()) + " again",
          "a quantity in one register; the first is" + examination_.in_line(first->second));
    if (!examination_.sound(where + ".unit")) return;
    const QuantityKind kind = kind_of(id->measurand);
    const bool right = kind == QuantityKind::none
                           ? entry.unit() == "1"
                           : parse_quantity("1 " + entry.unit(), kind).has_value();
    if (!right)
      examination_.report(
          where + ".unit", in_quotes(entry.unit()),
          kind == QuantityKind::none
              ? fmt::format("1: {} has no unit", entry.quantity())
              : fmt::format("a unit of {}: one of {}", name(kind), accepted_units(kind)));
  }

  void block(const v1::HarmonicBlock& block, const std::string& where) {
    if (examination_.sound(where + ".scale") && block.has_scale() && block.scale() == 0)
      examination_.report(where + ".scale", "'0'", "a number other than 0");
    const std::string at = where + ".quantity";
    if (examination_.sound(at) && block.quantity() != "voltage_harmonic" &&
        block.quantity() != "current_harmonic") {
      examination_.report(at, in_quotes(block.quantity()), "voltage_harmonic or current_harmonic");
      return;
    }
    const std::string place = where + ".place";
    if (examination_.sound(place) && block.place() != "L1" && block.place() != "L2" &&
        block.place() != "L3") {
      examination_.report(place, in_quotes(block.place()), "L1, L2 or L3");
      return;
    }
    if (!examination_.sound(where + ".first_order") || !examination_.sound(where + ".last_order"))
      return;
    if (block.first_order() > block.last_order()) {
      examination_.report(where + ".last_order", fmt::format("'{}'", block.last_order()),
                          fmt::format("at least the first_order, {}", block.first_order()));
      return;
    }
    if (examination_.sound(at) && examination_.sound(place)) {
      for (int order = block.first_order(); order <= block.last_order(); ++order) {
        const std::string name = fmt::format("{}_{}.{}", block.quantity(), order, block.place());
        const auto [first, fresh] = quantities_.emplace(name, at);
        if (fresh) continue;
        examination_.report(
            at, in_quotes(name) + " again",
            "a quantity in one register; the first is" + examination_.in_line(first->second));
        break;
      }
    }
    occupy(block, where, block.last_order() - block.first_order() + 1);
  }

  template <class Entry>
  void occupy(const Entry& entry, const std::string& where, int values = 1) {
    if (!examination_.sound(where + ".address") || !examination_.sound(where + ".table") ||
        !examination_.sound(where + ".type"))
      return;
    const int count = words_of(entry.type());
    const std::string at = where + ".address";
    const int all = count * values;
    if (entry.address() + all > 65536) {
      examination_.report(at, fmt::format("'0x{:04X}' for {} registers", entry.address(), all),
                          "registers up to 0xFFFF");
      return;
    }
    // A single 16-bit register may lie at an odd address: it is read with its neighbour.
    if (map_.even_only() && count > 1 && entry.address() % 2 != 0)
      examination_.report(
          at, fmt::format("'0x{:04X}', an odd address of {} registers", entry.address(), count),
          "an even address (the map is even_only)");
    if (examination_.sound("device.modbus.maximum_registers") && count > map_.maximum_registers())
      examination_.report(where + ".type", fmt::format("a type of {} registers", count),
                          fmt::format("one that a read of maximum_registers, {}, can fetch",
                                      map_.maximum_registers()));
    spans_.push_back({.table = entry.table(),
                      .begin = entry.address(),
                      .end = entry.address() + all,
                      .number = spans_.size(),
                      .where = at});
  }

  void overlaps() {
    std::sort(spans_.begin(), spans_.end(), [](const Span& a, const Span& b) {
      return std::tie(a.table, a.begin, a.number) < std::tie(b.table, b.begin, b.number);
    });
    for (std::size_t i = 1; i < spans_.size(); ++i) {
      const Span& before = spans_[i - 1];
      const Span& span = spans_[i];
      if (span.table == before.table && span.begin < before.end)
        examination_.report(span.where,
                            fmt::format("'0x{:04X}', inside the register at 0x{:04X}{}", span.begin,
                                        before.begin, examination_.in_line(before.where)),
                            "registers that do not overlap");
    }
  }

  const v1::ModbusMap& map_;
  Examination& examination_;
  std::map<std::string, std::string> quantities_;
  std::vector<Span> spans_;
};

void check_pulse_outputs(const v1::Device& device, Examination& examination) {
  if (!examination.sound("device.pulse_outputs")) return;
  std::string first;
  std::string first_reactive;
  for (int i = 0; i < device.pulse_outputs_size(); ++i) {
    const v1::PulseOutput& output = device.pulse_outputs(i);
    if (!output.test_output()) continue;
    const std::string where = fmt::format("device.pulse_outputs[{}].test_output", i);
    const bool reactive = is_reactive(output.energy());
    std::string& before = reactive ? first_reactive : first;
    if (before.empty())
      before = where;
    else
      examination.report(
          where, reactive ? "a second test output of reactive energy" : "a second test output",
          (reactive ? "at most one; the first is" : "exactly one; the first is") +
              examination.in_line(before));
  }
  if (first.empty())
    examination.report("device.pulse_outputs", "no test output",
                       "exactly one output of active energy with test_output: true");
}

void check_tariffs(const v1::Device& device, Examination& examination) {
  std::map<double, std::string> times;
  for (int i = 0; i < device.tariff_switches_size(); ++i) {
    const std::string where = fmt::format("device.tariff_switches[{}]", i);
    if (!examination.sound(where)) continue;
    const double time = device.tariff_switches(i).time();
    const auto [first, fresh] = times.emplace(time, where);
    if (!fresh)
      examination.report(
          where, exact_text(time, QuantityKind::duration) + " again",
          "one tariff from a time on; the first is" + examination.in_line(first->second));
  }
}

}  // namespace

void check(const v1::DeviceFile& file, Examination& examination) {
  const v1::Device& device = file.device();
  const v1::Ratings& ratings = device.ratings();
  if (examination.sound("device.ratings.nominal_current") &&
      examination.sound("device.ratings.maximum_current") &&
      ratings.maximum_current() < ratings.nominal_current())
    examination.report("device.ratings.maximum_current",
                       exact_text(ratings.maximum_current(), QuantityKind::current),
                       "at least the nominal_current, " +
                           exact_text(ratings.nominal_current(), QuantityKind::current));
  check_pulse_outputs(device, examination);
  check_tariffs(device, examination);
  if (device.has_modbus()) ModbusCheck(device.modbus(), examination).run();
}

}  // namespace meterrig::loader
