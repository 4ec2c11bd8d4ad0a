// SPDX-License-Identifier: GPL-3.0-or-later
#include "surroundings.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/utsname.h>

#include <chrono>

#include "meterrig/store/sha256.h"

namespace meterrig::cli {

v1::Circumstances surroundings() {
  v1::Circumstances circumstances;
  utsname system{};
  if (uname(&system) == 0) {
    circumstances.set_host(system.nodename);
    circumstances.set_operating_system(
        fmt::format("{} {} {}", system.sysname, system.release, system.machine));
  }
  if (const auto hash = store::sha256_of_file("/proc/self/exe"))
    circumstances.set_executable_sha256(*hash);
  return circumstances;
}

std::string utc_now() {
  const auto now =
      std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto whole = std::chrono::time_point_cast<std::chrono::seconds>(now);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(whole)),
                     (now - whole).count());
}

std::string utc_stamp() {
  return fmt::format(
      "{:%Y%m%dT%H%M%SZ}",
      fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())));
}

}  // namespace meterrig::cli
