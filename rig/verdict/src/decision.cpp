// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/decision.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace meterrig::verdict {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

Decision not_valid(std::string reason, double acceptance_limit = unknown) {
  return {Outcome::not_valid, std::move(reason), acceptance_limit};
}

// Greatest possible rounding error of a boundary L + w or L - w and of the decimals behind it.
double rounding_error(double limit, double guard) {
  if (guard == 0.0) return 0.0;
  return 2.0 * std::numeric_limits<double>::epsilon() * (limit + std::abs(guard));
}

}  // namespace

std::string statement(const DecisionRule& rule) {
  std::string text;
  switch (rule.kind) {
    case RuleKind::simple_acceptance:
      text = "simple acceptance: pass when |e| <= L";
      break;
    case RuleKind::guarded:
      text = fmt::format("guarded acceptance: pass when |e| <= L - {:.6g} U", rule.guard_factor);
      break;
    case RuleKind::non_binary:
      text = fmt::format(
          "non-binary acceptance: pass when |e| <= L - {0:.6g} U, conditional pass up to L, "
          "conditional fail up to L + {0:.6g} U",
          rule.guard_factor);
      break;
    case RuleKind::r46_one_fifth:
      text = "OIML R 46 one-fifth rule: pass when |e| <= L, or |e| <= 6/5 L - U where U > L/5";
      break;
  }
  if (rule.maximum_uncertainty_ratio) {
    text += fmt::format("; not valid when U > {:.6g} L", *rule.maximum_uncertainty_ratio);
  }
  return text;
}

Decision decide(double error, double expanded_uncertainty, double limit, const DecisionRule& rule) {
  const double U = expanded_uncertainty;
  const double r = rule.guard_factor;
  if (!std::isfinite(limit) || limit < 0.0) return not_valid("there is no limit to decide on");
  if (!std::isfinite(error)) return not_valid("the result is unknown");
  if (!std::isfinite(U) || U < 0.0) return not_valid("the uncertainty of the result is unknown");
  if (const auto ratio = rule.maximum_uncertainty_ratio) {
    if (!std::isfinite(*ratio) || *ratio < 0.0) {
      return not_valid("the decision rule has no valid greatest U / L");
    }
    if (U > *ratio * limit) {
      return not_valid(
          fmt::format("the uncertainty U = {:.6g} exceeds {:.6g} of the limit L = {:.6g}, that is "
                      "{:.6g}",
                      U, *ratio, limit, *ratio * limit));
    }
  }
  const bool has_guard = rule.kind == RuleKind::guarded || rule.kind == RuleKind::non_binary;
  if (has_guard && (!std::isfinite(r) || (rule.kind == RuleKind::non_binary && r < 0.0))) {
    return not_valid(fmt::format("the guard factor {:.6g} makes no sense", r));
  }

  double guard = 0.0;
  if (has_guard) guard = r * U;
  if (rule.kind == RuleKind::r46_one_fifth && U > limit / 5.0) guard = U - limit / 5.0;
  const double slack = rounding_error(limit, guard);
  const double acceptance = limit - guard;
  const double magnitude = std::abs(error);

  if (rule.kind != RuleKind::non_binary && acceptance + slack < 0.0) {
    return not_valid(
        fmt::format(
            "the uncertainty U = {:.6g} leaves nothing to accept within the limit L = {:.6g}", U,
            limit),
        acceptance);
  }
  if (magnitude <= acceptance + slack) return {Outcome::pass, "", acceptance};
  if (rule.kind == RuleKind::non_binary && magnitude <= limit) {
    return {Outcome::conditional_pass,
            fmt::format("|e| = {:.6g} is inside the limit {:.6g}, within the guard band {:.6g}",
                        magnitude, limit, guard),
            acceptance};
  }
  if (rule.kind == RuleKind::non_binary && magnitude <= limit + guard + slack) {
    return {Outcome::conditional_fail,
            fmt::format("|e| = {:.6g} is outside the limit {:.6g}, within the guard band {:.6g}",
                        magnitude, limit, guard),
            acceptance};
  }
  std::string reason = fmt::format("|e| = {:.6g} exceeds the limit {:.6g}", magnitude, limit);
  if (magnitude <= limit || acceptance > limit) {
    reason =
        fmt::format("|e| = {:.6g} exceeds the acceptance limit {:.6g} (limit {:.6g}, U = {:.6g})",
                    magnitude, acceptance, limit, U);
  }
  return {Outcome::fail, std::move(reason), acceptance};
}

double probability_of_false_acceptance(double error, double standard_uncertainty, double limit) {
  const double u = standard_uncertainty;
  if (std::isnan(error) || std::isnan(u) || std::isnan(limit) || u < 0.0 || limit < 0.0) {
    return unknown;
  }
  if (u == 0.0) return std::abs(error) <= limit ? 0.0 : 1.0;
  // erfc, not 1 - Phi: keeps its digits far out in the tail.
  const double scale = u * std::sqrt(2.0);
  return 0.5 * std::erfc((limit - error) / scale) + 0.5 * std::erfc((limit + error) / scale);
}

}  // namespace meterrig::verdict
