// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace meterrig::test {

/// A program that runs beside the test, its output in a file; killed when dropped.
class Process {
 public:
  /// Starts `arguments` in `folder`; `environment` entries are added to ours.
  Process(std::vector<std::string> arguments, const std::filesystem::path& folder,
          const std::filesystem::path& output, std::vector<std::string> environment = {});
  Process(Process&& other) noexcept;
  Process& operator=(Process&&) = delete;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  /// Waits for its end: its exit status, or 128 + signal.
  int wait();
  /// Waits so long at most; false when it still runs.
  bool wait_for(std::chrono::milliseconds time);
  void kill(int signal);
  [[nodiscard]] bool running();
  [[nodiscard]] std::string output() const;

 private:
  pid_t pid_ = -1;
  int status_ = -1;
  std::filesystem::path output_;
};

/// A folder that is gone after the test.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const {
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

[[nodiscard]] std::string read_file(const std::filesystem::path& file);
void write_file(const std::filesystem::path& file, const std::string& text);

}  // namespace meterrig::test
