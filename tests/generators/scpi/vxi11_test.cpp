// SPDX-License-Identifier: GPL-3.0-or-later
// An instrument behind VXI-11, reached through liblxi.
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <iostream>
#include <memory>
#include <string>

#include "../../end-to-end/process.h"
#include "meterrig/scpi/conversation.h"

using namespace meterrig;
using namespace meterrig::scpi;

namespace {

constexpr Duration timeout = millisecond(400);

ConversationRules rules() {
  return {.line_end = LineEnd::lf,
          .answer_timeout = timeout,
          .longest_reply = 256,
          .identity_query = "*IDN?"};
}

/// The instrument inst0, where this user may serve the port mapper's port.
struct Instrument {
  Instrument()
      : process({"python3", METERRIG_VXI11_INSTRUMENT, "inst0"}, folder.path(), folder / "output") {
    for (int i = 0; i < 500 && process.output().find("ready") == std::string::npos; ++i)
      if (process.wait_for(std::chrono::milliseconds(10))) break;
    there = process.running() && process.output().find("ready") != std::string::npos;
    if (!there) std::cout << "SKIPPED: VXI-11: " << process.output() << "\n";
  }
  test::TemporaryFolder folder;
  test::Process process;
  bool there = false;
};

Result<std::unique_ptr<Conversation>> converse(const std::string& name) {
  return converse_over_lxi({.host = "127.0.0.1", .name = name}, rules());
}

std::string asked(Conversation& conversation, std::string_view query) {
  const auto reply = conversation.ask(query, timeout);
  return reply ? *reply : std::string(name(reply.error().code));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(vxi11)

BOOST_AUTO_TEST_CASE(commands_and_queries_reach_a_device_by_its_name) {
  const Instrument instrument;
  if (!instrument.there) return;
  auto conversation = converse("inst0");
  BOOST_REQUIRE_MESSAGE(conversation.has_value(),
                        (conversation ? "" : conversation.error().message));
  Conversation& it = **conversation;
  BOOST_TEST(asked(it, "*IDN?") == "maker,notebook,1,2");
  BOOST_TEST(it.send("A 5").has_value());
  BOOST_TEST(asked(it, "B?") == "A 5 to B?");
  BOOST_TEST(it.statistics().queries == 2);
  // One that is not answered, and the next finds back.
  BOOST_TEST(asked(it, "SLEEP?") == "DEADLINE_EXCEEDED");
  BOOST_TEST(asked(it, "C?") == "A 5 to C?");
}

BOOST_AUTO_TEST_CASE(another_name_and_nobody_are_no_connection) {
  {
    const Instrument instrument;
    if (!instrument.there) return;
    // liblxi takes the refusal of the name for a connection; nothing comes of it all the same.
    auto other = converse("gpib0,18");
    if (other) BOOST_TEST(asked(**other, "A?") != "nothing to A?");
  }
  const auto nobody = converse("inst0");
  BOOST_REQUIRE(!nobody.has_value());
  BOOST_TEST((nobody.error().code == ErrorCode::unavailable), nobody.error().message);
}

BOOST_AUTO_TEST_SUITE_END()
