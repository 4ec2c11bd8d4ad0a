// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <google/protobuf/message.h>

#include "findings.h"
#include "meterrig/loader/locations.h"
#include "yaml_tree.h"

namespace meterrig::loader {

/// Fills a message from YAML by the names of its fields and their rule of options.proto, noting
/// everything that does not fit and where each field was. Knows nothing of any particular message
/// but those with a notation of their own (notation.h).
void walk(const YamlNode& root, google::protobuf::Message& message, Locations& locations,
          Findings& findings);

/// The words of an enumeration as files write them: its values in lower case without the common
/// prefix and the unspecified one, separated by ", ".
[[nodiscard]] std::string words(const google::protobuf::EnumDescriptor& enumeration);

}  // namespace meterrig::loader
