// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "meterrig/v1/run.pb.h"

/// A folder of its own that goes with the object.
class Folder {
 public:
  Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder();
  [[nodiscard]] std::filesystem::path operator/(std::string_view name) const {
    return path_ / name;
  }
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  std::filesystem::path path_;
};

/// A header that plans the points.
meterrig::v1::Record header_record(const std::vector<std::string>& points);
meterrig::v1::Record result_record(const std::string& point, meterrig::v1::Outcome outcome,
                                   std::uint32_t attempt = 1);
meterrig::v1::Record ended_record(const std::string& interrupted = "");

/// A header and `results` results with budget and pulses; each record differs.
std::vector<meterrig::v1::Record> sample_run(int results);

/// Stores the records in a new run and closes it. Returns its chain hash.
std::string store_run(const std::filesystem::path& path,
                      const std::vector<meterrig::v1::Record>& records);

std::string read_file(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, std::string_view bytes);

/// Runs SQL on a run behind the store's back.
void run_sql(const std::filesystem::path& path, const std::string& sql);
/// Flips one bit of a column of a record: bit `place` modulo the column's size.
void flip_bit(const std::filesystem::path& path, int record, const char* column,
              std::uint32_t place);
