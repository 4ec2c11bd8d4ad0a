// SPDX-License-Identifier: GPL-3.0-or-later
#include "progress_bar.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

namespace meterrig::cli {
namespace {

std::string clock_text(double seconds) {
  const auto whole = static_cast<long>(std::ceil(seconds));
  if (whole >= 3600)
    return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

std::size_t columns() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

ProgressBar::ProgressBar() : terminal_(isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() {
  if (shown_) fmt::print(stderr, "\r\033[K");
}

bool ProgressBar::recently() const { return Clock::now() - last_ < std::chrono::milliseconds(100); }

void ProgressBar::show(const campaign::Progress& progress) {
  if (!terminal_ || progress.point == nullptr) return;
  all_seconds_ = std::max(all_seconds_, progress.time_left.in(second));
  if (progress.finished != nullptr && progress.finished->outcome() == v1::OUTCOME_FAIL) {
    fmt::print(stderr, "\r\033[Kfail: {}\n", progress.point->id());
  } else if (recently() && progress.point_share > 0) {
    return;
  }
  draw(all_seconds_ > 0 ? 1 - progress.time_left.in(second) / all_seconds_ : 1,
       fmt::format("{}/{}  ", progress.points_done, progress.points_total), progress.point->id());
}

void ProgressBar::show(double share, std::string_view what) {
  if (terminal_ && !recently()) draw(share, "", what);
}

void ProgressBar::draw(double share, std::string_view middle, std::string_view end) {
  last_ = Clock::now();
  const double wall = std::chrono::duration<double>(last_ - begin_).count();
  constexpr int width = 24;
  const int full = static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * width));
  std::string line =
      fmt::format("[{}{}] {:3.0f} %  {}", std::string(static_cast<std::size_t>(full), '#'),
                  std::string(static_cast<std::size_t>(width - full), '.'), share * 100, middle);
  if (share > 0.02) line += fmt::format("{} left  ", clock_text(wall / share * (1 - share)));
  line += end;
  fmt::print(stderr, "\r\033[K{}", line.substr(0, columns() - 1));
  std::fflush(stderr);
  shown_ = true;
}

}  // namespace meterrig::cli
