// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <random>
#include <string>

#include "meterrig/store/run_store.h"
#include "meterrig/store/verify.h"
#include "sample_run.h"

using namespace meterrig;
using namespace meterrig::store;

namespace {

std::string bytes_of(const std::vector<v1::Record>& records) {
  std::string bytes;
  for (const v1::Record& record : records) bytes += record.SerializeAsString() + '\n';
  return bytes;
}

struct Counts {
  int refused = 0;   // no run any more
  int reported = 0;  // broken records or structure
  int harmless = 0;  // the content is what it was
};

// Looks at a damaged file in every way. It must be found damaged, or hold exactly what it held.
void judge(const std::filesystem::path& path, const std::vector<v1::Record>& records,
           const std::string& chain, Counts& counts) {
  const auto found = verify(path);
  const auto read = read_run(path);
  if (!found) {
    ++counts.refused;
    BOOST_TEST(!read.has_value());
  } else if (!found->intact()) {
    ++counts.reported;
    BOOST_TEST(!read.has_value());
  } else {
    ++counts.harmless;
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(found->chain_sha256 == chain);
    BOOST_TEST((bytes_of(read->records) == bytes_of(records)));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(flips)

BOOST_AUTO_TEST_CASE(a_flipped_bit_anywhere_in_the_file_is_found_or_changes_nothing) {
  const Folder folder;
  const auto path = folder / "run.sqlite";
  const auto records = sample_run(25);
  const std::string chain = store_run(path, records);
  const std::string bytes = read_file(path);
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  const auto put = [&file](std::size_t place, char byte) {
    file.seekp(static_cast<std::streamoff>(place));
    file.put(byte).flush();
    BOOST_REQUIRE(file.good());
  };
  std::mt19937 random(7);
  Counts counts;
  int flips = 0;
  for (std::size_t place = random() % 5; place < bytes.size(); place += 1 + random() % 9) {
    put(place, static_cast<char>(bytes[place] ^ (1 << (random() % 8))));
    judge(path, records, chain, counts);
    put(place, bytes[place]);
    ++flips;
  }
  BOOST_REQUIRE((read_file(path) == bytes));
  // What is found is at least the content itself; the rest of the file is mostly free space.
  std::size_t content = 0;
  for (const v1::Record& record : records) {
    content += record.evidence().ByteSizeLong() + record.circumstances().ByteSizeLong() + 64;
  }
  const double found = static_cast<double>(counts.refused + counts.reported) / flips;
  const double part = static_cast<double>(content) / static_cast<double>(bytes.size());
  BOOST_TEST_MESSAGE(flips << " flips in " << bytes.size() << " bytes, " << 100 * part
                           << " % of them content: refused " << counts.refused << ", reported "
                           << counts.reported << ", without effect " << counts.harmless);
  // The flips are a sample of about 3300 places: 3 standard deviations are 2.6 %.
  BOOST_TEST(found > part - 0.026);
}

BOOST_AUTO_TEST_CASE(two_hundred_random_bytes_never_crash_it) {
  const Folder folder;
  const auto path = folder / "run.sqlite";
  const auto records = sample_run(60);
  const std::string chain = store_run(path, records);
  const std::string whole = read_file(path);
  std::mt19937 random(11);
  Counts counts;
  for (int copy = 0; copy < 400; ++copy) {
    std::string bytes = whole;
    // Half of them in the first page and the heads of pages, where the structure is.
    for (int i = 0; i < 200; ++i) {
      std::size_t place = random() % bytes.size();
      if (copy % 4 == 1) place = random() % 4096;
      if (copy % 4 == 2) place = place / 4096 * 4096 + random() % 64;
      bytes[place] = static_cast<char>(random());
      if (copy % 8 == 7 && i == 3) break;  // only a few
    }
    write_file(path, bytes);
    judge(path, records, chain, counts);
    const auto run = RunStore::open(path);
    if (run) static_cast<void>(run->records());
    for (const char* ending : {"-wal", "-shm", "-journal"}) {
      std::filesystem::remove(path.string() + ending);
    }
  }
  BOOST_TEST_MESSAGE("refused " << counts.refused << ", reported " << counts.reported
                                << ", without effect " << counts.harmless);
  BOOST_TEST(counts.refused + counts.reported > 390);
}

BOOST_AUTO_TEST_CASE(damage_to_the_log_of_a_killed_writer_loses_nothing) {
  const Folder folder;
  const auto records = sample_run(20);
  std::string database;
  std::string log;
  std::string chain;
  {
    auto run = RunStore::create(folder / "live.sqlite");
    for (const v1::Record& record : records) BOOST_REQUIRE(run->append(record).has_value());
    // As they lie on the disk while the writer lives.
    database = read_file(folder / "live.sqlite");
    log = read_file(folder / "live.sqlite-wal");
    chain = run->chain_hash();
  }
  BOOST_REQUIRE(!log.empty());
  const auto path = folder / "killed.sqlite";
  std::mt19937 random(13);
  Counts counts;
  for (int copy = 0; copy < 300; ++copy) {
    std::string bytes = log;
    if (copy > 0) bytes[random() % bytes.size()] ^= static_cast<char>(1 << (random() % 8));
    write_file(path, database);
    write_file(folder / "killed.sqlite-wal", bytes);
    judge(path, records, chain, counts);
    const auto run = RunStore::open(path);
    BOOST_REQUIRE(run.has_value());
    BOOST_TEST(run->chain_hash() == chain);
  }
  BOOST_TEST(counts.harmless == 300);
}

BOOST_AUTO_TEST_SUITE_END()
