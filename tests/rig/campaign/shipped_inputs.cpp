// SPDX-License-Identifier: GPL-3.0-or-later
#include "shipped_inputs.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

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

}  // namespace meterrig::test
