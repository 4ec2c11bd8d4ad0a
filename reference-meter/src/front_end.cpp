// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/front_end.h"
