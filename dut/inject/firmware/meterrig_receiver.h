/* SPDX-License-Identifier: Apache-2.0 */
#ifndef METERRIG_RECEIVER_H
#define METERRIG_RECEIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "meterrig_encoding.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The device's end of serial injection (README of dut/inject) for firmware on a microcontroller:
 * frames with messages of dut.proto in, converter codes and time out. No heap, no I/O of its own;
 * every buffer is the caller's. For one thread: mr_receive() is called from the main loop with what
 * an interrupt put into a queue, and calls the device's functions. */

/* Canonical codes of gRPC that a device answers with. */
enum { MR_OK = 0, MR_INVALID_ARGUMENT = 3, MR_NOT_FOUND = 5, MR_FAILED_PRECONDITION = 9 };
enum { MR_OUT_OF_RANGE = 11, MR_UNIMPLEMENTED = 12, MR_INTERNAL = 13, MR_DATA_LOSS = 15 };

/* MR_OK, or why not, with a text for people that stays valid until mr_receive() returns. */
typedef struct {
  int32_t code;
  const char* text;
} mr_result;

/* What the converter would give at one time: L1, L2, L3. */
typedef struct {
  int32_t volts[3];
  int32_t amperes[3];
} mr_scan;

/* Who the device is and which converter its codes replace. Texts end with 0 and stay valid. */
typedef struct {
  const char* device;
  const char* serial_number;
  const char* model; /* what identifies the build */
  const char* model_sha256;
  const char* firmware_version;
  const char* firmware_checksum; /* hexadecimal */
  uint32_t rate_numerator;       /* scans a second: numerator / denominator, each 1 to 1000000000 */
  uint32_t rate_denominator;
  int32_t bits; /* 2 to 32 */
  double volts_per_code;
  double amperes_per_code;
} mr_description;

typedef struct {
  double value; /* in V, A, W, var, VA, Hz, deg, Wh, varh, VAh; NaN when there is none */
  double resolution;
  int64_t time_ns; /* set to the present; of an energy register the time it was renewed */
} mr_reading;

/* The firmware as the receiver sees it. */
typedef struct {
  void* context; /* given to every function */
  /* Sends bytes, in order; returns when it has taken them all. */
  void (*write)(void* context, const uint8_t* bytes, size_t count);
  const mr_description* description;

  /* As switched off and on: registers as at the start, time 0. The line stays as it is. */
  mr_result (*power_cycle)(void* context);
  /* A signal with this fundamental begins; may be NULL. `reach` is 0: set it to the scans beyond a
   * time that advance() needs, for a device that filters ahead. */
  mr_result (*apply)(void* context, int64_t frequency_numerator, int64_t frequency_denominator,
                     uint64_t device_seed, int64_t* reach);
  /* The scans that follow; scan `first` is so many after the signal began. Zeros where there is no
   * signal. Called in Advance only. */
  mr_result (*scans)(void* context, int64_t first, const mr_scan* scans, size_t count);
  /* All scans up to this time were given; may be NULL. */
  mr_result (*advance)(void* context, int64_t until_ns);

  /* Name of quantity `index`, such as "voltage.L1"; NULL beyond the last. The function itself is
   * NULL for a device that does not serve Meter; then the following may be NULL too. */
  const char* (*quantity)(void* context, size_t index);
  /* MR_NOT_FOUND for a name that is none; `name` has `length` characters and no end. */
  mr_result (*read)(void* context, const char* name, size_t length, mr_reading* reading);
  /* Parameter `index`; false beyond the last. */
  bool (*parameter)(void* context, size_t index, const char** name, const char** value);
} mr_device;

/* Memory for the receiver; must stay as long as it. */
typedef struct {
  uint8_t* request; /* a frame that comes: the largest payload and 12 bytes, at least 64 */
  size_t request_size;
  uint8_t* reply; /* the last reply, kept to be sent again; at least 64 */
  size_t reply_size;
  mr_scan* scans; /* that were fed and whose time has not come: more than `reach` */
  size_t scan_count;
} mr_buffers;

/* To be read, not written, by the firmware. */
typedef struct {
  const mr_device* device;
  mr_buffers buffers;

  size_t head; /* of the bytes taken, in buffers.request */
  size_t tail;
  size_t known_damaged; /* of them, that were already complained of */

  bool started;
  uint8_t sequence;    /* of the last request carried out */
  size_t reply_length; /* of the frame in buffers.reply */
  mr_writer writer;
  char text[128]; /* of an error that has numbers */

  int64_t now_ns;
  bool applied; /* a signal; else zeros */
  bool begun;   /* its samples have begun to come */
  int64_t applied_at_ns;
  int64_t reach;
  int64_t next_fed;  /* number of the scan that comes next */
  int64_t next_scan; /* and of the one that is given to the firmware next */
  size_t ring_head;
  size_t held;

  bool advancing;
  bool wrong_pulse;
  int64_t until_ns;
  int64_t last_pulse_ns;

  uint32_t damaged;  /* frames that came broken */
  uint32_t repeated; /* requests that had been carried out already */
  uint32_t ignored;  /* requests with a sequence that is not the next */
} mr_receiver;

/* False for a description out of its limits or buffers that are too small. */
bool mr_init(mr_receiver* receiver, const mr_device* device, const mr_buffers* buffers);
/* Takes bytes as they come, in pieces of any size, and answers what is complete. */
void mr_receive(mr_receiver* receiver, const uint8_t* bytes, size_t count);
/* Forgets a frame that is half there and waits for a start: the line was opened anew. */
void mr_reset_line(mr_receiver* receiver);
/* To be called in scans() or advance(): a rising edge of a pulse output, in order of time and not
 * after the time that Advance goes to. */
void mr_pulse(mr_receiver* receiver, const char* output, int64_t time_ns);
/* Time of a scan of the present signal, rounded down to a nanosecond. */
int64_t mr_time_of(const mr_receiver* receiver, int64_t scan);

#ifdef __cplusplus
}
#endif

#endif
