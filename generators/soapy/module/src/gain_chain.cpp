// SPDX-License-Identifier: GPL-3.0-or-later
#include "gain_chain.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace meterrig::rigloop {
namespace {

void set_element(GainElement& element, double decibels) {
  const double clipped = std::clamp(decibels, element.minimum, element.maximum);
  element.gain =
      element.minimum + std::round((clipped - element.minimum) / element.step) * element.step;
}

template <class Member>
double sum(const std::vector<GainElement>& elements, Member member) {
  return std::accumulate(
      elements.begin(), elements.end(), 0.0,
      [member](double total, const GainElement& e) { return total + e.*member; });
}

}  // namespace

const GainElement& GainChain::element(const std::string& name) const {
  for (const GainElement& element : elements_)
    if (element.name == name) return element;
  throw std::invalid_argument("rigloop: no gain element '" + name + "'");
}

double GainChain::gain() const { return sum(elements_, &GainElement::gain); }
double GainChain::minimum() const { return sum(elements_, &GainElement::minimum); }
double GainChain::maximum() const { return sum(elements_, &GainElement::maximum); }

void GainChain::set(const std::string& name, double decibels) {
  if (!std::isfinite(decibels)) throw std::invalid_argument("rigloop: a gain that is no number");
  for (GainElement& element : elements_)
    if (element.name == name) return set_element(element, decibels);
  throw std::invalid_argument("rigloop: no gain element '" + name + "'");
}

void GainChain::set(double decibels) {
  if (!std::isfinite(decibels)) throw std::invalid_argument("rigloop: a gain that is no number");
  std::vector<GainElement*> by_step;
  for (GainElement& element : elements_) {
    element.gain = element.minimum;
    by_step.push_back(&element);
  }
  std::stable_sort(by_step.begin(), by_step.end(),
                   [](const GainElement* a, const GainElement* b) { return a->step > b->step; });
  for (GainElement* element : by_step) {
    double missing = decibels - gain();
    // All but the finest leave the rest of their step to the next.
    if (element != by_step.back()) missing = std::floor(missing / element->step) * element->step;
    set_element(*element, element->minimum + missing);
  }
}

}  // namespace meterrig::rigloop
