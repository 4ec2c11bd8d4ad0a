// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "meterrig/ports/serial_settings.h"
#include "meterrig/vocabulary/command_file.h"
#include "meterrig/vocabulary/instruments.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::scpi {

/// What happened on the line to an instrument, for the report.
struct ConversationStatistics {
  std::int64_t commands = 0;
  std::int64_t queries = 0;
  std::int64_t timeouts = 0;
  std::int64_t late_replies = 0;     ///< of earlier queries, discarded
  std::int64_t refused_replies = 0;  ///< too long, or not printable ASCII
  std::int64_t reconnections = 0;
};

/// Lines of text to an instrument and back. For one thread.
///
/// A reply does not say which query it answers. After a time-out, or a reply that was refused, the
/// next ask() first finds back: it asks the identity, whose reply is known, and discards and counts
/// what comes before it; without an identity query it listens until the line has been silent for
/// two answer time-outs. send() never waits for that: a command to switch off goes out at once.
///
/// When the line is gone the call fails with unavailable, and the next one opens it again.
class Conversation {
 public:
  virtual ~Conversation() = default;
  /// For messages: the port with its settings, or host and port.
  [[nodiscard]] virtual const std::string& name() const = 0;
  [[nodiscard]] virtual const ConversationRules& rules() const = 0;
  /// Sends a command and expects no reply. Errors: invalid_argument (not printable ASCII),
  /// unavailable.
  [[nodiscard]] virtual Result<void> send(std::string_view command) = 0;
  /// Sends a command that this instrument does answer, at once, and leaves the reply: the next
  /// ask() finds back first. For switching off, which waits for nothing. Errors: as send().
  [[nodiscard]] virtual Result<void> send_and_leave(std::string_view command) = 0;
  /// Sends a query and returns its reply without the line's end. Errors: as send();
  /// deadline_exceeded when no whole reply came within `patience`; data_loss for a reply that is
  /// longer than the rules allow or not printable ASCII.
  [[nodiscard]] virtual Result<std::string> ask(std::string_view query, Duration patience) = 0;
  [[nodiscard]] virtual ConversationStatistics statistics() const = 0;
};

/// Who an instrument is by the identity query of its rules, "maker,model,serial number,firmware".
/// Nothing else is said to it. Errors: those of ask(); unimplemented without an identity query.
[[nodiscard]] Result<InstrumentIdentity> ask_identity(Conversation& conversation);

/// Errors: those of ports::open_serial_port().
[[nodiscard]] Result<std::unique_ptr<Conversation>> converse_over_serial(
    const std::string& path, const ports::SerialSettings& settings, ConversationRules rules);

/// A raw socket, such as port 5025. Error: unavailable when nobody accepts within the answer
/// time-out.
[[nodiscard]] Result<std::unique_ptr<Conversation>> converse_over_tcp(const std::string& host,
                                                                      int port,
                                                                      ConversationRules rules);

enum class LxiProtocol : std::uint8_t { vxi11, raw };

/// An instrument as liblxi reaches it.
struct LxiAddress {
  std::string host;
  int port = 0;                ///< of a raw socket; VXI-11 asks the instrument's port mapper
  std::string name = "inst0";  ///< of the device behind VXI-11, such as gpib0,18 in a gateway
  LxiProtocol protocol = LxiProtocol::vxi11;
};

/// Error: unavailable when there is no connection within the answer time-out. A raw socket that
/// refuses shows only at the first call: liblxi 1.18 does not notice. Prefer converse_over_tcp()
/// for raw sockets; it also discards what comes unasked, which liblxi cannot look for.
[[nodiscard]] Result<std::unique_ptr<Conversation>> converse_over_lxi(const LxiAddress& address,
                                                                      ConversationRules rules);

}  // namespace meterrig::scpi
