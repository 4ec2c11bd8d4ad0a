// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/test/unit_test.hpp>
#include <random>
#include <sstream>
#include <string>
#include <utility>

#include "meterrig/store/run_store.h"
#include "meterrig/store/verify.h"
#include "sample_run.h"

using namespace meterrig;
using namespace meterrig::store;

namespace {

// Numbers of the broken records, such as "3 4".
std::string broken(const std::filesystem::path& path,
                   const std::optional<std::string>& expected_chain = {}) {
  const auto found = verify(path, expected_chain);
  if (!found) return "error: " + found.error().message;
  std::ostringstream numbers;
  const char* separator = "";
  for (const BrokenRecord& record : found->broken) {
    numbers << std::exchange(separator, " ") << record.number;
  }
  return numbers.str();
}

void check_refused(const std::filesystem::path& path, ErrorCode code) {
  const auto run = RunStore::open(path);
  BOOST_REQUIRE(!run);
  BOOST_TEST((run.error().code == code), run.error().message);
  const auto read = read_run(path);
  BOOST_REQUIRE(!read);
  BOOST_TEST((read.error().code == code), read.error().message);
}

struct Run {
  Folder folder;
  std::filesystem::path path = folder / "run.sqlite";
  std::string chain = store_run(path, sample_run(9));  // 10 records
};

}  // namespace

BOOST_AUTO_TEST_SUITE(damage)

BOOST_FIXTURE_TEST_CASE(an_untouched_run_is_intact, Run) {
  BOOST_TEST(broken(path) == "");
  BOOST_TEST(broken(path, chain) == "");
  BOOST_TEST(verify(path)->records == 10);
}

BOOST_FIXTURE_TEST_CASE(a_flipped_bit_in_any_column_names_its_record_and_no_other, Run) {
  std::mt19937 random(1);
  for (const char* column : {"evidence", "circumstances", "evidence_chain", "chain"}) {
    for (int record = 1; record <= 10; ++record) {
      const auto place = static_cast<std::uint32_t>(random());
      BOOST_TEST_CONTEXT(column << " of record " << record << ", place " << place) {
        flip_bit(path, record, column, place);
        BOOST_TEST(broken(path) == std::to_string(record));
        const auto run = RunStore::open(path);
        BOOST_REQUIRE(!run);
        BOOST_TEST((run.error().code == ErrorCode::data_loss));
        BOOST_TEST(run.error().message.find("record " + std::to_string(record) + " is broken") !=
                   std::string::npos);
        flip_bit(path, record, column, place);  // back
        BOOST_REQUIRE(broken(path) == "");
      }
    }
  }
}

BOOST_FIXTURE_TEST_CASE(several_broken_records_are_all_named, Run) {
  flip_bit(path, 3, "evidence", 17);
  flip_bit(path, 7, "chain", 5);
  flip_bit(path, 10, "circumstances", 9);
  BOOST_TEST(broken(path) == "3 7 10");
  BOOST_TEST(RunStore::open(path).error().message.ends_with("(and 2 more findings)"));
}

BOOST_FIXTURE_TEST_CASE(a_deleted_record_is_missed, Run) {
  run_sql(path, "DELETE FROM record WHERE seq = 5");
  BOOST_TEST(broken(path) == "5");
  BOOST_TEST(verify(path)->broken[0].why == "it is missing");
  run_sql(path, "DELETE FROM record WHERE seq = 1 OR seq = 6");
  BOOST_TEST(broken(path) == "1 5");
  BOOST_TEST(verify(path)->broken[1].why == "it and all up to record 6 is missing");
  check_refused(path, ErrorCode::data_loss);
}

BOOST_FIXTURE_TEST_CASE(a_deleted_record_is_missed_though_the_rest_was_renumbered, Run) {
  run_sql(path, "DELETE FROM record WHERE seq = 5");
  run_sql(path, "UPDATE record SET seq = -seq WHERE seq > 5");
  run_sql(path, "UPDATE record SET seq = -seq - 1 WHERE seq < 0");
  BOOST_TEST(broken(path) == "5");
  check_refused(path, ErrorCode::data_loss);
}

BOOST_FIXTURE_TEST_CASE(swapped_records_are_found, Run) {
  run_sql(path,
          "UPDATE record SET seq = 100 WHERE seq = 5; UPDATE record SET seq = 5 WHERE seq = 6; "
          "UPDATE record SET seq = 6 WHERE seq = 100");
  BOOST_TEST(broken(path) == "5 6 7");
  check_refused(path, ErrorCode::data_loss);
}

BOOST_FIXTURE_TEST_CASE(swapped_contents_are_found, Run) {
  run_sql(path,
          "CREATE TEMP TABLE t AS SELECT * FROM record; "
          "UPDATE record SET evidence = (SELECT evidence FROM t WHERE t.seq = 9 - record.seq) "
          "WHERE seq IN (4, 5)");
  BOOST_TEST(broken(path) == "4 5");
}

BOOST_FIXTURE_TEST_CASE(a_missing_end_shows_against_the_chain_hash_of_the_report, Run) {
  run_sql(path, "DELETE FROM record WHERE seq >= 9");
  BOOST_TEST(broken(path) == "");  // what is left is a whole chain
  BOOST_TEST(broken(path, chain) == "9");
}

BOOST_FIXTURE_TEST_CASE(a_record_before_the_first_is_found, Run) {
  run_sql(path,
          "INSERT INTO record SELECT -3, evidence, circumstances, evidence_chain, chain FROM "
          "record WHERE seq = 2");
  BOOST_TEST(broken(path) == "-3");
  check_refused(path, ErrorCode::data_loss);
}

BOOST_FIXTURE_TEST_CASE(bytes_moved_between_evidence_and_circumstances_are_found, Run) {
  // The chain over both is the same then; the chain of evidence is not.
  run_sql(path,
          "UPDATE record SET evidence = CAST(evidence || substr(circumstances, 1, 2) AS BLOB), "
          "circumstances = substr(circumstances, 3) WHERE seq = 4");
  BOOST_TEST(broken(path) == "4");
}

BOOST_FIXTURE_TEST_CASE(a_hash_of_the_wrong_size_is_found, Run) {
  run_sql(path, "UPDATE record SET chain = x'00' WHERE seq = 4");
  BOOST_TEST(verify(path)->broken.at(0).why == "its link of the chain is no hash");
}

BOOST_FIXTURE_TEST_CASE(a_file_cut_short_anywhere_is_found, Run) {
  const std::string whole = read_file(path);
  BOOST_REQUIRE(whole.size() > 4096);
  for (std::size_t size = 0; size < whole.size(); size += 311) {
    write_file(path, whole.substr(0, size));
    BOOST_TEST_CONTEXT("cut to " << size << " of " << whole.size() << " bytes") {
      check_refused(path, ErrorCode::data_loss);
      const auto found = verify(path);
      BOOST_TEST((!found || !found->intact()));
    }
  }
}

BOOST_FIXTURE_TEST_CASE(what_is_no_run_is_refused, Run) {
  write_file(folder / "text", "These are not the records you are looking for.\n");
  write_file(folder / "empty", "");
  run_sql(folder / "other", "CREATE TABLE record(seq INTEGER PRIMARY KEY)");
  for (const char* name : {"text", "empty", "other"}) {
    check_refused(folder / name, ErrorCode::data_loss);
    BOOST_TEST((verify(folder / name).error().code == ErrorCode::data_loss));
  }
  std::filesystem::create_directory(folder / "folder");
  check_refused(folder / "folder", ErrorCode::data_loss);
}

BOOST_FIXTURE_TEST_CASE(another_application_id_is_refused, Run) {
  run_sql(path, "PRAGMA application_id = 17");
  check_refused(path, ErrorCode::data_loss);
  BOOST_TEST(verify(path).error().message ==
             path.string() + " is no stored run: its application id is 0x11, expected 0x4d545247");
}

BOOST_FIXTURE_TEST_CASE(another_version_is_refused_and_named, Run) {
  run_sql(path, "PRAGMA user_version = 2");
  check_refused(path, ErrorCode::unimplemented);
  BOOST_TEST(verify(path).error().message ==
             path.string() + " has version 2 of the store; this program knows version 1");
}

BOOST_FIXTURE_TEST_CASE(a_trigger_or_another_table_is_refused, Run) {
  run_sql(path,
          "CREATE TRIGGER t AFTER INSERT ON record BEGIN DELETE FROM record WHERE seq = 1; END");
  check_refused(path, ErrorCode::data_loss);
}

BOOST_AUTO_TEST_SUITE_END()
