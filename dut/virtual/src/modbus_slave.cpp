// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/twin/modbus_slave.h"

#include <fmt/format.h>
#include <modbus.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "meterrig/ports/file_descriptor.h"
#include "meterrig/ports/loopback_listener.h"
#include "meterrig/ports/paced_line.h"
#include "meterrig/ports/worker.h"

namespace meterrig::twin {
namespace {

constexpr std::uint8_t read_holding = 3;
constexpr std::uint8_t read_input = 4;
constexpr int broadcast_unit = 0;
constexpr int any_tcp_unit = 255;  // "not used", Modbus messaging on TCP/IP 4.2
constexpr std::size_t most_masters = 8;
constexpr int longest_frame = 260;
constexpr int tcp_byte_timeout_ms = 500;
// Beyond the characters' own time, for a machine that is busy.
constexpr int scheduling_slack_us = 20'000;

struct ContextDeleter {
  void operator()(modbus_t* context) const {
    modbus_set_socket(context, -1);  // the descriptor is ours, not libmodbus's
    modbus_free(context);
  }
};
using Context = std::unique_ptr<modbus_t, ContextDeleter>;

struct MappingDeleter {
  void operator()(modbus_mapping_t* mapping) const { modbus_mapping_free(mapping); }
};

/// Answers one request that libmodbus has received and checked. False when the line is gone.
bool answer(modbus_t* context, std::span<const std::uint8_t> frame, const RegisterFile& registers) {
  const auto length = static_cast<int>(frame.size());
  const auto at = static_cast<std::size_t>(modbus_get_header_length(context));
  const auto refuse = [&](ModbusException exception) {
    return modbus_reply_exception(context, frame.data(), static_cast<unsigned>(exception)) >= 0;
  };
  if (frame.size() <= at) return true;
  const std::uint8_t function = frame[at];
  if ((function != read_holding && function != read_input) || frame.size() < at + 5) {
    return refuse(ModbusException::illegal_function);
  }
  const auto word = [&](std::size_t offset) {
    return frame[at + offset] * 256 + frame[at + offset + 1];
  };
  const int address = word(1);
  const int count = word(3);
  const bool holding = function == read_holding;
  const auto values =
      registers.read(holding ? modbus::Table::holding : modbus::Table::input, address, count);
  if (!values) return refuse(values.error());
  const auto first = static_cast<unsigned>(address);
  const auto many = static_cast<unsigned>(count);
  const std::unique_ptr<modbus_mapping_t, MappingDeleter> mapping(modbus_mapping_new_start_address(
      0, 0, 0, 0, first, holding ? many : 0, first, holding ? 0 : many));
  if (!mapping) return false;
  std::copy(values->begin(), values->end(),
            holding ? mapping->tab_registers : mapping->tab_input_registers);
  return modbus_reply(context, frame.data(), length, mapping.get()) >= 0;
}

class LineSlave final : public ModbusSlave {
 public:
  LineSlave(ports::SerialSettings settings, const RegisterFile& registers)
      : settings_(settings), registers_(registers) {}
  LineSlave(const LineSlave&) = delete;
  LineSlave& operator=(const LineSlave&) = delete;
  ~LineSlave() override { worker_.stop(); }

  Result<void> start(int line_fd, int unit) {
    auto line = ports::PacedLine::open(line_fd, settings_);
    if (!line) return tl::unexpected(std::move(line.error()));
    line_ = std::move(*line);
    unit_ = unit;
    const double character_us = ports::character_time(settings_).in(microsecond);
    silence_us_ = static_cast<int>(3.5 * character_us) + scheduling_slack_us;
    if (!make_context()) {
      return fail(ErrorCode::invalid_argument,
                  fmt::format("libmodbus refuses {}, unit {}", ports::to_string(settings_), unit));
    }
    return worker_.start([this] { run(); });
  }

  [[nodiscard]] int port() const override { return 0; }

 private:
  bool make_context() {
    const char parity = settings_.parity == ports::Parity::even  ? 'E'
                        : settings_.parity == ports::Parity::odd ? 'O'
                                                                 : 'N';
    context_ = Context(modbus_new_rtu("line", settings_.baud_rate, parity, 8, settings_.stop_bits));
    if (!context_ || modbus_set_slave(context_.get(), unit_) != 0) return false;
    modbus_set_socket(context_.get(), line_.descriptor());
    modbus_set_byte_timeout(context_.get(), 0, static_cast<std::uint32_t>(silence_us_));
    return true;
  }

  void run() {
    std::array<std::uint8_t, longest_frame> frame{};
    for (;;) {
      std::array<pollfd, 2> polled{pollfd{line_.descriptor(), POLLIN, 0},
                                   pollfd{worker_.stop_descriptor(), POLLIN, 0}};
      if (::poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) return;
      if (polled[1].revents != 0) return;
      if (polled[0].revents == 0) continue;
      const int length = modbus_receive(context_.get(), frame.data());
      if (length > 0) {
        if (frame[0] == broadcast_unit)
          continue;  // nobody answers those, and there is nothing to set
        if (!answer(context_.get(), std::span(frame).first(static_cast<std::size_t>(length)),
                    registers_)) {
          return;
        }
        continue;
      }
      // A damaged frame, or one for another unit. After the latter libmodbus takes whatever comes
      // next for that unit's answer, a request to us included, unless it starts afresh.
      if (!wait_for_silence() || !make_context()) return;
    }
  }

  /// Throws away what comes until the line has been silent for 3.5 characters (Modbus over serial
  /// line 2.5.1.1): only then can a frame begin. False when the line is gone or the slave ends.
  bool wait_for_silence() {
    std::array<std::uint8_t, longest_frame> rest{};
    for (;;) {
      std::array<pollfd, 2> polled{pollfd{line_.descriptor(), POLLIN, 0},
                                   pollfd{worker_.stop_descriptor(), POLLIN, 0}};
      const timespec silence{.tv_sec = 0, .tv_nsec = silence_us_ * 1000L};
      const int ready = ::ppoll(polled.data(), polled.size(), &silence, nullptr);
      if (ready == 0) return true;
      if (ready < 0 && errno != EINTR) return false;
      if (polled[1].revents != 0) return false;
      if (polled[0].revents == 0) continue;
      const ssize_t count = ::recv(line_.descriptor(), rest.data(), rest.size(), MSG_DONTWAIT);
      if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) return false;
    }
  }

  ports::SerialSettings settings_;
  const RegisterFile& registers_;
  ports::PacedLine line_;
  Context context_;
  int unit_ = 1;
  int silence_us_ = 0;
  ports::Worker worker_;
};

class TcpSlave final : public ModbusSlave {
 public:
  TcpSlave(int unit, const RegisterFile& registers) : unit_(unit), registers_(registers) {}
  TcpSlave(const TcpSlave&) = delete;
  TcpSlave& operator=(const TcpSlave&) = delete;
  ~TcpSlave() override { worker_.stop(); }

  Result<void> start(const std::string& address);
  [[nodiscard]] int port() const override { return listener_.port(); }

 private:
  struct Master {
    ports::FileDescriptor socket;
    Context context;
  };
  void run();
  void accept_master();
  bool serve_master(const Master& master);

  int unit_;
  const RegisterFile& registers_;
  ports::LoopbackListener listener_;
  std::vector<Master> masters_;
  ports::Worker worker_;
};

Result<void> TcpSlave::start(const std::string& address) {
  if (unit_ < 1 || unit_ > 247) {
    return fail(ErrorCode::invalid_argument, fmt::format("unit {} is not one of 1..247", unit_));
  }
  auto listener = ports::LoopbackListener::open(address, "Modbus", most_masters);
  if (!listener) return tl::unexpected(listener.error());
  listener_ = std::move(*listener);
  return worker_.start([this] { run(); });
}

void TcpSlave::run() {
  for (;;) {
    std::vector<pollfd> polled{{worker_.stop_descriptor(), POLLIN, 0},
                               {listener_.descriptor(), POLLIN, 0}};
    for (const Master& master : masters_) polled.push_back({master.socket.get(), POLLIN, 0});
    if (::poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) return;
    if (polled[0].revents != 0) return;
    std::vector<Master> staying;
    for (std::size_t i = 0; i < masters_.size(); ++i) {
      if (polled[i + 2].revents == 0 || serve_master(masters_[i])) {
        staying.push_back(std::move(masters_[i]));
      }
    }
    masters_ = std::move(staying);
    if (polled[1].revents != 0) accept_master();
  }
}

void TcpSlave::accept_master() {
  ports::FileDescriptor socket = listener_.accept();
  if (!socket.open() || masters_.size() >= most_masters) return;
  Context context(modbus_new_tcp("127.0.0.1", port()));
  if (!context) return;
  modbus_set_socket(context.get(), socket.get());
  modbus_set_byte_timeout(context.get(), 0, tcp_byte_timeout_ms * 1000U);
  masters_.push_back({std::move(socket), std::move(context)});
}

bool TcpSlave::serve_master(const Master& master) {
  std::array<std::uint8_t, longest_frame> frame{};
  const int length = modbus_receive(master.context.get(), frame.data());
  if (length < 0) return false;  // gone, or out of step: without a check sum only hanging up helps
  if (length == 0) return true;
  const int unit = frame[6];
  if (unit != unit_ && unit != broadcast_unit && unit != any_tcp_unit) return true;
  return answer(master.context.get(), std::span(frame).first(static_cast<std::size_t>(length)),
                registers_);
}

}  // namespace

Result<std::unique_ptr<ModbusSlave>> serve_line(int line_fd, ports::SerialSettings settings,
                                                int unit, const RegisterFile& registers) {
  if (unit < 1 || unit > 247) {
    return fail(ErrorCode::invalid_argument, fmt::format("unit {} is not one of 1..247", unit));
  }
  auto slave = std::make_unique<LineSlave>(settings, registers);
  if (auto started = slave->start(line_fd, unit); !started) {
    return tl::unexpected(std::move(started.error()));
  }
  return slave;
}

Result<std::unique_ptr<ModbusSlave>> serve_tcp(const std::string& address, int unit,
                                               const RegisterFile& registers) {
  auto slave = std::make_unique<TcpSlave>(unit, registers);
  if (auto started = slave->start(address); !started) {
    return tl::unexpected(std::move(started.error()));
  }
  return slave;
}

}  // namespace meterrig::twin
