// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "commands.h"
#include "input_reader.h"
#include "messages.h"
#include "meterrig/campaign/plan.h"
#include "meterrig/mutants/study.h"
#include "meterrig/report/json.h"
#include "meterrig/report/mutants_page.h"
#include "meterrig/report/mutants_text.h"
#include "meterrig/version.h"
#include "progress_bar.h"
#include "whole_file.h"

namespace meterrig::cli {
namespace {

namespace fs = std::filesystem;

struct Study {
  campaign::Inputs inputs;
  mutants::MadeMeter meter;
  std::vector<v1::Mutant> mutants;
};

/// A folder of this process alone, which goes with it.
class ScratchFolder {
 public:
  [[nodiscard]] static Result<ScratchFolder> make() {
    std::error_code error;
    std::string name = (fs::temp_directory_path(error) / "meterrig-mutants-XXXXXX").string();
    if (error || mkdtemp(name.data()) == nullptr)
      return fail(
          ErrorCode::permission_denied,
          fmt::format("{}: no folder for runs at work; TMPDIR can name another place", name));
    return ScratchFolder(name);
  }
  ScratchFolder(ScratchFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  explicit ScratchFolder(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

/// Those that are wanted, of all files; all when none is named. A name that there is not, or twice,
/// is told.
std::optional<std::vector<v1::Mutant>> chosen(
    const std::vector<loader::Loaded<v1::MutantFile>>& files,
    const std::vector<std::string>& wanted) {
  std::vector<v1::Mutant> all;
  std::vector<std::string> names;
  for (const auto& file : files) {
    for (const v1::Mutant& mutant : file.message.mutants()) {
      if (std::find(names.begin(), names.end(), mutant.id()) != names.end())
        return complain(fmt::format("{}: the mutant '{}' again; expected a name once in all files",
                                    file.path, mutant.id())),
               std::nullopt;
      names.push_back(mutant.id());
      all.push_back(mutant);
    }
  }
  for (const std::string& name : wanted) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    return complain(fmt::format("--mutant: no mutant '{}'; expected one of: {}", name,
                                fmt::join(names, ", "))),
           std::nullopt;
  }
  if (wanted.empty()) return all;
  std::erase_if(all, [&wanted](const v1::Mutant& mutant) {
    return std::find(wanted.begin(), wanted.end(), mutant.id()) == wanted.end();
  });
  return all;
}

std::optional<Study> read_study(const DataFiles& files, const MutantsOptions& options) {
  InputReader reader(files);
  auto device = reader.read(DataFiles::Kind::device, options.device, &loader::load_device);
  auto bench = reader.read(DataFiles::Kind::bench, options.bench, &loader::load_bench);
  std::vector<loader::Loaded<v1::SuiteFile>> suites;
  std::vector<loader::Loaded<v1::StandardFile>> standards;
  reader.read_suites({options.suite}, suites, standards);
  std::vector<loader::Loaded<v1::MutantFile>> libraries;
  std::vector<fs::path> paths(options.libraries.begin(), options.libraries.end());
  if (paths.empty()) paths = files.all(DataFiles::Kind::mutants);
  for (const fs::path& path : paths) {
    if (auto library = reader.take(loader::load_mutants(path))) {
      if (!suites.empty()) reader.add(loader::check_mutants(*library, suites.back()));
      libraries.push_back(std::move(*library));
    }
  }
  std::optional<loader::Loaded<v1::TwinFile>> twin;
  if (device) {
    const auto file = files.find_twin(device->message.device().id(), options.model);
    if (!file) return complain(file.error()), std::nullopt;
    twin = reader.take(loader::load_twin(*file));
    if (twin) reader.add(loader::check_twin(*twin, *device));
    if (bench) reader.add(loader::check_bench(*bench, *device));
  }
  if (!reader.fine() || !device || !bench || !twin || suites.empty()) return std::nullopt;
  if (!bench->message.bench().has_simulated())
    return complain(
               fmt::format("{}: a bench with hardware; expected a simulated one, on which time "
                           "is virtual",
                           bench->path)),
           std::nullopt;
  auto mutants = chosen(libraries, options.mutants);
  if (!mutants) return std::nullopt;
  mutants::MadeMeter meter{.device = device->message.device(), .twin = twin->message.twin()};
  return Study{.inputs = {.device = std::move(*device),
                          .suites = std::move(suites),
                          .standards = std::move(standards),
                          .bench = std::move(*bench),
                          .order = std::nullopt},
               .meter = std::move(meter),
               .mutants = std::move(*mutants)};
}

Result<void> write_study(const v1::MutantStudy& study, const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    return fail(ErrorCode::permission_denied,
                fmt::format("{}: {}", folder.string(), error.message()));
  if (auto done = write_whole(folder / "mutants.json", meterrig::report::json(study)); !done)
    return done;
  return write_whole(folder / "mutants.html", meterrig::report::mutants_page(study));
}

}  // namespace

int mutants(const MutantsOptions& options, const std::atomic<bool>& stop) {
  const auto files = DataFiles::locate();
  if (!files) return complain(files.error()), wrong_input;
  auto read = read_study(*files, options);
  if (!read) return wrong_input;
  if (options.without_mutants) read->mutants.clear();
  const auto plan = campaign::expand(read->inputs, {.only = options.only, .repeat = 1});
  if (!plan) return complain(plan.error()), wrong_input;
  const auto scratch = ScratchFolder::make();
  if (!scratch) return complain(scratch.error()), wrong_input;

  mutants::StudySettings settings;
  settings.seed = options.seed;
  settings.seeds = options.seeds;
  settings.smallest = options.smallest;
  settings.jobs = options.jobs;
  settings.scratch = scratch->path();
  settings.software_version = version;
  settings.stop = &stop;
  Result<v1::MutantStudy> found = fail(ErrorCode::internal, "");
  {
    ProgressBar bar;
    settings.progress = [&bar](double share, std::string_view what) { bar.show(share, what); };
    found = mutants::study(read->inputs, *plan, read->meter, read->mutants, settings);
  }
  if (!found) return complain(found.error()), wrong_input;
  for (const std::string& only : options.only) found->add_only(only);
  if (!options.out.empty()) {
    if (const auto written = write_study(*found, options.out); !written)
      return complain(written.error()), wrong_input;
  }
  if (options.json) {
    fmt::print("{}\n", meterrig::report::json(*found));
  } else {
    fmt::print("{}", meterrig::report::mutants_text(*found));
    if (!options.out.empty())
      for (const char* name : {"mutants.html", "mutants.json"})
        fmt::print("{}\n", (fs::path(options.out) / name).string());
  }
  if (stop) return complain("stopped before the end"), incomplete;
  return mutants::is_good(*found) ? 0 : 1;
}

}  // namespace meterrig::cli
