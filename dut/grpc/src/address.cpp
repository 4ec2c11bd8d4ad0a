// SPDX-License-Identifier: GPL-3.0-or-later
#include "address.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <string_view>

#include "meterrig/ports/file_descriptor.h"

namespace meterrig::rpc {
namespace {

constexpr std::string_view unix_prefix = "unix:";
constexpr std::string_view expected =
    "expected unix:PATH or HOST:PORT, without TLS a loopback address such as 127.0.0.1:PORT";

sockaddr_un unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  return address;
}

Result<Address> parse_unix(std::string_view path) {
  if (path.starts_with("//")) path.remove_prefix(2);  // unix:///absolute/path
  constexpr std::size_t longest = sizeof(sockaddr_un::sun_path) - 1;
  if (path.empty()) {
    return fail(ErrorCode::invalid_argument, fmt::format("'unix:' names no path; {}", expected));
  }
  if (path.size() > longest) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("the path of a unix socket has at most {} bytes, this one {}: {}",
                            longest, path.size(), path));
  }
  if (path.find('\0') != std::string_view::npos) {
    return fail(ErrorCode::invalid_argument, "the path of a unix socket has no zero byte");
  }
  return Address{.path = std::string(path), .host = "", .port = 0, .name = "localhost"};
}

}  // namespace

Result<Address> parse_address(const std::string& text, bool tls) {
  const std::string_view all = text;
  if (all.starts_with(unix_prefix)) return parse_unix(all.substr(unix_prefix.size()));
  const std::size_t colon = all.rfind(':');
  int port = -1;
  if (colon != std::string_view::npos) {
    const std::string_view digits = all.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc{} || end != digits.data() + digits.size()) port = -1;
  }
  if (port < 0 || port > 65535) {
    return fail(ErrorCode::invalid_argument, fmt::format("'{}' is no address; {}", text, expected));
  }
  const std::string_view host = all.substr(0, colon);
  if (host == "localhost" || host == "127.0.0.1") {
    return Address{.path = "", .host = "127.0.0.1", .port = port, .name = std::string(host)};
  }
  if (host == "[::1]" || (tls && !host.empty())) {
    const bool brackets = host.starts_with('[') && host.ends_with(']');
    return Address{.path = "",
                   .host = std::string(host),
                   .port = port,
                   .name = std::string(brackets ? host.substr(1, host.size() - 2) : host)};
  }
  return fail(
      ErrorCode::permission_denied,
      fmt::format("'{}' is not on this host: without TLS a device is served and called on a "
                  "unix socket or loopback only; {}",
                  text, expected));
}

std::string to_string(const Address& address) {
  return address.is_unix() ? fmt::format("{}{}", unix_prefix, address.path)
                           : fmt::format("{}:{}", address.host, address.port);
}

Result<void> remove_stale_socket(const std::string& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return {};  // nothing there; listening tells the rest
  if (!S_ISSOCK(status.st_mode)) {
    return fail(ErrorCode::already_exists, fmt::format("{} exists and is not a socket", path));
  }
  const ports::FileDescriptor probe(
      ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!probe.open()) {
    return fail(ErrorCode::unavailable,
                fmt::format("cannot tell who serves on {}: {}", path, std::strerror(errno)));
  }
  const sockaddr_un address = unix_address(path);
  if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 ||
      errno != ECONNREFUSED) {
    // EAGAIN is a listener whose queue is full; anything else does not prove that it is dead.
    return fail(ErrorCode::already_exists, fmt::format("somebody already serves on {}", path));
  }
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
    return fail(ErrorCode::permission_denied,
                fmt::format("cannot remove the stale socket {}: {}", path, std::strerror(errno)));
  }
  return {};
}

}  // namespace meterrig::rpc
