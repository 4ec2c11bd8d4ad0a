// SPDX-License-Identifier: GPL-3.0-or-later
// Every data file of the project is read here without a finding, alone and with the files it goes
// with.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "findings_of.h"
#include "meterrig/loader/load.h"
#include "meterrig/loader/notation.h"
#include "meterrig/loader/rf_mapping.h"
#include "meterrig/loader/signal_mapping.h"
#include "meterrig/loader/together.h"
#include "meterrig/vocabulary/measurand.h"

using namespace meterrig;
using namespace meterrig::loader;
namespace fs = std::filesystem;

namespace {

const fs::path project = METERRIG_PROJECT_SOURCE_DIR;

template <class Message>
Loaded<Message> right(LoadResult<Message> result) {
  BOOST_TEST(findings_of(result) == "");
  BOOST_REQUIRE(result.has_value());
  return std::move(*result);
}

struct Shelf {
  std::string folder;
  std::string ending;
  std::function<std::string(const fs::path&)> load;
};

const std::vector<Shelf>& shelves() {
  static const std::vector<Shelf> all{
      {"scenarios/standards", ".yaml",
       [](const fs::path& f) { return findings_of(load_standard(f)); }},
      {"scenarios/disturbances", ".yaml",
       [](const fs::path& f) { return findings_of(load_rf_disturbance(f)); }},
      {"scenarios/mutants", ".yaml",
       [](const fs::path& f) { return findings_of(load_mutants(f)); }},
      {"scenarios/suites", ".yaml", [](const fs::path& f) { return findings_of(load_suite(f)); }},
      {"scenarios/orders", ".yaml", [](const fs::path& f) { return findings_of(load_order(f)); }},
      {"scenarios/signals", ".yaml",
       [](const fs::path& f) { return findings_of(load_scenario(f)); }},
      {"dut/profiles", ".twin.yaml", [](const fs::path& f) { return findings_of(load_twin(f)); }},
      {"dut/profiles", ".yaml", [](const fs::path& f) { return findings_of(load_device(f)); }},
      {"generators/scpi/instruments", ".yaml",
       [](const fs::path& f) { return findings_of(load_instrument(f)); }},
      {"rig/limits", ".yaml", [](const fs::path& f) { return findings_of(load_limits(f)); }},
      {"rig/calibrations", ".yaml",
       [](const fs::path& f) { return findings_of(load_rf_calibration(f)); }},
      {"rig/benches", ".yaml", [](const fs::path& f) { return findings_of(load_bench(f)); }},
  };
  return all;
}

Loaded<v1::StandardFile> standard_22() {
  return right(load_standard(project / "scenarios/standards/iec-62053-22-2020.yaml"));
}
Loaded<v1::SuiteFile> suite_05s() {
  return right(load_suite(project / "scenarios/suites/iec-62053-22-0.5s.yaml"));
}
Loaded<v1::DeviceFile> x96() {
  return right(load_device(project / "dut/profiles/smart-x96-5a.yaml"));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(shipped_files)

BOOST_AUTO_TEST_CASE(every_yaml_file_of_the_data_folders_loads_without_a_finding) {
  std::set<std::string> folders;
  for (const Shelf& shelf : shelves()) folders.insert(shelf.folder);
  int files = 0;
  for (const std::string& folder : folders) {
    for (const auto& entry : fs::recursive_directory_iterator(project / folder)) {
      const std::string name = entry.path().filename().string();
      if (!entry.is_regular_file() || name == "README.md") continue;
      BOOST_TEST(entry.path().parent_path() == project / folder,
                 name + " is where no command looks");
      const auto shelf = std::find_if(shelves().begin(), shelves().end(), [&](const Shelf& s) {
        return s.folder == folder && name.ends_with(s.ending);
      });
      BOOST_REQUIRE_MESSAGE(shelf != shelves().end(), name + " has an ending that nothing reads");
      BOOST_TEST(shelf->load(entry.path()) == "");
      ++files;
    }
  }
  BOOST_TEST(files >= 9);
}

BOOST_AUTO_TEST_CASE(a_file_bears_the_id_of_what_it_holds) {
  BOOST_TEST(standard_22().message.standard().id() == "iec-62053-22-2020");
  BOOST_TEST(suite_05s().message.suite().id() == "iec-62053-22-0.5s");
  BOOST_TEST(x96().message.device().id() == "smart-x96-5a");
  BOOST_TEST(right(load_bench(project / "rig/benches/simulated.yaml")).message.bench().id() ==
             "simulated");
}

BOOST_AUTO_TEST_CASE(the_suite_fits_its_standard_and_bench_and_twins_fit_the_device) {
  const auto device = x96();
  BOOST_TEST(to_string(check_suite(suite_05s(), standard_22())) == "");
  BOOST_TEST(to_string(check_bench(right(load_bench(project / "rig/benches/simulated.yaml")),
                                   device)) == "");
  for (const char* twin :
       {"dut/profiles/smart-x96-5a.twin.yaml", "dut/profiles/smart-x96-5a-gain.twin.yaml"})
    BOOST_TEST(to_string(check_twin(right(load_twin(project / twin)), device)) == "");
}

BOOST_AUTO_TEST_CASE(the_limits_of_voltage_events_are_those_of_the_fact_sheet) {
  const v1::VoltageEvents events =
      right(load_standard(project / "scenarios/standards/iec-61000-4-30-events.yaml"))
          .message.standard()
          .voltage_events();
  BOOST_TEST(events.dip().limit() == 90);
  BOOST_TEST(events.swell().limit() == 110);
  BOOST_TEST(events.interruption().limit() == 5);
  BOOST_TEST(events.hysteresis().limit() == 2);
  for (const auto* limit :
       {&events.dip(), &events.swell(), &events.interruption(), &events.hysteresis()})
    BOOST_TEST(limit->source().confidence() == v1::CONFIDENCE_MEMORY);
}

BOOST_AUTO_TEST_CASE(extra_low_voltage_is_50_v_and_says_that_it_was_not_verified) {
  const v1::ExtraLowVoltage row =
      right(load_standard(project / "scenarios/standards/iec-61140-extra-low-voltage.yaml"))
          .message.standard()
          .extra_low_voltage();
  BOOST_TEST(row.limit() == 50);
  BOOST_TEST(row.source().confidence() == v1::CONFIDENCE_MEMORY);
}

// Ranges, levels, modulation and stepping, written a second time by hand; steps of 1 % are as many
// as ceil(ln(last / first) / ln 1.01) says.
BOOST_AUTO_TEST_CASE(the_rf_disturbances_are_those_of_the_fact_sheet) {
  const auto disturbance = [](const std::string& id) {
    const auto file =
        right(load_rf_disturbance(project / ("scenarios/disturbances/" + id + ".yaml")));
    BOOST_TEST(file.message.rf_disturbance().id() == id);
    return file.message.rf_disturbance();
  };
  const auto check = [](const v1::RfDisturbance& rf, const std::string& band, double first,
                        double last, std::size_t steps) {
    const auto plan = sweep_from(rf, band, "3");
    BOOST_REQUIRE(plan.has_value());
    BOOST_TEST(plan->first.in(hertz) == first);
    BOOST_TEST(plan->last.in(hertz) == last);
    BOOST_TEST(plan->step.in(percent) == 1);
    BOOST_TEST(plan->dwell.in(second) == 0.5);
    const auto am = std::get<AmplitudeModulation>(plan->modulation);
    BOOST_TEST(am.depth.in(percent) == 80);
    BOOST_TEST(am.frequency.in(hertz) == 1000);
    BOOST_TEST(frequencies_of(*plan)->size() == steps);
    return readable(plan->level);
  };
  const v1::RfDisturbance conducted = disturbance("iec-61000-4-6");
  BOOST_TEST(check(conducted, "general", 150e3, 80e6, 633) == "10 V");
  BOOST_TEST(check(conducted, "extended", 150e3, 230e6, 739) == "10 V");
  BOOST_TEST(conducted.stepping().source().confidence() == v1::CONFIDENCE_MEMORY);
  BOOST_TEST(conducted.levels(2).source().confidence() == v1::CONFIDENCE_PUBLIC_SOURCE);
  const v1::RfDisturbance radiated = disturbance("iec-61000-4-3");
  BOOST_TEST(check(radiated, "general", 80e6, 1e9, 255) == "10 V/m");
  BOOST_TEST(check(radiated, "to-2-ghz", 80e6, 2e9, 325) == "10 V/m");
  BOOST_TEST(check(radiated, "to-6-ghz", 80e6, 6e9, 435) == "10 V/m");
  BOOST_TEST(readable(sweep_from(radiated, "general", "4")->level) == "30 V/m");
  const auto unknown = sweep_from(radiated, "general", "9");
  BOOST_REQUIRE(!unknown.has_value());
  BOOST_TEST(unknown.error().message == "no level '9'; there is 1, 2, 3, 4");
}

// Table of limits, written a second time by hand: current range, power factors, 0.1S / 0.2S / 0.5S.
BOOST_AUTO_TEST_CASE(the_limits_of_iec_62053_22_are_those_of_the_fact_sheet) {
  const std::map<std::string, std::string> expected{
      {"22.B1", "0.01 In..0.05 In excl; 1; 0.2 0.4 1"},
      {"22.B2", "0.05 In..Imax; 1; 0.1 0.2 0.5"},
      {"22.B3", "0.02 In..0.1 In excl; 0.5i 0.8c; 0.25 0.5 1"},
      {"22.B4", "0.1 In..Imax; 0.5i 0.8c; 0.15 0.3 0.6"},
      {"22.B5", "0.1 In..Imax; 0.25i 0.5c; 0.25 0.5 1"},
      {"22.S1", "0.05 In..Imax; 1; 0.15 0.3 0.6"},
      {"22.S2", "0.1 In..Imax; 0.5i; 0.2 0.4 1"},
  };
  const v1::Standard standard = standard_22().message.standard();
  BOOST_TEST(standard.error_rows_size() == static_cast<int>(expected.size()));
  for (const v1::ErrorRow& row : standard.error_rows()) {
    std::string text =
        to_string(row.from()) + ".." +
        (row.has_below() ? to_string(row.below()) + " excl" : to_string(row.up_to())) + ";";
    for (const auto& factor : row.power_factors()) text.append(" ").append(to_string(factor));
    text += ";";
    for (const auto& limit : row.limits()) {
      char number[32];
      std::snprintf(number, sizeof number, " %g", limit.limit());
      text += number;
    }
    BOOST_TEST(text == expected.at(row.id()), row.id());
    BOOST_TEST((row.load() == v1::LOAD_SINGLE_PHASE) == row.id().starts_with("22.S"));
    BOOST_TEST(row.limits(0).accuracy_class() == "0.1S");
    BOOST_TEST(row.limits(1).accuracy_class() == "0.2S");
    BOOST_TEST(row.limits(2).accuracy_class() == "0.5S");
    // Nobody here has read the standard itself.
    BOOST_TEST(row.source().confidence() != v1::CONFIDENCE_VERIFIED);
    BOOST_TEST(row.limits(0).confidence() >= v1::CONFIDENCE_MEMORY);
  }
  BOOST_TEST(standard.starting_rows(0).current().factor() == 0.001);
  BOOST_TEST(standard.starting_rows(0).interval_factor() == 1.5);
  BOOST_TEST(standard.no_load_rows(0).voltage_factor() == 1.1);
  BOOST_TEST(standard.no_load_rows(0).time_coefficient() == 240000.0);
  BOOST_TEST(standard.no_load_rows(0).maximum_pulses() == 1);
  BOOST_TEST(standard.constant_rows(0).limit_row() == "22.B2");
  BOOST_TEST(standard.constant_rows(0).fraction_of_limit() == 0.1);
}

BOOST_AUTO_TEST_CASE(the_x96_registers_are_where_an_independent_list_has_them) {
  // Function code 4 addresses from the public lists, typed apart from the profile.
  const std::map<std::string, int> addresses{
      {"voltage.L1", 0},
      {"current.L2", 8},
      {"active_power.L3", 16},
      {"apparent_power.L1", 18},
      {"reactive_power.L2", 26},
      {"power_factor.L3", 34},
      {"phase_angle.L1", 36},
      {"voltage.mean", 42},
      {"current.mean", 46},
      {"current.total", 48},
      {"active_power.total", 52},
      {"apparent_power.total", 56},
      {"reactive_power.total", 60},
      {"power_factor.total", 62},
      {"frequency.total", 70},
      {"active_energy_import.total", 72},
      {"active_energy_export.total", 74},
      {"apparent_energy.total", 80},
      {"voltage.L3-L1", 204},
      {"current.N", 224},
      {"voltage_thd.L1", 234},
      {"voltage_thd.L3", 238},
      {"current_thd.L2", 242},
      {"active_energy_total.total", 342},
      {"active_energy_import.L1", 346},
      {"reactive_energy_total.L3", 380},
  };
  const v1::ModbusMap map = x96().message.device().modbus();
  std::map<std::string, const v1::Register*> registers;
  for (const v1::Register& entry : map.registers()) {
    registers[entry.quantity()] = &entry;
    BOOST_TEST(entry.table() == v1::REGISTER_TABLE_INPUT);
    BOOST_TEST(entry.type() == v1::REGISTER_TYPE_FLOAT32);
    BOOST_TEST(entry.address() != 0x52);
    BOOST_TEST(entry.confidence() != v1::CONFIDENCE_VERIFIED);
  }
  for (const auto& [quantity, address] : addresses) {
    BOOST_REQUIRE(registers.contains(quantity));
    BOOST_TEST(registers.at(quantity)->address() == address, quantity);
  }
  // 0x0192 to 0x0479: 62 orders of two registers in six channels.
  BOOST_REQUIRE(map.harmonic_blocks_size() == 6);
  for (int i = 0; i < 6; ++i) {
    BOOST_TEST(map.harmonic_blocks(i).address() == 0x0192 + i * 124);
    BOOST_TEST(map.harmonic_blocks(i).first_order() == 2);
    BOOST_TEST(map.harmonic_blocks(i).last_order() == 63);
    BOOST_TEST(map.harmonic_blocks(i).confidence() == v1::CONFIDENCE_UNCERTAIN);
  }
  BOOST_TEST(0x0192 + 6 * 124 == 0x0479 + 1);
  BOOST_TEST(map.maximum_registers() == 60);
  BOOST_TEST(map.even_only());
}

BOOST_AUTO_TEST_CASE(the_example_signals_have_the_power_that_their_comments_say) {
  // Sum of U I cos(phi_u - phi_i) over phases and orders.
  const auto power = [](const char* file) {
    const auto recipe =
        recipe_from(right(load_scenario(project / "scenarios/signals" / file)).message.scenario());
    BOOST_REQUIRE(recipe.has_value());
    double sum = 0;
    for (std::size_t p = 0; p < phase_count; ++p) {
      for (const auto& u : recipe->voltage.at(p).components) {
        for (const auto& i : recipe->current.at(p).components) {
          if (u.order == i.order)
            sum += u.rms.in(volt)*i.rms.in(ampere)*std::cos((u.phase - i.phase).in(radian));
        }
      }
    }
    return sum;
  };
  BOOST_TEST(power("three-phase-230v-5a.yaml") == 1725.0, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(power("three-phase-230v-5a-harmonics.yaml") == 3588.0,
             boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_SUITE_END()
