/* SPDX-License-Identifier: Apache-2.0 */
#include "meterrig_encoding.h"

#include <string.h>

/* A double travels as the 8 bytes of IEEE 754; a compiler with others cannot use this. */
typedef char mr_double_has_8_bytes[sizeof(double) == 8 ? 1 : -1];

uint16_t mr_crc16(const uint8_t* bytes, size_t count) {
  uint16_t crc = 0xFFFF;
  for (size_t i = 0; i < count; ++i) {
    crc = (uint16_t)(crc ^ (uint16_t)(bytes[i] << 8));
    for (int bit = 0; bit < 8; ++bit) {
      const bool carry = (crc & 0x8000U) != 0;
      crc = (uint16_t)(crc << 1);
      if (carry) crc = (uint16_t)(crc ^ 0x1021U);
    }
  }
  return crc;
}

uint32_t mr_crc32(const uint8_t* bytes, size_t count) {
  /* Of each half byte. */
  static const uint32_t table[16] = {0x00000000U, 0x1DB71064U, 0x3B6E20C8U, 0x26D930ACU,
                                     0x76DC4190U, 0x6B6B51F4U, 0x4DB26158U, 0x5005713CU,
                                     0xEDB88320U, 0xF00F9344U, 0xD6D6A3E8U, 0xCB61B38CU,
                                     0x9B64C2B0U, 0x86D3D2D4U, 0xA00AE278U, 0xBDBDF21CU};
  uint32_t crc = 0xFFFFFFFFU;
  for (size_t i = 0; i < count; ++i) {
    crc ^= bytes[i];
    crc = (crc >> 4) ^ table[crc & 15U];
    crc = (crc >> 4) ^ table[crc & 15U];
  }
  return ~crc;
}

void mr_put16(uint8_t* to, uint16_t value) {
  to[0] = (uint8_t)(value & 0xFFU);
  to[1] = (uint8_t)(value >> 8);
}

void mr_put32(uint8_t* to, uint32_t value) {
  mr_put16(to, (uint16_t)(value & 0xFFFFU));
  mr_put16(to + 2, (uint16_t)(value >> 16));
}

uint16_t mr_get16(const uint8_t* from) { return (uint16_t)(from[0] | (from[1] << 8)); }

uint32_t mr_get32(const uint8_t* from) {
  return (uint32_t)mr_get16(from) | ((uint32_t)mr_get16(from + 2) << 16);
}

static size_t left(const mr_reader* reader) { return (size_t)(reader->end - reader->at); }

bool mr_read_varint(mr_reader* reader, uint64_t* value) {
  *value = 0;
  for (unsigned shift = 0; shift < 70; shift += 7) {
    if (reader->at == reader->end) return false;
    const uint8_t byte = *reader->at++;
    /* What does not fit 64 bits falls off, as everywhere. */
    *value |= (uint64_t)(byte & 0x7FU) << shift;
    if (byte < 0x80U) return true;
  }
  return false;
}

bool mr_read_field(mr_reader* reader, mr_field* field) {
  uint64_t tag = 0;
  if (!mr_read_varint(reader, &tag) || tag > 0xFFFFFFFFU || tag < 8) return false;
  field->number = (uint32_t)(tag >> 3);
  field->wire_type = (uint32_t)(tag & 7U);
  field->value = 0;
  field->inner.at = field->inner.end = reader->at;
  switch (field->wire_type) {
    case MR_VARINT:
      return mr_read_varint(reader, &field->value);
    case MR_FIXED32:
      if (left(reader) < 4) return false;
      field->value = mr_get32(reader->at);
      reader->at += 4;
      return true;
    case MR_FIXED64:
      if (left(reader) < 8) return false;
      field->value = mr_get32(reader->at) | ((uint64_t)mr_get32(reader->at + 4) << 32);
      reader->at += 8;
      return true;
    case MR_BYTES: {
      uint64_t length = 0;
      if (!mr_read_varint(reader, &length) || length > left(reader)) return false;
      field->inner.at = reader->at;
      reader->at += (size_t)length;
      field->inner.end = reader->at;
      return true;
    }
    default: /* groups, which proto3 has not */
      return false;
  }
}

bool mr_find_field(mr_reader message, uint32_t number, uint32_t wire_type, mr_field* found) {
  mr_field field;
  *found = (mr_field){0, wire_type, 0, {message.end, message.end}};
  while (message.at != message.end) {
    if (!mr_read_field(&message, &field)) return false;
    if (field.number == number && field.wire_type == wire_type) *found = field;
  }
  return true;
}

int32_t mr_zigzag(uint64_t value) {
  const uint32_t bits = (uint32_t)(value & 0xFFFFFFFFU);
  const int32_t half = (int32_t)(bits >> 1);
  return (bits & 1U) != 0 ? -half - 1 : half;
}

static void put(mr_writer* writer, const void* bytes, size_t count) {
  if (writer->full || (size_t)(writer->end - writer->at) < count) {
    writer->full = true;
    return;
  }
  if (count == 0) return;
  memcpy(writer->at, bytes, count);
  writer->at += count;
}

static void put_varint(mr_writer* writer, uint64_t value) {
  uint8_t bytes[10];
  size_t count = 0;
  while (value >= 0x80U) {
    bytes[count++] = (uint8_t)((value & 0x7FU) | 0x80U);
    value >>= 7;
  }
  bytes[count++] = (uint8_t)value;
  put(writer, bytes, count);
}

static void put_tag(mr_writer* writer, uint32_t number, uint32_t wire_type) {
  put_varint(writer, ((uint64_t)number << 3) | wire_type);
}

void mr_write_varint(mr_writer* writer, uint32_t number, uint64_t value) {
  put_tag(writer, number, MR_VARINT);
  put_varint(writer, value);
}

void mr_write_fixed32(mr_writer* writer, uint32_t number, uint32_t value) {
  uint8_t bytes[4];
  mr_put32(bytes, value);
  put_tag(writer, number, MR_FIXED32);
  put(writer, bytes, sizeof bytes);
}

void mr_write_double(mr_writer* writer, uint32_t number, double value) {
  uint64_t bits = 0;
  uint8_t bytes[8];
  memcpy(&bits, &value, sizeof bits);
  mr_put32(bytes, (uint32_t)(bits & 0xFFFFFFFFU));
  mr_put32(bytes + 4, (uint32_t)(bits >> 32));
  put_tag(writer, number, MR_FIXED64);
  put(writer, bytes, sizeof bytes);
}

void mr_write_string(mr_writer* writer, uint32_t number, const char* text, size_t length) {
  put_tag(writer, number, MR_BYTES);
  put_varint(writer, length);
  put(writer, text, length);
}

/* The length is a varint of two bytes, whatever it is, so that it can be put in at the end. */
uint8_t* mr_begin_message(mr_writer* writer, uint32_t number) {
  put_tag(writer, number, MR_BYTES);
  put(writer, "\x80", 2);
  return writer->at;
}

void mr_end_message(mr_writer* writer, uint8_t* begin) {
  const size_t length = (size_t)(writer->at - begin);
  if (length > 0x3FFFU) writer->full = true;
  if (writer->full) return;
  begin[-2] = (uint8_t)((length & 0x7FU) | 0x80U);
  begin[-1] = (uint8_t)(length >> 7);
}
