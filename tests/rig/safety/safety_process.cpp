// SPDX-License-Identifier: GPL-3.0-or-later
// The two processes that the tests kill. A controller gets on every 5 ms; its source process drives
// an instrument that the test is.
//   safety_process controller FOLDER
//   safety_process source FOLDER
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "meterrig/ports/clock.h"
#include "meterrig/safety/serve_output.h"
#include "meterrig/safety/source_process.h"
#include "process_settings.h"
#include "shared_times.h"

namespace {

using namespace meterrig;

/// The instrument at the other end of a socket: a letter each way.
class SocketSource final : public Source {
 public:
  explicit SocketSource(ports::FileDescriptor instrument) : instrument_(std::move(instrument)) {}
  Result<InstrumentIdentity> identify() override { return InstrumentIdentity{}; }
  [[nodiscard]] SourceRange range() const override {
    return {
        .voltage = volt(600), .current = ampere(120), .lowest = hertz(40), .highest = hertz(70)};
  }
  Result<void> apply(const OperatingPoint& point) override {
    point_ = point;
    return say('V');
  }
  Result<void> play(std::unique_ptr<Signal> /*signal*/, Rational /*frequency*/) override {
    return fail(ErrorCode::unimplemented, "signals");
  }
  Result<OutputState> read_back() override {
    return say('P').map(
        [this] { return OutputState{.on = true, .measured = false, .point = point_}; });
  }
  Result<void> off() override { return say('O'); }

 private:
  Result<void> say(char letter) {
    char answer = 0;
    if (::send(instrument_.get(), &letter, 1, MSG_NOSIGNAL) != 1 ||
        ::recv(instrument_.get(), &answer, 1, 0) != 1)
      return fail(ErrorCode::unavailable, "the instrument is gone");
    return {};
  }
  ports::FileDescriptor instrument_;
  OperatingPoint point_;
};

ports::FileDescriptor connect_to(const std::string& path) {
  ports::FileDescriptor socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  path.copy(to.sun_path, sizeof(to.sun_path) - 1);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof(to)) != 0)
    socket.reset();
  return socket;
}

int run_source(const std::string& folder) {
  auto interlocks = safety::Interlocks::open(folder + "/interlocks", {});
  auto journal = safety::Journal::open(folder + "/journal");
  if (!interlocks || !journal) return 1;
  const ports::MonotonicClock clock;
  safety::Output output(std::make_unique<SocketSource>(connect_to(folder + "/instrument")),
                        {.limits = test::limits,
                         .lease = test::lease,
                         .read_back_tolerance = percent(5),
                         .read_back_interval = test::read_back_interval},
                        std::move(*interlocks), std::move(*journal), clock);
  const std::atomic<bool> stop = false;
  return safety::serve_output(ports::FileDescriptor(safety::SourceProcess::socket_in_process),
                              output, test::tick, stop)
             ? 0
             : 1;
}

int run_controller(const std::string& program, const std::string& folder) {
  const test::SharedTimes times(folder + "/times");
  auto source = safety::SourceProcess::start({program, "source", folder}, second(5));
  if (!source) return 1;
  times->source = source->pid();
  for (const auto name : {safety::start_interlock, safety::read_back_interlock})
    if (!source->acknowledge(name, "A. Test")) return 1;
  ports::MonotonicClock clock;
  if (!source->renew() || !source->energise(test::point)) return 1;
  while (source->renew()) {
    times->renewed = clock.now().nanoseconds;
    clock.sleep_until(clock.now() + millisecond(5));
  }
  return 1;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  const std::string_view role = arguments[1];
  if (role == "source") return run_source(arguments[2]);
  if (role == "controller") return run_controller(arguments[0], arguments[2]);
  return 2;
}
