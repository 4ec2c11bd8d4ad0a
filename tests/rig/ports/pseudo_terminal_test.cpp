// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/ports/pseudo_terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "scratch_folder.h"

using namespace meterrig;
using namespace meterrig::ports;
namespace fs = std::filesystem;

namespace {

/// The next `count` bytes, or fewer when none come for a second.
std::vector<std::uint8_t> receive(int descriptor, std::size_t count) {
  std::vector<std::uint8_t> bytes(count);
  std::size_t got = 0;
  pollfd polled{.fd = descriptor, .events = POLLIN, .revents = 0};
  while (got < count && ::poll(&polled, 1, 1000) > 0) {
    const ssize_t n = ::read(descriptor, bytes.data() + got, count - got);
    if (n <= 0) break;
    got += static_cast<std::size_t>(n);
  }
  bytes.resize(got);
  return bytes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pseudo_terminal)

BOOST_AUTO_TEST_CASE(every_byte_passes_unchanged_both_ways) {
  auto terminal = PseudoTerminal::create();
  BOOST_REQUIRE(terminal.has_value());
  const FileDescriptor near(::open(terminal->path().c_str(), O_RDWR | O_NOCTTY));
  BOOST_REQUIRE(near.open());
  std::vector<std::uint8_t> all(256);
  std::iota(all.begin(), all.end(), std::uint8_t{0});
  BOOST_REQUIRE(::write(terminal->descriptor(), all.data(), all.size()) == 256);
  BOOST_TEST(receive(near.get(), 256) == all, boost::test_tools::per_element());
  BOOST_REQUIRE(::write(near.get(), all.data(), all.size()) == 256);
  BOOST_TEST(receive(terminal->descriptor(), 256) == all, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_line_outlives_its_users) {
  auto terminal = PseudoTerminal::create();
  BOOST_REQUIRE(terminal.has_value());
  {
    const FileDescriptor user(::open(terminal->path().c_str(), O_RDWR | O_NOCTTY));
  }
  pollfd polled{.fd = terminal->descriptor(), .events = POLLIN, .revents = 0};
  BOOST_TEST(::poll(&polled, 1, 0) == 0);  // no hang-up
}

BOOST_AUTO_TEST_CASE(its_link_leads_to_it_and_goes_with_it) {
  const ScratchFolder folder;
  const std::string link = folder / "meter";
  {
    auto terminal = PseudoTerminal::create(link);
    BOOST_REQUIRE(terminal.has_value());
    BOOST_TEST(fs::read_symlink(link) == terminal->path());
    const PseudoTerminal moved = std::move(*terminal);
    BOOST_TEST(fs::read_symlink(link) == moved.path());
  }
  BOOST_TEST(!fs::is_symlink(link));
}

BOOST_AUTO_TEST_CASE(a_stale_link_is_replaced_and_anothers_is_left_alone) {
  const ScratchFolder folder;
  const std::string link = folder / "meter";
  fs::create_symlink("/dev/pts/does-not-exist", link);
  auto first = PseudoTerminal::create(link);
  BOOST_REQUIRE(first.has_value());
  auto second = PseudoTerminal::create(link);
  BOOST_REQUIRE(second.has_value());
  {
    const PseudoTerminal gone = std::move(*first);
  }
  BOOST_TEST(fs::read_symlink(link) == second->path());
}

BOOST_AUTO_TEST_CASE(a_file_in_the_place_of_the_link_is_kept) {
  const ScratchFolder folder;
  const std::string link = folder / "meter";
  std::ofstream(link) << "precious";
  const auto terminal = PseudoTerminal::create(link);
  BOOST_REQUIRE(!terminal.has_value());
  BOOST_TEST((terminal.error().code == ErrorCode::already_exists), terminal.error().message);
  BOOST_TEST(fs::is_regular_file(link));
}

BOOST_AUTO_TEST_CASE(a_link_in_no_folder_is_not_found) {
  const ScratchFolder folder;
  const auto terminal = PseudoTerminal::create(folder / "none/meter");
  BOOST_REQUIRE(!terminal.has_value());
  BOOST_TEST((terminal.error().code == ErrorCode::not_found), terminal.error().message);
}

BOOST_AUTO_TEST_SUITE_END()
