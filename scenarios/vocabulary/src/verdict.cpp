// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/vocabulary/verdict.h"

namespace meterrig {

std::string_view name(Outcome outcome) {
  switch (outcome) {
    case Outcome::pass:
      return "pass";
    case Outcome::conditional_pass:
      return "conditional pass";
    case Outcome::conditional_fail:
      return "conditional fail";
    case Outcome::fail:
      return "fail";
    case Outcome::not_valid:
      return "not valid";
    case Outcome::not_run:
      return "not run";
    case Outcome::manual:
      return "manual";
    case Outcome::done:
      return "done";
  }
  return "unknown";
}

std::string_view name(Confidence confidence) {
  switch (confidence) {
    case Confidence::unspecified:
      return "unspecified";
    case Confidence::verified:
      return "verified";
    case Confidence::public_source:
      return "public source";
    case Confidence::memory:
      return "memory";
    case Confidence::uncertain:
      return "uncertain";
  }
  return "unknown";
}

}  // namespace meterrig
