// SPDX-License-Identifier: GPL-3.0-or-later
// The two Debian packages.
#include <fmt/format.h>

#include "installed.h"

using namespace meterrig::test;

namespace {

namespace fs = std::filesystem;

const std::string cpack_config = std::string(METERRIG_BUILD) + "/CPackConfig.cmake";

// The package of that name in a folder.
fs::path package(const fs::path& folder, const std::string& name) {
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().filename().string().starts_with(name + "_")) return entry.path();
  BOOST_FAIL("no package " + name);
  return {};
}

std::string field(const fs::path& package, const std::string& name, const TemporaryFolder& folder) {
  return run({"dpkg-deb", "-f", package.string(), name}, folder);
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(deb)

BOOST_AUTO_TEST_CASE(packages_say_what_they_need_and_run_from_a_clean_root) {
  const TemporaryFolder folder;
  unsetenv("METERRIG_DATA");
  run({METERRIG_CPACK, "--config", cpack_config, "-B", "packages"}, folder);
  const fs::path program = package(folder / "packages", "meterrig");
  const fs::path development = package(folder / "packages", "libmeterrig-dev");

  // The libraries by which the program was linked, and the version of the project.
  const std::string needs = field(program, "Depends", folder);
  for (const char* library : {"libc6", "libgrpc++", "libprotobuf", "libserialport0", "libsqlite3-0",
                              "libmodbus5", "libsndfile1"})
    BOOST_TEST(has(needs, library), needs);
  for (const fs::path& each : {program, development})
    BOOST_TEST(field(each, "Version", folder) == METERRIG_VERSION "\n");
  BOOST_TEST(field(program, "Architecture", folder) == field(development, "Architecture", folder));
  for (const char* library : {"libgrpc++-dev", "libprotobuf-dev", "libexpected-dev"})
    BOOST_TEST(has(field(development, "Depends", folder), library));

  // Nothing in two packages, and each in its own.
  const std::string in_program = run({"dpkg-deb", "-c", program.string()}, folder);
  const std::string in_development = run({"dpkg-deb", "-c", development.string()}, folder);
  for (const char* file : {" ./usr/bin/meterrig\n", " ./usr/share/man/man1/meterrig.1\n",
                           " ./usr/share/doc/meterrig/copyright\n",
                           " ./usr/share/meterrig/proto/meterrig/v1/dut.proto\n"}) {
    BOOST_TEST(has(in_program, file), file);
    BOOST_TEST(!has(in_development, file), file);
  }
  for (const char* file :
       {"/libmeterrig_rpc.a\n", " ./usr/include/meterrig/rpc/server.h\n",
        "/cmake/meterrig/meterrigConfig.cmake\n", " ./usr/share/doc/libmeterrig-dev/copyright\n"}) {
    BOOST_TEST(has(in_development, file), file);
    BOOST_TEST(!has(in_program, file), file);
  }

  const std::string root = (folder / "root").string();
  for (const fs::path& each : {program, development})
    run({"dpkg-deb", "-x", each.string(), root}, folder);
  const std::string installed = root + "/usr/bin/meterrig";
  BOOST_TEST(has(run({installed, "list", "devices"}, folder), "smart-x96-5a"));
  BOOST_TEST(has(run({installed, "doctor", "--bench", "in-process"}, folder), "\nfit: "));
  BOOST_TEST(has(run({installed, "certify", "--device", "smart-x96-5a", "--suite",
                      "iec-62053-22-0.5s", "--bench", "in-process", "--plan"},
                     folder),
                 "22.B1"));
}

BOOST_AUTO_TEST_CASE(dpkg_installs_and_removes_both_in_a_root_of_their_own) {
  if (geteuid() != 0) {
    BOOST_TEST_MESSAGE("SKIPPED: dpkg --root needs root");
    return;
  }
  const TemporaryFolder folder;
  run({METERRIG_CPACK, "--config", cpack_config, "-B", "packages"}, folder);
  const fs::path root = folder / "root";
  fs::create_directories(root / "var/lib/dpkg/info");
  fs::create_directories(root / "var/lib/dpkg/updates");
  write_file(root / "var/lib/dpkg/status", "");
  std::vector<std::string> dpkg{"dpkg", "--root=" + root.string(), "--force-depends",
                                "--force-script-chrootless", "--log=/dev/null"};
  const auto with = [&dpkg](std::vector<std::string> more) {
    more.insert(more.begin(), dpkg.begin(), dpkg.end());
    return more;
  };
  run(with({"-i", package(folder / "packages", "meterrig").string(),
            package(folder / "packages", "libmeterrig-dev").string()}),
      folder);
  const std::string program = (root / "usr/bin/meterrig").string();
  BOOST_TEST(has(run({program, "list", "suites"}, folder), "iec-62053-22-0.5s"));
  run(with({"-P", "libmeterrig-dev", "meterrig"}), folder);
  BOOST_TEST(!fs::exists(program));
  BOOST_TEST(!fs::exists(root / "usr/share/meterrig"));
  BOOST_TEST(!fs::exists(root / "usr/include/meterrig"));
}

BOOST_AUTO_TEST_SUITE_END()
