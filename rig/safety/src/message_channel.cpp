// SPDX-License-Identifier: GPL-3.0-or-later
#include "message_channel.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "meterrig/ports/clock.h"
#include "meterrig/ports/system_error_text.h"

namespace meterrig::safety {
namespace {

constexpr std::size_t largest_message = 65'536;

/// Moves all bytes by calls of `move`, each as the socket is ready for it.
template <class Byte, class Move>
Result<void> move_all(int socket, std::int16_t event, std::span<Byte> bytes, Duration patience,
                      Move move) {
  const ports::MonotonicClock clock;
  const Instant deadline = clock.now() + patience;
  while (!bytes.empty()) {
    const double left = (deadline - clock.now()).in(millisecond);
    pollfd wait{.fd = socket, .events = event, .revents = 0};
    const int ready = ::poll(&wait, 1, static_cast<int>(std::ceil(std::max(0.0, left))));
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0) return fail(ErrorCode::deadline_exceeded, "the other process does not answer");
    const ssize_t count = ready < 0 ? -1 : move(bytes);
    if (count > 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    } else if (count == 0) {
      return fail(ErrorCode::unavailable, "the other process is gone");
    } else if (errno != EAGAIN && errno != EINTR) {
      return fail(ErrorCode::unavailable,
                  "the other process is gone: " + ports::system_error_text(errno));
    }
  }
  return {};
}

}  // namespace

Result<void> MessageChannel::send(const google::protobuf::MessageLite& message, Duration patience) {
  const auto length = static_cast<std::uint32_t>(message.ByteSizeLong());
  std::string bytes;
  for (int shift = 0; shift < 32; shift += 8)
    bytes.push_back(static_cast<char>(length >> static_cast<unsigned>(shift) & 0xFFU));
  message.AppendToString(&bytes);
  return move_all(socket_.get(), POLLOUT, std::span<const char>(bytes), patience,
                  [this](std::span<const char> left) {
                    return ::send(socket_.get(), left.data(), left.size(),
                                  MSG_NOSIGNAL | MSG_DONTWAIT);
                  });
}

Result<void> MessageChannel::receive(google::protobuf::MessageLite& message, Duration patience) {
  const auto take = [this](std::span<char> left) {
    return ::recv(socket_.get(), left.data(), left.size(), MSG_DONTWAIT);
  };
  std::array<char, 4> head{};
  if (auto got = move_all(socket_.get(), POLLIN, std::span<char>(head), patience, take); !got)
    return got;
  std::size_t length = 0;
  for (std::size_t i = head.size(); i-- > 0;)
    length = length << 8U | static_cast<std::uint8_t>(head[i]);
  if (length > largest_message)
    return fail(ErrorCode::data_loss,
                fmt::format("a message of {} bytes; expected at most {}", length, largest_message));
  std::vector<char> bytes(length);
  if (auto got = move_all(socket_.get(), POLLIN, std::span<char>(bytes), patience, take); !got)
    return got;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(length)))
    return fail(ErrorCode::data_loss, "bytes that are no message of this protocol");
  return {};
}

}  // namespace meterrig::safety
