// SPDX-License-Identifier: GPL-3.0-or-later
#include "example_run.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace meterrig::report::test {
namespace {

constexpr double nominal_current = 5;
constexpr double nominal_voltage = 230;
constexpr double constant = 3200;  // imp/kWh

struct PowerFactor {
  const char* label;
  double value;
  double displacement;  // deg
  int index;
};
constexpr PowerFactor unity = {"1", 1, 0, 0};
constexpr PowerFactor half_inductive = {"0.5i", 0.5, 60, 1};
constexpr PowerFactor capacitive = {"0.8c", 0.8, -36.869897645844, 2};

struct Current {
  const char* label;
  double over_nominal;
};

v1::ErrorRow* add_row(v1::Standard& standard, const char* id, v1::Load load, double from,
                      double below, double limit, const std::vector<PowerFactor>& power_factors) {
  v1::ErrorRow* row = standard.add_error_rows();
  row->set_id(id);
  row->mutable_source()->set_clause("Table 3");
  row->mutable_source()->set_confidence(v1::CONFIDENCE_PUBLIC_SOURCE);
  row->mutable_source()->set_provenance("HR regulation NN 11/2006, Table 4");
  row->set_load(load);
  row->mutable_from()->set_factor(from);
  row->mutable_from()->set_base(v1::CURRENT_BASE_NOMINAL);
  if (below > 0) {
    row->mutable_below()->set_factor(below);
    row->mutable_below()->set_base(v1::CURRENT_BASE_NOMINAL);
  } else {
    row->mutable_up_to()->set_factor(1);
    row->mutable_up_to()->set_base(v1::CURRENT_BASE_MAXIMUM);
  }
  for (const PowerFactor& pf : power_factors) row->add_power_factors()->set_value(pf.value);
  v1::ClassLimit* own = row->add_limits();
  own->set_accuracy_class("0.5S");
  own->set_limit(limit);
  return row;
}

void fill_standard(v1::Standard& standard) {
  standard.set_id("iec-62053-22-2020");
  standard.set_designation("IEC 62053-22");
  standard.set_edition("2020");
  standard.set_title("Static meters for AC active energy (classes 0.1S, 0.2S and 0.5S)");
  v1::ReferenceConditions& conditions = *standard.mutable_reference_conditions();
  conditions.mutable_source()->set_clause("7.1");
  conditions.mutable_source()->set_confidence(v1::CONFIDENCE_MEMORY);
  conditions.set_voltage(1);
  conditions.set_voltage_symmetry(1);
  conditions.set_current_symmetry(1);
  conditions.set_frequency(0.3);
  conditions.set_displacement_spread(2);
  conditions.set_distortion(2);
  add_row(standard, "22.B1", v1::LOAD_BALANCED, 0.01, 0.05, 1.0, {unity});
  add_row(standard, "22.B2", v1::LOAD_BALANCED, 0.05, 0, 0.5, {unity});
  add_row(standard, "22.B3", v1::LOAD_BALANCED, 0.02, 0.1, 1.0, {half_inductive, capacitive});
  add_row(standard, "22.B4", v1::LOAD_BALANCED, 0.1, 0, 0.6, {half_inductive, capacitive});
  add_row(standard, "22.S1", v1::LOAD_SINGLE_PHASE, 0.05, 0, 0.6, {unity});
  add_row(standard, "22.S2", v1::LOAD_SINGLE_PHASE, 0.1, 0, 1.0, {half_inductive});
}

void fill_device(v1::Device& device) {
  device.set_id("smart-x96-5a");
  device.set_manufacturer("Eastron");
  device.set_model("SMART X96-5A");
  device.set_description(
      "three-phase energy monitor for panels, operated through 1/5 A current transformers");
  v1::Ratings& ratings = *device.mutable_ratings();
  ratings.set_connection(v1::CONNECTION_3P4W);
  ratings.set_reference_voltage(nominal_voltage);
  ratings.set_nominal_current(nominal_current);
  ratings.set_maximum_current(6);
  ratings.set_reference_frequency(50);
  ratings.set_transformer_operated(true);
  ratings.add_accuracy_classes("0.5S");
  ratings.add_directions(v1::DIRECTION_IMPORT);
  ratings.add_directions(v1::DIRECTION_EXPORT);
  ratings.set_warm_up(60);
  v1::PulseOutput& output = *device.add_pulse_outputs();
  output.set_id("S0-2");
  output.set_energy(v1::PULSE_ENERGY_ACTIVE_TOTAL);
  output.set_constant(constant);
  output.set_width(0.1);
  output.set_test_output(true);
  output.set_confidence(v1::CONFIDENCE_PUBLIC_SOURCE);
  device.add_notes(
      "The sheet states 0.25-5(6) A, where 0.25 A most likely is Itr; the test starts at 0.01 In.");
  device.add_notes(
      "Register 0x0052 is the total energy in one public map and ampere-hours in another; it is "
      "not used.");
}

void fill_bench(v1::Bench& bench) {
  bench.set_id("simulated");
  bench.set_title("Simulated bench, one position");
  bench.mutable_simulated()->set_sample_rate(8000);
  bench.mutable_simulated()->set_reference_uncertainty(0.002);
  bench.mutable_simulated()->set_timestamp_uncertainty(1e-7);
  v1::Position& position = *bench.add_positions();
  position.set_id("1");
  position.mutable_modbus_rtu()->set_port("/dev/pts/7");
  position.mutable_modbus_rtu()->set_baud_rate(9600);
  position.mutable_modbus_rtu()->set_parity(v1::PARITY_NONE);
  position.mutable_modbus_rtu()->set_stop_bits(1);
  position.mutable_modbus_rtu()->set_unit(1);
  bench.mutable_link_policy()->set_answer_timeout(0.5);
  bench.mutable_link_policy()->set_retries(2);
}

void fill_order(v1::Order& order) {
  order.set_report_id("TR-2026-0117");
  order.mutable_laboratory()->set_name("Example Metering Laboratory");
  order.mutable_laboratory()->set_address("Kalibriergasse 4, 1010 Vienna, Austria");
  order.set_place("Laboratory, room 2");
  order.mutable_customer()->set_name("Panel Works Ltd");
  order.mutable_customer()->set_address("8 Copper Lane, Leeds, United Kingdom");
  order.mutable_sample()->set_serial_number("96005117");
  order.mutable_sample()->set_condition("new, in the maker's packing, seals intact");
  order.mutable_sample()->set_received("2026-02-27");
  order.set_operator_("A. Operator");
  order.set_approver("B. Approver, head of laboratory");
}

std::string hash(int number) {
  std::string text;
  for (int i = 0; i < 8; ++i)
    text += fmt::format("{:08x}", static_cast<std::uint32_t>(number) * 2654435761U +
                                      static_cast<std::uint32_t>(i) * 40503U * 65537U);
  return text;
}

void fill_header(v1::RunHeader& header, bool with_order) {
  header.set_software_version("0.1.0");
  header.set_seed(1);
  if (with_order) fill_order(*header.mutable_order());
  fill_device(*header.mutable_device());
  v1::Suite& suite = *header.add_suites();
  suite.set_id("iec-62053-22-class-0.5S");
  suite.set_title("IEC 62053-22 class 0.5S: intrinsic error, starting, no load, meter constant");
  suite.set_standard("iec-62053-22-2020");
  suite.set_accuracy_class("0.5S");
  suite.mutable_decision_rule()->set_kind(v1::DECISION_RULE_KIND_NON_BINARY);
  suite.mutable_decision_rule()->set_maximum_uncertainty_ratio(0.2);
  fill_standard(*header.add_standards());
  fill_bench(*header.mutable_bench());
  header.set_simulated(true);
  for (const char* name :
       {"suites/iec-62053-22-class-0.5S.yaml", "standards/iec-62053-22-2020.yaml",
        "dut/profiles/smart-x96-5a.yaml", "rig/benches/simulated.yaml"}) {
    v1::NamedHash& file = *header.add_files();
    file.set_name(name);
    file.set_sha256(hash(header.files_size()));
  }
  v1::NamedHash& model = *header.add_models();
  model.set_name("smart-x96-5a, typical");
  model.set_sha256(hash(17));
  header.set_repeat(1);
}

/// Builds plan and results point by point; the bench's time goes on from one to the next.
class Writer {
 public:
  explicit Writer(v1::Run& run) : run_(run) {}

  void error_point(const char* test, const char* title, v1::Load load, v1::Direction direction,
                   int phase, const Current& current, const PowerFactor& pf) {
    v1::PlannedPoint& plan = add_plan(test, title, "intrinsic_error");
    plan.set_load(load);
    plan.set_direction(direction);
    plan.set_current_label(current.label);
    plan.set_power_factor_label(pf.label);
    plan.set_current_over_nominal(current.over_nominal);
    std::string id = test;
    if (phase >= 0) {
      plan.set_phase(fmt::format("L{}", phase + 1));
      id += "/" + plan.phase();
    }
    id += direction == v1::DIRECTION_EXPORT ? "/export" : "/import";
    std::string place = current.label;
    std::erase(place, ' ');
    plan.set_id(fmt::format("{}/{}/{}", id, place, pf.label));
    const double turn = direction == v1::DIRECTION_EXPORT ? 180 : 0;
    set_applied(plan, nominal_voltage, current.over_nominal * nominal_current,
                pf.displacement + turn, phase);
    set_limit(plan, load, current.over_nominal, pf);

    const double x = std::log10(current.over_nominal);
    const double shift = phase < 0 ? 0 : 0.03 * (phase - 1);
    // Ratio error that grows to small currents, phase error that counts by tan phi.
    const double ratio = -0.05 - 0.055 * x * x - 0.02 * x + shift;
    const double by_phase = pf.index == 1 ? 0.11 - 0.09 * x : pf.index == 2 ? -0.04 + 0.03 * x : 0;
    double error = ratio + by_phase + (direction == v1::DIRECTION_EXPORT ? 0.021 : 0) +
                   0.0007 * run_.results_size();
    const double u = 0.004 + 0.0012 / std::sqrt(current.over_nominal);
    if (plan.id() == "balanced/export/1In/0.5i") error = 0.83;
    if (plan.id() == "balanced/export/1.2In/0.5i") error = 0.97;
    if (plan.id() == "balanced/export/0.5In/0.5i") error = 0.593;
    if (plan.id() == "balanced/import/0.05In/1") error = -0.492;
    if (plan.id() == "single/L3/import/1.2In/1") error = 1.913;
    add_error_result(plan, error, u);
  }

  void difference(int phase) {
    v1::PlannedPoint& plan =
        add_plan("difference", "Single-phase less balanced load", "load_difference");
    plan.set_phase(fmt::format("L{}", phase + 1));
    plan.set_direction(v1::DIRECTION_IMPORT);
    plan.set_load(v1::LOAD_SINGLE_PHASE);
    plan.set_current_label("1 In");
    plan.set_power_factor_label("1");
    plan.set_current_over_nominal(1);
    plan.set_id(fmt::format("difference/L{}/import/1In/1", phase + 1));
    plan.add_of_points(fmt::format("single/L{}/import/1In/1", phase + 1));
    plan.add_of_points("balanced/import/1In/1");
    set_applied(plan, nominal_voltage, nominal_current, 0, phase);
    limit_of(plan, 1.0, "22.S3", v1::CONFIDENCE_UNCERTAIN,
             "AS 62053.22 cl. 8.1 gives class 0.2S; scaled");
    add_error_result(plan, 0.03 * (phase - 1) + 0.004, 0.007);
    v1::PointResult& result = *run_.mutable_results(run_.results_size() - 1);
    result.set_result_name("error difference");
    result.clear_pulses();
  }

  void starting(v1::Direction direction) {
    const bool exports = direction == v1::DIRECTION_EXPORT;
    v1::PlannedPoint& plan = add_plan("starting", "Starting current", "starting");
    plan.set_direction(direction);
    plan.set_load(v1::LOAD_BALANCED);
    plan.set_current_label("0.001 In");
    plan.set_power_factor_label("1");
    plan.set_current_over_nominal(0.001);
    plan.set_id(fmt::format("starting/{}/0.001In/1", exports ? "export" : "import"));
    plan.set_interval_factor(1.5);
    set_applied(plan, nominal_voltage, 0.005, exports ? 180 : 0, -1);
    limit_of(plan, 489.13, "22.ST", v1::CONFIDENCE_PUBLIC_SOURCE,
             "starting currents in a metering blog; interval factor from memory");
    if (exports) {
      v1::PointResult& result = add_result(plan);
      result.set_outcome(v1::OUTCOME_NOT_RUN);
      result.set_reason("asked for without export of the starting current");
      result.clear_conditions();
      return;
    }
    v1::PointResult& result = add_result(plan);
    result.set_outcome(v1::OUTCOME_PASS);
    result.set_result_name("starting interval");
    result.set_unit("s");
    result.set_value(327.184);
    result.set_expanded_uncertainty(0.012);
    result.set_coverage_factor(2);
    add_pulses(result, 3, 327.184);
  }

  void no_load() {
    v1::PlannedPoint& plan = add_plan("no-load", "No load", "no_load");
    plan.set_id("no-load");
    plan.set_maximum_pulses(1);
    set_applied(plan, 1.1 * nominal_voltage, 0, 0, -1);
    limit_of(plan, 1, "22.NL", v1::CONFIDENCE_MEMORY,
             "coefficient 240000 from memory, variables from a metering blog");
    v1::PointResult& result = add_result(plan);
    result.set_outcome(v1::OUTCOME_PASS);
    result.set_result_name("pulses");
    result.set_unit("1");
    result.set_value(0);
    result.set_expanded_uncertainty(0);
  }

  void meter_constant(v1::Direction direction) {
    const bool exports = direction == v1::DIRECTION_EXPORT;
    v1::PlannedPoint& plan = add_plan("constant", "Meter constant", "meter_constant");
    plan.set_direction(direction);
    plan.set_current_label("Imax");
    plan.set_power_factor_label("1");
    plan.set_current_over_nominal(1.2);
    plan.set_id(fmt::format("constant/{}/Imax/1", exports ? "export" : "import"));
    set_applied(plan, nominal_voltage, 6, exports ? 180 : 0, -1);
    limit_of(plan, 0.05, "22.K", v1::CONFIDENCE_VERIFIED, "IEC 62053-22:2020, own copy");
    add_error_result(plan, exports ? -0.012 : 0.009, 0.0041);
    v1::PointResult& result = *run_.mutable_results(run_.results_size() - 1);
    result.set_result_name("register difference");
    result.set_method(v1::METHOD_REGISTER_ADVANCE);
    for (const double kwh : {12.0, 16.14}) {
      v1::ReadingRecord& reading = *result.add_readings();
      reading.set_quantity(exports ? "active_energy_export" : "active_energy_import");
      reading.set_value(kwh);
      reading.set_resolution(9.5e-7);
      reading.set_unit("kWh");
      reading.set_time_ns(kwh < 13 ? result.begin_ns() : result.end_ns());
      reading.set_time_base("bench");
    }
  }

 private:
  v1::PlannedPoint& add_plan(const char* test, const char* title, const char* procedure) {
    v1::PlannedPoint& plan = *run_.mutable_header()->add_plan();
    plan.set_suite("iec-62053-22-class-0.5S");
    plan.set_test(test);
    plan.set_test_title(title);
    plan.set_procedure(procedure);
    plan.set_position("1");
    plan.set_method(v1::METHOD_PULSES);
    plan.set_settle_s(5);
    return plan;
  }

  static void set_applied(v1::PlannedPoint& plan, double volts, double amperes, double displacement,
                          int phase) {
    v1::AppliedPoint& applied = *plan.mutable_applied();
    applied.set_frequency(50);
    for (int i = 0; i < 3; ++i) {
      v1::ElementPoint& element = *applied.add_elements();
      element.set_voltage(volts);
      element.set_voltage_angle(i == 0 ? 0 : i == 1 ? -120 : 120);
      element.set_current(phase < 0 || phase == i ? amperes : 0);
      element.set_displacement(displacement);
    }
  }

  static void limit_of(v1::PlannedPoint& plan, double magnitude, const char* row,
                       v1::Confidence confidence, const char* provenance) {
    v1::LimitUsed& limit = *plan.mutable_limit();
    limit.set_magnitude(magnitude);
    limit.set_standard("IEC 62053-22");
    limit.set_edition("2020");
    limit.set_clause("Table 3");
    limit.set_row(row);
    limit.set_confidence(confidence);
    limit.set_provenance(provenance);
  }

  static void set_limit(v1::PlannedPoint& plan, v1::Load load, double over_nominal,
                        const PowerFactor& pf) {
    const bool unity_load = pf.index == 0;
    const char* source = "HR regulation NN 11/2006, Table 4";
    if (load == v1::LOAD_SINGLE_PHASE) {
      limit_of(plan, unity_load ? 0.6 : 1.0, unity_load ? "22.S1" : "22.S2", v1::CONFIDENCE_MEMORY,
               "2003 edition, unchanged since");
    } else if (unity_load) {
      limit_of(plan, over_nominal < 0.05 ? 1.0 : 0.5, over_nominal < 0.05 ? "22.B1" : "22.B2",
               v1::CONFIDENCE_PUBLIC_SOURCE, source);
    } else {
      limit_of(plan, over_nominal < 0.1 ? 1.0 : 0.6, over_nominal < 0.1 ? "22.B3" : "22.B4",
               v1::CONFIDENCE_PUBLIC_SOURCE, source);
    }
  }

  v1::PointResult& add_result(const v1::PlannedPoint& plan) {
    v1::PointResult& result = *run_.add_results();
    result.set_point(plan.id());
    result.set_attempt(1);
    *result.mutable_limit() = plan.limit();
    *result.mutable_decision_rule() = run_.header().suites(0).decision_rule();
    result.set_method(plan.method());
    now_ns_ += 5'000'000'000;
    result.set_begin_ns(now_ns_);
    now_ns_ += 60'000'000'000;
    result.set_end_ns(now_ns_);
    v1::AppliedPoint& measured = *result.mutable_conditions()->mutable_measured();
    measured = plan.applied();
    measured.set_frequency(50.0003);
    for (int i = 0; i < 3; ++i) {
      v1::ElementPoint& element = *measured.mutable_elements(i);
      element.set_voltage(element.voltage() * (1 + 1e-4 * (i - 1)));
      element.set_current(element.current() * (1 + 2e-4 * (1 - i)));
      element.set_displacement(element.displacement() + 0.01 * (i - 1));
      result.mutable_conditions()->add_voltage_distortion(0.02 + 0.01 * i);
      result.mutable_conditions()->add_current_distortion(
          element.current() > 0 ? 0.05 : std::numeric_limits<double>::quiet_NaN());
    }
    return result;
  }

  static void contribute(v1::PointResult& result, const char* name, const char* type,
                         const char* distribution, double u, double degrees) {
    v1::Contribution& part = *result.add_budget();
    part.set_name(name);
    part.set_type(type);
    part.set_distribution(distribution);
    part.set_standard_uncertainty(u);
    if (degrees > 0) part.set_degrees_of_freedom(degrees);
  }

  static void add_pulses(v1::PointResult& result, int count, double interval_s) {
    for (int i = 0; i < count; ++i) {
      v1::PulseRecord& pulse = *result.add_pulses();
      pulse.set_output("S0-2");
      pulse.set_time_ns(result.begin_ns() +
                        static_cast<std::int64_t>(interval_s * 1e9 * (i + 0.3)));
    }
  }

  void add_error_result(const v1::PlannedPoint& plan, double error, double u) {
    v1::PointResult& result = add_result(plan);
    result.set_result_name("error");
    result.set_unit("%");
    result.set_value(error);
    result.set_expanded_uncertainty(2 * u);
    result.set_coverage_factor(2);
    result.set_degrees_of_freedom(61.3);
    contribute(result, "reference energy", "B", "normal", 0.001, 0);
    contribute(result, "time stamps of the gate's edges", "B", "rectangular", 0.0003, 0);
    contribute(result, "quantisation of the pulses", "B", "triangular", u * 0.6, 0);
    contribute(result, "repeatability", "A", "student", std::sqrt(u * u * 0.64 - 1.09e-6), 4);
    const double limit = plan.limit().magnitude();
    const double magnitude = std::abs(error);
    result.set_outcome(magnitude <= limit - 2 * u   ? v1::OUTCOME_PASS
                       : magnitude <= limit         ? v1::OUTCOME_CONDITIONAL_PASS
                       : magnitude <= limit + 2 * u ? v1::OUTCOME_CONDITIONAL_FAIL
                                                    : v1::OUTCOME_FAIL);
    if (result.outcome() == v1::OUTCOME_FAIL)
      result.set_reason(
          fmt::format("the error is above the limit by {:.3f} %, more than U", magnitude - limit));
    if (result.outcome() == v1::OUTCOME_CONDITIONAL_PASS)
      result.set_reason("inside the limit, within the guard band of U");
    if (plan.id() == "single/L2/import/0.1In/0.5i") {
      result.set_outcome(v1::OUTCOME_NOT_VALID);
      result.set_reason(
          "repeatability: standard deviation of 5 sub-intervals 0.31 %, allowed 0.10 %");
    }
    double power = 0;
    for (const v1::ElementPoint& element : plan.applied().elements()) {
      power += element.voltage() * element.current() *
               std::cos(element.displacement() * 3.14159265358979 / 180);
    }
    result.set_reference_power_w(power);
    result.set_second_power_w(power * (1 + 1e-10));
    result.set_agreement_bound_w(std::abs(power) * 1e-7);
    result.set_true_power_w(power);
    result.set_reference_energy_wh(power / 60);
    result.set_device_energy_wh(power / 60 * (1 + error / 100));
    for (int i = 0; i < 5; ++i) result.add_partial_errors(error + u * 0.8 * (i - 2));
    if (std::abs(power) > 1)
      add_pulses(result, std::min(60, 2 + static_cast<int>(std::abs(power) / 60 * constant / 1000)),
                 3.6e6 / constant / std::abs(power));
  }

  v1::Run& run_;
  std::int64_t now_ns_ = 60'000'000'000;
};

void add_snapshot(v1::Run& run, const char* when) {
  v1::DeviceSnapshot& snapshot = *run.add_snapshots();
  snapshot.set_position("1");
  snapshot.set_when(when);
  const std::map<std::string, std::string> values = {{"serial_number", "96005117"},
                                                     {"firmware", "0x0104"},
                                                     {"meter_code", "0x00A1"},
                                                     {"system_type", "3"}};
  for (const auto& [name, value] : values) {
    v1::IdentityValue& identity = *snapshot.add_identity();
    identity.set_name(name);
    identity.set_value(value);
    identity.set_confidence(v1::CONFIDENCE_MEMORY);
  }
}

void add_circumstances(v1::Run& run) {
  for (int i = 0; i < 74; ++i) {
    v1::Circumstances& record = *run.add_circumstances();
    record.set_wall_clock(fmt::format("2026-03-02T09:{:02}:{:02}Z", 10 + i / 20, 3 * (i % 20)));
    record.set_host("bench-2");
    record.set_operating_system("Debian GNU/Linux 12, Linux 6.1.0");
    record.set_executable_sha256(hash(99));
    v1::LinkCount& link = *record.add_links();
    link.set_position("1");
    link.set_requests(std::int64_t{14} * (i + 1));
    link.set_retries(i >= 31 ? 2 : 0);
    link.set_timeouts(i >= 31 ? 1 : 0);
    link.set_crc_errors(i >= 31 ? 1 : 0);
  }
}

}  // namespace

v1::Run example_run(bool with_order) {
  v1::Run run;
  run.set_schema_version("meterrig.v1");
  fill_header(*run.mutable_header(), with_order);
  Writer writer(run);
  const std::vector<Current> currents = {{"0.01 In", 0.01}, {"0.02 In", 0.02}, {"0.05 In", 0.05},
                                         {"0.1 In", 0.1},   {"0.5 In", 0.5},   {"1 In", 1},
                                         {"1.2 In", 1.2}};
  for (const v1::Direction direction : {v1::DIRECTION_IMPORT, v1::DIRECTION_EXPORT}) {
    for (const Current& current : currents) {
      for (const PowerFactor& pf : {unity, half_inductive, capacitive}) {
        if (pf.index > 0 && current.over_nominal < 0.02) continue;
        writer.error_point("balanced", "Balanced load", v1::LOAD_BALANCED, direction, -1, current,
                           pf);
      }
    }
  }
  for (int phase = 0; phase < 3; ++phase) {
    for (const Current& current : currents) {
      for (const PowerFactor& pf : {unity, half_inductive}) {
        const bool wanted = pf.index == 0
                                ? current.over_nominal >= 0.05
                                : current.over_nominal == 0.1 || current.over_nominal >= 1;
        if (!wanted) continue;
        writer.error_point("single", "Single-phase load", v1::LOAD_SINGLE_PHASE,
                           v1::DIRECTION_IMPORT, phase, current, pf);
      }
    }
  }
  for (int phase = 0; phase < 3; ++phase) writer.difference(phase);
  writer.starting(v1::DIRECTION_IMPORT);
  writer.starting(v1::DIRECTION_EXPORT);
  writer.no_load();
  writer.meter_constant(v1::DIRECTION_IMPORT);
  writer.meter_constant(v1::DIRECTION_EXPORT);

  v1::PointResult& old = *run.add_superseded();
  old = run.results(4);
  run.mutable_results(4)->set_attempt(2);
  old.set_outcome(v1::OUTCOME_NOT_VALID);
  old.set_reason("no pulse within 30 s; cable reseated, see retest");
  old.clear_value();

  add_snapshot(run, "before");
  add_snapshot(run, "after");
  add_circumstances(run);
  run.set_chain_sha256(hash(5));
  run.set_evidence_sha256(hash(6));
  run.set_verdict(v1::OUTCOME_FAIL);
  run.set_begin("2026-03-02T09:10:00Z");
  run.set_end("2026-03-02T09:13:39Z");
  return run;
}

}  // namespace meterrig::report::test
