/* SPDX-License-Identifier: Apache-2.0 */
#ifndef METERRIG_ENCODING_H
#define METERRIG_ENCODING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Check sums of a frame, and the part of Protocol Buffers that its messages need. */

/* CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xFFFF; "123456789" gives 0x29B1. */
uint16_t mr_crc16(const uint8_t* bytes, size_t count);
/* CRC-32 of IEEE 802.3, reflected; "123456789" gives 0xCBF43926. */
uint32_t mr_crc32(const uint8_t* bytes, size_t count);

/* Little-endian. */
void mr_put16(uint8_t* to, uint16_t value);
void mr_put32(uint8_t* to, uint32_t value);
uint16_t mr_get16(const uint8_t* from);
uint32_t mr_get32(const uint8_t* from);

/* Bytes of a message that are yet to be read. */
typedef struct {
  const uint8_t* at;
  const uint8_t* end;
} mr_reader;

/* A field of a message: a number, or the bytes of a string or an inner message. */
typedef struct {
  uint32_t number;
  uint32_t wire_type;
  uint64_t value;  /* of varint, fixed32 and fixed64 */
  mr_reader inner; /* of a length-delimited field */
} mr_field;

enum { MR_VARINT = 0, MR_FIXED64 = 1, MR_BYTES = 2, MR_FIXED32 = 5 };

bool mr_read_varint(mr_reader* reader, uint64_t* value);
/* False when the bytes are no field; to be called until reader->at is reader->end. */
bool mr_read_field(mr_reader* reader, mr_field* field);
/* The last field of this number and type; its number, value and bytes are 0 and none when there is
 * no such. False when the bytes are no message. */
bool mr_find_field(mr_reader message, uint32_t number, uint32_t wire_type, mr_field* found);
/* What sint32 makes of a varint. */
int32_t mr_zigzag(uint64_t value);

/* Where a message is written to; `full` once something did not fit. */
typedef struct {
  uint8_t* at;
  uint8_t* end;
  bool full;
} mr_writer;

void mr_write_varint(mr_writer* writer, uint32_t number, uint64_t value);
void mr_write_fixed32(mr_writer* writer, uint32_t number, uint32_t value);
void mr_write_double(mr_writer* writer, uint32_t number, double value);
void mr_write_string(mr_writer* writer, uint32_t number, const char* text, size_t length);
/* An inner message of up to 16383 bytes: what is written in between. */
uint8_t* mr_begin_message(mr_writer* writer, uint32_t number);
void mr_end_message(mr_writer* writer, uint8_t* begin);

#ifdef __cplusplus
}
#endif

#endif
