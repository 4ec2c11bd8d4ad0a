// SPDX-License-Identifier: GPL-3.0-or-later
#include "shipped_inputs.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "meterrig/loader/together.h"

namespace meterrig::test {
namespace {

const std::filesystem::path root = METERRIG_SOURCE;

template <class Message>
loader::Loaded<Message> take(loader::LoadResult<Message> loaded) {
  BOOST_REQUIRE_MESSAGE(loaded.has_value(), (loaded ? "" : loader::to_string(loaded.error())));
  return std::move(*loaded);
}

}  // namespace

std::string shipped_suite(const std::string& name) {
  std::ifstream file(root / "scenarios/suites" / (name + ".yaml"));
  return {std::istreambuf_iterator<char>(file), {}};
}

campaign::Inputs shipped_inputs(const std::string& suite) {
  campaign::Inputs inputs{
      .device = take(loader::load_device(root / "dut/profiles/smart-x96-5a.yaml")),
      .suites = {},
      .standards = {},
      .bench = take(loader::load_bench(root / "rig/benches/simulated.yaml")),
      .order = {}};
  inputs.suites.push_back(
      take(loader::parse_suite(suite.empty() ? shipped_suite() : suite, "suite.yaml")));
  inputs.standards.push_back(
      take(loader::load_standard(root / "scenarios/standards/iec-62053-22-2020.yaml")));
  return inputs;
}

campaign::Inputs inputs_for_suite(const std::string& id) {
  campaign::Inputs inputs = shipped_inputs();
  inputs.suites.front() = take(loader::load_suite(root / "scenarios/suites" / (id + ".yaml")));
  const std::string standard = inputs.suites.front().message.suite().standard();
  inputs.standards.front() =
      take(loader::load_standard(root / "scenarios/standards" / (standard + ".yaml")));
  BOOST_TEST(loader::to_string(
                 loader::check_suite(inputs.suites.front(), inputs.standards.front())) == "");
  return inputs;
}

campaign::Inputs inputs_of(const std::string& suite, const Meter& meter) {
  campaign::Inputs inputs = inputs_for_suite(suite);
  v1::Ratings& ratings = *inputs.device.message.mutable_device()->mutable_ratings();
  ratings.set_nominal_current(meter.nominal);
  ratings.set_maximum_current(meter.maximum);
  ratings.set_transformer_operated(meter.transformer);
  ratings.clear_accuracy_classes();
  ratings.add_accuracy_classes(meter.accuracy_class);
  ratings.clear_reactive_accuracy_classes();
  ratings.add_reactive_accuracy_classes(meter.accuracy_class);
  return inputs;
}

campaign::Plan plan_of(const campaign::Inputs& inputs, const campaign::PlanOptions& options) {
  const auto plan = campaign::expand(inputs, options);
  BOOST_REQUIRE_MESSAGE(plan.has_value(), (plan ? "" : loader::to_string(plan.error())));
  return *plan;
}

const v1::PlannedPoint& point(const campaign::Plan& plan, const std::string& id) {
  const auto found =
      std::find_if(plan.begin(), plan.end(), [&](const auto& p) { return p.id() == id; });
  BOOST_REQUIRE_MESSAGE(found != plan.end(), id);
  return *found;
}

}  // namespace meterrig::test
