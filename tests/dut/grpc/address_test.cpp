// SPDX-License-Identifier: GPL-3.0-or-later
#include "address.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "../temporary_directory.h"
#include "meterrig/ports/file_descriptor.h"

namespace meterrig::rpc {
namespace {

ports::FileDescriptor bound_socket(const std::string& path) {
  ports::FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  BOOST_REQUIRE(
      ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
  return socket;
}

BOOST_AUTO_TEST_SUITE(address)

BOOST_AUTO_TEST_CASE(this_host_is_accepted) {
  for (const auto& [text, canonical] : std::vector<std::pair<std::string, std::string>>{
           {"unix:/run/x96.sock", "unix:/run/x96.sock"},
           {"unix:///run/x96.sock", "unix:/run/x96.sock"},
           {"unix:relative.sock", "unix:relative.sock"},
           {"127.0.0.1:50051", "127.0.0.1:50051"},
           {"localhost:0", "127.0.0.1:0"},
           {"[::1]:65535", "[::1]:65535"}}) {
    const auto parsed = parse_address(text, false);
    BOOST_REQUIRE_MESSAGE(parsed.has_value(), text);
    BOOST_TEST(to_string(*parsed) == canonical);
  }
}

BOOST_AUTO_TEST_CASE(other_hosts_are_not) {
  for (const std::string& text :
       std::vector<std::string>{"0.0.0.0:50051", "192.168.1.5:50051", "example.org:80",
                                "[::]:50051", "127.0.0.1.example.org:1", ":50051", "*:1"}) {
    const auto parsed = parse_address(text, false);
    BOOST_REQUIRE_MESSAGE(!parsed.has_value(), text);
    BOOST_TEST((parsed.error().code == ErrorCode::permission_denied), text);
    BOOST_TEST(parsed.error().message.find(text) != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_address_is_said_to_be_none) {
  for (const std::string& text : std::vector<std::string>{
           std::string(), std::string("127.0.0.1"), std::string("127.0.0.1:"),
           std::string("127.0.0.1:x"), std::string("127.0.0.1:70000"), std::string("127.0.0.1:-1"),
           std::string("127.0.0.1:1 "), std::string("unix:"), "unix:" + std::string(200, 'a'),
           std::string("unix:a\0b", 8)}) {
    const auto parsed = parse_address(text, false);
    BOOST_REQUIRE_MESSAGE(!parsed.has_value(), text);
    BOOST_TEST((parsed.error().code == ErrorCode::invalid_argument), text);
  }
}

BOOST_AUTO_TEST_CASE(a_socket_that_nobody_listens_on_is_removed) {
  const test::TemporaryDirectory directory;
  const std::string path = directory.file("stale.sock");
  bound_socket(path).reset();  // the file stays
  BOOST_REQUIRE(std::filesystem::exists(path));
  BOOST_TEST(remove_stale_socket(path).has_value());
  BOOST_TEST(!std::filesystem::exists(path));
  BOOST_TEST(remove_stale_socket(path).has_value());  // nothing there is fine too
}

BOOST_AUTO_TEST_CASE(a_socket_in_use_and_other_files_stay) {
  const test::TemporaryDirectory directory;
  const std::string in_use = directory.file("live.sock");
  const ports::FileDescriptor listener = bound_socket(in_use);
  BOOST_REQUIRE(::listen(listener.get(), 1) == 0);
  const std::string file = directory.file("file");
  std::ofstream(file) << "mine";
  for (const std::string& path : {in_use, file}) {
    const auto removed = remove_stale_socket(path);
    BOOST_REQUIRE(!removed.has_value());
    BOOST_TEST((removed.error().code == ErrorCode::already_exists));
    BOOST_TEST(std::filesystem::exists(path));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace meterrig::rpc
