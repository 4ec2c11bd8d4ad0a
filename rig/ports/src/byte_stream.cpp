// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/ports/byte_stream.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <system_error>
#include <utility>
#include <vector>

#include "meterrig/ports/file_descriptor.h"
#include "meterrig/ports/serial_port.h"
#include "meterrig/ports/system_error_text.h"

namespace meterrig::ports {
namespace {

// A line that takes no byte for so long has nobody at its other end.
constexpr Duration longest_jam = second(10);

int as_milliseconds(Duration duration) {
  return static_cast<int>(std::clamp(std::ceil(duration.in(millisecond)), 0.0, 1e9));
}

bool transient(int error) { return error == EAGAIN || error == EINTR; }

/// Over a descriptor that does not block. It takes what comes while it sends: a device that cannot
/// get rid of a reply would not take the request either.
class DescriptorStream final : public ByteStream {
 public:
  DescriptorStream(std::unique_ptr<SerialPort> port, FileDescriptor socket, std::string name,
                   Duration character_time)
      : port_(std::move(port)),
        socket_(std::move(socket)),
        name_(std::move(name)),
        character_time_(character_time) {}

  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] Duration character_time() const override { return character_time_; }

  Result<void> write(std::span<const std::uint8_t> bytes) override {
    while (!bytes.empty()) {
      const auto events = wait(POLLIN | POLLOUT, as_milliseconds(longest_jam));
      if (!events) return tl::unexpected(events.error());
      if (*events == 0) {
        return fail(
            ErrorCode::deadline_exceeded,
            fmt::format("{}: the line took no byte for {:g} s", name_, longest_jam.in(second)));
      }
      if ((*events & POLLIN) != 0) {
        std::array<std::uint8_t, 4096> buffer{};
        const auto count = take(buffer);
        if (!count) return tl::unexpected(count.error());
        came_meanwhile_.insert(came_meanwhile_.end(), buffer.begin(),
                               buffer.begin() + static_cast<std::ptrdiff_t>(*count));
      }
      if ((*events & POLLOUT) == 0) continue;
      const ssize_t count = socket_.open()
                                ? ::send(descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL)
                                : ::write(descriptor(), bytes.data(), bytes.size());
      if (count < 0 && !transient(errno)) return gone(system_error_text(errno));
      if (count > 0) bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    return {};
  }

  Result<std::size_t> read(std::span<std::uint8_t> buffer, Duration patience) override {
    if (!came_meanwhile_.empty()) {
      const std::size_t count = std::min(buffer.size(), came_meanwhile_.size());
      const auto end = came_meanwhile_.begin() + static_cast<std::ptrdiff_t>(count);
      std::copy(came_meanwhile_.begin(), end, buffer.begin());
      came_meanwhile_.erase(came_meanwhile_.begin(), end);
      return count;
    }
    const auto events = wait(POLLIN, as_milliseconds(patience));
    if (!events) return tl::unexpected(events.error());
    return *events == 0 ? 0 : take(buffer);
  }

 private:
  [[nodiscard]] int descriptor() const { return port_ ? port_->descriptor() : socket_.get(); }

  [[nodiscard]] tl::unexpected<Error> gone(const std::string& why) const {
    return fail(ErrorCode::unavailable, fmt::format("{}: the line is gone: {}", name_, why));
  }

  /// What of the events is there; 0 when nothing came in time.
  [[nodiscard]] Result<int> wait(int events, int milliseconds) const {
    pollfd polled{.fd = descriptor(), .events = static_cast<short>(events), .revents = 0};
    int ready = 0;
    do {
      ready = ::poll(&polled, 1, milliseconds);
    } while (ready < 0 && errno == EINTR);
    if (ready < 0) return gone(system_error_text(errno));
    // What came before the other side hung up is still to be read; then the read tells.
    if ((polled.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) return polled.revents | POLLIN;
    return polled.revents;
  }

  [[nodiscard]] Result<std::size_t> take(std::span<std::uint8_t> buffer) const {
    const ssize_t count = ::read(descriptor(), buffer.data(), buffer.size());
    if (count > 0) return static_cast<std::size_t>(count);
    if (count < 0 && transient(errno)) return std::size_t{0};
    return gone(count == 0 ? "the other side has closed it" : system_error_text(errno));
  }

  std::unique_ptr<SerialPort> port_;  // null for TCP
  FileDescriptor socket_;
  std::string name_;
  Duration character_time_;
  std::vector<std::uint8_t> came_meanwhile_;
};

struct AddressesDeleter {
  void operator()(addrinfo* addresses) const { ::freeaddrinfo(addresses); }
};

/// 0, or the error why there is no connection.
int connect_within(int socket, const addrinfo& address, Duration patience) {
  if (::connect(socket, address.ai_addr, address.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  pollfd polled{.fd = socket, .events = POLLOUT, .revents = 0};
  if (::poll(&polled, 1, as_milliseconds(patience)) <= 0) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof(error);
  ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

}  // namespace

Result<std::unique_ptr<ByteStream>> serial_stream(const std::string& path,
                                                  const SerialSettings& settings) {
  auto port = open_serial_port(path, settings);
  if (!port) return tl::unexpected(port.error());
  std::string name = fmt::format("{} ({})", path, to_string(settings));
  return std::make_unique<DescriptorStream>(std::move(*port), FileDescriptor(), std::move(name),
                                            character_time(settings));
}

Result<std::unique_ptr<ByteStream>> tcp_stream(const std::string& host, int port,
                                               Duration patience) {
  const std::string name = fmt::format("{}:{}", host, port);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int unknown = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  const std::unique_ptr<addrinfo, AddressesDeleter> addresses(list);
  if (unknown != 0) {
    return fail(ErrorCode::unavailable,
                fmt::format("no connection to {}: {}", name, ::gai_strerror(unknown)));
  }
  int error = 0;
  for (const addrinfo* address = list; address != nullptr; address = address->ai_next) {
    FileDescriptor socket(
        ::socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    error = socket.open() ? connect_within(socket.get(), *address, patience) : errno;
    if (error != 0) continue;
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return std::make_unique<DescriptorStream>(nullptr, std::move(socket), name, second(0));
  }
  return fail(ErrorCode::unavailable,
              fmt::format("no connection to {}: {}; expected a device that accepts within {:g} s",
                          name, system_error_text(error), patience.in(second)));
}

}  // namespace meterrig::ports
