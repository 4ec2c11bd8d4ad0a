// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "../replay/comparison.h"
#include "../tariff_table.h"
#include "meterrig/loader/point_mapping.h"
#include "meterrig/vocabulary/units.h"
#include "procedures.h"

namespace meterrig::campaign {
namespace {

/// Readings of all registers at one time, the one of all tariffs first.
using Readout = std::vector<Reading>;

const Reading& of(const Readout& readout, QuantityId id) {
  return *std::find_if(readout.begin(), readout.end(),
                       [id](const Reading& reading) { return reading.id == id; });
}

/// A register between two readouts.
struct Advance {
  QuantityId id;
  double device = 0;       // Wh
  double expected = 0;     // Wh, with the meter's own gain
  double late = 0;         // s, by this register
  double step = 0;         // Wh
  double step_of_all = 0;  // of the register of all tariffs, Wh
  double share = 0;        // of the reference energy between the readouts that belongs in it
};

// The one of all tariffs, and those of the plan.
std::vector<QuantityId> registers_of(const PointContext& context) {
  std::set<int> tariffs{0};
  for (const v1::TariffSwitch& change : context.point.tariff_switches())
    tariffs.insert(change.tariff());
  std::vector<QuantityId> ids;
  ids.reserve(tariffs.size());
  for (const int tariff : tariffs)
    ids.push_back(tariff_register(context.point.direction(), tariff));
  return ids;
}

class Switches {
 public:
  explicit Switches(PointContext& context) : context_(context), ids_(registers_of(context)) {}

  Result<Readout> read(v1::PointResult& result) { return note_readings(context_, result, ids_); }

  /// Both registers that a switch is about. The meter's own error, as the register of all tariffs
  /// shows it, is none of the switch.
  Result<std::vector<Advance>> advances(const Readout& before, const Readout& after, Instant at,
                                        int from, int to) {
    const QuantityId all = ids_.front();
    const auto whole = energy(of(before, all).time, of(after, all).time);
    if (!whole) return tl::unexpected(whole.error());
    const double counted = of(after, all).value - of(before, all).value;
    const double gain = counted / *whole;
    const double watts = *whole * 3600 / (of(after, all).time - of(before, all).time).in(second);
    std::vector<Advance> found;
    for (const int tariff : {from, to}) {
      const QuantityId id = tariff_register(context_.point.direction(), tariff);
      const Reading& first = of(before, id);
      const Reading& last = of(after, id);
      const bool leaves = tariff == from;
      const auto due = leaves ? energy(first.time, at) : energy(at, last.time);
      if (!due) return tl::unexpected(due.error());
      Advance advance{.id = id, .device = last.value - first.value, .expected = gain * *due};
      const double missing =
          leaves ? advance.device - advance.expected : advance.expected - advance.device;
      advance.late = missing / (gain * watts) * 3600;
      advance.step = std::max(first.resolution, last.resolution);
      advance.step_of_all = std::max(of(before, all).resolution, of(after, all).resolution);
      advance.share = *due / *whole;
      found.push_back(advance);
    }
    return found;
  }

 private:
  Result<double> energy(Instant begin, Instant end) {
    const auto net = context_.bench.reference_energy(begin, end);
    if (!net) return tl::unexpected(net.error());
    return std::abs(net->in(watt_hour));
  }

  PointContext& context_;
  std::vector<QuantityId> ids_;
};

std::string missing_registers(const PointContext& context) {
  std::string list;
  for (const QuantityId id : registers_of(context))
    if (!context.bench.device_offers(id)) list += (list.empty() ? "" : ", ") + to_string(id);
  return list;
}

}  // namespace

// The day of the device begins with its voltage. Energy is looked at well before and after each
// switch: what the one register has too much, or the other lacks, over the power is how late it
// came.
Result<v1::PointResult> tariff(PointContext& context) {
  if (const std::string missing = missing_registers(context); !missing.empty()) {
    v1::PointResult nothing = empty_result(context);
    nothing.set_outcome(v1::OUTCOME_NOT_RUN);
    nothing.set_reason(fmt::format("the device has no {}", missing));
    return nothing;
  }
  OperatingPoint dead_terminals = loader::point_from(context.point.applied());
  dead_terminals.voltage.fill(volt(0));
  dead_terminals.current.fill(ampere(0));
  if (auto applied = context.bench.apply(dead_terminals, context.seed); !applied)
    return tl::unexpected(applied.error());
  if (auto dead = let_pass(context, second(context.point.without_voltage_s()), 0, 0); !dead)
    return tl::unexpected(dead.error());
  const Instant before = context.bench.now();
  if (auto applied = put_on(context); !applied) return tl::unexpected(applied.error());
  const Duration unsure = context.bench.now() - before;
  const Instant midnight = before + 0.5 * unsure;
  const Duration whole = second(context.point.duration_s());
  const auto pass_until = [&](Duration time) -> Result<void> {
    const Duration done = context.bench.now() - midnight;
    if (time <= done) return {};
    auto passed = let_pass(context, time - done, done / whole, time / whole);
    return passed ? Result<void>() : tl::unexpected(passed.error());
  };
  if (auto settled = pass_until(second(context.point.settle_s())); !settled)
    return tl::unexpected(settled.error());
  auto prepared = read_conditions(context, true);
  if (!prepared) return prepared;
  v1::PointResult& result = *prepared;
  result.set_result_name("greatest error of a switch");
  result.set_unit("s");

  Switches switches(context);
  auto last = switches.read(result);
  if (!last) return tl::unexpected(last.error());
  const Instant begin = last->front().time;
  const auto& changes = context.point.tariff_switches();
  Advance worst{.id = last->front().id};
  for (int i = 1; i < changes.size(); ++i) {
    const Duration next =
        i + 1 < changes.size() ? second((changes[i].time() + changes[i + 1].time()) / 2) : whole;
    if (auto passed = pass_until(next); !passed) return tl::unexpected(passed.error());
    auto now = switches.read(result);
    if (!now) return tl::unexpected(now.error());
    const auto found = switches.advances(*last, *now, midnight + second(changes[i].time()),
                                         changes[i - 1].tariff(), changes[i].tariff());
    if (!found) return tl::unexpected(found.error());
    for (const Advance& advance : *found) {
      const std::vector<verdict::Contribution> budget{
          verdict::triangular("steps of the energy register", advance.step)};
      add_comparison(result, advance.id, advance.device, advance.expected, 2, budget);
      if (std::abs(advance.late) >= std::abs(worst.late)) worst = advance;
    }
    context.bench.forget_before(now->front().time);
    last = std::move(now);
  }
  result.set_begin_ns(begin.nanoseconds);
  const double seconds_of_a_watt_hour = 3600 / reference_power(context, result).in(watt);
  const std::vector<verdict::Contribution> budget{
      verdict::triangular("steps of the tariff's register", worst.step, seconds_of_a_watt_hour),
      verdict::triangular("steps of the register of all tariffs", worst.step_of_all,
                          seconds_of_a_watt_hour * worst.share),
      verdict::triangular("age of the register's value", context.device.modbus().energy_refresh()),
      {.name = "times of the two readings",
       .type = 'B',
       .distribution = verdict::Distribution::rectangular,
       .standard_uncertainty =
           std::sqrt(2.0) * context.bench.reading_time_standard_uncertainty().in(second)},
      verdict::rectangular("time at which the voltage was applied", unsure.in(second) / 2)};
  conclude(context, result, worst.late, budget);
  return prepared;
}

}  // namespace meterrig::campaign
