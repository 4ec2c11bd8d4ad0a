// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "findings.h"

namespace meterrig::loader {

/// Where a node starts, 1-based, in characters.
struct Position {
  int line = 0;
  int column = 0;
};

/// A YAML node as it was written. yaml-cpp's own tree drops what a strict check needs: duplicate
/// keys, anchors, and whether a scalar was quoted.
struct YamlNode {
  /// An alias is a finding already and has no value here.
  enum class Sort { nothing, scalar, list, mapping, alias };
  Sort sort = Sort::nothing;
  Position position;
  std::string text;                                    ///< of a scalar
  bool plain = true;                                   ///< a scalar without quotes
  std::vector<YamlNode> entries;                       ///< of a list
  std::vector<std::pair<YamlNode, YamlNode>> members;  ///< of a mapping, in order, duplicates kept
};

/// The one document of a YAML text; none when it cannot be read. Findings: not UTF-8, control
/// characters, wrong syntax, anchors, aliases, tags, more than one document, nested deeper than 32,
/// more than 200 000 nodes.
[[nodiscard]] std::optional<YamlNode> read_yaml(std::string_view text, const std::string& file,
                                                Findings& findings);

}  // namespace meterrig::loader
