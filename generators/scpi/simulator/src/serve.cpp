// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/scpi_simulator/serve.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdint>
#include <span>
#include <utility>

#include "meterrig/ports/file_descriptor.h"
#include "meterrig/ports/loopback_listener.h"
#include "meterrig/ports/paced_line.h"
#include "meterrig/ports/system_error_text.h"
#include "meterrig/ports/worker.h"
#include "meterrig/scpi/reply_reader.h"

namespace meterrig::scpi::simulator {
namespace {

constexpr std::size_t longest_line = 4096;
constexpr int tick_milliseconds = 10;
// A peer that is turned away would come again only after a second.
constexpr int most_waiting = 8;
constexpr std::size_t longer_than_any_reply = 8000;

bool unblock(int descriptor) {
  const int flags = ::fcntl(descriptor, F_GETFL);
  return flags >= 0 && ::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0;
}

void damage_first_number(std::string& line) {
  const std::size_t parameters = line.find_first_of(" _");
  if (parameters == std::string::npos) return;
  const std::size_t digit = line.find_first_of("0123456789", parameters);
  if (digit != std::string::npos)
    line[digit] = line[digit] == '9' ? '1' : static_cast<char>(line[digit] + 1);
}

/// One instrument and the peer it talks to.
class Service {
 public:
  Service(std::shared_ptr<ServedInstrument> instrument, std::shared_ptr<Faults> faults)
      : instrument_(std::move(instrument)),
        faults_(faults == nullptr ? std::make_shared<Faults>() : std::move(faults)),
        lines_(instrument_->line_end(), longest_line) {}

  Result<void> start(std::function<void()> body) { return worker_.start(std::move(body)); }
  [[nodiscard]] int stop_descriptor() const { return worker_.stop_descriptor(); }
  void pass_time() { instrument_->pass_time(); }

  void use(int descriptor) {
    descriptor_ = descriptor;
    lines_.clear();
  }

  /// Takes and answers what has come in. False when the peer is gone, or shall be.
  bool receive() {
    std::array<std::uint8_t, 4096> bytes{};
    const ssize_t count = ::read(descriptor_, bytes.data(), bytes.size());
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    if (count == 0) return false;
    lines_.take(std::span(bytes).first(static_cast<std::size_t>(count)));
    while (auto line = lines_.next()) {
      // What is no text is for the instrument to complain about.
      if (!answer(line->value_or("\x7F"))) return false;
    }
    return true;
  }

 private:
  bool answer(std::string line) {
    const auto fault = faults_->next(line);
    if (fault && fault->sort == Fault::Sort::disconnect) return false;
    if (fault && fault->sort == Fault::Sort::damaged_command) damage_first_number(line);
    auto reply = instrument_->answer(line);
    if (fault && fault->sort == Fault::Sort::late && !wait(fault->delay)) return false;
    if (!reply) return true;
    if (fault && fault->sort == Fault::Sort::lost) return true;
    if (fault && fault->sort == Fault::Sort::garbage) reply = "\x01\xFE@\x80#";
    if (fault && fault->sort == Fault::Sort::over_long)
      reply = std::string(longer_than_any_reply, '1');
    *reply += instrument_->line_end() == LineEnd::lf   ? "\n"
              : instrument_->line_end() == LineEnd::cr ? "\r"
                                                       : "\r\n";
    return send(*reply);
  }

  /// False when it shall stop.
  [[nodiscard]] bool wait(Duration delay) const {
    pollfd polled{.fd = stop_descriptor(), .events = POLLIN, .revents = 0};
    return ::poll(&polled, 1, static_cast<int>(std::ceil(delay.in(millisecond)))) <= 0;
  }

  [[nodiscard]] bool send(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t count = ::write(descriptor_, text.data(), text.size());
      if (count > 0) text.remove_prefix(static_cast<std::size_t>(count));
      if (count >= 0 || errno == EINTR) continue;
      if (errno != EAGAIN) return false;
      std::array<pollfd, 2> polled{pollfd{descriptor_, POLLOUT, 0},
                                   pollfd{stop_descriptor(), POLLIN, 0}};
      if (::poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) return false;
      if (polled[1].revents != 0) return false;
    }
    return true;
  }

  std::shared_ptr<ServedInstrument> instrument_;
  std::shared_ptr<Faults> faults_;
  ReplyReader lines_;
  int descriptor_ = -1;
  ports::Worker worker_;  // last: it uses the others
};

class TcpServer final : public Server {
 public:
  TcpServer(std::shared_ptr<ServedInstrument> instrument, std::shared_ptr<Faults> faults)
      : service_(std::move(instrument), std::move(faults)) {}

  Result<void> start(const std::string& address) {
    auto listener = ports::LoopbackListener::open(address, "a simulated instrument", most_waiting);
    if (!listener) return tl::unexpected(listener.error());
    listener_ = std::move(*listener);
    return service_.start([this] { run(); });
  }
  [[nodiscard]] int port() const override { return listener_.port(); }

 private:
  void run() {
    for (;;) {
      // A descriptor below 0 is passed over.
      std::array<pollfd, 3> polled{pollfd{service_.stop_descriptor(), POLLIN, 0},
                                   pollfd{listener_.descriptor(), POLLIN, 0},
                                   pollfd{peer_.get(), POLLIN, 0}};
      if (::poll(polled.data(), polled.size(), tick_milliseconds) < 0 && errno != EINTR) return;
      if (polled[0].revents != 0) return;
      service_.pass_time();
      if (polled[2].revents != 0 && !service_.receive()) peer_.reset();
      if (polled[1].revents == 0) continue;
      ports::FileDescriptor socket = listener_.accept();
      if (!socket.open() || !unblock(socket.get())) continue;
      peer_ = std::move(socket);
      service_.use(peer_.get());
    }
  }

  ports::LoopbackListener listener_;
  ports::FileDescriptor peer_;
  Service service_;  // last: its thread uses the others
};

class LineServer final : public Server {
 public:
  LineServer(std::shared_ptr<ServedInstrument> instrument, std::shared_ptr<Faults> faults)
      : service_(std::move(instrument), std::move(faults)) {}

  Result<void> start(int line_fd, const std::optional<ports::SerialSettings>& pacing) {
    auto line = ports::PacedLine::open(line_fd, pacing);
    if (!line) return tl::unexpected(line.error());
    line_ = std::move(*line);
    if (!unblock(line_.descriptor()))
      return fail(ErrorCode::unavailable,
                  fmt::format("no line to serve: {}", ports::system_error_text(errno)));
    service_.use(line_.descriptor());
    return service_.start([this] { run(line_.descriptor()); });
  }
  [[nodiscard]] int port() const override { return 0; }

 private:
  void run(int line_fd) {
    for (;;) {
      std::array<pollfd, 2> polled{pollfd{line_fd, POLLIN, 0},
                                   pollfd{service_.stop_descriptor(), POLLIN, 0}};
      if (::poll(polled.data(), polled.size(), tick_milliseconds) < 0 && errno != EINTR) return;
      if (polled[1].revents != 0) return;
      service_.pass_time();
      if (polled[0].revents != 0) static_cast<void>(service_.receive());
    }
  }

  ports::PacedLine line_;
  Service service_;  // last: its thread uses the others
};

}  // namespace

Result<std::unique_ptr<Server>> serve_tcp(const std::string& address,
                                          std::shared_ptr<ServedInstrument> instrument,
                                          std::shared_ptr<Faults> faults) {
  auto server = std::make_unique<TcpServer>(std::move(instrument), std::move(faults));
  if (auto started = server->start(address); !started) return tl::unexpected(started.error());
  return server;
}

Result<std::unique_ptr<Server>> serve_line(int line_fd,
                                           const std::optional<ports::SerialSettings>& pacing,
                                           std::shared_ptr<ServedInstrument> instrument,
                                           std::shared_ptr<Faults> faults) {
  auto server = std::make_unique<LineServer>(std::move(instrument), std::move(faults));
  if (auto started = server->start(line_fd, pacing); !started)
    return tl::unexpected(started.error());
  return server;
}

}  // namespace meterrig::scpi::simulator
