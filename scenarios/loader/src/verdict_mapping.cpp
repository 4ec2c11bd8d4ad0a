// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/loader/verdict_mapping.h"

#include <fmt/format.h>

namespace meterrig::loader {

Confidence confidence_from(v1::Confidence message) {
  switch (message) {
    case v1::CONFIDENCE_VERIFIED:
      return Confidence::verified;
    case v1::CONFIDENCE_PUBLIC_SOURCE:
      return Confidence::public_source;
    case v1::CONFIDENCE_MEMORY:
      return Confidence::memory;
    case v1::CONFIDENCE_UNCERTAIN:
      return Confidence::uncertain;
    default:
      return Confidence::unspecified;
  }
}

v1::Confidence message_from(Confidence confidence) {
  switch (confidence) {
    case Confidence::unspecified:
      return v1::CONFIDENCE_UNSPECIFIED;
    case Confidence::verified:
      return v1::CONFIDENCE_VERIFIED;
    case Confidence::public_source:
      return v1::CONFIDENCE_PUBLIC_SOURCE;
    case Confidence::memory:
      return v1::CONFIDENCE_MEMORY;
    case Confidence::uncertain:
      return v1::CONFIDENCE_UNCERTAIN;
  }
  return v1::CONFIDENCE_UNSPECIFIED;
}

Result<Outcome> outcome_from(v1::Outcome message) {
  switch (message) {
    case v1::OUTCOME_PASS:
      return Outcome::pass;
    case v1::OUTCOME_CONDITIONAL_PASS:
      return Outcome::conditional_pass;
    case v1::OUTCOME_CONDITIONAL_FAIL:
      return Outcome::conditional_fail;
    case v1::OUTCOME_FAIL:
      return Outcome::fail;
    case v1::OUTCOME_NOT_VALID:
      return Outcome::not_valid;
    case v1::OUTCOME_NOT_RUN:
      return Outcome::not_run;
    case v1::OUTCOME_MANUAL:
      return Outcome::manual;
    case v1::OUTCOME_DONE:
      return Outcome::done;
    default:
      break;
  }
  return fail(ErrorCode::invalid_argument,
              fmt::format("outcome number {}; expected one that the schema names",
                          static_cast<int>(message)));
}

v1::Outcome message_from(Outcome outcome) {
  switch (outcome) {
    case Outcome::pass:
      return v1::OUTCOME_PASS;
    case Outcome::conditional_pass:
      return v1::OUTCOME_CONDITIONAL_PASS;
    case Outcome::conditional_fail:
      return v1::OUTCOME_CONDITIONAL_FAIL;
    case Outcome::fail:
      return v1::OUTCOME_FAIL;
    case Outcome::not_valid:
      return v1::OUTCOME_NOT_VALID;
    case Outcome::not_run:
      return v1::OUTCOME_NOT_RUN;
    case Outcome::manual:
      return v1::OUTCOME_MANUAL;
    case Outcome::done:
      return v1::OUTCOME_DONE;
  }
  return v1::OUTCOME_UNSPECIFIED;
}

Limit limit_from(const v1::LimitUsed& message) {
  return {.magnitude = percent(message.magnitude()),
          .standard = message.standard(),
          .edition = message.edition(),
          .clause = message.clause(),
          .row = message.row(),
          .confidence = confidence_from(message.confidence()),
          .provenance = message.provenance()};
}

v1::LimitUsed message_from(const Limit& limit) {
  v1::LimitUsed message;
  message.set_magnitude(limit.magnitude.in(percent));
  message.set_standard(limit.standard);
  message.set_edition(limit.edition);
  message.set_clause(limit.clause);
  message.set_row(limit.row);
  message.set_confidence(message_from(limit.confidence));
  message.set_provenance(limit.provenance);
  return message;
}

}  // namespace meterrig::loader
