// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "meterrig/loader/load.h"
#include "meterrig/v1/answers.pb.h"

namespace meterrig::loader {

/// Reads and checks a file of answers to manual points, as load.h does its files. What it says is
/// held against a plan by campaign::answered().
[[nodiscard]] LoadResult<v1::AnswersFile> load_answers(const std::filesystem::path& file);
/// The same from text; `name` stands for the file in the findings.
[[nodiscard]] LoadResult<v1::AnswersFile> parse_answers(std::string_view yaml, std::string name);

}  // namespace meterrig::loader
