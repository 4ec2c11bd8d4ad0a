// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/ports/pseudo_terminal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <termios.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "meterrig/ports/system_error_text.h"

namespace meterrig::ports {
namespace {

namespace fs = std::filesystem;

Result<void> make_link(const std::string& target, const std::string& link) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(link, error);
  if (status.type() != fs::file_type::not_found && status.type() != fs::file_type::symlink) {
    return fail(
        ErrorCode::already_exists,
        fmt::format("cannot make '{}' a link to {}: it is there and is no symlink", link, target));
  }
  fs::remove(link, error);
  fs::create_symlink(target, link, error);
  if (!error) return {};
  ErrorCode code = ErrorCode::unavailable;
  if (error == std::errc::permission_denied) code = ErrorCode::permission_denied;
  if (error == std::errc::no_such_file_or_directory) code = ErrorCode::not_found;
  return fail(code,
              fmt::format("cannot make '{}' a link to {}: {}", link, target, error.message()));
}

}  // namespace

Result<PseudoTerminal> PseudoTerminal::create(const std::string& link) {
  PseudoTerminal terminal;
  const auto failed = [](const char* what) {
    return fail(ErrorCode::unavailable,
                fmt::format("no pseudo-terminal: {}: {}", what, system_error_text(errno)));
  };
  terminal.master_ = FileDescriptor(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!terminal.master_.open()) return failed("posix_openpt");
  const int master = terminal.master_.get();
  std::string name(128, '\0');
  if (::grantpt(master) != 0 || ::unlockpt(master) != 0) return failed("unlockpt");
  if (::ptsname_r(master, name.data(), name.size()) != 0) return failed("ptsname");
  terminal.path_ = name.c_str();  // up to the first NUL
  // When the last near end closes, the far end gets EIO for good; this one never closes.
  terminal.slave_ = FileDescriptor(::open(terminal.path_.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!terminal.slave_.open()) return failed(terminal.path_.c_str());
  // Both ends share these settings: no echo, no CR/LF mapping.
  termios settings{};
  if (::tcgetattr(terminal.slave_.get(), &settings) != 0) return failed("tcgetattr");
  ::cfmakeraw(&settings);
  if (::tcsetattr(terminal.slave_.get(), TCSANOW, &settings) != 0) return failed("tcsetattr");

  if (!link.empty()) {
    if (auto made = make_link(terminal.path_, link); !made) return tl::unexpected(made.error());
    terminal.link_ = link;
  }
  return terminal;
}

PseudoTerminal::PseudoTerminal(PseudoTerminal&& other) noexcept
    : master_(std::move(other.master_)),
      slave_(std::move(other.slave_)),
      path_(std::move(other.path_)),
      link_(std::exchange(other.link_, {})) {}

PseudoTerminal& PseudoTerminal::operator=(PseudoTerminal&& other) noexcept {
  std::swap(master_, other.master_);
  std::swap(slave_, other.slave_);
  std::swap(path_, other.path_);
  std::swap(link_, other.link_);
  return *this;
}

PseudoTerminal::~PseudoTerminal() {
  if (link_.empty()) return;
  std::error_code ignored;
  if (fs::read_symlink(link_, ignored) == path_) fs::remove(link_, ignored);
}

}  // namespace meterrig::ports
