// SPDX-License-Identifier: Apache-2.0
//
// The core of a three-phase electricity meter as a small microcontroller would have it: C99,
// integers only, no heap, no library. Codes of a 24-bit converter go in, scan by scan; pulses,
// energy registers and readings come out.
//
//   integer_meter meter;                                  // static: 1 KiB
//   integer_meter_reset(&meter, &integer_meter_nominal);  // at power on
//   pulses = integer_meter_scan(&meter, volts, amperes);  // when the converter has a new scan
//
// How it works:
//
// - Energy. At each scan the products u i of the phases are added and at once join the energy. So
//   energy swings within a period, as the true energy does, and a pulse comes at the very scan at
//   which the energy passes a whole number of pulses.
// - Direction. The sum of the phases is what counts (as in a meter with one disc). About once a
//   second its sign says whether energy goes to the import or the export register; what came
//   against that direction waits, so no register ever runs backwards and nothing is lost. Below the
//   creep limit nothing is counted.
// - Readings are means over a window of whole periods of about a second. It begins and ends at a
//   rising zero crossing of a voltage. A crossing lies between two scans: the products of the later
//   one are shared out to the windows before and after it.
// - Reactive power is the mean of i and the voltage of a quarter of a period ago, which lies
//   between two scans as well and is interpolated. For sines it is U I sin(phi), positive when the
//   current lags. Of a harmonic of order h it takes U_h I_h cos(phi_h - h 90 deg).
#ifndef METERRIG_INTEGER_METER_H
#define METERRIG_INTEGER_METER_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
  INTEGER_METER_PHASES = 3,
  INTEGER_METER_RATE = 4000,  // scans a second
  INTEGER_METER_BITS = 24,    // of a code, two's complement
  INTEGER_METER_HISTORY = 64  // scans remembered: a quarter period from 16 Hz on; a power of 2
};

// What integer_meter_scan() returns: outputs at which a pulse begins with this scan.
enum {
  INTEGER_METER_TOTAL = 1,   // 10000 imp/kWh, import and export
  INTEGER_METER_IMPORT = 2,  // 1000 imp/kWh
  INTEGER_METER_OUTPUTS = 2
};

// What one code is worth, found when the meter is calibrated: from 1 to 100 uV, from 10 nA to 10
// uA.
typedef struct {
  int32_t nanovolts_per_code;
  int32_t picoamperes_per_code;
} integer_meter_calibration;

// 60 uV and 1.5 uA: full scale 503 V and 12.6 A peak.
extern const integer_meter_calibration integer_meter_nominal;

// Means of the last window; 0 before there was one.
typedef struct {
  uint32_t millivolts[INTEGER_METER_PHASES];  // r.m.s., with any direct component
  uint32_t microamperes[INTEGER_METER_PHASES];
  int32_t milliwatts[INTEGER_METER_PHASES];  // import is positive
  int32_t millivars[INTEGER_METER_PHASES];
  uint32_t millivoltamperes[INTEGER_METER_PHASES];
  uint32_t millihertz;  // 0 when there is no voltage
} integer_meter_readings;

// Sums over a window of the products of codes, of one phase.
typedef struct {
  int64_t uu, ii, ui, qi;
} integer_meter_sums;

// One direction's energy: whole milliwatt-hours and the rest, in products of codes.
typedef struct {
  uint64_t milliwatt_hours;
  int64_t rest;
} integer_meter_register;

typedef struct {
  uint32_t collected;  // mWh since the last pulse that was earned
  uint32_t waiting;    // pulses that were earned and not given yet
  uint32_t pause;      // scans before the next may begin
} integer_meter_output;

// All state of a meter. Others read it through the functions below.
typedef struct {
  int64_t units_per_milliwatt;  // mean product of codes of 1 mW
  int64_t units_per_milliwatt_hour;
  integer_meter_calibration calibration;

  integer_meter_register imported, exported;
  int direction;    // 1 import, -1 export, 0 below the creep limit
  int64_t pending;  // energy that is in no register yet
  integer_meter_output outputs[INTEGER_METER_OUTPUTS];

  int32_t history[INTEGER_METER_PHASES][INTEGER_METER_HISTORY];  // of the voltages, a ring
  uint32_t scans;                                                // modulo 2^32
  uint32_t quarter;                                              // of a period, in 1/65536 scan
  int reference;                                                 // phase whose crossings count
  bool armed;                                                    // it was well below zero

  integer_meter_sums window[INTEGER_METER_PHASES];
  int64_t length;   // of the window so far, in 1/65536 scan
  bool whole;       // it began at a crossing
  int32_t periods;  // in it
  integer_meter_readings shown;
  uint32_t shown_since;  // scans since then
} integer_meter;

// Power on: registers and readings are 0.
void integer_meter_reset(integer_meter* meter, const integer_meter_calibration* calibration);

// Takes the codes of L1, L2, L3 and returns the pulses that begin.
uint32_t integer_meter_scan(integer_meter* meter, const int32_t volts[INTEGER_METER_PHASES],
                            const int32_t amperes[INTEGER_METER_PHASES]);

uint64_t integer_meter_import_milliwatt_hours(const integer_meter* meter);
uint64_t integer_meter_export_milliwatt_hours(const integer_meter* meter);
const integer_meter_readings* integer_meter_shown(const integer_meter* meter);
// Scans since those readings were renewed.
uint32_t integer_meter_shown_since(const integer_meter* meter);

#ifdef __cplusplus
}
#endif

#endif
