// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "meterrig/v1/run.pb.h"

namespace meterrig::report {

/// JUnit XML of a run, in the subset that GitHub actions, GitLab and Jenkins share. One `testsuite`
/// a suite, one `testcase` a planned point. classname (standard and test) and name (point) are
/// unique and the same in every run of the suite. fail and conditional fail are `failure
/// type="limit"`, not valid is `error`, not run and manual are `skipped`; times are those of the
/// bench, in s.
[[nodiscard]] std::string junit(const v1::Run& run);

}  // namespace meterrig::report
