// SPDX-License-Identifier: GPL-3.0-or-later
#include "gaussian_process.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace meterrig::campaign {
namespace {

// Of the load's axes; the others are smoother.
constexpr std::array lengths{0.1, 0.2, 0.4, 0.8, 1.6};
constexpr double smoother = 2;
// What two errors at one place differ by, in units of the deviation.
constexpr double own_variance = 1e-5;

std::size_t begin_of_row(std::size_t row) { return row * (row + 1) / 2; }

}  // namespace

GaussianProcess::GaussianProcess(std::vector<Coordinates> places, const std::vector<double>& errors,
                                 double least_deviation)
    : places_(std::move(places)) {
  const auto n = static_cast<double>(errors.size());
  for (const double error : errors) mean_ += error / n;
  double variance = 0;
  for (const double error : errors) variance += (error - mean_) * (error - mean_) / n;
  deviation_ = std::max(std::sqrt(variance), least_deviation);
  values_.reserve(errors.size());
  for (const double error : errors) values_.push_back((error - mean_) / deviation_);
  double best = lengths.front();
  for (const double length : lengths) {
    const double before = likelihood_;
    fit(length);
    if (length == lengths.front() || likelihood_ > before) {
      best = length;
    } else {
      likelihood_ = before;
    }
  }
  if (length_ != best) fit(best);
}

double GaussianProcess::covariance(const Coordinates& a, const Coordinates& b) const {
  double square = 0;
  for (std::size_t axis = 0; axis < a.size(); ++axis) {
    const double apart = (a[axis] - b[axis]) / (axis < load_axes ? length_ : smoother * length_);
    square += apart * apart;
  }
  return std::exp(-square / 2);
}

std::vector<double> GaussianProcess::forward(std::vector<double> right) const {
  for (std::size_t i = 0; i < right.size(); ++i) {
    const double* row = factor_.data() + begin_of_row(i);
    for (std::size_t j = 0; j < i; ++j) right[i] -= row[j] * right[j];
    right[i] /= row[i];
  }
  return right;
}

void GaussianProcess::fit(double length) {
  length_ = length;
  const std::size_t n = places_.size();
  factor_.assign(begin_of_row(n), 0);
  likelihood_ = 0;
  for (std::size_t i = 0; i < n; ++i) {
    double* row = factor_.data() + begin_of_row(i);
    for (std::size_t j = 0; j <= i; ++j) {
      const double* other = factor_.data() + begin_of_row(j);
      double sum = covariance(places_[i], places_[j]) + (i == j ? own_variance : 0);
      for (std::size_t k = 0; k < j; ++k) sum -= row[k] * other[k];
      row[j] = i == j ? std::sqrt(std::max(sum, own_variance)) : sum / other[j];
    }
    likelihood_ -= std::log(row[i]);
  }
  weights_ = forward(values_);
  for (const double weight : weights_) likelihood_ -= weight * weight / 2;
  for (std::size_t i = n; i-- > 0;) {
    weights_[i] /= factor_[begin_of_row(i) + i];
    for (std::size_t j = 0; j < i; ++j) weights_[j] -= factor_[begin_of_row(i) + j] * weights_[i];
  }
}

GaussianProcess::Estimate GaussianProcess::at(const Coordinates& place) const {
  std::vector<double> covariances;
  covariances.reserve(places_.size());
  double value = 0;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    covariances.push_back(covariance(place, places_[i]));
    value += covariances.back() * weights_[i];
  }
  double variance = 1;
  for (const double part : forward(std::move(covariances))) variance -= part * part;
  return {.error = mean_ + deviation_ * value,
          .deviation = deviation_ * std::sqrt(std::max(variance, 0.0))};
}

}  // namespace meterrig::campaign
