// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <google/protobuf/message_lite.h>

#include "meterrig/ports/file_descriptor.h"
#include "meterrig/vocabulary/instant.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::safety {

/// Messages over a connected socket, a length of four bytes (little-endian) before each.
class MessageChannel {
 public:
  explicit MessageChannel(ports::FileDescriptor socket) : socket_(std::move(socket)) {}

  /// Errors: unavailable (the other side is gone), deadline_exceeded.
  [[nodiscard]] Result<void> send(const google::protobuf::MessageLite& message, Duration patience);
  /// Errors: as of send; data_loss for bytes that are no such message. After an error the channel
  /// is of no more use.
  [[nodiscard]] Result<void> receive(google::protobuf::MessageLite& message, Duration patience);
  [[nodiscard]] int descriptor() const { return socket_.get(); }

 private:
  ports::FileDescriptor socket_;
};

}  // namespace meterrig::safety
