// SPDX-License-Identifier: GPL-3.0-or-later
#include "data_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace meterrig::cli {
namespace {

namespace fs = std::filesystem;

struct KindText {
  const char* folder;
  const char* word;
};

KindText text(DataFiles::Kind kind) {
  switch (kind) {
    case DataFiles::Kind::suite:
      return {"scenarios/suites", "suite"};
    case DataFiles::Kind::standard:
      return {"scenarios/standards", "standard"};
    case DataFiles::Kind::device:
      return {"dut/profiles", "device"};
    case DataFiles::Kind::bench:
      return {"rig/benches", "bench"};
    case DataFiles::Kind::signal:
      return {"scenarios/signals", "scenario"};
    case DataFiles::Kind::instrument:
      return {"generators/scpi/instruments", "command file"};
    case DataFiles::Kind::disturbance:
      return {"scenarios/disturbances", "disturbance"};
    case DataFiles::Kind::mutants:
      return {"scenarios/mutants", "file of mutants"};
  }
  return {"", ""};
}

constexpr std::string_view extension = ".yaml";
constexpr std::string_view twin_extension = ".twin.yaml";

bool is_path(const std::string& name) {
  return name.find('/') != std::string::npos || name.ends_with(extension);
}

}  // namespace

Result<DataFiles> DataFiles::locate() {
  DataFiles files;
  if (const char* named = std::getenv("METERRIG_DATA")) {
    files.root_ = named;
    if (fs::is_directory(files.root_ / "scenarios/standards")) return files;
    return fail(ErrorCode::not_found,
                fmt::format("METERRIG_DATA={}: no folder scenarios/standards in it", named));
  }
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  for (fs::path folder = program.parent_path(); !folder.empty(); folder = folder.parent_path()) {
    for (const fs::path& candidate : {folder, folder / "share/meterrig"}) {
      if (!fs::is_directory(candidate / "scenarios/standards", ignored)) continue;
      files.root_ = candidate;
      return files;
    }
    if (folder == folder.root_path()) break;
  }
  return fail(
      ErrorCode::not_found,
      fmt::format("no standards, suites and profiles above {}; METERRIG_DATA can name their folder",
                  program.parent_path().string()));
}

Result<fs::path> DataFiles::find(Kind kind, const std::string& name) const {
  if (is_path(name)) {
    if (fs::exists(name)) return fs::path(name);
    return fail(ErrorCode::not_found,
                fmt::format("{}: no such file; expected a {}", name, text(kind).word));
  }
  fs::path file = root_ / text(kind).folder / (name + std::string(extension));
  if (fs::exists(file)) return file;
  std::vector<std::string> names;
  for (const fs::path& known : all(kind)) names.push_back(known.stem().string());
  return fail(ErrorCode::not_found, fmt::format("no {} '{}'; expected a file or one of: {}",
                                                text(kind).word, name, fmt::join(names, ", ")));
}

std::vector<fs::path> DataFiles::all(Kind kind) const {
  std::vector<fs::path> files;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(root_ / text(kind).folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(extension) && !name.ends_with(twin_extension)) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Result<fs::path> DataFiles::find_twin(const std::string& device, const std::string& name) const {
  if (is_path(name)) {
    if (fs::exists(name)) return fs::path(name);
    return fail(
        ErrorCode::not_found,
        fmt::format("{}: no such file; expected the error model of a simulated device", name));
  }
  const auto profile = find(Kind::device, device);
  if (!profile) return tl::unexpected(profile.error());
  const std::string stem = profile->stem().string();
  const std::string ending(twin_extension);
  fs::path file = profile->parent_path() /
                  (name.empty() || name == "good" ? stem + ending : stem + "-" + name + ending);
  if (fs::exists(file)) return file;
  std::vector<std::string> names{"good"};
  for (const auto& entry : fs::directory_iterator(profile->parent_path())) {
    const std::string other = entry.path().filename().string();
    if (other.starts_with(stem + "-") && other.ends_with(ending))
      names.push_back(
          other.substr(stem.size() + 1, other.size() - stem.size() - 1 - ending.size()));
  }
  std::sort(names.begin(), names.end());
  return fail(ErrorCode::not_found,
              fmt::format("no error model '{}' of {}; expected a file or one of: {}", name, stem,
                          fmt::join(names, ", ")));
}

}  // namespace meterrig::cli
