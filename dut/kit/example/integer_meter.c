// SPDX-License-Identifier: Apache-2.0
#include "integer_meter.h"

// A fraction of a scan is counted in 1/65536. Sizes: a code has 24 bits, so a product is at most
// 2^46, its share 2^62, and the sum over the longest window 2^59.
#define WHOLE_SCAN INT64_C(65536)

enum {
  shortest_window = INTEGER_METER_RATE - INTEGER_METER_RATE / 100,  // scans; then the next crossing
  longest_window = INTEGER_METER_RATE + INTEGER_METER_RATE / 4,     // without one
  live_millivolts = 23000,  // a voltage with crossings to be trusted: a tenth of Un
  creep_milliwatts = 1000,  // of the three phases; they start at 3450
  pulse_spacing = INTEGER_METER_RATE * 60 / 1000,  // scans: 30 ms on, 30 ms off
  total_milliwatt_hours = 100,                     // of a pulse: 10000 imp/kWh
  import_milliwatt_hours = 1000                    // 1000 imp/kWh
};

const integer_meter_calibration integer_meter_nominal = {60000, 1500000};

// Largest whole number whose square is not above `square`, bit by bit.
static uint32_t square_root(uint64_t square) {
  uint64_t root = 0;
  for (uint64_t bit = UINT64_C(1) << 62; bit != 0; bit >>= 2) {
    const uint64_t trial = root + bit;
    root >>= 1;
    if (square >= trial) {
      square -= trial;
      root += bit;
    }
  }
  return (uint32_t)root;
}

void integer_meter_reset(integer_meter* meter, const integer_meter_calibration* calibration) {
  static const integer_meter power_on;  // all zero
  *meter = power_on;
  meter->calibration = *calibration;
  // 1 mWh = 3.6 Ws = 3.6e21 nV pA s.
  meter->units_per_milliwatt_hour = INT64_C(3600000000000000000) / calibration->nanovolts_per_code *
                                    1000 / calibration->picoamperes_per_code * INTEGER_METER_RATE;
  meter->units_per_milliwatt = meter->units_per_milliwatt_hour / 3600 / INTEGER_METER_RATE;
  meter->quarter = (uint32_t)(INTEGER_METER_RATE * WHOLE_SCAN / 200);
}

// Adds energy to a register; returns by how many milliwatt-hours it advanced.
static uint32_t advance(integer_meter_register* counter, int64_t energy, int64_t unit) {
  counter->rest += energy;
  if (counter->rest < unit) return 0;
  const int64_t steps = counter->rest / unit;
  counter->rest -= steps * unit;
  counter->milliwatt_hours += (uint64_t)steps;
  return (uint32_t)steps;
}

// Counts energy for an output; returns whether a pulse begins now.
static bool pulse_begins(integer_meter_output* output, uint32_t milliwatt_hours, uint32_t pulse) {
  output->collected += milliwatt_hours;
  while (output->collected >= pulse) {
    output->collected -= pulse;
    ++output->waiting;
  }
  if (output->pause > 0) --output->pause;
  if (output->waiting == 0 || output->pause > 0) return false;
  --output->waiting;
  output->pause = pulse_spacing;
  return true;
}

static uint32_t count_energy(integer_meter* meter, int64_t energy) {
  uint32_t imported = 0;
  uint32_t exported = 0;
  meter->pending += energy;
  if (meter->direction > 0 && meter->pending > 0) {
    imported = advance(&meter->imported, meter->pending, meter->units_per_milliwatt_hour);
    meter->pending = 0;
  } else if (meter->direction < 0 && meter->pending < 0) {
    exported = advance(&meter->exported, -meter->pending, meter->units_per_milliwatt_hour);
    meter->pending = 0;
  }
  uint32_t pulses = 0;
  if (pulse_begins(&meter->outputs[0], imported + exported, total_milliwatt_hours))
    pulses |= INTEGER_METER_TOTAL;
  if (pulse_begins(&meter->outputs[1], imported, import_milliwatt_hours))
    pulses |= INTEGER_METER_IMPORT;
  return pulses;
}

// sum / length without losing what a division of the whole would cut off.
static int64_t mean(int64_t sum, int64_t length) {
  return sum / length * WHOLE_SCAN + sum % length * WHOLE_SCAN / length;
}

// Root of the mean square, in 1/256 code.
static uint64_t rms_256(int64_t sum_of_squares, int64_t length) {
  return square_root((uint64_t)mean(sum_of_squares, length) << 16);
}

// The window is over: readings, direction, and what the next window needs to know.
static void take_window(integer_meter* meter) {
  integer_meter_readings* shown = &meter->shown;
  int64_t power = 0;
  meter->reference = 0;
  for (int p = INTEGER_METER_PHASES - 1; p >= 0; --p) {
    const integer_meter_sums* sums = &meter->window[p];
    const uint64_t volts = rms_256(sums->uu, meter->length);
    const uint64_t amperes = rms_256(sums->ii, meter->length);
    const int64_t active = mean(sums->ui, meter->length);
    power += active;
    shown->millivolts[p] =
        (uint32_t)(volts * (uint64_t)meter->calibration.nanovolts_per_code / 256 / 1000000);
    shown->microamperes[p] =
        (uint32_t)(amperes * (uint64_t)meter->calibration.picoamperes_per_code / 256 / 1000000);
    shown->milliwatts[p] = (int32_t)(active / meter->units_per_milliwatt);
    shown->millivars[p] = (int32_t)(mean(sums->qi, meter->length) / meter->units_per_milliwatt);
    shown->millivoltamperes[p] =
        (uint32_t)((uint64_t)shown->millivolts[p] * shown->microamperes[p] / 1000000);
    if (shown->millivolts[p] >= live_millivolts) meter->reference = p;  // in the end the first
  }
  shown->millihertz =
      (uint32_t)(meter->periods * INT64_C(1000) * INTEGER_METER_RATE * WHOLE_SCAN / meter->length);
  meter->shown_since = 0;

  const int64_t creep = creep_milliwatts * meter->units_per_milliwatt;
  meter->direction = power >= creep ? 1 : power <= -creep ? -1 : 0;
  if (meter->direction == 0) meter->pending = 0;

  if (meter->periods > 0) {
    const int64_t quarter = meter->length / meter->periods / 4;
    const int64_t longest = (INTEGER_METER_HISTORY - 2) * WHOLE_SCAN;
    meter->quarter = (uint32_t)(quarter < longest ? quarter : longest);
  }
}

// The next window has `share` of this scan's products, in 1/65536; the rest stays in this one.
static void end_window(integer_meter* meter, const integer_meter_sums* products, int64_t share,
                       bool whole) {
  integer_meter_sums next[INTEGER_METER_PHASES];
  for (int p = 0; p < INTEGER_METER_PHASES; ++p) {
    next[p].uu = products[p].uu * share / WHOLE_SCAN;
    next[p].ii = products[p].ii * share / WHOLE_SCAN;
    next[p].ui = products[p].ui * share / WHOLE_SCAN;
    next[p].qi = products[p].qi * share / WHOLE_SCAN;
    meter->window[p].uu -= next[p].uu;
    meter->window[p].ii -= next[p].ii;
    meter->window[p].ui -= next[p].ui;
    meter->window[p].qi -= next[p].qi;
  }
  meter->length -= share;
  if (meter->whole || !whole) take_window(meter);
  for (int p = 0; p < INTEGER_METER_PHASES; ++p) meter->window[p] = next[p];
  meter->length = share;
  meter->periods = 0;
  meter->whole = whole;
  meter->armed = false;  // the next window may watch another phase
}

uint32_t integer_meter_scan(integer_meter* meter, const int32_t volts[INTEGER_METER_PHASES],
                            const int32_t amperes[INTEGER_METER_PHASES]) {
  const uint32_t last = INTEGER_METER_HISTORY - 1;
  const uint32_t delay = (uint32_t)(meter->quarter / WHOLE_SCAN);
  const int64_t fraction = meter->quarter % WHOLE_SCAN;
  integer_meter_sums products[INTEGER_METER_PHASES];
  int64_t energy = 0;
  for (int p = 0; p < INTEGER_METER_PHASES; ++p) {
    int32_t* history = meter->history[p];
    history[meter->scans & last] = volts[p];
    const int64_t near = history[(meter->scans - delay) & last];
    const int64_t far = history[(meter->scans - delay - 1) & last];
    const int64_t late = near + (far - near) * fraction / WHOLE_SCAN;
    const int64_t u = volts[p];
    const int64_t i = amperes[p];
    products[p].uu = u * u;
    products[p].ii = i * i;
    products[p].ui = u * i;
    products[p].qi = late * i;
    energy += products[p].ui;
    meter->window[p].uu += products[p].uu;
    meter->window[p].ii += products[p].ii;
    meter->window[p].ui += products[p].ui;
    meter->window[p].qi += products[p].qi;
  }
  meter->length += WHOLE_SCAN;
  ++meter->shown_since;

  // A rising zero crossing counts once the voltage was well below zero: noise makes none.
  const int32_t now = volts[meter->reference];
  const int32_t before = meter->history[meter->reference][(meter->scans - 1) & last];
  const int64_t well_below = -(live_millivolts / 2) * INT64_C(1000000);  // nV
  if ((int64_t)now * meter->calibration.nanovolts_per_code < well_below) meter->armed = true;
  ++meter->scans;
  if (meter->armed && now >= 0) {
    meter->armed = false;
    ++meter->periods;
    if (!meter->whole || meter->length >= shortest_window * WHOLE_SCAN) {
      // The straight line between the two codes is at zero so long before this scan.
      const int64_t share = now * WHOLE_SCAN / ((int64_t)now - before);
      end_window(meter, products, share, true);
    }
  }
  if (meter->length >= longest_window * WHOLE_SCAN) {
    meter->periods = 0;
    end_window(meter, products, 0, false);
  }
  return count_energy(meter, energy);
}

uint64_t integer_meter_import_milliwatt_hours(const integer_meter* meter) {
  return meter->imported.milliwatt_hours;
}

uint64_t integer_meter_export_milliwatt_hours(const integer_meter* meter) {
  return meter->exported.milliwatt_hours;
}

const integer_meter_readings* integer_meter_shown(const integer_meter* meter) {
  return &meter->shown;
}

uint32_t integer_meter_shown_since(const integer_meter* meter) { return meter->shown_since; }
