// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <map>
#include <string>

#include "check_answers.h"
#include "date_time.h"
#include "in_quotes.h"

namespace meterrig::loader {

void check(const v1::AnswersFile& file, Examination& examination) {
  std::map<std::string, std::string> points;  // and where each was first
  for (int i = 0; i < file.answers_size(); ++i) {
    const v1::ManualAnswer& answer = file.answers(i);
    const std::string where = fmt::format("answers[{}]", i);
    if (examination.sound(where + ".point")) {
      const auto [first, fresh] = points.emplace(answer.point(), where + ".point");
      if (!fresh)
        examination.report(
            where + ".point", in_quotes(answer.point()) + " again",
            "one answer for a point; the first is" + examination.in_line(first->second));
    }
    if (examination.sound(where + ".time") && !is_date_time(answer.time()))
      examination.report(where + ".time", in_quotes(answer.time()),
                         "a moment with its zone, such as 2026-01-15T10:30:00Z");
    if (!examination.sound(where)) continue;
    const bool decided = answer.outcome() != v1::MANUAL_OUTCOME_UNSPECIFIED;
    if (decided != answer.value().empty())
      examination.report(where, decided ? "a value and an outcome" : "neither value nor outcome",
                         "one of them: the run decides on a value");
    else if (decided && !answer.uncertainty().empty())
      examination.report(where + ".uncertainty", in_quotes(answer.uncertainty()),
                         "none without a value");
    else if (!decided && answer.uncertainty().empty())
      examination.report(where, "a value without its uncertainty",
                         "the uncertainty for k = 2, such as uncertainty: 0.003 %/K");
  }
}

}  // namespace meterrig::loader
