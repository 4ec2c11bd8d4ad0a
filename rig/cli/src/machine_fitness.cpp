// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <langinfo.h>
#include <locale.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <system_error>
#include <thread>

#include "fitness.h"
#include "meterrig/ports/port_list.h"
#include "meterrig/ports/port_state.h"
#include "meterrig/ports/system_error_text.h"
#include "meterrig/vocabulary/units.h"

namespace meterrig::cli {
namespace {

namespace fs = std::filesystem;

// Less than this cannot hold a run with its reports; a day's work takes more.
constexpr std::uintmax_t least_space = std::uintmax_t{100} << 20U;
constexpr std::uintmax_t comfortable_space = std::uintmax_t{1} << 30U;

fs::path folder_of_runs() { return fs::exists("runs") ? "runs" : "."; }

Check check_folder() {
  const fs::path folder = folder_of_runs();
  Check check{.what = "folder of runs",
              .fitness = Fitness::ok,
              .found = fs::absolute("runs").lexically_normal().string() + " can be written",
              .advice = ""};
  std::string trial = (folder / "meterrig-doctor-XXXXXX").string();
  const int descriptor = ::mkstemp(trial.data());
  if (descriptor >= 0) {
    ::close(descriptor);
    ::unlink(trial.c_str());
  } else {
    check.fitness = Fitness::problem;
    check.found = fmt::format("{} cannot be written: {}", fs::absolute("runs").string(),
                              ports::system_error_text(errno));
    check.advice = "start in another folder, or name one with certify --out";
  }
  return check;
}

Check check_space() {
  std::error_code error;
  const fs::space_info space = fs::space(folder_of_runs(), error);
  Check check{.what = "disk space",
              .fitness = Fitness::ok,
              .found = fmt::format("{} MiB free", space.available >> 20U),
              .advice = ""};
  if (error) {
    check.fitness = Fitness::warning;
    check.found = error.message();
  } else if (space.available < comfortable_space) {
    check.fitness = space.available < least_space ? Fitness::problem : Fitness::warning;
    check.advice = "make room: a run and its reports need up to 100 MiB";
  }
  return check;
}

Check check_monotonic_clock() {
  timespec step{};
  ::clock_getres(CLOCK_MONOTONIC, &step);
  const double seconds =
      static_cast<double>(step.tv_sec) + 1e-9 * static_cast<double>(step.tv_nsec);
  Check check{.what = "monotonic clock",
              .fitness = Fitness::ok,
              .found = "steps of " + readable(seconds, QuantityKind::duration),
              .advice = ""};
  if (seconds > 1e-6) {
    check.fitness = Fitness::warning;
    check.advice = "time stamps of pulses are that coarse; use a machine with a finer clock";
  }
  return check;
}

Check check_wall_clock() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  Check check{.what = "wall clock",
              .fitness = Fitness::ok,
              .found = fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(now)),
              .advice = ""};
  struct stat program{};
  timex kept{};  // asks and sets nothing
  if (::stat("/proc/self/exe", &program) == 0 && now < program.st_mtime) {
    check.fitness = Fitness::problem;
    check.found += ", before this program was made";
    check.advice = "set it: runs are dated by it";
  } else if (::adjtimex(&kept) == TIME_ERROR || (kept.status & STA_UNSYNC) != 0) {
    check.fitness = Fitness::warning;
    check.found += ", kept by no time server";
    check.advice = "start one, such as chrony, or set it: runs are dated by it";
  }
  return check;
}

Check check_processor() {
#if defined(__x86_64__)
  const char* const vectors = __builtin_cpu_supports("avx2") != 0 ? "AVX2" : "no AVX2";
#else
  const char* const vectors = "no AVX2";
#endif
  Check check{.what = "processor",
              .fitness = Fitness::ok,
              .found = fmt::format("{} cores, {}", std::thread::hardware_concurrency(), vectors),
              .advice = ""};
  if (std::thread::hardware_concurrency() == 1) {
    check.fitness = Fitness::warning;
    check.advice = "reference and device compute one after the other; expect half the speed";
  }
  return check;
}

Check check_locale() {
  Check check{.what = "locale", .fitness = Fitness::ok, .found = "", .advice = ""};
  const locale_t locale = ::newlocale(LC_CTYPE_MASK, "", nullptr);
  if (locale == nullptr) {
    check.found = "the one that LANG or LC_ALL names is not installed";
  } else {
    check.found = ::nl_langinfo_l(CODESET, locale);
    ::freelocale(locale);
    if (check.found == "UTF-8") return check;
    check.found = "characters are " + check.found;
  }
  check.fitness = Fitness::warning;
  check.advice = "set LANG=C.UTF-8: names in recordings and reports are UTF-8";
  return check;
}

Checks check_ports() {
  const auto ports = ports::list_serial_ports();
  if (!ports)
    return {{.what = "serial ports",
             .fitness = Fitness::warning,
             .found = ports.error().message,
             .advice = ""}};
  if (ports->empty())
    return {{.what = "serial ports", .fitness = Fitness::ok, .found = "none", .advice = ""}};
  Checks checks;
  for (const ports::PortInfo& port : *ports) {
    const auto state = ports::look_at_port(port.path);
    Check& check = checks.emplace_back(Check{.what = "serial port",
                                             .fitness = Fitness::ok,
                                             .found = port.path + " " + port.description,
                                             .advice = ""});
    if (!state) {
      check.fitness = Fitness::warning;
      check.found = state.error().message;
    } else if (!state->permitted) {
      check.fitness = Fitness::warning;
      check.found += ", which this user may not use";
      check.advice = permission_advice(*state);
    } else if (state->latency_timer > millisecond(1)) {
      check.fitness = Fitness::warning;
      check.found += fmt::format(", which keeps bytes back for {}",
                                 readable(state->latency_timer.in(second), QuantityKind::duration));
      check.advice =
          fmt::format("echo 1 > /sys/class/tty/{}/device/latency_timer, by a udev rule for good",
                      fs::path(state->device).filename().string());
    }
  }
  return checks;
}

}  // namespace

std::string permission_advice(const ports::PortState& port) {
  if (port.group == "root") return "give the port to group dialout, by a udev rule";
  return fmt::format("join its group: usermod -a -G {} USER", port.group);
}

Checks check_machine() {
  Checks checks{check_folder(),     check_space(),     check_monotonic_clock(),
                check_wall_clock(), check_processor(), check_locale()};
  const Checks ports = check_ports();
  checks.insert(checks.end(), ports.begin(), ports.end());
  return checks;
}

}  // namespace meterrig::cli
