// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/ports/port_state.h"

#include <fmt/format.h>
#include <grp.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>

#include "claim.h"

namespace meterrig::ports {
namespace {

namespace fs = std::filesystem;

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stopped != end) return std::nullopt;
  return value;
}

std::string first_line(const fs::path& file) {
  std::string line;
  std::ifstream in(file);
  std::getline(in, line);
  return line;
}

std::string by_id_of(const fs::path& device, const fs::path& folder) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored))
    if (fs::canonical(entry.path(), ignored) == device) return entry.path().string();
  return "";
}

std::string group_name(gid_t id) {
  std::array<char, 4096> buffer{};
  group entry{};
  group* found = nullptr;
  if (::getgrgid_r(id, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
    return found->gr_name;
  return std::to_string(id);
}

bool has_open(const fs::path& process, const fs::path& device) {
  std::error_code ignored;
  for (const auto& descriptor : fs::directory_iterator(process / "fd", ignored))
    if (fs::read_symlink(descriptor.path(), ignored) == device) return true;
  return false;
}

// Processes with a lock of flock() on the device, from lines such as
// "1: FLOCK  ADVISORY  WRITE 4711 00:06:93 0 EOF": process, major:minor (hexadecimal) and inode of
// the file.
std::vector<int> lock_holders(const fs::path& locks, const struct stat& device) {
  const std::string file =
      fmt::format("{:02x}:{:02x}:{}", major(device.st_dev), minor(device.st_dev), device.st_ino);
  std::vector<int> holders;
  std::ifstream in(locks);
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string count, kind, mode, access, where;
    int pid = 0;
    if (words >> count >> kind >> mode >> access >> pid >> where && kind == "FLOCK" &&
        where == file)
      holders.push_back(pid);
  }
  return holders;
}

std::vector<PortUser> users_of(const fs::path& device, const struct stat& status,
                               const fs::path& proc) {
  std::vector<int> holders = lock_holders(proc / "locks", status);
  std::vector<PortUser> users;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(proc, ignored)) {
    const auto pid = number<int>(entry.path().filename().string());
    if (!pid) continue;
    const auto held = std::erase(holders, *pid);
    if (held == 0 && !has_open(entry.path(), device)) continue;
    users.push_back({.pid = *pid, .program = first_line(entry.path() / "comm"), .locks = held > 0});
  }
  // A holder whose process is not shown here, such as one outside a container.
  for (const int pid : holders) users.push_back({.pid = pid, .program = "", .locks = true});
  std::ranges::sort(users, {}, &PortUser::pid);
  return users;
}

}  // namespace

Result<PortState> look_at_port(const std::string& path, const SystemFolders& folders) {
  const auto device = resolve(path);
  if (!device) return tl::unexpected(device.error());
  struct stat status{};
  std::error_code ignored;
  const bool terminal = device->starts_with("/dev/pts/") ||
                        fs::exists(folders.tty / fs::path(*device).filename(), ignored);
  if (!terminal || ::stat(device->c_str(), &status) != 0 || !S_ISCHR(status.st_mode))
    return fail(ErrorCode::invalid_argument,
                fmt::format("'{}' is not a serial port; expected a terminal device, such as "
                            "/dev/ttyUSB0",
                            path));
  PortState state{.device = *device,
                  .by_id = by_id_of(*device, folders.by_id),
                  .group = group_name(status.st_gid),
                  .permitted = ::access(device->c_str(), R_OK | W_OK) == 0,
                  .users = users_of(*device, status, folders.proc),
                  .latency_timer = {}};
  const fs::path timer = folders.tty / fs::path(*device).filename() / "device" / "latency_timer";
  if (const auto milliseconds = number<int>(first_line(timer)))
    state.latency_timer = second(*milliseconds / 1000.0);
  return state;
}

std::string to_string(const std::vector<PortUser>& users) {
  std::string text;
  for (const PortUser& user : users) {
    if (!text.empty()) text += ", ";
    text +=
        fmt::format("{} (process {}{})", user.program.empty() ? "another program" : user.program,
                    user.pid, user.locks ? ", locked" : "");
  }
  return text;
}

}  // namespace meterrig::ports
