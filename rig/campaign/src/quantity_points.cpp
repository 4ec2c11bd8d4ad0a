// SPDX-License-Identifier: GPL-3.0-or-later
#include "quantity_points.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <span>
#include <utility>

#include "influence_signal.h"
#include "meterrig/loader/point_mapping.h"
#include "meterrig/vocabulary/measurand.h"
#include "quantity_limit.h"
#include "rows.h"

namespace meterrig::campaign {
namespace {

using Harmonics = google::protobuf::RepeatedPtrField<v1::HarmonicShare>;

constexpr unsigned usual_observations = 3;
constexpr double rounding = 1e-9;  // of products of decimals

constexpr std::array phases{Place::L1, Place::L2, Place::L3};
constexpr std::array phases_and_total{Place::L1, Place::L2, Place::L3, Place::total};
constexpr std::array total{Place::total};

// What the range of a row is counted in.
enum class Scale {
  voltage,
  current,
  voltage_distortion,
  current_distortion,
  voltage_orders,
  current_orders
};

struct Measured {
  std::string_view name;  // in the rows of a standard
  Measurand measurand;
  std::span<const Place> places;
  Scale scale;
};

constexpr std::array known_quantities{
    Measured{"voltage", Measurand::voltage, phases, Scale::voltage},
    Measured{"current", Measurand::current, phases, Scale::current},
    Measured{"active_power", Measurand::active_power, phases_and_total, Scale::current},
    Measured{"reactive_power", Measurand::reactive_power, phases_and_total, Scale::current},
    Measured{"apparent_power", Measurand::apparent_power, phases_and_total, Scale::current},
    Measured{"power_factor", Measurand::power_factor, phases_and_total, Scale::current},
    Measured{"frequency", Measurand::frequency, total, Scale::voltage},
    Measured{"voltage_thd", Measurand::voltage_thd, phases, Scale::voltage_distortion},
    Measured{"current_thd", Measurand::current_thd, phases, Scale::current_distortion},
    Measured{"voltage_harmonics", Measurand::voltage_harmonic, phases, Scale::voltage_orders},
    Measured{"current_harmonics", Measurand::current_harmonic, phases, Scale::current_orders},
};

const Measured* find_measured(std::string_view name) {
  const auto found =
      std::find_if(known_quantities.begin(), known_quantities.end(),
                   [name](const Measured& measured) { return measured.name == name; });
  return found == known_quantities.end() ? nullptr : &*found;
}

bool in_range(const v1::QuantityRow& row, double value) {
  const double slack = rounding * std::abs(value);
  if (row.has_from() && value < row.from() - slack) return false;
  if (row.has_below() && value >= row.below() - slack) return false;
  return !row.has_up_to() || value <= row.up_to() + slack;
}

struct UsedRow {
  const v1::QuantityRow* row = nullptr;
  v1::LimitUsed limit;
  const Measured* measured = nullptr;
  bool tested = false;
};

class TestPoints {
 public:
  TestPoints(const v1::QuantityError& spec, const QuantityScope& scope)
      : spec_(spec), scope_(scope) {}

  std::vector<v1::PlannedPoint> points() {
    use_rows();
    for (int i = 0; i < spec_.levels_size(); ++i)
      add_level(spec_.levels(i), fmt::format("levels[{}].current", i));
    if (spec_.has_sweep()) {
      const v1::HarmonicSweep& sweep = spec_.sweep();
      if (sweep.from() > sweep.up_to())
        scope_.finding("sweep.up_to", fmt::format("'{}'", sweep.up_to()),
                       fmt::format("an order of at least {}, the sweep's from", sweep.from()));
      for (int order = sweep.from(); order <= sweep.up_to(); ++order)
        if (!add_level(one_harmonic(sweep, order), "sweep.current")) break;
    }
    for (const UsedRow& used : rows_) {
      if (used.tested) continue;
      v1::PlannedPoint point = point_of(used, scope_.base());
      point.set_procedure("quantity_error");
      point.set_id(scope_.name(fmt::format("{}/{}", scope_.test, used.row->id())));
      point.set_settle_s(0);
      point.set_not_run_reason(
          used.measured == nullptr
              ? fmt::format("no procedure of this version measures the error of {}",
                            used.row->quantity())
              : fmt::format("no level of this test lies in the range of {}", used.row->id()));
      points_.push_back(std::move(point));
    }
    return std::move(points_);
  }

 private:
  void use_rows() {
    const std::string& own =
        spec_.accuracy_class().empty() ? scope_.accuracy_class : spec_.accuracy_class();
    for (int r = 0; r < spec_.rows_size(); ++r) {
      const std::string where = fmt::format("rows[{}]", r);
      const v1::QuantityRow* row = find_row(scope_.standard.quantity_rows(), spec_.rows(r));
      if (row == nullptr) {
        scope_.finding(where, fmt::format("'{}'", spec_.rows(r)),
                       fmt::format("the id of a quantity row of {} {}",
                                   scope_.standard.designation(), scope_.standard.edition()));
        continue;
      }
      auto limit = limit_of_quantity(*row, own, scope_.standard);
      if (!limit) {
        scope_.finding(where, fmt::format("row {} without a limit for class {}", row->id(), own),
                       "a row with a limit for the class");
        continue;
      }
      if (row->connection() != v1::CIRCUIT_UNSPECIFIED && row->connection() != scope_.rated.circuit)
        continue;
      rows_.push_back({.row = row,
                       .limit = std::move(*limit),
                       .measured = find_measured(row->quantity()),
                       .tested = false});
    }
  }

  static v1::QuantityLevel one_harmonic(const v1::HarmonicSweep& sweep, int order) {
    v1::QuantityLevel level;
    *level.mutable_current() = sweep.current();
    v1::InfluenceLevel& condition = *level.mutable_condition();
    condition.set_id(fmt::format("h{}", order));
    condition.set_title(fmt::format("harmonic {} alone", order));
    v1::InfluenceSignal& signal = *condition.mutable_signal();
    const auto add = [order](v1::HarmonicShare& harmonic, double share) {
      harmonic.set_order(order);
      harmonic.set_share(share);
    };
    add(*signal.add_voltage_harmonics(), sweep.voltage_share());
    add(*signal.add_current_harmonics(), sweep.current_share());
    return level;
  }

  // A power factor is sin phi in a test of reactive power.
  [[nodiscard]] bool reactive() const {
    return std::any_of(rows_.begin(), rows_.end(), [](const UsedRow& used) {
      return used.measured != nullptr && used.measured->measurand == Measurand::reactive_power;
    });
  }

  // False when its current is not known.
  bool add_level(const v1::QuantityLevel& level, const std::string& where) {
    const Current current = resolve(level.current(), scope_.rated);
    if (!current.known()) {
      scope_.finding(where,
                     fmt::format("{}, which is not known of the device", label(level.current())),
                     "a current that the device's ratings or a relation of the standard give");
      return false;
    }
    v1::PowerFactor power_factor = level.power_factor();
    if (!level.has_power_factor()) power_factor.set_value(1);
    v1::PlannedPoint base = scope_.base();
    base.set_procedure("quantity");
    base.set_load(v1::LOAD_BALANCED);
    base.set_direction(v1::DIRECTION_IMPORT);
    base.set_current_label(label(level.current()));
    base.set_power_factor_label(label(power_factor));
    base.set_current_over_nominal(current / scope_.rated.nominal);
    *base.mutable_influence() = level.condition();
    const v1::Energy energy = reactive() ? v1::ENERGY_REACTIVE : v1::ENERGY_ACTIVE;
    if (reactive()) base.set_energy(energy);
    *base.mutable_applied() = loader::message_from(point_under(
        level.condition(), scope_.load_point(current, displacement(power_factor, energy))));
    const unsigned observations =
        spec_.observations() > 0 ? static_cast<unsigned>(spec_.observations()) : usual_observations;
    base.set_quantity_observations(observations);
    base.set_duration_s(observations * scope_.averaging.in(second));
    add_points(base);
    return true;
  }

  void add_points(const v1::PlannedPoint& base) {
    const std::size_t first = points_.size();
    for (UsedRow& used : rows_) {
      if (used.measured == nullptr) continue;
      const v1::InfluenceSignal& signal = base.influence().signal();
      const double volts = base.applied().elements(0).voltage() / scope_.reference_voltage * 100;
      const double amperes = base.current_over_nominal() * 100;
      switch (used.measured->scale) {
        case Scale::voltage:
          add(used, base, volts, 0, 0);
          break;
        case Scale::current:
          add(used, base, amperes, 0, 0);
          break;
        case Scale::voltage_distortion:
          add(used, base, distortion(signal.voltage_harmonics()), 0, 0);
          break;
        case Scale::current_distortion:
          add(used, base, distortion(signal.current_harmonics()), 0, 0);
          break;
        case Scale::voltage_orders:
          add_orders(used, base, signal.voltage_harmonics(), volts);
          break;
        case Scale::current_orders:
          add_orders(used, base, signal.current_harmonics(), amperes);
          break;
      }
    }
    if (points_.size() == first) return;
    // The first is measured, the others refer to it and take no time.
    const std::span<v1::PlannedPoint> others = std::span(points_).subspan(first + 1);
    v1::PlannedPoint& measuring = points_[first];
    for (v1::PlannedPoint& point : others) {
      measuring.mutable_along()->MergeFrom(point.decides());
      point.add_of_points(measuring.id());
      point.set_settle_s(0);
      point.set_duration_s(0);
    }
  }

  // `fundamental` in % of the rated value, of which 100 % is the nominal value of a harmonic.
  void add_orders(UsedRow& used, const v1::PlannedPoint& base, const Harmonics& harmonics,
                  double fundamental) {
    for (const v1::HarmonicShare& harmonic : harmonics)
      add(used, base, harmonic.share() / 100 * fundamental, harmonic.order(),
          100 / fundamental * 100);
  }

  void add(UsedRow& used, const v1::PlannedPoint& base, double value, int order, double nominal) {
    if (!in_range(*used.row, value)) return;
    used.tested = true;
    v1::PlannedPoint point = point_of(used, base);
    std::string tail = fmt::format("{}/{}/{}", scope_.test, used.row->id(), base.influence().id());
    // The level of a sweep is named by its order.
    if (order > 0 && base.influence().id() != fmt::format("h{}", order))
      tail += fmt::format("/h{}", order);
    point.set_id(scope_.name(std::move(tail)));
    point.set_harmonic_order(order);
    point.set_nominal_value(nominal);
    if (order == 0 && used.row->basis() == v1::LIMIT_BASIS_NOMINAL)
      point.set_nominal_value(used.measured->scale == Scale::voltage
                                  ? scope_.reference_voltage
                                  : scope_.rated.nominal.in(ampere));
    for (const Place place : used.measured->places)
      point.add_decides(to_string({used.measured->measurand, place, order}));
    points_.push_back(std::move(point));
  }

  static v1::PlannedPoint point_of(const UsedRow& used, v1::PlannedPoint point) {
    *point.mutable_limit() = used.limit;
    point.set_quantity(used.row->quantity());
    point.set_limit_basis(used.row->basis());
    point.set_limit_unit(used.row->basis() == v1::LIMIT_BASIS_READING   ? "%"
                         : used.row->basis() == v1::LIMIT_BASIS_NOMINAL ? "% of rated"
                                                                        : used.row->unit());
    return point;
  }

  const v1::QuantityError& spec_;
  const QuantityScope& scope_;
  std::vector<UsedRow> rows_;
  std::vector<v1::PlannedPoint> points_;
};

}  // namespace

double distortion(const Harmonics& harmonics) {
  double squares = 0;
  for (const v1::HarmonicShare& harmonic : harmonics)
    squares += harmonic.share() * harmonic.share();
  return std::sqrt(squares);
}

std::vector<v1::PlannedPoint> quantity_points(const v1::QuantityError& spec,
                                              const QuantityScope& scope) {
  return TestPoints(spec, scope).points();
}

}  // namespace meterrig::campaign
