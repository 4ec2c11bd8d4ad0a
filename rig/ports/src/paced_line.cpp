// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/ports/paced_line.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "meterrig/ports/system_error_text.h"

namespace meterrig::ports {

Result<PacedLine> PacedLine::open(int line_fd, const std::optional<SerialSettings>& pacing) {
  PacedLine line;
  line.descriptor_ = line_fd;
  if (!pacing) return line;
  std::array<int, 2> pair{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0)
    return fail(ErrorCode::unavailable,
                fmt::format("no socket pair: {}", system_error_text(errno)));
  line.relay_end_ = FileDescriptor(pair[0]);
  line.own_end_ = FileDescriptor(pair[1]);
  auto relay = PacedRelay::start(line_fd, line.relay_end_.get(), *pacing);
  if (!relay) return tl::unexpected(relay.error());
  line.relay_ = std::move(*relay);
  line.descriptor_ = line.own_end_.get();
  return line;
}

}  // namespace meterrig::ports
