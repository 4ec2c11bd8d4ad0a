// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/decision.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "meterrig/verdict/uncertainty_ratio.h"

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

// What is wrong with the numbers of a rule; empty when nothing is.
std::string senseless(const DecisionRule& rule) {
  const double r = rule.guard_factor;
  const bool has_guard = rule.kind == RuleKind::guarded || rule.kind == RuleKind::non_binary ||
                         rule.kind == RuleKind::guarded_standard;
  if (has_guard && (!std::isfinite(r) || (rule.kind == RuleKind::non_binary && r < 0.0)))
    return fmt::format("the guard factor {:.6g} makes no sense", r);
  if (rule.kind == RuleKind::fraction && !(rule.fraction > 0.0 && rule.fraction <= 1.0))
    return fmt::format("the fraction {:.6g} of the limit makes no sense", rule.fraction);
  return "";
}

// w of the acceptance limit L - w.
double guard_band(const DecisionRule& rule, double U, double u, double limit) {
  switch (rule.kind) {
    case RuleKind::simple_acceptance:
      return 0.0;
    case RuleKind::guarded:
    case RuleKind::non_binary:
      return rule.guard_factor * U;
    case RuleKind::r46_one_fifth:
      return U > limit / 5.0 ? U - limit / 5.0 : 0.0;
    case RuleKind::r46_one_third:
      return U > limit / 3.0 ? U - limit / 3.0 : 0.0;
    case RuleKind::guarded_standard:
      return rule.guard_factor * u;
    case RuleKind::fraction:
      return limit - rule.fraction * limit;
  }
  return unknown;
}

// Whether |e| is above L + U, and so far out that the rule fails it: then U is good enough,
// whatever part of the limit it takes.
bool is_out_beyond_doubt(double magnitude, double U, double limit, double guard, RuleKind kind) {
  const double failed_above = kind == RuleKind::non_binary ? limit + guard : limit - guard;
  return magnitude > limit + U + rounding_error(limit, U) &&
         magnitude > failed_above + rounding_error(limit, guard);
}

Decision decide_with(double error, double U, double u, double limit, const DecisionRule& rule) {
  if (!std::isfinite(limit) || limit < 0.0) return not_valid("there is no limit to decide on");
  if (!std::isfinite(error)) return not_valid("the result is unknown");
  if (!std::isfinite(U) || U < 0.0) return not_valid("the uncertainty of the result is unknown");
  const auto ratio = rule.maximum_uncertainty_ratio;
  if (ratio && (!std::isfinite(*ratio) || *ratio < 0.0)) {
    return not_valid("the decision rule has no valid greatest U / L");
  }
  if (std::string reason = senseless(rule); !reason.empty()) return not_valid(std::move(reason));
  const double guard = guard_band(rule, U, u, limit);
  if (std::isnan(guard)) return not_valid("the standard uncertainty of the result is unknown");
  const double slack = rounding_error(limit, guard);
  const double acceptance = limit - guard;
  const double magnitude = std::abs(error);
  const bool out = is_out_beyond_doubt(magnitude, U, limit, guard, rule.kind);

  if (ratio && !uncertainty_ratio(U, limit, *ratio).met && !out) {
    return not_valid(fmt::format(
        "the uncertainty U = {:.6g} exceeds {:.6g} of the limit L = {:.6g}, that is {:.6g}", U,
        *ratio, limit, *ratio * limit));
  }
  if (rule.kind != RuleKind::non_binary && acceptance + slack < 0.0 && !out) {
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
  if (ratio && !uncertainty_ratio(U, limit, *ratio).met) {
    reason += fmt::format(
        " by more than the uncertainty U = {:.6g}, though that exceeds {:.6g} of the limit", U,
        *ratio);
  } else if (magnitude <= limit || acceptance > limit) {
    reason =
        fmt::format("|e| = {:.6g} exceeds the acceptance limit {:.6g} (limit {:.6g}, U = {:.6g})",
                    magnitude, acceptance, limit, U);
  }
  return {Outcome::fail, std::move(reason), acceptance};
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
    case RuleKind::r46_one_third:
      text = "OIML R 46 one-third rule: pass when |e| <= L, or |e| <= 4/3 L - U where U > L/3";
      break;
    case RuleKind::guarded_standard:
      text = fmt::format("guarded acceptance: pass when |e| <= L - {:.6g} u", rule.guard_factor);
      break;
    case RuleKind::fraction:
      text = fmt::format("fraction of the limit: pass when |e| <= {:.6g} L", rule.fraction);
      break;
  }
  if (rule.maximum_uncertainty_ratio) {
    text += fmt::format("; not valid when U > {:.6g} L", *rule.maximum_uncertainty_ratio);
  }
  return text;
}

Decision decide(double error, const Expanded& uncertainty, double limit, const DecisionRule& rule) {
  const double u = uncertainty.coverage_factor > 0.0
                       ? uncertainty.expanded / uncertainty.coverage_factor
                       : unknown;
  return decide_with(error, uncertainty.expanded, u, limit, rule);
}

Decision decide(double error, double expanded_uncertainty, double limit, const DecisionRule& rule) {
  return decide_with(error, expanded_uncertainty, unknown, limit, rule);
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
