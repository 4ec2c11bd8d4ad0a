// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/safety/interlocks.h"

#include <boost/test/unit_test.hpp>
#include <fstream>

#include "../ports/scratch_folder.h"

namespace meterrig::safety {
namespace {

Interlocks opened(const ScratchFolder& folder) {
  auto interlocks = Interlocks::open(folder / "interlocks", {"door", "stop"});
  BOOST_REQUIRE_MESSAGE(interlocks.has_value(), (interlocks ? "" : interlocks.error().message));
  return std::move(*interlocks);
}

void acknowledge_all(Interlocks& interlocks) {
  for (const auto& state : interlocks.states())
    BOOST_TEST(interlocks.acknowledge(state.name, "A. Person").has_value());
}

BOOST_AUTO_TEST_SUITE(interlocks)

BOOST_AUTO_TEST_CASE(a_new_bench_waits_for_every_one_to_be_acknowledged) {
  const ScratchFolder folder;
  Interlocks interlocks = opened(folder);
  const auto before = interlocks.check();
  BOOST_TEST_REQUIRE(!before.has_value());
  for (const char* name : {"start", "read-back", "door", "stop"})
    BOOST_TEST(before.error().message.find(name) != std::string::npos, name);
  acknowledge_all(interlocks);
  BOOST_TEST(interlocks.check().has_value());
}

BOOST_AUTO_TEST_CASE(an_open_door_latches_until_it_is_shut_and_a_person_says_so) {
  const ScratchFolder folder;
  Interlocks interlocks = opened(folder);
  acknowledge_all(interlocks);
  BOOST_TEST(interlocks.set_level("door", false).has_value());
  BOOST_TEST(!interlocks.check().has_value());
  // It acts on the level: while the door is open no acknowledgement helps.
  const auto early = interlocks.acknowledge("door", "A. Person");
  BOOST_TEST_REQUIRE(!early.has_value());
  BOOST_TEST((early.error().code == ErrorCode::failed_precondition));
  BOOST_TEST(interlocks.set_level("door", true).has_value());
  BOOST_TEST(!interlocks.check().has_value());
  const auto nobody = interlocks.acknowledge("door", "  ");
  BOOST_TEST_REQUIRE(!nobody.has_value());
  BOOST_TEST((nobody.error().code == ErrorCode::invalid_argument));
  BOOST_TEST(!interlocks.check().has_value());
  BOOST_TEST(interlocks.acknowledge("door", "A. Person").has_value());
  BOOST_TEST(interlocks.check().has_value());
}

BOOST_AUTO_TEST_CASE(a_restart_forgets_nothing_and_must_itself_be_acknowledged) {
  const ScratchFolder folder;
  {
    Interlocks interlocks = opened(folder);
    acknowledge_all(interlocks);
    BOOST_TEST(interlocks.set_level("stop", false).has_value());
    BOOST_TEST(interlocks.set_level("stop", true).has_value());
  }
  Interlocks interlocks = opened(folder);
  const auto kept = interlocks.check();
  BOOST_TEST_REQUIRE(!kept.has_value());
  BOOST_TEST(kept.error().message.find("start") != std::string::npos);
  BOOST_TEST(kept.error().message.find("stop") != std::string::npos);
  BOOST_TEST(kept.error().message.find("door") == std::string::npos, kept.error().message);
}

BOOST_AUTO_TEST_CASE(an_unknown_name_and_names_that_are_none_are_refused) {
  const ScratchFolder folder;
  Interlocks interlocks = opened(folder);
  const auto unknown = interlocks.set_level("window", false);
  BOOST_TEST_REQUIRE(!unknown.has_value());
  BOOST_TEST((unknown.error().code == ErrorCode::not_found));
  BOOST_TEST(unknown.error().message.find("door") != std::string::npos);
  for (const std::vector<std::string>& names :
       {std::vector<std::string>{""}, {"a b"}, {"door", "door"}, {"start"}}) {
    const auto refused = Interlocks::open(folder / "others", names);
    BOOST_TEST_REQUIRE(!refused.has_value());
    BOOST_TEST((refused.error().code == ErrorCode::invalid_argument));
  }
}

BOOST_AUTO_TEST_CASE(a_damaged_file_is_not_guessed_at) {
  const ScratchFolder folder;
  for (const char* text : {"door\n", "door maybe\n", "door clear\nstop\n", "\n"}) {
    std::ofstream(folder / "interlocks") << text;
    const auto damaged = Interlocks::open(folder / "interlocks", {"door"});
    BOOST_TEST_REQUIRE(!damaged.has_value(), text);
    BOOST_TEST((damaged.error().code == ErrorCode::data_loss));
  }
}

BOOST_AUTO_TEST_CASE(where_nothing_can_be_written_everything_is_latched_at_the_next_start) {
  const ScratchFolder folder;
  {
    Interlocks interlocks = opened(folder);
    acknowledge_all(interlocks);
    // As on a full disk: the draft cannot be written.
    std::filesystem::create_directory(folder / "interlocks.new");
    BOOST_TEST(!interlocks.set_level("door", false).has_value());
    BOOST_TEST(!interlocks.check().has_value());
  }
  std::filesystem::remove(folder / "interlocks.new");
  Interlocks interlocks = opened(folder);
  const auto kept = interlocks.check();
  BOOST_TEST_REQUIRE(!kept.has_value());
  BOOST_TEST(kept.error().message.find("door") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace meterrig::safety
