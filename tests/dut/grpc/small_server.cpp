// SPDX-License-Identifier: GPL-3.0-or-later
// Serves a small device, with an edge each millisecond, until it is killed. Prints where.
#include <unistd.h>

#include <cstdio>

#include "../small_device.h"
#include "meterrig/rpc/server.h"

int main() {
  meterrig::test::SmallDevice device;
  device.period = 1'000'000;
  const auto server = meterrig::rpc::serve("127.0.0.1:0", {.terminals = &device, .meter = &device});
  if (!server) return 1;
  std::printf("%s\n", (*server)->address().c_str());
  std::fflush(stdout);
  for (;;) ::pause();
}
