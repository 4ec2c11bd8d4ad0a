// SPDX-License-Identifier: GPL-3.0-or-later
#include "sample_run.h"

#include <sqlite3.h>
#include <stdlib.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>

#include "meterrig/store/run_store.h"

using namespace meterrig;

Folder::Folder() {
  std::string name = (std::filesystem::temp_directory_path() / "meterrig-store-XXXXXX").string();
  BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::vector<std::string> Folder::names() const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(path_)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

v1::Record header_record(const std::vector<std::string>& points) {
  v1::Record record;
  v1::RunHeader& header = *record.mutable_evidence()->mutable_header();
  header.set_software_version("0.1.0");
  header.set_seed(42);
  for (const std::string& point : points) header.add_plan()->set_id(point);
  record.mutable_circumstances()->set_wall_clock("2026-01-01T08:00:00Z");
  record.mutable_circumstances()->set_host("bench-1");
  return record;
}

v1::Record result_record(const std::string& point, v1::Outcome outcome, std::uint32_t attempt) {
  v1::Record record;
  v1::PointResult& result = *record.mutable_evidence()->mutable_point_result();
  result.set_point(point);
  result.set_attempt(attempt);
  result.set_outcome(outcome);
  return record;
}

v1::Record ended_record(const std::string& interrupted) {
  v1::Record record;
  record.mutable_evidence()->mutable_run_ended()->set_interrupted(interrupted);
  return record;
}

std::vector<v1::Record> sample_run(int results) {
  std::vector<std::string> points;
  for (int i = 0; i < results; ++i) points.push_back("balanced/import/" + std::to_string(i));
  std::vector<v1::Record> records{header_record(points)};
  for (int i = 0; i < results; ++i) {
    v1::Record record = result_record(points[static_cast<std::size_t>(i)], v1::OUTCOME_PASS);
    v1::PointResult& result = *record.mutable_evidence()->mutable_point_result();
    result.set_value(0.01 * i);
    result.set_expanded_uncertainty(0.05);
    auto& contribution = *result.add_budget();
    contribution.set_name("reference");
    contribution.set_standard_uncertainty(0.025);
    for (int pulse = 0; pulse < 5; ++pulse) {
      auto& edge = *result.add_pulses();
      edge.set_output("S0-2");
      edge.set_time_ns(1'000'000'000LL * (10 * i + pulse));
    }
    record.mutable_circumstances()->set_wall_clock("2026-01-01T08:00:0" + std::to_string(i % 10) +
                                                   "Z");
    record.mutable_circumstances()->add_links()->set_requests(i);
    records.push_back(record);
  }
  return records;
}

std::string store_run(const std::filesystem::path& path, const std::vector<v1::Record>& records) {
  auto run = store::RunStore::create(path);
  BOOST_REQUIRE_MESSAGE(run.has_value(), (run ? "" : run.error().message));
  for (const v1::Record& record : records) {
    const auto stored = run->append(record);
    BOOST_REQUIRE_MESSAGE(stored.has_value(), (stored ? "" : stored.error().message));
  }
  return run->chain_hash();
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  BOOST_REQUIRE(file.good());
}

void run_sql(const std::filesystem::path& path, const std::string& sql) {
  sqlite3* database = nullptr;
  BOOST_REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
  BOOST_TEST(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK,
             sqlite3_errmsg(database));
  sqlite3_close(database);
}

void flip_bit(const std::filesystem::path& path, int record, const char* column,
              std::uint32_t place) {
  sqlite3* database = nullptr;
  BOOST_REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
  sqlite3_blob* blob = nullptr;
  BOOST_REQUIRE(sqlite3_blob_open(database, "main", "record", column, record, 1, &blob) ==
                SQLITE_OK);
  const int bits = 8 * sqlite3_blob_bytes(blob);
  BOOST_REQUIRE(bits > 0);
  const int bit = static_cast<int>(place % static_cast<std::uint32_t>(bits));
  unsigned char byte = 0;
  BOOST_REQUIRE(sqlite3_blob_read(blob, &byte, 1, bit / 8) == SQLITE_OK);
  byte = static_cast<unsigned char>(byte ^ (1u << (bit % 8)));
  BOOST_REQUIRE(sqlite3_blob_write(blob, &byte, 1, bit / 8) == SQLITE_OK);
  sqlite3_blob_close(blob);
  sqlite3_close(database);
}
