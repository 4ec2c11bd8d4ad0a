// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <optional>

#include "fitness.h"
#include "meterrig/loader/load.h"
#include "meterrig/loader/together.h"
#include "suites_to_run.h"

namespace meterrig::cli {
namespace {

namespace fs = std::filesystem;
using Kind = DataFiles::Kind;

class DataCheck {
 public:
  explicit DataCheck(const DataFiles& files) : files_(files) {}

  template <class Message>
  void look_at_all(Kind kind, const std::string& things,
                   loader::LoadResult<Message> (*load)(const fs::path&)) {
    const auto paths = files_.all(kind);
    for (const fs::path& path : paths)
      if (const auto loaded = take(load(path))) check(*loaded);
    counts_.push_back(fmt::format("{} {}", things, paths.size()));
    if (paths.empty()) problem(fmt::format("no {} found", things));
  }

  Checks result() {
    if (problems_.empty())
      return {{.what = "data files",
               .fitness = Fitness::ok,
               .found = fmt::format("{}, all valid", fmt::join(counts_, ", ")),
               .advice = ""}};
    return problems_;
  }

 private:
  template <class Message>
  std::optional<loader::Loaded<Message>> take(loader::LoadResult<Message> loaded) {
    if (loaded) return std::move(*loaded);
    add(loaded.error());
    return std::nullopt;
  }

  void check(const loader::Loaded<v1::SuiteFile>& suite) {
    const auto path = files_.find(Kind::standard, suite.message.suite().standard());
    if (!path) return problem(fmt::format("{}: {}", suite.path, path.error().message));
    // What is wrong in the standard itself is told of the standard.
    if (const auto standard = loader::load_standard(*path))
      add(loader::check_suite(suite, *standard));
    std::vector<loader::Finding> findings;
    const auto read = [&](const std::string& name) -> std::optional<LoadedSuite> {
      const auto file = files_.find(Kind::suite, name);
      if (!file) {
        problem(fmt::format("{}: {}", suite.path, file.error().message));
        return std::nullopt;
      }
      auto loaded = loader::load_suite(*file);
      if (!loaded) return std::nullopt;  // told of that suite itself
      return std::move(*loaded);
    };
    if (!suite.message.suite().includes().empty())
      static_cast<void>(suites_to_run({suite.path}, read, findings));
    add(findings);
  }

  void check(const loader::Loaded<v1::DeviceFile>& device) {
    const fs::path path = device.path;
    for (const auto& entry : fs::directory_iterator(path.parent_path())) {
      const std::string name = entry.path().filename().string();
      if (!name.ends_with(".twin.yaml") || !name.starts_with(path.stem().string())) continue;
      const auto twin = take(loader::load_twin(entry.path()));
      if (twin && twin->message.twin().device() == device.message.device().id())
        add(loader::check_twin(*twin, device));
    }
  }

  // Right by themselves.
  void check(const loader::Loaded<v1::StandardFile>&) {}
  void check(const loader::Loaded<v1::BenchFile>&) {}
  void check(const loader::Loaded<v1::ScenarioFile>&) {}

  void check(const loader::Loaded<v1::MutantFile>& mutants) {
    for (const fs::path& path : files_.all(Kind::suite))
      if (const auto suite = loader::load_suite(path)) add(loader::check_mutants(mutants, *suite));
  }

  void add(const std::vector<loader::Finding>& findings) {
    for (const loader::Finding& finding : findings) problem(loader::to_string(finding));
  }
  void problem(std::string found) {
    problems_.push_back({.what = "data files",
                         .fitness = Fitness::problem,
                         .found = std::move(found),
                         .advice = ""});
  }

  const DataFiles& files_;
  std::vector<std::string> counts_;
  Checks problems_;
};

}  // namespace

Checks check_data(const DataFiles& files) {
  DataCheck check(files);
  check.look_at_all(Kind::standard, "standards", &loader::load_standard);
  check.look_at_all(Kind::suite, "suites", &loader::load_suite);
  check.look_at_all(Kind::device, "devices", &loader::load_device);
  check.look_at_all(Kind::bench, "benches", &loader::load_bench);
  check.look_at_all(Kind::signal, "scenarios", &loader::load_scenario);
  check.look_at_all(Kind::mutants, "files of mutants", &loader::load_mutants);
  return check.result();
}

}  // namespace meterrig::cli
