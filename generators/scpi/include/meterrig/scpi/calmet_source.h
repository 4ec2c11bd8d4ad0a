// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "meterrig/ports/clock.h"
#include "meterrig/scpi/conversation.h"
#include "meterrig/scpi/output_check.h"
#include "meterrig/vocabulary/instruments.h"

namespace meterrig::scpi {

/// Of a calibrator with the Calmet-style protocol.
struct CalmetSettings {
  /// Between a command and what follows; the maker's description prints it as '_'.
  char separator = '_';
  Duration settle = second(5);  ///< longest ramp or relay process
  OutputTolerance tolerance{.voltage = {volt(0.01), 2e-4},
                            .current = {ampere(0.0005), 2e-4},
                            .frequency = {hertz(0.001), 0},
                            .angle = degree(0.02)};
};

/// How it is spoken to: CR LF, and the identity as the query that finds back.
[[nodiscard]] ConversationRules calmet_rules(char separator = CalmetSettings().separator);

/// Who the calibrator is; nothing else is said to it. The conversation has calmet_rules(). Errors:
/// those of ask(), data_loss.
[[nodiscard]] Result<InstrumentIdentity> ask_calmet_identity(Conversation& conversation);

/// A three-phase calibrator that answers each command with OK or ER and has no check sum, so that a
/// digit damaged on the line would be set as it is. Nothing is believed: every setting is read back
/// and compared, and aborted with both values when it differs. What the instrument can put out is
/// asked when connecting. `clock` paces the read-back and outlives the source. Errors: those of
/// Source.
[[nodiscard]] Result<std::unique_ptr<Source>> connect_calmet(
    std::unique_ptr<Conversation> conversation, const CalmetSettings& settings,
    ports::Clock& clock);

}  // namespace meterrig::scpi
