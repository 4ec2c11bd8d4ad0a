// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "meterrig/vocabulary/command_text.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/units.h"

namespace meterrig {

/// A value that an instrument takes or gives. Numbers are in unit_symbol(kind).
struct InstrumentParameter {
  std::string name;  ///< such as "voltage"; per phase where a command says {voltage.L1}
  QuantityKind kind = QuantityKind::none;
  std::string unit;           ///< of the instrument's numbers, such as "mV"; "1" for a plain number
  double unit_factor = 1;     ///< of the kind's unit in one of the instrument's
  double scale = 1;           ///< instrument's number = value in its unit x scale; -1 turns a sign
  std::int32_t decimals = 0;  ///< after the point, in what is sent
  double minimum = 0;
  double maximum = 0;
  std::vector<double> ranges;     ///< rising; the instrument must be told which one
  double tolerance = 0;           ///< of a read-back, absolute
  double relative_tolerance = 0;  ///< and of the set value, as a fraction
  /// For a parameter of words: ours and the instrument's. The first of ours is what is sent.
  std::vector<std::pair<std::string, std::string>> words;
  friend bool operator==(const InstrumentParameter&, const InstrumentParameter&) = default;
};

/// A command, or a query with the form of its reply.
struct InstrumentStep {
  CommandText text;
  std::optional<CommandText> reply;
  friend bool operator==(const InstrumentStep&, const InstrumentStep&) = default;
};

/// What an instrument can be told to do, by name.
struct InstrumentAction {
  std::string name;
  std::vector<InstrumentStep> steps;
  Duration settle = second(0);  ///< longest time until what it did is there
  bool measured = false;        ///< what it reads is measured by the instrument, not merely set
  friend bool operator==(const InstrumentAction&, const InstrumentAction&) = default;
};

/// The query that tells of errors after a command.
struct ErrorQuery {
  std::string query;      ///< such as "SYST:ERR?"
  CommandText none;       ///< the reply when there is none, such as `0,{*}`
  std::int32_t bits = 0;  ///< instead, if not 0: the reply is a number with none of these set
  bool after_each_command = true;
  friend bool operator==(const ErrorQuery&, const ErrorQuery&) = default;
};

/// The instrument's own guard: without a command for `interval` it switches its output off.
struct InstrumentWatchdog {
  std::string command;  ///< that arms it
  Duration interval = second(0);
  friend bool operator==(const InstrumentWatchdog&, const InstrumentWatchdog&) = default;
};

enum class InstrumentRole : std::uint8_t {
  three_phase_source,
  reference_meter,
  climatic_chamber,
  load,
  dc_supply,
  immunity_generator,  ///< electrical fast transients, surges, dips
};

/// Such as "three_phase_source".
[[nodiscard]] std::string_view name(InstrumentRole role);

enum class LineEnd : std::uint8_t { lf, cr, cr_lf };

/// How an instrument is spoken to, whatever the line is.
struct ConversationRules {
  LineEnd line_end = LineEnd::lf;
  Duration answer_timeout = second(1);
  Duration pause = second(0);        ///< between two commands, for instruments that lose the second
  std::size_t longest_reply = 1024;  ///< characters
  /// A query whose reply is always the same; it finds back to the right reply after a time-out.
  /// Empty: by listening for silence.
  std::string identity_query;
  friend bool operator==(const ConversationRules&, const ConversationRules&) = default;
};

/// A plain request/reply instrument as a command file (instrument.proto) gives it.
struct CommandFile {
  std::string id;
  std::string title;
  InstrumentRole role = InstrumentRole::three_phase_source;
  ConversationRules conversation;
  std::vector<std::string> prepare;  ///< commands once after connecting
  std::optional<ErrorQuery> errors;
  std::optional<InstrumentWatchdog> watchdog;
  std::vector<InstrumentParameter> parameters;
  std::vector<InstrumentAction> actions;

  [[nodiscard]] const InstrumentParameter* parameter(std::string_view name) const;
  [[nodiscard]] const InstrumentAction* action(std::string_view name) const;
  friend bool operator==(const CommandFile&, const CommandFile&) = default;
};

}  // namespace meterrig
