// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "fitness.h"
#include "meterrig/ports/file_descriptor.h"
#include "scratch_folder.h"

using namespace meterrig;
using cli::reach;

namespace {

constexpr Duration patience = second(5);

void check_failure(const Result<void>& reached, ErrorCode code) {
  BOOST_REQUIRE(!reached.has_value());
  BOOST_TEST(name(reached.error().code) == name(code), reached.error().message);
}

// A listener on loopback and the port that it was given.
struct Listener {
  Listener() : socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    BOOST_REQUIRE(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
    BOOST_REQUIRE(::listen(socket.get(), 1) == 0);
    ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
  }
  ports::FileDescriptor socket;
  int port = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(reach_address)

BOOST_AUTO_TEST_CASE(a_tcp_port_is_reached_while_somebody_listens) {
  Listener listener;
  BOOST_TEST(reach(fmt::format("127.0.0.1:{}", listener.port), patience).has_value());
  BOOST_TEST(reach(fmt::format("localhost:{}", listener.port), patience).has_value());
  listener.socket.reset();
  check_failure(reach(fmt::format("127.0.0.1:{}", listener.port), patience),
                ErrorCode::unavailable);
}

BOOST_AUTO_TEST_CASE(a_unix_socket_is_reached_while_somebody_listens) {
  const ScratchFolder folder;
  const std::string path = folder / "device.sock";
  check_failure(reach("unix:" + path, patience), ErrorCode::unavailable);
  ports::FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::ranges::copy(path, &address.sun_path[0]);
  BOOST_REQUIRE(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  BOOST_REQUIRE(::listen(socket.get(), 1) == 0);
  BOOST_TEST(reach("unix:" + path, patience).has_value());
  // A dead server leaves its socket behind.
  socket.reset();
  check_failure(reach("unix:" + path, patience), ErrorCode::unavailable);
}

BOOST_AUTO_TEST_CASE(what_is_no_address_is_told_so) {
  check_failure(reach("nowhere", patience), ErrorCode::invalid_argument);
  check_failure(reach(":15020", patience), ErrorCode::invalid_argument);
  check_failure(reach("unix:" + std::string(200, 'x'), patience), ErrorCode::invalid_argument);
  check_failure(reach("127.0.0.1:no-port", patience), ErrorCode::not_found);
}

BOOST_AUTO_TEST_SUITE_END()
