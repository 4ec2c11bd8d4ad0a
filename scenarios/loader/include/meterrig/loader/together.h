// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "meterrig/loader/load.h"

namespace meterrig::loader {

/// Checks that need two files. Findings point into the first; none when the two fit.

/// The suite's standard is this one; every row it names is there, of the right sort and with a
/// limit for the suite's class; every current and power factor of a test falls in one of its rows,
/// and in no two at once.
[[nodiscard]] std::vector<Finding> check_suite(const Loaded<v1::SuiteFile>& suite,
                                               const Loaded<v1::StandardFile>& standard);
/// The included suite is of the same standard and class.
[[nodiscard]] std::vector<Finding> check_included(const Loaded<v1::SuiteFile>& suite,
                                                  const Loaded<v1::SuiteFile>& included);
/// Each position's link is one that the device has, at a baud rate and address that it has.
[[nodiscard]] std::vector<Finding> check_bench(const Loaded<v1::BenchFile>& bench,
                                               const Loaded<v1::DeviceFile>& device);
/// Every test that a mutant expects to find it in this suite is a test of it.
[[nodiscard]] std::vector<Finding> check_mutants(const Loaded<v1::MutantFile>& mutants,
                                                 const Loaded<v1::SuiteFile>& suite);
/// The twin is of this device, and its full scales hold the device's ratings.
[[nodiscard]] std::vector<Finding> check_twin(const Loaded<v1::TwinFile>& twin,
                                              const Loaded<v1::DeviceFile>& device);

}  // namespace meterrig::loader
