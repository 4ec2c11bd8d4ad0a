// SPDX-License-Identifier: GPL-3.0-or-later
// Mutants in a suite of a few rows, on simulated meters: what finds which.
#include "meterrig/mutants/study.h"

#include <stdlib.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "meterrig/loader/load.h"
#include "shipped_inputs.h"
#include "tariff_device.h"

using namespace meterrig;
using namespace meterrig::mutants;
namespace fs = std::filesystem;

namespace {

const fs::path root = METERRIG_SOURCE;

// Some points of each test of the suite.
const std::vector<std::string> few{"no-load",
                                   "starting/export",
                                   "balanced/import/0.01In",
                                   "balanced/import/0.5In/0.5i",
                                   "balanced/export/In/1",
                                   "balanced/import/In/1",
                                   "single-phase/import/In/1",
                                   "load-difference",
                                   "meter-constant"};

struct Scratch {
  Scratch() {
    std::string name = (fs::temp_directory_path() / "mutants-XXXXXX").string();
    BOOST_REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  fs::path path;
};

v1::Mutant shipped_mutant(const std::string& id) {
  for (const auto& entry : fs::directory_iterator(root / "scenarios/mutants")) {
    const auto file = loader::load_mutants(entry.path());
    BOOST_REQUIRE(file.has_value());
    for (const v1::Mutant& mutant : file->message.mutants())
      if (mutant.id() == id) return mutant;
  }
  BOOST_FAIL("no mutant " + id);
  return {};
}

v1::MutantStudy tried_in(const std::string& suite, const std::vector<std::string>& only,
                         const std::vector<v1::Mutant>& mutants, StudySettings settings = {},
                         const std::vector<std::pair<double, int>>& tariffs = {}) {
  campaign::Inputs inputs = test::inputs_for_suite(suite);
  if (!tariffs.empty()) test::add_tariffs(*inputs.device.message.mutable_device(), tariffs);
  const auto bench = loader::load_bench(root / "rig/benches/in-process.yaml");
  const auto twin = loader::load_twin(root / "dut/profiles/smart-x96-5a.twin.yaml");
  BOOST_REQUIRE(bench && twin);
  inputs.bench = *bench;
  const MadeMeter meter{.device = inputs.device.message.device(), .twin = twin->message.twin()};
  const Scratch scratch;
  settings.scratch = scratch.path;
  settings.jobs = 2;
  const auto found =
      study(inputs, test::plan_of(inputs, {.only = only, .repeat = 1}), meter, mutants, settings);
  BOOST_REQUIRE_MESSAGE(found.has_value(), (found ? "" : found.error().message));
  BOOST_TEST(fs::is_empty(scratch.path));
  return *found;
}

v1::MutantStudy tried(const std::vector<v1::Mutant>& mutants, StudySettings settings = {}) {
  return tried_in("iec-62053-22-0.5s", few, mutants, std::move(settings));
}

std::set<std::string> finders(const v1::MutantStudy& study, const v1::MutantResult& result) {
  std::set<std::string> tests;
  for (int i = 0; i < result.cells_size(); ++i)
    if (result.cells(i).failed() > 0) tests.insert(study.columns(i).test());
  return tests;
}

using Tests = std::set<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(test_study)

BOOST_AUTO_TEST_CASE(a_mutant_is_found_by_exactly_the_rows_that_its_physics_reaches) {
  const std::vector<std::pair<std::string, Tests>> expected{
      {"gain-current-all", {"balanced", "single-phase"}},
      {"ct-phase-all", {"balanced"}},
      {"ct-reversed-l2", {"starting", "meter-constant"}},
      {"creep-threshold-high", {"starting"}},
      {"accumulator-float32", {"meter-constant"}},
      {"register-one-phase", {"meter-constant"}},
      {"voltage-clipped", {}},
      {"offset-taken-out", {}},
  };
  std::vector<v1::Mutant> mutants;
  for (const auto& [id, tests] : expected) mutants.push_back(shipped_mutant(id));
  // Only directions that the points above have.
  const v1::MutantStudy study = tried(mutants);
  BOOST_TEST(study.without_defect().runs() == 1);
  BOOST_TEST(study.without_defect().alarms() == 0);
  BOOST_REQUIRE(study.mutants_size() == static_cast<int>(expected.size()));
  for (int i = 0; i < study.mutants_size(); ++i) {
    const auto& [id, tests] = expected[static_cast<std::size_t>(i)];
    BOOST_TEST_CONTEXT(id) {
      BOOST_TEST(study.mutants(i).id() == id);
      BOOST_TEST(finders(study, study.mutants(i)) == tests, boost::test_tools::per_element());
      BOOST_TEST(study.mutants(i).verdict() ==
                 (tests.empty() ? v1::MUTANT_VERDICT_NOT_SEEN : v1::MUTANT_VERDICT_CAUGHT));
    }
  }
  BOOST_TEST(is_good(study));
}

// Points by pulses see none of them: active energy is not made of what is shown.
BOOST_AUTO_TEST_CASE(what_is_wrong_with_harmonics_is_found_by_the_tests_that_have_such_harmonics) {
  const std::vector<std::pair<std::string, Tests>> expected{
      {"harmonic-fifth-wrong", {"sweep", "small", "mixes", "all"}},
      {"harmonics-to-50", {"sweep", "small", "all"}},
      {"distortion-of-rms", {"mixes"}},
      {"filter-cuts-harmonics", {"sweep", "small", "mixes", "all"}}};
  std::vector<v1::Mutant> mutants;
  for (const auto& [id, tests] : expected) mutants.push_back(shipped_mutant(id));
  const v1::MutantStudy study =
      tried_in("iec-61557-12-harmonics-1",
               {"sweep/61557.Uh-1/h5", "sweep/61557.Uh-1/h50", "sweep/61557.Uh-1/h51",
                "small/61557.Ih-1-low/h5", "small/61557.Uh-1-low/h63", "mixes", "all"},
               mutants);
  BOOST_TEST(study.without_defect().alarms() == 0);
  for (int i = 0; i < study.mutants_size(); ++i) {
    BOOST_TEST_CONTEXT(study.mutants(i).id()) {
      BOOST_TEST(finders(study, study.mutants(i)) == expected[static_cast<std::size_t>(i)].second,
                 boost::test_tools::per_element());
      BOOST_TEST(study.mutants(i).verdict() == v1::MUTANT_VERDICT_CAUGHT);
    }
  }
  BOOST_TEST(is_good(study));
}

// 5 s are allowed. After booting for 3 s comes a window of 1 s, and a pulse within 0.3 s at Imax.
BOOST_AUTO_TEST_CASE(a_meter_that_boots_for_long_is_found_by_its_start_up) {
  StudySettings settings;
  settings.smallest = true;
  settings.bisections = 6;
  const v1::MutantStudy study = tried_in("iec-62053-22-0.5s-type-test", {"start-up"},
                                         {shipped_mutant("boot-slow")}, settings);
  BOOST_TEST(study.without_defect().alarms() == 0);
  BOOST_TEST(study.mutants(0).verdict() == v1::MUTANT_VERDICT_CAUGHT);
  BOOST_REQUIRE(study.mutants(0).has_smallest_caught());
  BOOST_TEST(study.mutants(0).smallest_caught() > 3.5);
  BOOST_TEST(study.mutants(0).smallest_caught() < 4.9);
}

BOOST_AUTO_TEST_CASE(tariffs_that_switch_a_minute_late_are_found) {
  StudySettings settings;
  settings.smallest = true;
  settings.bisections = 5;
  const v1::MutantStudy study =
      tried_in("iec-62053-22-0.5s-type-test", {"tariff"}, {shipped_mutant("tariff-late")}, settings,
               {{0, 1}, {40, 2}, {140, 1}});
  BOOST_TEST(study.without_defect().alarms() == 0);
  BOOST_TEST(study.mutants(0).verdict() == v1::MUTANT_VERDICT_CAUGHT);
  BOOST_REQUIRE(study.mutants(0).has_smallest_caught());
  BOOST_TEST(study.mutants(0).smallest_caught() > 4.8);
  BOOST_TEST(study.mutants(0).largest_missed() < 5.2);
}

// No size: the perfect meter under another name. The border of a gain: where its own error in the
// worst row, at most 0.1 %, and the gain make 0.5 %.
BOOST_AUTO_TEST_CASE(of_no_size_it_is_not_found_and_the_smallest_size_is_that_of_the_limit) {
  v1::Mutant nothing = shipped_mutant("gain-current-all");
  nothing.mutable_size()->set_mild(0);
  nothing.mutable_size()->set_typical(0);
  nothing.mutable_expectations(0)->clear_exceeds();
  StudySettings settings;
  settings.seeds = 0;
  const v1::MutantStudy missed = tried({nothing}, settings);
  BOOST_TEST(missed.mutants(0).failed_points_size() == 0);
  BOOST_TEST(missed.mutants(0).verdict() == v1::MUTANT_VERDICT_MISSED);
  BOOST_TEST(!is_good(missed));
  BOOST_TEST(missed.without_defect().runs() == 0);

  settings.smallest = true;
  settings.bisections = 6;
  const v1::MutantStudy found = tried({shipped_mutant("gain-current-all")}, settings);
  BOOST_REQUIRE(found.mutants(0).has_smallest_caught());
  BOOST_REQUIRE(found.mutants(0).has_largest_missed());
  BOOST_TEST(found.mutants(0).smallest_caught() > 0.4);
  BOOST_TEST(found.mutants(0).smallest_caught() < 0.6);
  BOOST_TEST(found.mutants(0).largest_missed() < found.mutants(0).smallest_caught());
}

BOOST_AUTO_TEST_CASE(a_mutant_that_cannot_be_made_ends_the_study_before_anything_is_run) {
  v1::Mutant wrong = shipped_mutant("gain-current-all");
  wrong.mutable_changes(0)->set_parameter("twin.front_end.curent[*].gain");
  campaign::Inputs inputs = test::inputs_for_suite("iec-62053-22-0.5s");
  const auto twin = loader::load_twin(root / "dut/profiles/smart-x96-5a.twin.yaml");
  BOOST_REQUIRE(twin.has_value());
  StudySettings settings;
  settings.scratch = "/nowhere";
  const auto found = study(inputs, test::plan_of(inputs),
                           {.device = inputs.device.message.device(), .twin = twin->message.twin()},
                           {wrong}, settings);
  BOOST_REQUIRE(!found.has_value());
  BOOST_TEST(found.error().message.find("gain-current-all") != std::string::npos);
  BOOST_TEST(found.error().message.find("curent") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
