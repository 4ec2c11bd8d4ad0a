// SPDX-License-Identifier: GPL-3.0-or-later
// What other editions of the standards would change.
#include "meterrig/report/other_editions.h"

#include "meterrig/report/words.h"
#include "page.h"

namespace meterrig::report {

void add_editions(Part& root, const Page& page) {
  std::vector<Part> editions;
  for (const OtherEdition& edition : other_editions(page.points)) {
    std::vector<Part> rows;
    rows.reserve(edition.points.size());
    for (const OtherEditionPoint& other : edition.points) {
      const bool decided = other.outcome != v1::OUTCOME_UNSPECIFIED;
      Part row;
      row.text("number", page.number(*other.point))
          .text("anchor", page.anchor(*other.point))
          .text("description", description(*other.point))
          .text("limit_here", limit_text(*other.point))
          .text("limit_there", other.limit)
          .text("verdict_here", word(other.point->outcome()))
          .text("verdict_there", decided ? word(other.outcome) : "")
          .flag("changed", decided && other.outcome != other.point->outcome());
      rows.push_back(std::move(row));
    }
    editions.push_back(Part()
                           .text("edition_name", edition.name)
                           .text("edition_sentence", sentence(edition, page.points.size()))
                           .list("edition_rows", rows));
  }
  root.listed("editions", editions);
}

}  // namespace meterrig::report
