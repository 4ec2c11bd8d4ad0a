/* SPDX-License-Identifier: Apache-2.0 */
#include "meterrig_receiver.h"

#include <string.h>

enum { SYNC_1 = 0xA5, SYNC_2 = 0x5A };
/* Head: sync, kind, sequence, length, CRC-16. Overhead: head and CRC-32. */
enum { HEADER = 8, OVERHEAD = 12, LARGEST_PAYLOAD = 65535 };
/* Kinds of request. */
enum { START = 1, DESCRIBE, POWER_CYCLE, APPLY, FEED, ADVANCE, IDENTIFY, READ, READ_PARAMETERS };
/* Bits that no request has, and kinds of answer. */
enum { NOT_A_REQUEST = 0xC0, REPLY = 0x80, ERROR_REPLY = 0xC0, NOT_STARTED = 0x7E, DAMAGED = 0x7F };
enum { ROWS = 6 };

#define SECOND_NS ((int64_t)1000000000)
#define LONGEST_STEP_NS (3600 * SECOND_NS)
#define HIGHEST_RATE_TERM 1000000000U

static const mr_result done = {MR_OK, ""};

static mr_result wrong(int32_t code, const char* text) { return (mr_result){code, text}; }

/* With a text for people in which each % stands for a number. */
static mr_result explain(mr_receiver* r, int32_t code, const char* words, const int64_t* numbers) {
  size_t length = 0;
  for (; *words != 0 && length + 21 < sizeof r->text; ++words) {
    if (*words != '%') {
      r->text[length++] = *words;
      continue;
    }
    char digits[20];
    size_t count = 0;
    uint64_t rest = *numbers < 0 ? ~(uint64_t)*numbers + 1U : (uint64_t)*numbers;
    if (*numbers++ < 0) r->text[length++] = '-';
    do digits[count++] = (char)('0' + (int)(rest % 10U));
    while ((rest /= 10U) != 0);
    while (count > 0) r->text[length++] = digits[--count];
  }
  r->text[length] = 0;
  return wrong(code, r->text);
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/* Puts head and check sum around the payload in a frame and sends it. Returns its length. */
static size_t send_frame(const mr_receiver* r, uint8_t* frame, uint8_t kind, uint8_t sequence,
                         size_t payload) {
  frame[0] = SYNC_1;
  frame[1] = SYNC_2;
  frame[2] = kind;
  frame[3] = sequence;
  mr_put16(frame + 4, (uint16_t)payload);
  mr_put16(frame + 6, mr_crc16(frame + 2, 4));
  mr_put32(frame + HEADER + payload, mr_crc32(frame + 2, HEADER - 2 + payload));
  r->device->write(r->device->context, frame, payload + OVERHEAD);
  return payload + OVERHEAD;
}

static void begin_reply(mr_receiver* r) {
  uint8_t* const frame = r->buffers.reply;
  r->writer.at = frame + HEADER;
  r->writer.end = frame + HEADER + smaller(r->buffers.reply_size - OVERHEAD, LARGEST_PAYLOAD);
  r->writer.full = false;
}

static void write_error(mr_writer* writer, int32_t code, const char* text) {
  const size_t head = 14; /* at most, of both fields */
  const size_t room = (size_t)(writer->end - writer->at);
  mr_write_varint(writer, 1, (uint64_t)code);
  mr_write_string(writer, 2, text, smaller(strlen(text), room - head));
}

/* A frame without payload that answers no request. */
static void notify(const mr_receiver* r, uint8_t kind) {
  uint8_t frame[OVERHEAD];
  (void)send_frame(r, frame, kind, 0, 0);
}

/* Scans with a time before `elapsed` nanoseconds; scan n is at n / rate. Exact. */
static int64_t scans_before(const mr_description* d, int64_t elapsed) {
  const uint64_t seconds = (uint64_t)(elapsed / SECOND_NS);
  const uint64_t rest = (uint64_t)(elapsed % SECOND_NS);
  const uint64_t whole = seconds * d->rate_numerator;
  /* Each term is at most 1e18. */
  const uint64_t part =
      (whole % d->rate_denominator) * (uint64_t)SECOND_NS + rest * d->rate_numerator;
  const uint64_t unit = d->rate_denominator * (uint64_t)SECOND_NS;
  return (int64_t)(whole / d->rate_denominator + part / unit + (part % unit != 0 ? 1U : 0U));
}

int64_t mr_time_of(const mr_receiver* receiver, int64_t scan) {
  const mr_description* const d = receiver->device->description;
  const int64_t periods = scan / d->rate_numerator;
  const int64_t rest = scan % d->rate_numerator * d->rate_denominator;
  const int64_t seconds = periods * d->rate_denominator + rest / d->rate_numerator;
  return receiver->applied_at_ns + seconds * SECOND_NS +
         rest % d->rate_numerator * SECOND_NS / d->rate_numerator;
}

static void forget_signal(mr_receiver* r) {
  r->begun = false;
  r->applied_at_ns = r->now_ns;
  r->next_fed = r->next_scan = 0;
  r->ring_head = r->held = 0;
}

static const char malformed[] = "the payload is no such message";

static mr_result start(mr_receiver* r, mr_reader payload) {
  mr_field nonce;
  if (!mr_find_field(payload, 1, MR_FIXED32, &nonce)) return wrong(MR_INVALID_ARGUMENT, malformed);
  mr_write_fixed32(&r->writer, 1, (uint32_t)nonce.value);
  mr_write_varint(&r->writer, 2, smaller(r->buffers.request_size - OVERHEAD, LARGEST_PAYLOAD));
  return done;
}

static void write_text(mr_writer* writer, uint32_t number, const char* text) {
  mr_write_string(writer, number, text, strlen(text));
}

static mr_result describe(mr_receiver* r) {
  const mr_description* const d = r->device->description;
  mr_writer* const w = &r->writer;
  write_text(w, 1, d->device);
  write_text(w, 2, d->serial_number);
  mr_write_varint(w, 3, (uint64_t)r->now_ns);
  mr_write_varint(w, 4, 1); /* simulated */
  write_text(w, 5, d->model);
  write_text(w, 6, d->model_sha256);
  mr_write_varint(w, 7, 0); /* takes_recipes */
  uint8_t* const converter = mr_begin_message(w, 8);
  uint8_t* const rate = mr_begin_message(w, 1);
  mr_write_varint(w, 1, d->rate_numerator);
  mr_write_varint(w, 2, d->rate_denominator);
  mr_end_message(w, rate);
  mr_write_varint(w, 2, (uint64_t)d->bits);
  mr_write_double(w, 3, d->volts_per_code);
  mr_write_double(w, 4, d->amperes_per_code);
  mr_end_message(w, converter);
  return done;
}

static mr_result power_cycle(mr_receiver* r) {
  const mr_result cycled = r->device->power_cycle(r->device->context);
  if (cycled.code != MR_OK) return cycled;
  r->now_ns = 0;
  r->applied = false;
  forget_signal(r);
  return done;
}

typedef struct {
  int64_t numerator;
  int64_t denominator;
} rational;

/* The one that is field `number` of the message; 0/0 where it lacks it. */
static bool find_rational(mr_reader message, uint32_t number, rational* value) {
  mr_field found;
  mr_field numerator;
  mr_field denominator;
  if (!mr_find_field(message, number, MR_BYTES, &found) ||
      !mr_find_field(found.inner, 1, MR_VARINT, &numerator) ||
      !mr_find_field(found.inner, 2, MR_VARINT, &denominator))
    return false;
  value->numerator = (int64_t)numerator.value;
  value->denominator = (int64_t)denominator.value;
  return true;
}

static bool is_rate(const mr_receiver* r, rational rate) {
  const mr_description* const d = r->device->description;
  /* Both in their limits, the products fit. */
  return rate.numerator > 0 && rate.denominator > 0 && rate.numerator <= HIGHEST_RATE_TERM &&
         rate.denominator <= HIGHEST_RATE_TERM &&
         rate.numerator * d->rate_denominator == rate.denominator * d->rate_numerator;
}

static mr_result apply(mr_receiver* r, mr_reader payload) {
  mr_field recipe;
  mr_field samples;
  mr_field seed;
  rational rate;
  rational frequency;
  int64_t reach = 0;
  if (!mr_find_field(payload, 1, MR_BYTES, &recipe) ||
      !mr_find_field(payload, 3, MR_BYTES, &samples) ||
      !mr_find_field(payload, 2, MR_VARINT, &seed) || !find_rational(samples.inner, 1, &rate) ||
      !find_rational(samples.inner, 2, &frequency))
    return wrong(MR_INVALID_ARGUMENT, malformed);
  if (recipe.number != 0)
    return wrong(MR_UNIMPLEMENTED, "a recipe; this device takes the codes of its converter");
  if (samples.number == 0)
    return wrong(MR_INVALID_ARGUMENT, "the request has neither a recipe nor samples");
  if (frequency.numerator <= 0 || frequency.denominator <= 0)
    return wrong(MR_INVALID_ARGUMENT, "a fundamental frequency that is not above 0");
  if (!is_rate(r, rate)) {
    const mr_description* const d = r->device->description;
    return explain(r, MR_OUT_OF_RANGE, "samples at %/% a second; expected the converter's %/%",
                   (const int64_t[]){rate.numerator, rate.denominator, d->rate_numerator,
                                     d->rate_denominator});
  }
  if (r->device->apply != NULL) {
    const mr_result applied = r->device->apply(r->device->context, frequency.numerator,
                                               frequency.denominator, seed.value, &reach);
    if (applied.code != MR_OK) return applied;
  }
  if (reach < 0 || (uint64_t)reach >= r->buffers.scan_count)
    return wrong(MR_INTERNAL, "the receiver holds fewer scans than the device needs ahead");
  r->applied = true;
  r->reach = reach;
  forget_signal(r);
  mr_write_varint(&r->writer, 1, (uint64_t)r->now_ns);
  mr_write_varint(&r->writer, 2, r->buffers.scan_count);
  mr_write_varint(&r->writer, 3, (uint64_t)reach);
  return done;
}

/* A row of codes, packed or not. */
typedef struct {
  mr_reader row;
  mr_reader packed;
} code_row;

typedef enum { CODE, END, MALFORMED } next;

static next next_code(code_row* row, int32_t* code) {
  mr_field field;
  uint64_t value = 0;
  for (;;) {
    if (row->packed.at != row->packed.end) {
      if (!mr_read_varint(&row->packed, &value)) return MALFORMED;
      *code = mr_zigzag(value);
      return CODE;
    }
    if (row->row.at == row->row.end) return END;
    if (!mr_read_field(&row->row, &field)) return MALFORMED;
    if (field.number != 1) continue;
    if (field.wire_type == MR_BYTES) row->packed = field.inner;
    if (field.wire_type == MR_VARINT) {
      *code = mr_zigzag(field.value);
      return CODE;
    }
  }
}

typedef struct {
  int64_t first;
  rational rate;
  size_t volts; /* rows */
  size_t amperes;
  mr_reader rows[ROWS];
  bool other_form;
} sample_block;

static mr_result read_block(mr_reader payload, sample_block* block) {
  mr_field field;
  if (!mr_find_field(payload, 1, MR_VARINT, &field) || !find_rational(payload, 2, &block->rate))
    return wrong(MR_INVALID_ARGUMENT, malformed);
  block->first = (int64_t)field.value;
  while (payload.at != payload.end) {
    (void)mr_read_field(&payload, &field);
    if (field.wire_type != MR_BYTES) continue;
    if (field.number == 3 || field.number == 4) block->other_form = true;
    if (field.number != 5 && field.number != 6) continue;
    size_t* const rows = field.number == 5 ? &block->volts : &block->amperes;
    if (*rows == 3) return wrong(MR_INVALID_ARGUMENT, "more than three voltages or currents");
    block->rows[(field.number == 5 ? 0U : 3U) + *rows] = field.inner;
    ++*rows;
  }
  return done;
}

/* The length of all rows, every code of which the converter has. */
static mr_result check_rows(mr_receiver* r, const sample_block* block, size_t* count) {
  const int32_t bits = r->device->description->bits;
  const int64_t highest = ((int64_t)1 << (bits - 1)) - 1;
  bool first_row = true;
  for (size_t i = 0; i < ROWS; ++i) {
    if (i % 3 >= (i < 3 ? block->volts : block->amperes)) continue;
    code_row row = {block->rows[i], {NULL, NULL}};
    size_t length = 0;
    int32_t code = 0;
    next found;
    while ((found = next_code(&row, &code)) == CODE) {
      if (code > highest || code < -highest - 1) {
        return explain(r, MR_INVALID_ARGUMENT, "a code of %; expected one of a converter of % bits",
                       (const int64_t[]){code, bits});
      }
      ++length;
    }
    if (found == MALFORMED) return wrong(MR_INVALID_ARGUMENT, malformed);
    if (!first_row && length != *count)
      return wrong(MR_INVALID_ARGUMENT, "rows of different lengths");
    *count = length;
    first_row = false;
  }
  if (*count == 0) return wrong(MR_INVALID_ARGUMENT, "a block without samples");
  return done;
}

/* Puts the rows behind what is held, without their first `skip` codes. */
static void hold(mr_receiver* r, const sample_block* block, size_t count, size_t skip) {
  for (size_t i = 0; i < ROWS; ++i) {
    const bool there = i % 3 < (i < 3 ? block->volts : block->amperes);
    code_row row = {block->rows[i], {NULL, NULL}};
    for (size_t k = 0; k < count; ++k) {
      int32_t code = 0;
      if (there) (void)next_code(&row, &code);
      if (k < skip) continue;
      mr_scan* const scan =
          &r->buffers.scans[(r->ring_head + r->held + k - skip) % r->buffers.scan_count];
      (i < 3 ? scan->volts : scan->amperes)[i % 3] = code;
    }
  }
  r->held += count - skip;
}

static mr_result feed(mr_receiver* r, mr_reader payload) {
  sample_block block = {0, {0, 0}, 0, 0, {{NULL, NULL}}, false};
  size_t count = 0;
  mr_result result = read_block(payload, &block);
  if (result.code != MR_OK) return result;
  if (block.other_form)
    return wrong(MR_UNIMPLEMENTED,
                 "volts and amperes; this device takes the codes of its converter");
  if (!r->applied)
    return wrong(MR_FAILED_PRECONDITION, "samples; expected them to be applied first");
  if (!is_rate(r, block.rate))
    return wrong(MR_INVALID_ARGUMENT, "a block at another rate than the converter's");
  result = check_rows(r, &block, &count);
  if (result.code != MR_OK) return result;
  if (r->begun ? block.first != r->next_fed : block.first > 0) {
    return explain(r, MR_FAILED_PRECONDITION, "the block begins with sample %; expected %",
                   (const int64_t[]){block.first, r->next_fed});
  }
  /* Nothing is interpolated, so what lies before the signal's begin is not needed. */
  size_t skip = 0;
  if (block.first < 0) skip = block.first <= -(int64_t)count ? count : (size_t)-block.first;
  if (count - skip > r->buffers.scan_count - r->held) {
    return explain(r, MR_FAILED_PRECONDITION, "% samples where there is room for %",
                   (const int64_t[]){(int64_t)count, (int64_t)(r->buffers.scan_count - r->held)});
  }
  hold(r, &block, count, skip);
  r->begun = true;
  r->next_fed = block.first + (int64_t)count;
  mr_write_varint(&r->writer, 1, (uint64_t)r->next_fed);
  mr_write_varint(&r->writer, 2, r->buffers.scan_count - r->held);
  return done;
}

/* Gives the firmware every scan before number `end`. */
static mr_result give_scans(mr_receiver* r, int64_t end) {
  const size_t capacity = r->buffers.scan_count;
  if (!r->applied) memset(r->buffers.scans, 0, capacity * sizeof(mr_scan));
  while (r->next_scan < end) {
    size_t count = capacity - r->ring_head;
    if (r->applied) count = smaller(count, r->held);
    if ((uint64_t)(end - r->next_scan) < count) count = (size_t)(end - r->next_scan);
    const mr_result given =
        r->device->scans(r->device->context, r->next_scan, r->buffers.scans + r->ring_head, count);
    if (given.code != MR_OK) return given;
    r->next_scan += (int64_t)count;
    if (!r->applied) continue;
    r->ring_head = (r->ring_head + count) % capacity;
    r->held -= count;
  }
  return done;
}

static mr_result advance(mr_receiver* r, mr_reader payload) {
  mr_field field;
  if (!mr_find_field(payload, 1, MR_VARINT, &field)) return wrong(MR_INVALID_ARGUMENT, malformed);
  const int64_t until = (int64_t)field.value;
  if (until < r->now_ns || until - r->now_ns > LONGEST_STEP_NS) {
    return explain(r, MR_OUT_OF_RANGE,
                   "% ns; expected a time from the present % ns to an hour after it",
                   (const int64_t[]){until, r->now_ns});
  }
  if (until > r->now_ns) {
    const int64_t end = scans_before(r->device->description, until - r->applied_at_ns) +
                        (r->applied ? r->reach : 0);
    if (r->applied && end > r->next_fed) {
      return explain(r, MR_FAILED_PRECONDITION,
                     "samples before % were fed; this time needs those before %",
                     (const int64_t[]){r->next_fed, end});
    }
    r->until_ns = until;
    r->last_pulse_ns = r->applied_at_ns;
    r->wrong_pulse = false;
    r->advancing = true;
    mr_result result = give_scans(r, end);
    if (result.code == MR_OK && r->device->advance != NULL)
      result = r->device->advance(r->device->context, until);
    r->advancing = false;
    if (result.code != MR_OK) return result;
    r->now_ns = until;
    if (r->wrong_pulse)
      return wrong(MR_INTERNAL, "the firmware told pulse edges that are not in order of time");
    if (r->writer.full) return wrong(MR_DATA_LOSS, "more pulse edges than the reply holds");
  }
  mr_write_varint(&r->writer, 1, (uint64_t)r->now_ns);
  return done;
}

void mr_pulse(mr_receiver* receiver, const char* output, int64_t time_ns) {
  if (!receiver->advancing || time_ns > receiver->until_ns || time_ns < receiver->last_pulse_ns) {
    receiver->wrong_pulse = true;
    return;
  }
  receiver->last_pulse_ns = time_ns;
  uint8_t* const pulse = mr_begin_message(&receiver->writer, 2);
  write_text(&receiver->writer, 1, output);
  mr_write_varint(&receiver->writer, 2, (uint64_t)time_ns);
  mr_end_message(&receiver->writer, pulse);
}

static mr_result identify(mr_receiver* r) {
  const mr_description* const who = r->device->description;
  const char* name = NULL;
  write_text(&r->writer, 1, who->device);
  write_text(&r->writer, 2, who->serial_number);
  write_text(&r->writer, 3, who->firmware_version);
  write_text(&r->writer, 4, who->firmware_checksum);
  for (size_t i = 0; (name = r->device->quantity(r->device->context, i)) != NULL; ++i)
    write_text(&r->writer, 5, name);
  return done;
}

static mr_result read_quantities(mr_receiver* r, mr_reader payload) {
  mr_field field;
  while (payload.at != payload.end) {
    if (!mr_read_field(&payload, &field)) return wrong(MR_INVALID_ARGUMENT, malformed);
    if (field.number != 1 || field.wire_type != MR_BYTES) continue;
    const char* const name = (const char*)field.inner.at;
    const size_t length = (size_t)(field.inner.end - field.inner.at);
    mr_reading reading = {0, 0, r->now_ns};
    const mr_result found = r->device->read(r->device->context, name, length, &reading);
    if (found.code != MR_OK) return found;
    uint8_t* const written = mr_begin_message(&r->writer, 1);
    mr_write_string(&r->writer, 1, name, length);
    mr_write_double(&r->writer, 2, reading.value);
    mr_write_double(&r->writer, 3, reading.resolution);
    mr_write_varint(&r->writer, 4, (uint64_t)reading.time_ns);
    mr_end_message(&r->writer, written);
  }
  return done;
}

static mr_result read_parameters(mr_receiver* r) {
  const char* name = NULL;
  const char* value = NULL;
  for (size_t i = 0; r->device->parameter(r->device->context, i, &name, &value); ++i) {
    uint8_t* const parameter = mr_begin_message(&r->writer, 1);
    write_text(&r->writer, 1, name);
    write_text(&r->writer, 2, value);
    mr_end_message(&r->writer, parameter);
  }
  return done;
}

static mr_result carry_out(mr_receiver* r, uint8_t kind, mr_reader payload) {
  if (kind >= IDENTIFY && kind <= READ_PARAMETERS && r->device->quantity == NULL)
    return wrong(MR_UNIMPLEMENTED, "this device does not serve Meter");
  if (kind == START) return start(r, payload);
  if (kind == DESCRIBE) return describe(r);
  if (kind == POWER_CYCLE) return power_cycle(r);
  if (kind == APPLY) return apply(r, payload);
  if (kind == FEED) return feed(r, payload);
  if (kind == ADVANCE) return advance(r, payload);
  if (kind == IDENTIFY) return identify(r);
  if (kind == READ) return read_quantities(r, payload);
  if (kind == READ_PARAMETERS) return read_parameters(r);
  return wrong(MR_UNIMPLEMENTED, "a kind of request that this device does not know");
}

/* Carries a request out, or refuses it with `refusal`, and keeps the reply. */
static void reply_to(mr_receiver* r, uint8_t kind, uint8_t sequence, mr_reader payload,
                     const char* refusal) {
  begin_reply(r);
  mr_result result = wrong(MR_OUT_OF_RANGE, refusal);
  if (refusal == NULL) result = carry_out(r, kind, payload);
  if (result.code == MR_OK && r->writer.full)
    result = wrong(MR_DATA_LOSS, "the reply is larger than the device can hold");
  uint8_t answer = (uint8_t)(REPLY | kind);
  if (result.code != MR_OK) {
    answer = (uint8_t)(ERROR_REPLY | kind);
    begin_reply(r);
    write_error(&r->writer, result.code, result.text);
  }
  r->sequence = sequence;
  r->reply_length = send_frame(r, r->buffers.reply, answer, sequence,
                               (size_t)(r->writer.at - (r->buffers.reply + HEADER)));
}

static void take_request(mr_receiver* r, uint8_t kind, uint8_t sequence, mr_reader payload,
                         const char* refusal) {
  if (kind == 0 || (kind & NOT_A_REQUEST) != 0) return;
  if (kind == START) {
    r->started = true;
    reply_to(r, kind, sequence, payload, refusal);
  } else if (!r->started) {
    notify(r, NOT_STARTED);
  } else if (sequence == r->sequence) {
    ++r->repeated;
    r->device->write(r->device->context, r->buffers.reply, r->reply_length);
  } else if (sequence == (uint8_t)(r->sequence + 1)) {
    reply_to(r, kind, sequence, payload, refusal);
  } else {
    ++r->ignored;
  }
}

static void drop(mr_receiver* r, size_t count) {
  r->head += count;
  r->known_damaged -= smaller(r->known_damaged, count);
}

/* Something that began like a frame is none: the search goes on one byte later. */
static bool damaged(mr_receiver* r) {
  if (r->known_damaged == 0) {
    ++r->damaged;
    /* What was cut short may look broken again on the way through it; one word is enough. */
    r->known_damaged = r->tail - r->head;
    notify(r, DAMAGED);
  }
  drop(r, 1);
  return true;
}

/* Looks at the bytes taken. True when it got on, false when more must come. */
static bool look(mr_receiver* r) {
  const uint8_t* const frame = r->buffers.request + r->head;
  const size_t taken = r->tail - r->head;
  if (taken == 0) return false;
  if (frame[0] != SYNC_1 || (taken > 1 && frame[1] != SYNC_2)) {
    const uint8_t* const sync = memchr(frame + 1, SYNC_1, taken - 1);
    drop(r, sync == NULL ? taken : (size_t)(sync - frame));
    return true;
  }
  if (taken < HEADER) return false;
  if (mr_get16(frame + 6) != mr_crc16(frame + 2, 4)) return damaged(r);
  const uint8_t kind = frame[2];
  const uint8_t sequence = frame[3];
  const size_t length = mr_get16(frame + 4);
  mr_reader payload = {frame + HEADER, frame + HEADER + length};
  if (length > r->buffers.request_size - OVERHEAD) {
    payload.end = payload.at;
    take_request(r, kind, sequence, payload, "a payload larger than the device told at the start");
    drop(r, HEADER);
    return true;
  }
  if (taken < OVERHEAD + length) return false;
  if (mr_get32(payload.end) != mr_crc32(frame + 2, HEADER - 2 + length)) return damaged(r);
  take_request(r, kind, sequence, payload, NULL);
  drop(r, OVERHEAD + length);
  return true;
}

bool mr_init(mr_receiver* receiver, const mr_device* device, const mr_buffers* buffers) {
  const mr_description* const d = device->description;
  if (d->rate_numerator < 1 || d->rate_numerator > HIGHEST_RATE_TERM || d->rate_denominator < 1 ||
      d->rate_denominator > HIGHEST_RATE_TERM || d->bits < 2 || d->bits > 32)
    return false;
  if (buffers->request_size < 64 || buffers->reply_size < 64 || buffers->scan_count < 1)
    return false;
  memset(receiver, 0, sizeof *receiver);
  receiver->device = device;
  receiver->buffers = *buffers;
  return true;
}

void mr_receive(mr_receiver* receiver, const uint8_t* bytes, size_t count) {
  mr_receiver* const r = receiver;
  while (count > 0) {
    if (r->head == r->tail) {
      r->head = r->tail = 0;
    } else if (r->tail == r->buffers.request_size) {
      r->tail -= r->head;
      memmove(r->buffers.request, r->buffers.request + r->head, r->tail);
      r->head = 0;
    }
    const size_t taken = smaller(count, r->buffers.request_size - r->tail);
    memcpy(r->buffers.request + r->tail, bytes, taken);
    r->tail += taken;
    bytes += taken;
    count -= taken;
    while (look(r)) {
    }
  }
}

void mr_reset_line(mr_receiver* receiver) {
  receiver->head = receiver->tail = 0;
  receiver->known_damaged = 0;
  receiver->started = false;
}
