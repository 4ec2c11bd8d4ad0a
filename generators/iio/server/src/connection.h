// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fault_plan.h"
#include "meterrig/iio_server/virtual_bench.h"
#include "meterrig/ports/file_descriptor.h"
#include "meterrig/ports/worker.h"
#include "request.h"

namespace meterrig::iio_server {

/// A client, on a thread of its own, until it leaves.
class Connection {
 public:
  /// `all_gone` is called, in the thread, by the fault of that name.
  Connection(ports::FileDescriptor socket, std::uint64_t owner, VirtualBench& bench,
             FaultPlan& faults, std::function<void()> all_gone);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  [[nodiscard]] Result<void> start();
  [[nodiscard]] bool ended() const { return ended_; }
  /// The client is gone as if the network were; the thread ends soon.
  void cut();

 private:
  void run();
  /// False when the connection is to end.
  bool serve_line(std::string_view line);
  bool misbehave(const Fault& fault, const Request& request);
  bool answer(const Request& request);
  bool answer_all_attributes(const Request& request);
  bool write_attributes(const Request& request);
  bool read_buffer(const Request& request);
  bool write_buffer(const Request& request);

  /// The line that comes next, without its end; nothing when there is none any more.
  std::optional<std::string> read_line();
  bool read_exactly(std::span<std::uint8_t> bytes);
  bool receive();
  bool drain(std::uint64_t bytes);

  bool send(std::string_view text);
  bool send_number(std::int64_t number);
  bool send_status(const Answer<void>& status);
  bool send_text(const Answer<std::string>& text, bool with_nul);

  ports::FileDescriptor socket_;
  std::uint64_t owner_;
  VirtualBench* bench_;
  FaultPlan* faults_;
  std::function<void()> all_gone_;
  std::vector<std::uint8_t> received_;
  std::size_t taken_ = 0;
  bool halve_ = false;  // the next answer is cut in the middle
  std::atomic<bool> ended_ = false;
  ports::Worker worker_;  // last: it uses the others
};

}  // namespace meterrig::iio_server
