// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/store/run_store.h"

#include <sqlite3.h>

#include <array>
#include <boost/test/unit_test.hpp>

#include "meterrig/store/sha256.h"
#include "meterrig/store/verify.h"
#include "sample_run.h"

using namespace meterrig;
using namespace meterrig::store;

namespace {

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

void require_same(const std::vector<v1::Record>& a, const std::vector<v1::Record>& b) {
  BOOST_REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    BOOST_TEST((a[i].SerializeAsString() == b[i].SerializeAsString()), "record " << i + 1);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(run_store)

BOOST_AUTO_TEST_CASE(sha256_gives_the_values_of_fips_180) {
  BOOST_TEST(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  BOOST_TEST(sha256_hex("abc") ==
             "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  BOOST_TEST(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
             "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  BOOST_TEST(sha256_hex(std::string(1'000'000, 'a')) ==
             "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

BOOST_AUTO_TEST_CASE(what_is_appended_is_there_after_opening_again) {
  const Folder folder;
  const auto records = sample_run(30);
  const std::string chain = store_run(folder / "run.sqlite", records);
  BOOST_TEST((folder.names() == std::vector<std::string>{"run.sqlite"}));

  auto run = RunStore::open(folder / "run.sqlite");
  BOOST_REQUIRE(run.has_value());
  BOOST_TEST(run->record_count() == 31);
  BOOST_TEST(run->chain_hash() == chain);
  require_same(*run->records(), records);

  const v1::Record last = ended_record();
  BOOST_REQUIRE(run->append(last).has_value());
  BOOST_TEST(run->chain_hash() != chain);
  auto more = records;
  more.push_back(last);
  require_same(*run->records(), more);
  require_same(read_run(folder / "run.sqlite")->records, more);  // while it is being written
}

BOOST_AUTO_TEST_CASE(the_chain_is_the_one_of_the_readme) {
  const Folder folder;
  const std::string chain = store_run(folder / "run.sqlite", sample_run(3));
  sqlite3* database = nullptr;
  BOOST_REQUIRE(sqlite3_open((folder / "run.sqlite").c_str(), &database) == SQLITE_OK);
  sqlite3_stmt* rows = nullptr;
  sqlite3_prepare_v2(database, "SELECT evidence, circumstances, evidence_chain, chain FROM record",
                     -1, &rows, nullptr);
  std::string evidence_link(32, '\0');
  std::string link(32, '\0');
  int count = 0;
  while (sqlite3_step(rows) == SQLITE_ROW) {
    std::array<std::string, 4> column;
    for (int i = 0; i < 4; ++i) {
      column[static_cast<std::size_t>(i)] = {
          static_cast<const char*>(sqlite3_column_blob(rows, i)),
          static_cast<std::size_t>(sqlite3_column_bytes(rows, i))};
    }
    evidence_link = from_hex(sha256_hex(evidence_link + column[0]));
    link = from_hex(sha256_hex(link + column[0] + column[1]));
    BOOST_TEST((column[2] == evidence_link));
    BOOST_TEST((column[3] == link));
    ++count;
  }
  sqlite3_finalize(rows);
  sqlite3_close(database);
  BOOST_TEST(count == 4);
  BOOST_TEST(from_hex(chain) == link);
}

BOOST_AUTO_TEST_CASE(circumstances_change_the_chain_but_not_the_chain_of_evidence) {
  const Folder folder;
  auto records = sample_run(5);
  store_run(folder / "a.sqlite", records);
  store_run(folder / "b.sqlite", records);
  for (v1::Record& record : records) record.mutable_circumstances()->set_host("another");
  store_run(folder / "c.sqlite", records);
  const auto a = verify(folder / "a.sqlite");
  const auto b = verify(folder / "b.sqlite");
  const auto c = verify(folder / "c.sqlite");
  BOOST_TEST(a->chain_sha256 == b->chain_sha256);
  BOOST_TEST(a->evidence_sha256 == b->evidence_sha256);
  BOOST_TEST(a->chain_sha256 != c->chain_sha256);
  BOOST_TEST(a->evidence_sha256 == c->evidence_sha256);
  BOOST_TEST(a->chain_sha256 != a->evidence_sha256);
}

BOOST_AUTO_TEST_CASE(an_empty_run_is_a_run) {
  const Folder folder;
  store_run(folder / "run.sqlite", {});
  const auto found = verify(folder / "run.sqlite");
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST(found->intact());
  BOOST_TEST(found->records == 0);
  BOOST_TEST(found->chain_sha256 == std::string(64, '0'));
}

BOOST_AUTO_TEST_CASE(a_run_is_never_created_over_another) {
  const Folder folder;
  store_run(folder / "run.sqlite", sample_run(2));
  const auto again = RunStore::create(folder / "run.sqlite");
  BOOST_REQUIRE(!again);
  BOOST_TEST((again.error().code == ErrorCode::already_exists));
  BOOST_TEST(verify(folder / "run.sqlite")->records == 3);
  // Nor beside the log of one whose database is gone: SQLite would replay it into the new one.
  write_file(folder / "other.sqlite-wal", "log");
  const auto beside = RunStore::create(folder / "other.sqlite");
  BOOST_REQUIRE(!beside);
  BOOST_TEST((beside.error().code == ErrorCode::already_exists));
}

BOOST_AUTO_TEST_CASE(the_second_writer_is_refused_while_the_first_one_lives) {
  const Folder folder;
  const auto path = folder / "run.sqlite";
  {
    auto first = RunStore::create(path);
    BOOST_REQUIRE(first.has_value());
    for (auto* make : {&RunStore::open, &RunStore::create}) {
      const auto second = make(path);
      BOOST_REQUIRE(!second);
      BOOST_TEST((second.error().code == ErrorCode::failed_precondition));
      BOOST_TEST(second.error().message == path.string() + " is being written by another process");
    }
    BOOST_TEST(first->append(header_record({})).has_value());
    RunStore moved = std::move(*first);
    BOOST_TEST(!RunStore::open(path).has_value());
    BOOST_TEST(moved.append(ended_record()).has_value());
  }
  BOOST_TEST(RunStore::open(path)->record_count() == 2);
  // A lock file that a killed process left is no lock.
  write_file(folder / "run.sqlite.lock", "");
  BOOST_TEST(RunStore::open(path).has_value());
}

BOOST_AUTO_TEST_CASE(a_record_that_cannot_be_read_back_is_not_stored) {
  const Folder folder;
  auto run = RunStore::create(folder / "run.sqlite");
  const auto empty = run->append(v1::Record());
  BOOST_REQUIRE(!empty);
  BOOST_TEST((empty.error().code == ErrorCode::invalid_argument));
  v1::Record odd = header_record({});
  odd.mutable_evidence()->mutable_header()->set_software_version("\xff\xfe");
  const auto refused = run->append(odd);
  BOOST_REQUIRE(!refused);
  BOOST_TEST((refused.error().code == ErrorCode::invalid_argument));
  // The store stays usable.
  BOOST_TEST(run->append(header_record({})).has_value());
  BOOST_TEST(run->record_count() == 1);
}

BOOST_AUTO_TEST_CASE(odd_file_names_are_plain_file_names) {
  const Folder folder;
  for (const char* name : {"a?mode=memory", "100%41", "file:x#y", "with space"}) {
    store_run(folder / name, sample_run(1));
    BOOST_TEST(std::filesystem::is_regular_file(folder / name));
    BOOST_TEST(verify(folder / name)->records == 2);
  }
}

BOOST_AUTO_TEST_CASE(reading_a_finished_run_leaves_nothing_behind) {
  const Folder folder;
  store_run(folder / "run.sqlite", sample_run(3));
  const std::string before = read_file(folder / "run.sqlite");
  BOOST_TEST(read_run(folder / "run.sqlite").has_value());
  BOOST_TEST(verify(folder / "run.sqlite").has_value());
  BOOST_TEST((folder.names() == std::vector<std::string>{"run.sqlite"}));
  BOOST_TEST((read_file(folder / "run.sqlite") == before));
}

BOOST_AUTO_TEST_CASE(a_run_in_no_folder_or_none_at_all_is_not_found) {
  const Folder folder;
  for (const auto& path : {folder / "none.sqlite", folder / "no-folder/run.sqlite"}) {
    BOOST_TEST((RunStore::open(path).error().code == ErrorCode::not_found));
    BOOST_TEST((verify(path).error().code == ErrorCode::not_found));
    BOOST_TEST((read_run(path).error().code == ErrorCode::not_found));
  }
  BOOST_TEST(
      (RunStore::create(folder / "no-folder/run.sqlite").error().code == ErrorCode::not_found));
}

BOOST_AUTO_TEST_SUITE_END()
