// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/report/html.h"

namespace meterrig::report {

std::string html(const v1::Run& run) { return run.schema_version(); }

}  // namespace meterrig::report
