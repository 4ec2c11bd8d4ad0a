// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "commands.h"
#include "fitness.h"
#include "messages.h"
#include "meterrig/version.h"

namespace meterrig::cli {
namespace {

constexpr int not_fit = 3;

const char* word(Fitness fitness) {
  switch (fitness) {
    case Fitness::ok:
      return "ok";
    case Fitness::warning:
      return "warning";
    case Fitness::problem:
      return "problem";
  }
  return "";
}

std::string counted(std::ptrdiff_t count, const std::string& thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

void print_text(const Checks& checks, std::ptrdiff_t warnings, std::ptrdiff_t problems) {
  for (const Check& check : checks)
    fmt::print("{:<8} {:<24} {}{}{}\n", word(check.fitness), check.what, check.found,
               check.advice.empty() ? "" : "; ", check.advice);
  fmt::print("{}: {}, {}\n", problems == 0 ? "fit" : "not fit", counted(problems, "problem"),
             counted(warnings, "warning"));
}

void print_json(const Checks& checks, bool fit) {
  nlohmann::ordered_json json{{"fit", fit}, {"version", version}};
  json["checks"] = nlohmann::ordered_json::array();
  for (const Check& check : checks) {
    json["checks"].push_back(
        {{"check", check.what}, {"verdict", word(check.fitness)}, {"found", check.found}});
    if (!check.advice.empty()) json["checks"].back()["advice"] = check.advice;
  }
  fmt::print("{}\n", json.dump(2));
}

}  // namespace

int doctor(const DoctorOptions& options, const std::atomic<bool>& stop) {
  Checks checks = check_machine();
  const auto add = [&checks](const Checks& more) {
    checks.insert(checks.end(), more.begin(), more.end());
  };
  const auto files = DataFiles::locate();
  if (files) {
    add(check_data(*files));
  } else {
    checks.push_back({.what = "data files",
                      .fitness = Fitness::problem,
                      .found = files.error().message,
                      .advice = "install the program with its data"});
  }
  if (files && !options.bench.empty()) {
    const auto bench = files->find(DataFiles::Kind::bench, options.bench);
    if (!bench) return complain(bench.error()), wrong_input;
    std::filesystem::path device;
    if (!options.device.empty()) {
      const auto profile = files->find(DataFiles::Kind::device, options.device);
      if (!profile) return complain(profile.error()), wrong_input;
      device = *profile;
    }
    const Checks of_bench =
        check_bench_file(*files, *bench, device, std::chrono::days(options.due_within));
    add(of_bench);
    const auto problem = std::ranges::find(of_bench, Fitness::problem, &Check::fitness);
    if (options.self_test && problem != of_bench.end()) {
      checks.push_back({.what = "self-test",
                        .fitness = Fitness::problem,
                        .found = "not made: " + problem->what + " is not fit",
                        .advice = "mend that first"});
    } else if (options.self_test) {
      add(self_test(*files, *bench, options.acknowledge, stop));
    }
  }
  const auto count = [&checks](Fitness fitness) {
    return std::ranges::count(checks, fitness, &Check::fitness);
  };
  const auto problems = count(Fitness::problem);
  if (options.json) {
    print_json(checks, problems == 0);
  } else {
    print_text(checks, count(Fitness::warning), problems);
  }
  return problems == 0 ? 0 : not_fit;
}

}  // namespace meterrig::cli
