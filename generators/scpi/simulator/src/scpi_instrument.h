// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "meterrig/scpi_simulator/scpi_command.h"
#include "meterrig/scpi_simulator/served_instrument.h"

namespace meterrig::scpi::simulator {

/// What every simulated SCPI instrument has: lines of commands, the common commands, an error
/// queue.
class ScpiInstrument : public ServedInstrument {
 public:
  explicit ScpiInstrument(std::string identity) : identity_(std::move(identity)) {}
  [[nodiscard]] LineEnd line_end() const override { return LineEnd::lf; }
  [[nodiscard]] std::optional<std::string> answer(std::string_view line) override;

 protected:
  /// A line came, before its commands are done.
  virtual void heard() {}
  virtual void reset() = 0;
  /// The reply of a query; empty for a command that is done; none for what is unknown.
  virtual std::optional<std::string> execute(const ScpiCommand& command) = 0;

  /// SCPI 1999 volume 2 chapter 21.8.
  void data_out_of_range() { push_error("-222,\"Data out of range\""); }
  void execution_failed() { push_error("-200,\"Execution error\""); }
  void parameter_error() { push_error("-104,\"Data type error\""); }

 private:
  std::optional<std::string> common(const ScpiCommand& command);
  void push_error(std::string text);
  std::string identity_;
  std::deque<std::string> errors_;
  int event_status_ = 128;  // power on
};

}  // namespace meterrig::scpi::simulator
