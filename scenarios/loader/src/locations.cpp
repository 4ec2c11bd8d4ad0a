// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/loader/locations.h"

#include <utility>

namespace meterrig::loader {

Finding Locations::finding(std::string_view where, std::string found, std::string expected) const {
  Finding result{.file = file_,
                 .line = 0,
                 .column = 0,
                 .where = std::string(where),
                 .found = std::move(found),
                 .expected = std::move(expected)};
  for (std::string_view path = where;;) {
    if (const auto place = places_.find(path); place != places_.end()) {
      result.line = place->second.line;
      result.column = place->second.column;
      return result;
    }
    if (path.empty()) return result;
    // The parent of "a.b[2]" is "a.b", that of "a.b" is "a", that of "a" is the file ("").
    const std::size_t end = path.find_last_of(".[");
    path = path.substr(0, end == std::string_view::npos ? 0 : end);
  }
}

bool Locations::has(std::string_view where) const { return places_.find(where) != places_.end(); }

void Locations::add(std::string where, int line, int column) {
  places_.insert_or_assign(std::move(where), Place{.line = line, .column = column});
}

}  // namespace meterrig::loader
