// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/synthesis/closed_form.h"
