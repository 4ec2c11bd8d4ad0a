// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/mutants/mutate.h"

#include <google/protobuf/util/message_differencer.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "meterrig/loader/load.h"
#include "meterrig/loader/together.h"
#include "meterrig/twin/twin.h"

using namespace meterrig;
using namespace meterrig::mutants;
namespace fs = std::filesystem;

namespace {

const fs::path root = METERRIG_SOURCE;

template <class Message>
loader::Loaded<Message> take(loader::LoadResult<Message> loaded) {
  BOOST_REQUIRE_MESSAGE(loaded.has_value(), (loaded ? "" : loader::to_string(loaded.error())));
  return std::move(*loaded);
}

const MadeMeter& shipped() {
  static const MadeMeter meter{
      .device = take(loader::load_device(root / "dut/profiles/smart-x96-5a.yaml")).message.device(),
      .twin = take(loader::load_twin(root / "dut/profiles/smart-x96-5a.twin.yaml")).message.twin()};
  return meter;
}

v1::Mutant mutant(const std::string& change) {
  const std::string yaml =
      "mutants:\n  - id: m\n    title: t\n    physics: p\n"
      "    size: {unit: \"%\", mild: 0, severe: 100, typical: 1}\n    changes:\n"
      "      - {parameter: twin.creep_threshold, add: 0}\n      - " +
      change + "\n    expectations: [{suite: s, because: b}]\n";
  return take(loader::parse_mutants(yaml, "m.yaml")).message.mutants(0);
}

MadeMeter made(const std::string& change, double size = 1) {
  auto meter = mutate(mutant(change), size, shipped());
  BOOST_REQUIRE_MESSAGE(meter.has_value(), (meter ? "" : meter.error().message));
  return std::move(*meter);
}

std::string refusal(const std::string& change, double size = 1) {
  const auto meter = mutate(mutant(change), size, shipped());
  BOOST_REQUIRE(!meter.has_value());
  return meter.error().message;
}

bool holds(const std::string& text, const std::string& part) {
  BOOST_TEST_CONTEXT(text) BOOST_TEST((text.find(part) != std::string::npos), part);
  return text.find(part) != std::string::npos;
}

std::vector<loader::Loaded<v1::MutantFile>> shipped_files() {
  std::vector<loader::Loaded<v1::MutantFile>> files;
  for (const auto& entry : fs::directory_iterator(root / "scenarios/mutants"))
    files.push_back(take(loader::load_mutants(entry.path())));
  return files;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(test_mutate)

BOOST_AUTO_TEST_CASE(a_size_is_added_set_or_scales) {
  const auto gains =
      made("{parameter: 'twin.front_end.current[*].gain', add: -2}", 0.5).twin.front_end();
  BOOST_TEST(gains.current(0).gain() == 0.01 - 1);
  BOOST_TEST(gains.current(1).gain() == 0.02 - 1);
  BOOST_TEST(gains.current(2).gain() == -0.015 - 1);
  BOOST_TEST(gains.voltage(0).gain() == 0.02);
  const auto one = made("{parameter: 'twin.front_end.voltage[1].gain', set: 3}", 0.5).twin;
  BOOST_TEST(one.front_end().voltage(1).gain() == 1.5);
  BOOST_TEST(one.front_end().voltage(0).gain() == 0.02);
  const auto scaled = made("{parameter: 'device.pulse_outputs[S0-2].constant', scale: 1}", 2);
  BOOST_TEST(scaled.device.pulse_outputs(1).constant() == 3264,
             boost::test_tools::tolerance(1e-12));
  BOOST_TEST(scaled.device.pulse_outputs(0).constant() == 100);
}

BOOST_AUTO_TEST_CASE(values_are_read_as_in_the_profile) {
  BOOST_TEST(made("{parameter: twin.creep_threshold, value: 20 mA}").twin.creep_threshold() ==
             0.02);
  BOOST_TEST(
      made("{parameter: twin.front_end.adc_bits, set: 1}", 9.4).twin.front_end().adc_bits() == 9);
  const std::string name = "active_energy_import.total";
  const auto meter =
      made("{parameter: 'device.modbus.registers[" + name + "].word_order', value: low_first}");
  int changed = 0;
  for (const v1::Register& entry : meter.device.modbus().registers()) {
    if (entry.word_order() != v1::WORD_ORDER_LOW_FIRST) continue;
    BOOST_TEST(entry.quantity() == name);
    ++changed;
  }
  BOOST_TEST(changed == 1);
}

BOOST_AUTO_TEST_CASE(lists_grow_and_messages_are_cleared) {
  const auto wired = made("{parameter: 'twin.front_end.current_wiring[0]', value: '-2'}").twin;
  BOOST_REQUIRE(wired.front_end().current_wiring_size() == 1);
  BOOST_TEST(wired.front_end().current_wiring(0) == -2);
  BOOST_TEST(made("{parameter: twin.front_end.current_transformer, clear: true}")
                 .twin.front_end()
                 .current_transformer_size() == 0);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_made_is_refused_by_name) {
  holds(refusal("{parameter: twin.front_end.curent, add: 1}"),
        "mutant m: twin.front_end.curent: there is no field 'curent'; expected one of sample_rate");
  holds(refusal("{parameter: 'twin.front_end.current[7].gain', add: 1}"), "none is [7]");
  holds(refusal("{parameter: 'device.modbus.registers[nothing].scale', add: 1}"),
        "none is [nothing]");
  holds(refusal("{parameter: 'twin.front_end.current[*].gain', add: 1}", 60),
        "60.01 %; expected -50 % to 50 %");
  holds(refusal("{parameter: twin.creep_threshold, value: 20 mV}"), "20 mV");
  holds(refusal("{parameter: 'device.pulse_outputs[*].energy', value: sideways}"), "'sideways'");
  holds(refusal("{parameter: twin.front_end, add: 1}"), "no single value");
  holds(refusal("{parameter: 'twin.front_end.current[*', add: 1}"), "unclosed bracket");
  holds(refusal("{parameter: twin.front_end..x, add: 1}"), "a field without a name");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(test_shipped_mutants)

BOOST_AUTO_TEST_CASE(there_are_at_least_forty_each_once_and_for_the_main_suite) {
  std::set<std::string> names;
  for (const auto& file : shipped_files()) {
    for (const v1::Mutant& each : file.message.mutants()) {
      BOOST_TEST(names.insert(each.id()).second, each.id());
      bool declared = false;
      for (const v1::MutantExpectation& expectation : each.expectations())
        declared = declared || expectation.suite() == "iec-62053-22-0.5s";
      BOOST_TEST(declared, each.id());
    }
  }
  BOOST_TEST(names.size() >= 40);
}

BOOST_AUTO_TEST_CASE(each_fits_the_suites_that_it_names) {
  std::set<std::string> suites;
  for (const auto& file : shipped_files()) {
    for (const v1::Mutant& each : file.message.mutants())
      for (const v1::MutantExpectation& expectation : each.expectations())
        suites.insert(expectation.suite());
  }
  for (const std::string& name : suites) {
    const auto suite = take(loader::load_suite(root / "scenarios/suites" / (name + ".yaml")));
    for (const auto& file : shipped_files())
      BOOST_TEST(loader::to_string(loader::check_mutants(file, suite)) == "");
  }
}

// At either end of its range too; only the mildest may be the meter that it began with.
BOOST_AUTO_TEST_CASE(each_can_be_built_at_every_size) {
  for (const auto& file : shipped_files()) {
    for (const v1::Mutant& each : file.message.mutants()) {
      std::vector<std::optional<double>> sizes{std::nullopt};
      if (each.has_size())
        sizes = {each.size().mild(), each.size().typical(), each.size().severe()};
      for (const std::optional<double> size : sizes) {
        BOOST_TEST_CONTEXT(each.id() << " of " << size.value_or(0)) {
          const auto meter = mutate(each, size, shipped());
          BOOST_TEST_REQUIRE(meter.has_value(), (meter ? "" : meter.error().message));
          using google::protobuf::util::MessageDifferencer;
          const bool mildest = each.has_size() && size == each.size().mild();
          BOOST_TEST((mildest || !(MessageDifferencer::Equals(meter->device, shipped().device) &&
                                   MessageDifferencer::Equals(meter->twin, shipped().twin))));
          const auto twin = twin::Twin::create(meter->device, meter->twin, "00",
                                               twin::factory_line(shipped().device.modbus()));
          BOOST_TEST(twin.has_value(), (twin ? "" : twin.error().message));
        }
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
