// SPDX-License-Identifier: GPL-3.0-or-later
// Any line as a command of the IIO protocol, and any lines as a client of a virtual bench: the
// server answers or hangs up, and no output is left on.
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <thread>

#include "connection.h"
#include "meterrig/iio_server/personalities.h"
#include "meterrig/ports/file_descriptor.h"
#include "request.h"

using namespace meterrig;
using namespace meterrig::iio_server;

namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "violated: %s\n", what);
  std::abort();
}

void check_line(std::string_view line) {
  const auto request = parse_request(line);
  if (!request) return;
  require(request->count <= longest_buffer || request->verb == Verb::timeout, "a count is bounded");
  require(request->mask.size() % 32 == 0, "a mask has whole words");
  require(request->device.find(' ') == std::string::npos, "a name has no space");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4096) return 0;
  check_line({reinterpret_cast<const char*>(data), size});

  auto bench = VirtualBench::create(
      three_phase_bench(),
      {.wiring = three_phase_wiring(), .patience = millisecond(1), .input_frames = 4096});
  require(bench.has_value(), "a bench is made");
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) std::abort();
  ports::FileDescriptor client(ends[0]);
  FaultPlan faults;
  {
    Connection connection(ports::FileDescriptor(ends[1]), 1, **bench, faults, [] {});
    require(connection.start().has_value(), "a connection is made");
    std::thread reader([&client] {
      std::array<char, 4096> scrap{};
      // A client that asks for gigabytes has had enough after some of it.
      std::size_t total = 0;
      while (total < (1U << 20U)) {
        const ssize_t count = ::read(client.get(), scrap.data(), scrap.size());
        if (count <= 0) break;
        total += static_cast<std::size_t>(count);
      }
      ::shutdown(client.get(), SHUT_RDWR);
    });
    std::size_t sent = 0;
    while (sent < size) {
      const ssize_t count = ::send(client.get(), data + sent, size - sent, MSG_NOSIGNAL);
      if (count <= 0) break;
      sent += static_cast<std::size_t>(count);
    }
    ::shutdown(client.get(), SHUT_WR);
    reader.join();
  }
  for (const char* board : {"source-l1", "source-l2", "source-l3"})
    require(!(*bench)->output(board).open, "nothing is left open");
  return 0;
}
