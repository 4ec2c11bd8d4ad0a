// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/ports/loopback_listener.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <string>

#include "meterrig/ports/worker.h"

namespace meterrig::ports {
namespace {

ErrorCode refusal(const std::string& address) {
  const auto listener = LoopbackListener::open(address, "Modbus", 1);
  BOOST_TEST_REQUIRE(!listener.has_value());
  BOOST_TEST(listener.error().message.find(address) != std::string::npos, listener.error().message);
  return listener.error().code;
}

FileDescriptor connected_to(int port) {
  FileDescriptor peer(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address{.sin_family = AF_INET,
                            .sin_port = htons(static_cast<std::uint16_t>(port)),
                            .sin_addr = {htonl(INADDR_LOOPBACK)},
                            .sin_zero = {}};
  if (::connect(peer.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    peer.reset();
  return peer;
}

BOOST_AUTO_TEST_SUITE(loopback_listener)

BOOST_AUTO_TEST_CASE(what_is_no_address_is_said_to_be_none) {
  for (const char* address : {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
                              "127.0.0.1:80x", "localhost:"})
    BOOST_TEST((refusal(address) == ErrorCode::invalid_argument), address);
}

BOOST_AUTO_TEST_CASE(nobody_but_this_machine_is_served) {
  for (const char* address : {"0.0.0.0:1502", "192.168.1.1:1502", "[::]:1502", ":1502"})
    BOOST_TEST((refusal(address) == ErrorCode::permission_denied), address);
}

BOOST_AUTO_TEST_CASE(a_peer_is_taken_and_what_it_says_is_heard) {
  const auto listener = LoopbackListener::open("127.0.0.1:0", "Modbus", 1);
  BOOST_TEST_REQUIRE(listener.has_value());
  const int port = listener->port();
  BOOST_TEST(port > 0);
  BOOST_TEST((refusal("127.0.0.1:" + std::to_string(port)) == ErrorCode::already_exists));
  BOOST_TEST(!listener->accept().open());  // nobody waits
  const FileDescriptor peer = connected_to(port);
  BOOST_TEST_REQUIRE(peer.open());
  const FileDescriptor taken = listener->accept();
  BOOST_TEST_REQUIRE(taken.open());
  BOOST_TEST(::write(peer.get(), "x", 1) == 1);
  char heard = 0;
  BOOST_TEST(::read(taken.get(), &heard, 1) == 1);
  BOOST_TEST(heard == 'x');
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(worker)

BOOST_AUTO_TEST_CASE(it_runs_until_it_is_stopped_and_survives_a_peer_that_has_gone) {
  std::array<int, 2> pair{};
  BOOST_TEST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) == 0);
  const FileDescriptor own(pair[0]);
  FileDescriptor(pair[1]).reset();
  bool failed = false;
  bool told = false;
  {
    Worker worker;
    const auto started = worker.start([&] {
      failed = ::write(own.get(), "x", 1) < 0;  // SIGPIPE would end the process
      pollfd stop{worker.stop_descriptor(), POLLIN, 0};
      told = ::poll(&stop, 1, 60'000) == 1;
    });
    BOOST_TEST(started.has_value());
    worker.stop();
    worker.stop();
  }
  BOOST_TEST(failed);
  BOOST_TEST(told);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace meterrig::ports
