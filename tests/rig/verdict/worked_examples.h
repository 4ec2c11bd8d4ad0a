// SPDX-License-Identifier: GPL-3.0-or-later
// Worked examples of the guides, with their inputs typed as published.
#pragma once

#include <span>

#include "meterrig/verdict/measurement_model.h"

namespace meterrig::verdict {

/// JCGM 100 H.1, lengths in nm, the result as what is above the nominal 50 mm.
inline MeasurementModel end_gauge_of_the_guide() {
  return {{normal_input("standard", 50000623, 25, 18), normal_input("comparison", 215, 9.7, 25.6),
           normal_input("difference of expansion", 0, 0.58e-6, 50),
           normal_input("temperature", -0.1, 0.41), normal_input("expansion", 11.5e-6, 1.2e-6),
           normal_input("difference of temperature", 0, 0.029, 2)},
          {},
          [](std::span<const double> x) {
            return x[0] + x[1] - x[0] * (x[2] * x[3] + x[4] * x[5]) - 50000000;
          }};
}

/// The same gauge with the distributions of JCGM 101:2008, 9.5.
inline MeasurementModel end_gauge_of_the_supplement() {
  return {
      {student_input("standard", 50000623, 25, 18), student_input("comparison", 215, 6, 24),
       student_input("random effects", 0, 4, 5), student_input("systematic effects", 0, 7, 8),
       rectangular_input("expansion", 9.5e-6, 13.5e-6), normal_input("mean temperature", -0.1, 0.2),
       arcsine_input("cycle of temperature", -0.5, 0.5),
       curvilinear_input("difference of expansion", -1e-6, 1e-6, 0.1e-6),
       curvilinear_input("difference of temperature", -0.05, 0.05, 0.025)},
      {},
      [](std::span<const double> x) {
        return x[0] + x[1] + x[2] + x[3] - x[0] * (x[7] * (x[5] + x[6]) + x[4] * x[8]) - 50000000;
      }};
}

/// JCGM 101:2008, 9.3: deviation of a weight from its nominal 100 g, in mg.
inline MeasurementModel mass_calibration() {
  return {{normal_input("reference weight", 100000, 0.05), normal_input("difference", 1.234, 0.02),
           rectangular_input("density of air", 1.1, 1.3),
           rectangular_input("density of the weight", 7000, 9000),
           rectangular_input("density of the reference", 7950, 8050)},
          {},
          [](std::span<const double> x) {
            return (x[0] + x[1]) * (1 + (x[2] - 1.2) * (1 / x[3] - 1 / x[4])) - 100000;
          }};
}

}  // namespace meterrig::verdict
