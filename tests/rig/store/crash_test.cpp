// SPDX-License-Identifier: GPL-3.0-or-later
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdint>
#include <random>
#include <thread>

#include "meterrig/store/run_store.h"
#include "meterrig/store/verify.h"
#include "sample_run.h"

using namespace meterrig;
using namespace meterrig::store;

namespace {

// Record `number` of a run that many processes write one after another.
v1::Record numbered(std::int64_t number) {
  v1::Record record;
  auto& started = *record.mutable_evidence()->mutable_point_started();
  started.set_point(std::string(static_cast<std::size_t>(number * 37 % 3000), 'x'));
  started.set_attempt(static_cast<std::uint32_t>(number));
  return record;
}

// Appends until it is killed; says after each append which record it was.
[[noreturn]] void write_for_ever(const std::filesystem::path& path, int acknowledge) {
  auto run = RunStore::open(path);
  while (run) {
    const std::int64_t number = run->record_count() + 1;
    if (!run->append(numbered(number))) break;
    if (::write(acknowledge, &number, sizeof number) != sizeof number) break;
  }
  ::_exit(1);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(crash)

BOOST_AUTO_TEST_CASE(twenty_kills_at_random_times_lose_no_acknowledged_record) {
  const Folder folder;
  const auto path = folder / "run.sqlite";
  store_run(path, {});
  std::random_device seed;
  const auto used = seed();
  BOOST_TEST_MESSAGE("seed " << used);
  std::mt19937 random(used);
  std::int64_t stored = 0;
  std::int64_t beyond = 0;
  for (int kill_number = 0; kill_number < 20; ++kill_number) {
    std::array<int, 2> pipe{};
    BOOST_REQUIRE(::pipe(pipe.data()) == 0);
    const pid_t child = ::fork();
    BOOST_REQUIRE(child >= 0);
    if (child == 0) {
      ::close(pipe[0]);
      write_for_ever(path, pipe[1]);
    }
    ::close(pipe[1]);
    // Not before it writes, then somewhere within the next milliseconds.
    std::int64_t acknowledged = 0;
    BOOST_REQUIRE(::read(pipe[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged);
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 40'000));
    ::kill(child, SIGKILL);
    for (std::int64_t next = 0; ::read(pipe[0], &next, sizeof next) == sizeof next;) {
      acknowledged = next;
    }
    ::close(pipe[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    BOOST_REQUIRE(WIFSIGNALED(status));

    // First as verify sees it, then as the next writer does.
    const auto seen = verify(path);
    BOOST_REQUIRE(seen.has_value());
    BOOST_TEST(seen->intact());
    const auto run = RunStore::open(path);
    BOOST_REQUIRE_MESSAGE(run.has_value(), (run ? "" : run.error().message));
    BOOST_TEST(run->record_count() == seen->records);
    BOOST_TEST(run->record_count() >= acknowledged);
    BOOST_TEST(run->record_count() <= acknowledged + 1);  // at most the one in the making
    beyond += run->record_count() - acknowledged;
    const auto records = run->records();
    BOOST_REQUIRE(records.has_value());
    for (std::size_t i = 0; i < records->size(); ++i) {
      BOOST_REQUIRE((*records)[i].SerializeAsString() ==
                    numbered(static_cast<std::int64_t>(i) + 1).SerializeAsString());
    }
    BOOST_TEST(run->record_count() > stored);
    stored = run->record_count();
  }
  BOOST_TEST_MESSAGE(stored << " records in 20 lives, " << beyond << " stored but not yet said");
}

BOOST_AUTO_TEST_CASE(a_killed_creation_leaves_no_half_run) {
  const Folder folder;
  const auto path = folder / "run.sqlite";
  std::mt19937 random(3);
  int none = 0;
  int whole = 0;
  for (int i = 0; i < 30; ++i) {
    const pid_t child = ::fork();
    BOOST_REQUIRE(child >= 0);
    if (child == 0) {
      const auto run = RunStore::create(path);
      ::pause();
      ::_exit(0);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 8'000));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    const auto run = RunStore::open(path);
    if (run) {
      BOOST_TEST(run->record_count() == 0);
      ++whole;
    } else {
      BOOST_TEST((run.error().code == ErrorCode::not_found), run.error().message);
      ++none;
      BOOST_TEST(RunStore::create(path).has_value());  // over what the killed one left
    }
    std::filesystem::remove(path);
    std::filesystem::remove(path.string() + "-wal");
    std::filesystem::remove(path.string() + "-shm");
  }
  BOOST_TEST_MESSAGE("killed before it was there " << none << ", after " << whole);
}

BOOST_AUTO_TEST_CASE(another_process_is_refused_while_one_writes) {
  const Folder folder;
  const auto path = folder / "run.sqlite";
  store_run(path, sample_run(2));
  std::array<int, 2> pipe{};
  BOOST_REQUIRE(::pipe(pipe.data()) == 0);
  const pid_t child = ::fork();
  BOOST_REQUIRE(child >= 0);
  if (child == 0) {
    ::close(pipe[0]);
    write_for_ever(path, pipe[1]);
  }
  ::close(pipe[1]);
  std::int64_t number = 0;
  BOOST_REQUIRE(::read(pipe[0], &number, sizeof number) == sizeof number);
  const auto second = RunStore::open(path);
  BOOST_REQUIRE(!second);
  BOOST_TEST((second.error().code == ErrorCode::failed_precondition));
  // Readers are not, and always see a whole chain.
  for (int i = 0; i < 50; ++i) {
    const auto seen = verify(path);
    BOOST_REQUIRE_MESSAGE(seen.has_value(), (seen ? "" : seen.error().message));
    BOOST_TEST(seen->intact());
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(pipe[0]);
  BOOST_TEST(RunStore::open(path).has_value());
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_an_error_and_keeps_what_was_stored) {
  const Folder folder;
  const auto path = folder / "run.sqlite";
  auto run = RunStore::create(path);
  BOOST_REQUIRE(run.has_value());
  // A limit on the size of files stands in for the end of the disk.
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  BOOST_REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const rlimit tight{64 * 1024, before.rlim_max};
  BOOST_REQUIRE(::setrlimit(RLIMIT_FSIZE, &tight) == 0);
  std::int64_t stored = 0;
  Result<void> last;
  while (stored < 1000 && (last = run->append(numbered(stored + 1)))) ++stored;
  const auto after = run->append(numbered(stored + 1));
  BOOST_REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);

  BOOST_TEST(stored > 5);
  BOOST_REQUIRE(!last);
  BOOST_TEST((last.error().code == ErrorCode::unavailable), last.error().message);
  BOOST_REQUIRE(!after);
  BOOST_TEST((after.error().code == ErrorCode::failed_precondition));
  run = fail(ErrorCode::internal, "closed");
  auto again = RunStore::open(path);
  BOOST_REQUIRE_MESSAGE(again.has_value(), (again ? "" : again.error().message));
  BOOST_TEST(again->record_count() >= stored);
  BOOST_TEST(again->append(numbered(stored + 1)).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
