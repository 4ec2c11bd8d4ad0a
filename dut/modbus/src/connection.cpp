// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection.h"

#include <fmt/format.h>
#include <modbus/modbus.h>
#include <poll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <ctime>
#include <string>
#include <utility>

namespace meterrig::modbus {
namespace {

// A pause this long ends what is discarded; it covers the latency of USB adapters (16 ms).
constexpr Duration pause = millisecond(20);
// More than this in one go is a line that babbles: the next request will tell.
constexpr std::size_t longest_noise = 4096;

timespec as_timespec(Duration duration) {
  const auto nanoseconds = std::llround(duration.in(second) * 1e9);
  return {.tv_sec = nanoseconds / 1'000'000'000, .tv_nsec = nanoseconds % 1'000'000'000};
}

/// Waits, reads and discards once.
Heard discard(int descriptor, Duration wait, std::size_t& discarded) {
  pollfd polled{.fd = descriptor, .events = POLLIN, .revents = 0};
  const timespec timeout = as_timespec(wait);
  const int ready = ::ppoll(&polled, 1, &timeout, nullptr);
  if (ready == 0 || (ready < 0 && errno == EINTR)) return Heard::nothing;
  std::array<std::uint8_t, 256> bytes;
  const ssize_t count = ready < 0 ? -1 : ::read(descriptor, bytes.data(), bytes.size());
  if (count > 0) {
    discarded += static_cast<std::size_t>(count);
    return Heard::something;
  }
  return count < 0 && (errno == EAGAIN || errno == EINTR) ? Heard::nothing : Heard::hang_up;
}

void free_rtu(_modbus* context) {
  // modbus_close() would write back terminal settings that it never read, and close the port's
  // descriptor.
  modbus_set_socket(context, -1);
  modbus_free(context);
}

void free_tcp(_modbus* context) {
  modbus_close(context);
  modbus_free(context);
}

}  // namespace

Result<Connection> Connection::over_serial(std::unique_ptr<ports::SerialPort> port, int unit,
                                           Duration answer_timeout) {
  Connection connection;
  const ports::SerialSettings& settings = port->settings();
  connection.name_ = fmt::format("{} ({})", port->path(), to_string(settings));
  const int descriptor = port->descriptor();
  if (descriptor >= FD_SETSIZE) {  // libmodbus waits by select()
    return fail(ErrorCode::failed_precondition,
                fmt::format("{}: descriptor {} is too high for libmodbus; expected less than {}",
                            connection.name_, descriptor, FD_SETSIZE));
  }
  const Duration character = ports::character_time(settings);
  connection.silence_ = std::max(3.5 * character, millisecond(1.75));
  connection.port_ = std::move(port);
  // The name is not opened: the descriptor is the port's.
  connection.context_ = {modbus_new_rtu("unused", settings.baud_rate, 'N', 8, 1), free_rtu};
  if (connection.context_ == nullptr || modbus_set_slave(connection.context_.get(), unit) != 0 ||
      modbus_set_socket(connection.context_.get(), descriptor) != 0) {
    return fail(ErrorCode::internal,
                fmt::format("{}: libmodbus: {}", connection.name_, modbus_strerror(errno)));
  }
  // write() returns when the request is in the buffer, not when it is on the line.
  constexpr int request_length = 8;
  if (auto set =
          connection.set_timeouts(answer_timeout + request_length * character, answer_timeout);
      !set) {
    return tl::unexpected(set.error());
  }
  return connection;
}

Result<Connection> Connection::over_tcp(const std::string& host, int port,
                                        Duration answer_timeout) {
  Connection connection;
  connection.name_ = fmt::format("{}:{}", host, port);
  connection.silence_ = second(0.0);
  connection.context_ = {modbus_new_tcp_pi(host.c_str(), std::to_string(port).c_str()), free_tcp};
  if (connection.context_ == nullptr) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("'{}' is not a host to connect to; expected a name or address", host));
  }
  if (auto set = connection.set_timeouts(answer_timeout, answer_timeout); !set) {
    return tl::unexpected(set.error());
  }
  errno = 0;
  if (modbus_connect(connection.context_.get()) != 0) {
    // libmodbus says ECONNREFUSED for a name that is not known, too.
    const char* reason = errno == ECONNREFUSED ? "there is no such host, or it refuses"
                         : errno == 0 || errno == EINPROGRESS ? "no answer"
                                                              : std::strerror(errno);
    return fail(ErrorCode::unavailable,
                fmt::format("no connection to {}: {}; expected a Modbus TCP server that accepts "
                            "within {:g} s",
                            connection.name_, reason, answer_timeout.in(second)));
  }
  if (connection.descriptor() >= FD_SETSIZE) {
    return fail(ErrorCode::failed_precondition,
                fmt::format("{}: too many open files for libmodbus", connection.name_));
  }
  return connection;
}

Result<void> Connection::set_timeouts(Duration until_answer, Duration inside_answer) {
  const auto parts = [](Duration duration) {
    const auto microseconds = std::llround(duration.in(microsecond));
    return std::pair(static_cast<std::uint32_t>(microseconds / 1'000'000),
                     static_cast<std::uint32_t>(microseconds % 1'000'000));
  };
  const auto [answer_s, answer_us] = parts(until_answer);
  const auto [byte_s, byte_us] = parts(inside_answer);
  if (modbus_set_response_timeout(context_.get(), answer_s, answer_us) != 0 ||
      modbus_set_byte_timeout(context_.get(), byte_s, byte_us) != 0) {
    return fail(
        ErrorCode::invalid_argument,
        fmt::format("answer time-out of {:g} s: expected 1 us to 60 s", until_answer.in(second)));
  }
  return {};
}

int Connection::descriptor() const { return modbus_get_socket(context_.get()); }

bool Connection::send(const Request& request) {
  const auto low = [](int value) { return static_cast<std::uint8_t>(value & 0xFF); };
  const auto high = [](int value) { return static_cast<std::uint8_t>((value >> 8) & 0xFF); };
  const std::array<std::uint8_t, 6> body{
      low(request.unit),     low(static_cast<int>(request.table)),
      high(request.address), low(request.address),
      high(request.count),   low(request.count)};
  if (!has_transactions()) {
    return modbus_send_raw_request(context_.get(), body.data(), body.size()) >= 0;
  }
  // libmodbus 3.1.6 would send every raw request as transaction 0.
  std::array<std::uint8_t, 12> frame{high(request.transaction),
                                     low(request.transaction),
                                     0,
                                     0,
                                     0,
                                     static_cast<std::uint8_t>(body.size())};
  std::ranges::copy(body, frame.begin() + 6);
  return ::send(descriptor(), frame.data(), frame.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(frame.size());
}

Received Connection::receive(const Request& request, Answer& answer) {
  std::array<std::uint8_t, MODBUS_MAX_ADU_LENGTH> buffer{};
  errno = 0;
  const int length = modbus_receive_confirmation(context_.get(), buffer.data());
  if (length < 0) {
    switch (errno) {
      case ETIMEDOUT:
      case EAGAIN:
        return Received::nothing;
      case EMBBADDATA:
        return Received::too_long;
      case EMBBADCRC:
        break;  // the frame is there, and interpret_rtu() finds the same with the numbers
      default:
        return Received::hang_up;
    }
  }
  const std::span<const std::uint8_t> bytes(buffer);
  if (has_transactions()) {
    answer = interpret_tcp(bytes.first(static_cast<std::size_t>(length)), request);
  } else {
    // The length is not told for a wrong check sum, nor (as 0, and unchecked) for another unit.
    const std::size_t rtu =
        length > 0 ? static_cast<std::size_t>(length) : std::min(rtu_length(bytes), bytes.size());
    answer = interpret_rtu(bytes.first(rtu), request);
  }
  return Received::frame;
}

Heard Connection::listen(Duration duration) {
  std::size_t discarded = 0;
  Heard heard = discard(descriptor(), duration, discarded);
  if (heard != Heard::something) return heard;
  while (discarded < longest_noise) {
    heard = discard(descriptor(), std::max(pause, silence_), discarded);
    if (heard != Heard::something) break;
  }
  return heard == Heard::hang_up ? heard : Heard::something;
}

Heard Connection::discard_rest() { return listen(std::max(pause, silence_)); }

}  // namespace meterrig::modbus
