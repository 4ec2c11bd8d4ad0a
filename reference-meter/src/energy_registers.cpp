// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/energy_registers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace meterrig::reference {
namespace {

constexpr std::size_t total_place = phase_count;
constexpr double capacity = 0x1p46;  // Wh

std::size_t index_of(EnergyRegister which) { return static_cast<std::size_t>(which); }

std::optional<std::size_t> index_of(Place place) {
  switch (place) {
    case Place::L1:
      return 0;
    case Place::L2:
      return 1;
    case Place::L3:
      return 2;
    case Place::total:
      return total_place;
    case Place::N:
    case Place::L1_L2:
    case Place::L2_L3:
    case Place::L3_L1:
    case Place::mean:
      break;
  }
  return std::nullopt;
}

ExactEnergy magnitude(ExactEnergy energy) {
  return energy < ExactEnergy{} ? ExactEnergy{} - energy : energy;
}

// As the quadrants of EnergyMeter: no active energy counts as import.
std::array<ExactEnergy, energy_register_count> registers_of(ExactEnergy active,
                                                            ExactEnergy reactive,
                                                            ExactEnergy apparent) {
  const bool imported = active >= ExactEnergy{};
  const bool lags = reactive >= ExactEnergy{};
  const EnergyRegister quadrant =
      lags ? (imported ? EnergyRegister::reactive_quadrant_1 : EnergyRegister::reactive_quadrant_2)
           : (imported ? EnergyRegister::reactive_quadrant_4 : EnergyRegister::reactive_quadrant_3);
  std::array<ExactEnergy, energy_register_count> registers;
  registers[index_of(imported ? EnergyRegister::active_import : EnergyRegister::active_export)] =
      magnitude(active);
  registers[index_of(quadrant)] = magnitude(reactive);
  registers[index_of(imported ? EnergyRegister::apparent_import
                              : EnergyRegister::apparent_export)] = apparent;
  return registers;
}

double known_or_zero(double x) { return std::isnan(x) ? 0 : x; }

}  // namespace

WindowEnergy window_energy(const MeterReading& reading, Instant begin, Instant end) {
  const Duration time = end - begin;
  WindowEnergy window{.begin = begin,
                      .end = end,
                      .active = {},
                      .reactive = {},
                      .apparent = {},
                      .apparent_total = volt_ampere_second(0)};
  for (std::size_t p = 0; p < phase_count; ++p) {
    const PhaseReading& phase = reading.phase[p];
    window.active[p] = watt(known_or_zero(phase.p.in(watt))) * time;
    window.reactive[p] = var(known_or_zero(phase.q1.in(var))) * time;
    window.apparent[p] = volt_ampere(known_or_zero(phase.s.in(volt_ampere))) * time;
    window.apparent_total += window.apparent[p];
  }
  return window;
}

WindowEnergy window_energy(const EnergyMeter& meter, const MeterReading& reading, Instant begin,
                           Instant end) {
  WindowEnergy window = window_energy(reading, begin, end);
  const PerPhase<ActiveEnergy> before = meter.active_until_per_phase(begin);
  const PerPhase<ActiveEnergy> after = meter.active_until_per_phase(end);
  for (std::size_t p = 0; p < phase_count; ++p) window.active[p] = after[p] - before[p];
  return window;
}

EnergyRegisters::EnergyRegisters(EnergyRegisterSettings settings) : settings_(std::move(settings)) {
  if (settings_.demand) demands_.assign(demand_quantity_count, MaximumDemand(*settings_.demand));
}

Result<void> EnergyRegisters::check(const WindowEnergy& window) const {
  if (window.end <= window.begin)
    return fail(ErrorCode::invalid_argument,
                fmt::format("a window from {} ns to {} ns", window.begin.nanoseconds,
                            window.end.nanoseconds));
  if (until_ && window.begin < *until_)
    return fail(ErrorCode::failed_precondition,
                fmt::format("a window that begins at {} ns; the last one ended at {} ns",
                            window.begin.nanoseconds, until_->nanoseconds));
  double fed = fed_ + window.apparent_total.in(volt_ampere_hour);
  bool negative = window.apparent_total.in(volt_ampere_hour) < 0;
  for (std::size_t p = 0; p < phase_count; ++p) {
    fed += std::abs(window.active[p].in(watt_hour)) + std::abs(window.reactive[p].in(var_hour)) +
           window.apparent[p].in(volt_ampere_hour);
    negative = negative || window.apparent[p].in(volt_ampere_hour) < 0;
  }
  if (!std::isfinite(fed))
    return fail(ErrorCode::invalid_argument, "an energy that is not a finite number");
  if (negative) return fail(ErrorCode::invalid_argument, "an apparent energy below 0");
  if (fed > capacity)
    return fail(ErrorCode::out_of_range,
                fmt::format("{} Wh would have been counted; the registers hold {}", fed, capacity));
  return {};
}

Result<void> EnergyRegisters::add(const WindowEnergy& window) {
  if (auto valid = check(window); !valid) return valid;
  Share whole;
  for (std::size_t p = 0; p < phase_count; ++p) {
    whole.active[p] = ExactEnergy::of(window.active[p].in(watt_hour));
    whole.reactive[p] = ExactEnergy::of(window.reactive[p].in(var_hour));
    whole.apparent[p] = ExactEnergy::of(window.apparent[p].in(volt_ampere_hour));
    fed_ += std::abs(window.active[p].in(watt_hour)) + std::abs(window.reactive[p].in(var_hour)) +
            window.apparent[p].in(volt_ampere_hour);
  }
  whole.apparent[total_place] = ExactEnergy::of(window.apparent_total.in(volt_ampere_hour));
  fed_ += window.apparent_total.in(volt_ampere_hour);

  // What is left for the last part is the whole less the other parts.
  Share left = whole;
  Instant begin = window.begin;
  while (begin < window.end) {
    const Instant end = std::min(window.end, tariff_or_demand_change(begin).value_or(window.end));
    Share part = left;
    if (end < window.end) {
      const double fraction = (end - begin) / (window.end - window.begin);
      for (std::size_t k = 0; k < place_count; ++k) {
        part.active[k] = ExactEnergy::of(whole.active[k].value() * fraction);
        part.reactive[k] = ExactEnergy::of(whole.reactive[k].value() * fraction);
        part.apparent[k] = ExactEnergy::of(whole.apparent[k].value() * fraction);
        left.active[k] -= part.active[k];
        left.reactive[k] -= part.reactive[k];
        left.apparent[k] -= part.apparent[k];
      }
    }
    count(counted(part), begin, end);
    begin = end;
  }
  until_ = window.end;
  return {};
}

EnergyRegisters::Places EnergyRegisters::counted(const Share& share) const {
  Places places;
  ExactEnergy active;
  ExactEnergy reactive;
  for (std::size_t p = 0; p < phase_count; ++p) {
    places[p] = registers_of(share.active[p], share.reactive[p], share.apparent[p]);
    active += share.active[p];
    reactive += share.reactive[p];
  }
  if (settings_.total == TotalCounting::by_sum) {
    places[total_place] = registers_of(active, reactive, share.apparent[total_place]);
    return places;
  }
  for (std::size_t r = 0; r < energy_register_count; ++r)
    places[total_place][r] = places[0][r] + places[1][r] + places[2][r];
  return places;
}

void EnergyRegisters::count(const Places& places, Instant begin, Instant end) {
  const int tariff = settings_.tariffs ? settings_.tariffs->tariff_at(begin) : selected_;
  Places& counters = tariffs_[static_cast<std::size_t>(tariff - 1)];
  for (std::size_t k = 0; k < place_count; ++k)
    for (std::size_t r = 0; r < energy_register_count; ++r) counters[k][r] += places[k][r];
  if (demands_.empty()) return;
  const auto total = [&places](EnergyRegister which) {
    return places[total_place][index_of(which)];
  };
  using enum EnergyRegister;
  const std::array<ExactEnergy, demand_quantity_count> energies{
      total(active_import), total(active_export),
      total(reactive_quadrant_1) + total(reactive_quadrant_2),
      total(reactive_quadrant_3) + total(reactive_quadrant_4),
      total(apparent_import) + total(apparent_export)};
  for (std::size_t d = 0; d < demand_quantity_count; ++d) demands_[d].add(energies[d], begin, end);
}

Result<void> EnergyRegisters::select_tariff(int tariff) {
  if (settings_.tariffs)
    return fail(ErrorCode::failed_precondition, "the tariff is chosen by a table");
  if (tariff < 1 || tariff > tariff_count)
    return fail(ErrorCode::out_of_range,
                fmt::format("tariff {}; there are 1 to {}", tariff, tariff_count));
  selected_ = tariff;
  return {};
}

int EnergyRegisters::tariff() const {
  if (!settings_.tariffs) return selected_;
  return settings_.tariffs->tariff_at(until_.value_or(Instant{}));
}

std::optional<Instant> EnergyRegisters::tariff_or_demand_change(Instant time) const {
  std::optional<Instant> change;
  if (settings_.tariffs) change = settings_.tariffs->next_switch(time);
  if (settings_.demand) {
    const Instant end = settings_.demand->next_end(time);
    if (!change || end < *change) change = end;
  }
  return change;
}

ExactEnergy EnergyRegisters::exact(EnergyRegister which, Place place) const {
  ExactEnergy sum;
  for (int tariff = 1; tariff <= tariff_count; ++tariff) sum += exact(which, place, tariff);
  return sum;
}

ExactEnergy EnergyRegisters::exact(EnergyRegister which, Place place, int tariff) const {
  const auto at = index_of(place);
  if (!at || tariff < 1 || tariff > tariff_count) return {};
  return tariffs_[static_cast<std::size_t>(tariff - 1)][*at][index_of(which)];
}

namespace {

// Net and total are formed before they are rounded.
template <class Exact>
RegisterReading reading_of(Exact exact) {
  using enum EnergyRegister;
  const ExactEnergy active_in = exact(active_import);
  const ExactEnergy active_out = exact(active_export);
  const std::array<ExactEnergy, 4> quadrant{exact(reactive_quadrant_1), exact(reactive_quadrant_2),
                                            exact(reactive_quadrant_3), exact(reactive_quadrant_4)};
  const ExactEnergy reactive_in = quadrant[0] + quadrant[1];
  const ExactEnergy reactive_out = quadrant[2] + quadrant[3];
  const ExactEnergy apparent_in = exact(apparent_import);
  const ExactEnergy apparent_out = exact(apparent_export);
  RegisterReading reading{.active_import = watt_hour(active_in.value()),
                          .active_export = watt_hour(active_out.value()),
                          .active_net = watt_hour((active_in - active_out).value()),
                          .active_total = watt_hour((active_in + active_out).value()),
                          .reactive_quadrant = {},
                          .reactive_import = var_hour(reactive_in.value()),
                          .reactive_export = var_hour(reactive_out.value()),
                          .reactive_net = var_hour((reactive_in - reactive_out).value()),
                          .reactive_total = var_hour((reactive_in + reactive_out).value()),
                          .apparent_import = volt_ampere_hour(apparent_in.value()),
                          .apparent_export = volt_ampere_hour(apparent_out.value()),
                          .apparent_total = volt_ampere_hour((apparent_in + apparent_out).value())};
  for (std::size_t q = 0; q < 4; ++q) reading.reactive_quadrant[q] = var_hour(quadrant[q].value());
  return reading;
}

}  // namespace

RegisterReading EnergyRegisters::read(Place place) const {
  if (!index_of(place)) return {};
  return reading_of([&](EnergyRegister which) { return exact(which, place); });
}

RegisterReading EnergyRegisters::read(Place place, int tariff) const {
  if (!index_of(place) || tariff < 1 || tariff > tariff_count) return {};
  return reading_of([&](EnergyRegister which) { return exact(which, place, tariff); });
}

std::optional<Demand> EnergyRegisters::last_demand(DemandQuantity quantity) const {
  if (demands_.empty()) return std::nullopt;
  return demands_[static_cast<std::size_t>(quantity)].last();
}

std::optional<Demand> EnergyRegisters::maximum_demand(DemandQuantity quantity) const {
  if (demands_.empty()) return std::nullopt;
  return demands_[static_cast<std::size_t>(quantity)].maximum();
}

void EnergyRegisters::reset_maximum_demand() {
  for (MaximumDemand& demand : demands_) demand.reset();
}

}  // namespace meterrig::reference
