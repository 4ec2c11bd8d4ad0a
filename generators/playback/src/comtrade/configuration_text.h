// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "configuration.h"
#include "stamp_scale.h"

namespace meterrig::playback::comtrade {

/// What a configuration to write says.
struct WrittenConfiguration {
  const RecordingDescription& description;
  const std::vector<Scaling>& scaling;
  const std::vector<WrittenRate>& rates;
  ComtradeRevision revision;
  DataType type;
  Moment first;
  Moment trigger;
  StampScale stamps;
};

/// The description as a file holds it: in names a comma becomes a semicolon; channels are numbered,
/// have their name for an id where they have none, and the phase that a reader would guess.
[[nodiscard]] RecordingDescription writable(RecordingDescription description);

/// The text of a .cfg, lines ended by CR LF, without status channels, of a writable description.
[[nodiscard]] std::string configuration_text(const WrittenConfiguration& written);

}  // namespace meterrig::playback::comtrade
