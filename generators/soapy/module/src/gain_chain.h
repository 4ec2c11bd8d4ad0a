// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace meterrig::rigloop {

/// One amplifier or attenuator of a chain. Decibels.
struct GainElement {
  std::string name;
  double minimum;
  double maximum;
  double step;
  double gain;
};

/// Gain elements in a row. A gain is clipped to its element's range and rounded to its step, as a
/// radio does, and reads back as what came of it. Unknown elements throw std::invalid_argument, as
/// a SoapySDR driver does.
class GainChain {
 public:
  explicit GainChain(std::vector<GainElement> elements) : elements_(std::move(elements)) {}

  [[nodiscard]] const std::vector<GainElement>& elements() const { return elements_; }
  [[nodiscard]] const GainElement& element(const std::string& name) const;
  /// Sum of all elements.
  [[nodiscard]] double gain() const;
  [[nodiscard]] double minimum() const;
  [[nodiscard]] double maximum() const;
  void set(const std::string& name, double decibels);
  /// Gives the elements gains whose sum is `decibels`, as far as their ranges allow, to half the
  /// finest step: the coarser an element, the sooner it takes what is missing, rounded down.
  void set(double decibels);

 private:
  std::vector<GainElement> elements_;
};

}  // namespace meterrig::rigloop
