// SPDX-License-Identifier: GPL-3.0-or-later
// What `cmake --install` puts into a clean prefix, used from there alone.
#include <csignal>
#include <nlohmann/json.hpp>

#include "installed.h"

using namespace meterrig::test;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;

// A prefix of this build, gone after the test.
struct Prefix {
  Prefix() {
    run({METERRIG_CMAKE, "--install", METERRIG_BUILD, "--strip", "--prefix", path.string()},
        folder);
    unsetenv("METERRIG_DATA");
  }
  TemporaryFolder folder;
  fs::path path = folder / "prefix";
  std::string program = (path / "bin/meterrig").string();
};

// The files of a folder of the source tree, as they are installed below share/meterrig.
std::set<std::string> shipped_files() {
  std::set<std::string> files;
  for (const char* folder :
       {"scenarios/standards", "scenarios/disturbances", "scenarios/mutants", "scenarios/suites",
        "scenarios/signals", "scenarios/orders", "scenarios/recordings", "dut/profiles",
        "rig/benches", "rig/calibrations", "rig/limits", "generators/scpi/instruments"})
    for (const std::string& file : files_below(fs::path(METERRIG_SOURCE) / folder))
      files.insert(std::string("share/meterrig/") + folder + "/" + file);
  return files;
}

bool is_text(const std::string& bytes) { return bytes.find('\0') == std::string::npos; }

}  // namespace

BOOST_AUTO_TEST_SUITE(install)

BOOST_AUTO_TEST_CASE(program_data_manual_completion_licences_and_libraries_are_installed) {
  const Prefix prefix;
  const std::set<std::string> files = files_below(prefix.path);
  std::set<std::string> expected = shipped_files();
  expected.insert({"bin/meterrig",
                   "share/man/man1/meterrig.1",
                   "share/bash-completion/completions/meterrig",
                   "share/doc/meterrig/README.md",
                   "share/doc/meterrig/copyright",
                   "share/doc/meterrig/LICENSE",
                   "share/doc/meterrig/LICENSE.Apache-2.0",
                   "share/doc/libmeterrig-dev/copyright",
                   "share/meterrig/proto/meterrig/v1/dut.proto",
                   "share/meterrig/proto/meterrig/v1/signal.proto",
                   "share/meterrig/proto/meterrig/v1/options.proto",
                   "include/meterrig/rpc/server.h",
                   "include/meterrig/vocabulary/meter.h",
                   "include/meterrig/wire/service.h",
                   "include/meterrig/v1/dut.pb.h",
                   "lib/cmake/meterrig/meterrigConfig.cmake",
                   "lib/cmake/meterrig/meterrigConfigVersion.cmake",
                   "lib/cmake/meterrig/meterrigTargets.cmake",
                   "lib/libmeterrig_rpc.a",
                   "lib/libmeterrig_kit.a",
                   "include/meterrig/kit/core.h",
                   "share/meterrig/firmware/meterrig_receiver.c",
                   "share/meterrig/firmware/meterrig_receiver.h",
                   "share/doc/meterrig/examples/integer-meter/integer_meter_device.cpp"});
  for (const std::string& file : expected) BOOST_TEST(files.count(file) == 1u, file);
  // Nothing but data below share/meterrig: no build file, no editor's copy.
  std::size_t data = 0;
  for (const std::string& file : files)
    if (file.starts_with("share/meterrig/") && !file.starts_with("share/meterrig/firmware/"))
      ++data;
  BOOST_TEST(data == shipped_files().size() + 3);
}

BOOST_AUTO_TEST_CASE(no_installed_text_names_the_folders_it_was_built_in) {
  const Prefix prefix;
  int looked_at = 0;
  for (const std::string& file : files_below(prefix.path)) {
    const std::string bytes = read_file(prefix.path / file);
    if (!is_text(bytes)) continue;
    ++looked_at;
    for (const char* folder : {METERRIG_SOURCE, METERRIG_BUILD})
      BOOST_TEST(bytes.find(folder) == std::string::npos, file + " names " + folder);
  }
  BOOST_TEST(looked_at > 30);
}

BOOST_AUTO_TEST_CASE(the_program_finds_its_data_from_any_folder_and_after_a_move) {
  const Prefix prefix;
  const auto check = [&prefix](const fs::path& root) {
    const std::string program = (root / "bin/meterrig").string();
    BOOST_TEST(run({program, "list", "suites"}, prefix.folder).find("iec-62053-22-0.5s") !=
               std::string::npos);
    const auto json =
        nlohmann::json::parse(run({program, "list", "benches", "--json"}, prefix.folder));
    for (const auto& bench : json)
      BOOST_TEST(bench.at("file").get<std::string>().starts_with(root.string() + "/share/"));
  };
  check(prefix.path);
  fs::rename(prefix.path, prefix.folder / "elsewhere");
  check(prefix.folder / "elsewhere");
}

BOOST_AUTO_TEST_CASE(the_program_is_stripped) {
  const Prefix prefix;
  BOOST_TEST(run({"file", prefix.program}, prefix.folder).find(", stripped") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_headers_include_only_what_is_installed) {
  const Prefix prefix;
  std::string all;
  for (const std::string& file : files_below(prefix.path / "include"))
    all += "#include <" + file + ">\n";
  BOOST_TEST(all.find("<meterrig/rpc/server.h>") != std::string::npos);
  write_file(prefix.folder / "all.cpp", all);
  run({METERRIG_CXX, "-std=c++20", "-fsyntax-only", "-isystem", (prefix.path / "include").string(),
       "all.cpp"},
      prefix.folder);
}

BOOST_AUTO_TEST_CASE(the_installed_proto_compiles_by_itself) {
  const Prefix prefix;
  const std::string root = (prefix.path / "share/meterrig/proto").string();
  run({"protoc", "--proto_path=" + root, "--cpp_out=.", "meterrig/v1/dut.proto"}, prefix.folder);
  BOOST_TEST(fs::exists(prefix.folder / "meterrig/v1/dut.pb.h"));
}

BOOST_AUTO_TEST_CASE(a_device_server_builds_against_the_prefix_alone_and_is_certified) {
  const Prefix prefix;
  const fs::path source = prefix.path / "share/doc/meterrig/examples/integer-meter";
  run({METERRIG_CMAKE, "-G", "Ninja", "-S", source.string(), "-B", "device",
       std::string("-DCMAKE_CXX_COMPILER=") + METERRIG_CXX,
       "-DCMAKE_PREFIX_PATH=" + prefix.path.string()},
      prefix.folder);
  BOOST_TEST(read_file(prefix.folder / "device/CMakeCache.txt")
                 .find("meterrig_DIR:PATH=" + (prefix.path / "lib/cmake/meterrig").string()) !=
             std::string::npos);
  run({METERRIG_CMAKE, "--build", "device"}, prefix.folder);

  Process device({"device/integer-meter", "--listen", "unix:device.sock"}, prefix.folder.path(),
                 prefix.folder / "device.log");
  for (int i = 0; i < 1000 && device.output().find("ready") == std::string::npos; ++i)
    if (device.wait_for(10ms)) break;
  BOOST_REQUIRE_MESSAGE(device.running(), device.output());
  const std::string output =
      run({prefix.program, "certify", "--device", "integer-meter", "--suite", "iec-62053-22-0.5s",
           "--bench", "grpc", "--grpc", "unix:device.sock", "--only", "22.B2", "--out", "run"},
          prefix.folder);
  BOOST_TEST(output.find("Verdict: PASS") != std::string::npos, output);
}

BOOST_AUTO_TEST_SUITE_END()
