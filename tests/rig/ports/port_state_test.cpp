// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/ports/port_state.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <fstream>

#include "meterrig/ports/pseudo_terminal.h"
#include "meterrig/ports/serial_port.h"
#include "scratch_folder.h"

using namespace meterrig;
using namespace meterrig::ports;

namespace {

namespace fs = std::filesystem;

PseudoTerminal new_terminal(const std::string& link = "") {
  auto terminal = PseudoTerminal::create(link);
  BOOST_REQUIRE(terminal.has_value());
  return std::move(*terminal);
}

PortState look(const std::string& path, const SystemFolders& folders = {}) {
  auto state = look_at_port(path, folders);
  BOOST_REQUIRE_MESSAGE(state.has_value(), state.error().message);
  return std::move(*state);
}

void write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(port_state)

BOOST_AUTO_TEST_CASE(a_port_tells_who_holds_its_lock_and_only_while_it_does) {
  const ScratchFolder folder;
  const PseudoTerminal terminal = new_terminal(folder / "meter");
  // The far end keeps the near one open, without a lock.
  const PortState before = look(folder / "meter");
  BOOST_TEST(before.device == terminal.path());
  BOOST_TEST(before.permitted);
  BOOST_REQUIRE(before.users.size() == 1u);
  BOOST_TEST(before.users.front().pid == ::getpid());
  BOOST_TEST(!before.users.front().locks);
  {
    const auto port = open_serial_port(folder / "meter", {});
    BOOST_REQUIRE(port.has_value());
    const PortState held = look(folder / "meter");
    BOOST_REQUIRE(held.users.size() == 1u);
    BOOST_TEST(held.users.front().pid == ::getpid());
    BOOST_TEST(held.users.front().program == "ports_test");
    BOOST_TEST(held.users.front().locks);
    BOOST_TEST(to_string(held.users) == fmt::format("ports_test (process {}, locked)", ::getpid()));
  }
  BOOST_TEST(!look(folder / "meter").users.front().locks);
}

BOOST_AUTO_TEST_CASE(a_lock_of_a_process_that_is_not_shown_counts) {
  const ScratchFolder folder;
  const PseudoTerminal terminal = new_terminal();
  struct stat status{};
  BOOST_REQUIRE(::stat(terminal.path().c_str(), &status) == 0);
  write(folder / "proc/locks",
        fmt::format("1: POSIX  ADVISORY  WRITE 11 {0:02x}:{1:02x}:{2} 0 EOF\n"
                    "2: FLOCK  ADVISORY  WRITE 12 {0:02x}:{1:02x}:{2} 0 EOF\n"
                    "2: -> FLOCK  ADVISORY  WRITE 13 {0:02x}:{1:02x}:{2} 0 EOF\n"
                    "3: FLOCK  ADVISORY  WRITE 14 {0:02x}:{1:02x}:{2}1 0 EOF\n",
                    major(status.st_dev), minor(status.st_dev), status.st_ino));
  const PortState state = look(terminal.path(), {.proc = folder / "proc"});
  BOOST_REQUIRE(state.users.size() == 1u);
  BOOST_TEST(state.users.front().pid == 12);
  BOOST_TEST(to_string(state.users) == "another program (process 12, locked)");
}

BOOST_AUTO_TEST_CASE(an_adapter_has_a_path_that_follows_it_and_a_latency_timer) {
  const ScratchFolder folder;
  const PseudoTerminal terminal = new_terminal();
  fs::create_directories(folder / "by-id");
  fs::create_symlink("/dev/null", folder / "by-id/usb-another-if00");
  fs::create_symlink(terminal.path(), folder / "by-id/usb-FTDI_FT232R_A50285BI-if00-port0");
  const std::string name = fs::path(terminal.path()).filename().string();
  write(folder / ("tty/" + name + "/device/latency_timer"), "16\n");
  const PortState state = look(terminal.path(), {.by_id = folder / "by-id", .tty = folder / "tty"});
  BOOST_TEST(state.by_id == folder / "by-id/usb-FTDI_FT232R_A50285BI-if00-port0");
  BOOST_TEST(state.latency_timer.in(second) == 0.016);
  const PortState without =
      look(terminal.path(), {.by_id = folder / "none", .tty = folder / "none"});
  BOOST_TEST(without.by_id.empty());
  BOOST_TEST(!without.latency_timer.known());
}

BOOST_AUTO_TEST_CASE(what_is_not_there_or_no_port_is_told_apart) {
  const auto missing = look_at_port("/dev/ttyUSB-none");
  BOOST_REQUIRE(!missing.has_value());
  BOOST_TEST(name(missing.error().code) == name(ErrorCode::not_found));
  for (const char* other : {"/dev/null", "/tmp", "/proc/self/exe"}) {
    const auto state = look_at_port(other);
    BOOST_REQUIRE(!state.has_value());
    BOOST_TEST(name(state.error().code) == name(ErrorCode::invalid_argument));
    BOOST_TEST(state.error().message ==
               fmt::format("'{}' is not a serial port; expected a terminal "
                           "device, such as /dev/ttyUSB0",
                           other));
  }
}

BOOST_AUTO_TEST_SUITE_END()
