// SPDX-License-Identifier: GPL-3.0-or-later
// What a bench file may say of the ways to a device that have terminals of their own.
#include <boost/test/unit_test.hpp>
#include <string>

#include "meterrig/loader/load.h"

using namespace meterrig;
using namespace meterrig::loader;

namespace {

// Findings about a bench with this one position, without the file's name.
std::string findings(const std::string& position, const std::string& more = "") {
  const auto loaded = parse_bench(R"(bench:
  id: b
  title: B
  simulated: {sample_rate: 8 kHz, reference_uncertainty: 5 ppm, timestamp_uncertainty: 1 us}
  link_policy: {answer_timeout: 1 s, retries: 0}
  positions:
    - {id: 1, )" + position + "}\n" + more,
                                  "f");
  return loaded ? "" : to_string(loaded.error());
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bench_links)

BOOST_AUTO_TEST_CASE(every_way_with_terminals_of_its_own_is_taken_without_others) {
  for (const std::string way :
       {"grpc: {address: \"unix:d\"}", "grpc: {address: \"127.0.0.1:5000\"}",
        "in_process: {model: good}", "tcp_injection: {host: h, port: 5000}",
        "serial_injection: {port: p, baud_rate: 921600, parity: none, stop_bits: 1}"})
    BOOST_TEST(findings(way) == "", way);
}

BOOST_AUTO_TEST_CASE(plain_text_stays_on_this_host_and_tls_may_leave_it) {
  const std::string found = findings("grpc: {address: \"meter.example:5000\"}");
  BOOST_TEST(has(found, "bench.positions[0].grpc.address: found 'meter.example:5000'"), found);
  BOOST_TEST(has(found, "or tls"), found);
  BOOST_TEST(findings("grpc: {address: \"meter.example:5000\", tls: {authority: ca.pem}}") == "");
  const std::string half =
      findings("grpc: {address: \"meter.example:5000\", tls: {authority: ca.pem, key: k.pem}}");
  BOOST_TEST(has(half, "grpc.tls: found one of certificate and key; expected both or neither"),
             half);
  BOOST_TEST(has(findings("grpc: {address: \"unix:d\", tls: {}}"), "authority"));
}

BOOST_AUTO_TEST_CASE(terminals_beside_a_way_that_has_them_are_refused_but_for_grpc) {
  const std::string found = findings("in_process: {model: good}, terminals: \"unix:x\"");
  BOOST_TEST(has(found, "terminals: found 'unix:x'; expected nothing"), found);
  BOOST_TEST(findings("grpc: {address: \"unix:d\"}, terminals: \"unix:x\"") == "");
}

BOOST_AUTO_TEST_CASE(a_chamber_is_around_devices_of_this_process_alone) {
  const auto with_chamber = [](const std::string& position) {
    const auto loaded = parse_bench(R"(bench:
  id: b
  title: B
  simulated: {sample_rate: 8 kHz, reference_uncertainty: 5 ppm, timestamp_uncertainty: 1 us, chamber: true}
  link_policy: {answer_timeout: 1 s, retries: 0}
  positions:
    - {id: 1, )" + position + "}\n",
                                    "f");
    return loaded ? "" : to_string(loaded.error());
  };
  BOOST_TEST(with_chamber("in_process: {model: good}") == "");
  const std::string found = with_chamber("grpc: {address: \"unix:d\"}");
  BOOST_TEST(has(found,
                 "bench.simulated.chamber: found a chamber, and position '1' elsewhere; "
                 "expected positions with in_process alone"),
             found);
}

BOOST_AUTO_TEST_CASE(two_positions_do_not_share_a_way) {
  const std::string found = findings("tcp_injection: {host: h, port: 5000}",
                                     "    - {id: 2, tcp_injection: {host: h, port: 5000}}\n");
  BOOST_TEST(has(found, "found h:5000 again; expected one position for a device"), found);
  BOOST_TEST(findings("in_process: {model: good}", "    - {id: 2, in_process: {model: good}}\n") ==
             "");
}

BOOST_AUTO_TEST_SUITE_END()
