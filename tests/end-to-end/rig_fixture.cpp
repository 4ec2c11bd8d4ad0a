// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig_fixture.h"

#include <boost/test/unit_test.hpp>
#include <fstream>

namespace meterrig::test {

Rig::Rig(const std::optional<std::string>& model) {
  if (model) start_device(*model);
}

void Rig::start_device(const std::string& model) {
  device_.reset();
  const auto log = folder / "device.log";
  std::filesystem::remove(log);
  device_.emplace(start({"device", "serve", "smart-x96-5a", "--model", model, "--serial",
                         "pty:x96.tty", "--baud", "38400", "--terminals", "unix:x96.sock"}));
  for (int i = 0; i < 2000 && device_->output().find("ready") == std::string::npos; ++i) {
    if (device_->wait_for(std::chrono::milliseconds(10))) break;
  }
  BOOST_REQUIRE_MESSAGE(device_->running(), device_->output());
}

Process Rig::start(std::vector<std::string> arguments, std::vector<std::string> environment) {
  arguments.insert(arguments.begin(), METERRIG_PROGRAM);
  return {std::move(arguments), folder.path(), folder / ("output-" + std::to_string(++started_)),
          std::move(environment)};
}

int Rig::run(std::vector<std::string> arguments, std::vector<std::string> environment) {
  Process process = start(std::move(arguments), std::move(environment));
  const int status = process.wait();
  output = process.output();
  BOOST_TEST_MESSAGE(output);
  return status;
}

std::vector<std::string> Rig::certify(std::vector<std::string> more, const std::string& suite,
                                      const std::string& serial) const {
  std::vector<std::string> arguments{
      "certify",  "--device", "smart-x96-5a", "--suite",       suite,   "--bench", "simulated",
      "--serial", serial,     "--terminals",  "unix:x96.sock", "--out", "run"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

nlohmann::json run_json(const std::filesystem::path& run) {
  return nlohmann::json::parse(read_file(run / "run.json"));
}

std::map<std::string, std::string> outcomes(const nlohmann::json& run) {
  std::map<std::string, std::string> by_point;
  for (const auto& result : run.at("results"))
    by_point[result.at("point").get<std::string>()] = result.at("outcome").get<std::string>();
  return by_point;
}

std::map<std::string, std::string> rows(const nlohmann::json& run) {
  std::map<std::string, std::string> by_point;
  for (const auto& point : run.at("header").at("plan"))
    by_point[point.at("id").get<std::string>()] = point.at("limit").at("row").get<std::string>();
  return by_point;
}

std::string shipped(const std::string& path) {
  const std::string text = read_file(std::filesystem::path(METERRIG_SOURCE) / path);
  BOOST_REQUIRE_MESSAGE(!text.empty(), path);
  return text;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  BOOST_REQUIRE_MESSAGE(at != std::string::npos, from);
  return text.replace(at, from.size(), to);
}

}  // namespace meterrig::test
