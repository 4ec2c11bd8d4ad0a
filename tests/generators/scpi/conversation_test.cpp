// SPDX-License-Identifier: GPL-3.0-or-later
// Conversations over every line against a simulated instrument, with every fault of the line.
#include "meterrig/scpi/conversation.h"

#include <boost/test/unit_test.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "meterrig/ports/clock.h"
#include "meterrig/ports/loopback_listener.h"
#include "meterrig/ports/pseudo_terminal.h"
#include "meterrig/scpi_simulator/faults.h"
#include "meterrig/scpi_simulator/serve.h"

using namespace meterrig;
using namespace meterrig::scpi;
using simulator::Fault;
using simulator::Faults;

namespace {

constexpr Duration timeout = millisecond(200);

/// Answers "X?" with what X was set to by "X value"; the identity with a constant.
class Notebook final : public simulator::ServedInstrument {
 public:
  explicit Notebook(LineEnd end) : end_(end) {}
  [[nodiscard]] LineEnd line_end() const override { return end_; }
  std::optional<std::string> answer(std::string_view line) override {
    if (line == "*IDN?") return "maker,notebook,1,2";
    if (line.ends_with('?')) return value_ + " to " + std::string(line);
    value_ = line;
    return std::nullopt;
  }

 private:
  LineEnd end_;
  std::string value_ = "nothing";
};

ConversationRules rules(LineEnd end, bool with_identity = true) {
  return {.line_end = end,
          .answer_timeout = timeout,
          .pause = second(0),
          .longest_reply = 64,
          .identity_query = with_identity ? "*IDN?" : ""};
}

/// A notebook on one sort of line, and a conversation with it.
struct Setup {
  std::shared_ptr<Faults> faults = std::make_shared<Faults>();
  std::optional<ports::PseudoTerminal> terminal;
  std::unique_ptr<simulator::Server> server;
  std::unique_ptr<Conversation> conversation;
  bool can_disconnect = true;
};

using MakeSetup = std::function<Setup(const ConversationRules&)>;

Setup over_tcp(const ConversationRules& how) {
  Setup made;
  made.server =
      simulator::serve_tcp("127.0.0.1:0", std::make_shared<Notebook>(how.line_end), made.faults)
          .value();
  made.conversation = converse_over_tcp("127.0.0.1", made.server->port(), how).value();
  return made;
}

Setup over_pty(const ConversationRules& how) {
  Setup made;
  made.terminal = ports::PseudoTerminal::create().value();
  const ports::SerialSettings settings{.baud_rate = 921'600};
  made.server = simulator::serve_line(made.terminal->descriptor(), settings,
                                      std::make_shared<Notebook>(how.line_end), made.faults)
                    .value();
  made.conversation = converse_over_serial(made.terminal->path(), settings, how).value();
  made.can_disconnect = false;
  return made;
}

Setup over_lxi(const ConversationRules& how) {
  Setup made;
  made.server =
      simulator::serve_tcp("127.0.0.1:0", std::make_shared<Notebook>(how.line_end), made.faults)
          .value();
  const LxiAddress address{
      .host = "127.0.0.1", .port = made.server->port(), .name = {}, .protocol = LxiProtocol::raw};
  made.conversation = converse_over_lxi(address, how).value();
  return made;
}

std::string asked(Setup& setup, std::string_view query) {
  const auto reply = setup.conversation->ask(query, timeout);
  return reply ? *reply : std::string(name(reply.error().code));
}

void converses(const MakeSetup& make) {
  for (const LineEnd end : {LineEnd::lf, LineEnd::cr, LineEnd::cr_lf}) {
    Setup setup = make(rules(end));
    BOOST_TEST(asked(setup, "*IDN?") == "maker,notebook,1,2");
    BOOST_TEST(setup.conversation->send("A 5").has_value());
    BOOST_TEST(asked(setup, "B?") == "A 5 to B?");
    BOOST_TEST(setup.conversation->statistics().queries == 2);
    BOOST_TEST(setup.conversation->statistics().commands == 1);
    BOOST_TEST(setup.conversation->statistics().timeouts == 0);
  }
}

/// The reply to a query is never that of an earlier one, whatever became of that.
void finds_back(const MakeSetup& make, bool with_identity) {
  Setup setup = make(rules(LineEnd::lf, with_identity));
  if (with_identity) BOOST_TEST(asked(setup, "*IDN?") == "maker,notebook,1,2");
  BOOST_TEST(setup.conversation->send("V").has_value());
  // The first line after each fault is that of the query; what finds back follows.
  setup.faults->at(1, {.sort = Fault::Sort::late, .delay = 1.5 * timeout});
  BOOST_TEST(asked(setup, "LATE?") == "DEADLINE_EXCEEDED");
  BOOST_TEST(asked(setup, "C1?") == "V to C1?");
  BOOST_TEST(setup.conversation->statistics().late_replies == 1);
  BOOST_TEST(setup.conversation->statistics().timeouts == 1);
  setup.faults->at(1, {.sort = Fault::Sort::lost});
  BOOST_TEST(asked(setup, "LOST?") == "DEADLINE_EXCEEDED");
  BOOST_TEST(asked(setup, "C2?") == "V to C2?");
  BOOST_TEST(setup.conversation->statistics().late_replies == 1);
  setup.faults->at(1, {.sort = Fault::Sort::garbage});
  BOOST_TEST(asked(setup, "GARBAGE?") == "DATA_LOSS");
  BOOST_TEST(asked(setup, "C3?") == "V to C3?");
  setup.faults->at(1, {.sort = Fault::Sort::over_long});
  BOOST_TEST(asked(setup, "LONG?") == "DATA_LOSS");
  BOOST_TEST(asked(setup, "C4?") == "V to C4?");
  BOOST_TEST(setup.conversation->statistics().refused_replies >= 2);
  if (!setup.can_disconnect) return;
  setup.faults->at(1, {.sort = Fault::Sort::disconnect});
  BOOST_TEST(asked(setup, "GONE?") == "UNAVAILABLE");
  BOOST_TEST(asked(setup, "C5?") == "V to C5?");
  BOOST_TEST(setup.conversation->statistics().reconnections == 1);
}

/// The identity is late itself, and twice: it is not taken for the one that finds back.
void finds_back_from_a_late_identity(const MakeSetup& make) {
  Setup setup = make(rules(LineEnd::lf));
  BOOST_TEST(asked(setup, "*IDN?") == "maker,notebook,1,2");
  setup.faults->at(1, {.sort = Fault::Sort::late, .delay = 1.5 * timeout});
  BOOST_TEST(asked(setup, "*IDN?") == "DEADLINE_EXCEEDED");
  for (const char* query : {"A?", "B?", "C?"})
    BOOST_TEST(asked(setup, query) == "nothing to " + std::string(query));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(conversation)

BOOST_AUTO_TEST_CASE(over_tcp_it_converses) { converses(over_tcp); }
BOOST_AUTO_TEST_CASE(over_a_serial_line_it_converses) { converses(over_pty); }
BOOST_AUTO_TEST_CASE(over_lxi_raw_it_converses) { converses(over_lxi); }

BOOST_AUTO_TEST_CASE(over_tcp_it_finds_back_by_the_identity) { finds_back(over_tcp, true); }
BOOST_AUTO_TEST_CASE(over_tcp_it_finds_back_by_silence) { finds_back(over_tcp, false); }
BOOST_AUTO_TEST_CASE(over_a_serial_line_it_finds_back) { finds_back(over_pty, true); }
BOOST_AUTO_TEST_CASE(over_lxi_raw_it_finds_back) { finds_back(over_lxi, true); }
BOOST_AUTO_TEST_CASE(an_identity_that_is_late_itself_does_not_confuse_it) {
  finds_back_from_a_late_identity(over_tcp);
}

BOOST_AUTO_TEST_CASE(what_comes_unasked_is_discarded_and_counted) {
  Setup setup = over_tcp(rules(LineEnd::lf));
  BOOST_TEST(setup.conversation->send("A?").has_value());  // answered, and nobody listens
  ports::MonotonicClock clock;
  clock.sleep_until(clock.now() + millisecond(100));
  BOOST_TEST(asked(setup, "B?") == "nothing to B?");
  BOOST_TEST(setup.conversation->statistics().late_replies == 1);
}

BOOST_AUTO_TEST_CASE(a_command_to_leave_goes_out_at_once_and_its_reply_is_not_taken_for_another) {
  Setup setup = over_tcp(rules(LineEnd::lf));
  BOOST_TEST(asked(setup, "*IDN?") == "maker,notebook,1,2");
  setup.faults->at(1, {.sort = Fault::Sort::lost});
  BOOST_TEST(asked(setup, "LOST?") == "DEADLINE_EXCEEDED");
  ports::MonotonicClock clock;
  const Instant before = clock.now();
  BOOST_TEST(setup.conversation->send_and_leave("OFF?").has_value());
  BOOST_TEST((clock.now() - before).in(second) < timeout.in(second) / 2);
  BOOST_TEST(asked(setup, "B?") == "nothing to B?");
}

BOOST_AUTO_TEST_CASE(commands_that_are_no_text_are_not_sent) {
  Setup setup = over_tcp(rules(LineEnd::lf));
  for (const char* command : {"", "A\nB", "caf\xC3\xA9"}) {
    const auto sent = setup.conversation->send(command);
    BOOST_REQUIRE(!sent.has_value());
    BOOST_TEST((sent.error().code == ErrorCode::invalid_argument));
  }
  BOOST_TEST(asked(setup, "B?") == "nothing to B?");
  BOOST_TEST(setup.faults->lines() == 1);
}

BOOST_AUTO_TEST_CASE(nobody_there_is_said_with_the_address) {
  const int port = ports::LoopbackListener::open("127.0.0.1:0", "a test", 1).value().port();
  const auto refused = converse_over_tcp("127.0.0.1", port, rules(LineEnd::lf));
  BOOST_REQUIRE(!refused.has_value());
  BOOST_TEST((refused.error().code == ErrorCode::unavailable));
  BOOST_TEST(refused.error().message.find("127.0.0.1:" + std::to_string(port)) != std::string::npos,
             refused.error().message);
  // liblxi takes the refusal for a connection, and the signal of the first write must not end us.
  auto lxi = converse_over_lxi(
      {.host = "127.0.0.1", .port = port, .name = {}, .protocol = LxiProtocol::raw},
      rules(LineEnd::lf));
  const auto code = lxi ? (*lxi)->ask("A?", timeout).error().code : lxi.error().code;
  BOOST_TEST((code == ErrorCode::unavailable));
}

BOOST_AUTO_TEST_SUITE_END()
