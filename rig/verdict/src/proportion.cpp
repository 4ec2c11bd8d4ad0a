// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/proportion.h"

#include <boost/math/distributions/beta.hpp>
#include <limits>

namespace meterrig::verdict {

ProportionInterval clopper_pearson(std::int64_t hits, std::int64_t trials, double confidence) {
  constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  if (trials <= 0 || hits < 0 || hits > trials || !(confidence > 0 && confidence < 1))
    return {unknown, unknown};
  const double tail = (1 - confidence) / 2;
  const auto k = static_cast<double>(hits);
  const auto n = static_cast<double>(trials);
  // Quantiles of the beta distribution are those of the binomial's parameter.
  const double lowest =
      hits == 0 ? 0 : boost::math::quantile(boost::math::beta_distribution<>(k, n - k + 1), tail);
  const double highest = hits == trials
                             ? 1
                             : boost::math::quantile(boost::math::complement(
                                   boost::math::beta_distribution<>(k + 1, n - k), tail));
  return {lowest, highest};
}

}  // namespace meterrig::verdict
