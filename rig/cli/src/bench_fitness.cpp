// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "device_link.h"
#include "fitness.h"
#include "meterrig/loader/load.h"
#include "meterrig/loader/together.h"
#include "meterrig/rpc/connection.h"
#include "meterrig/twin/service.h"

namespace meterrig::cli {
namespace {

namespace fs = std::filesystem;

class BenchCheck {
 public:
  BenchCheck(const DataFiles& files, const loader::Loaded<v1::BenchFile>& bench,
             std::chrono::days horizon)
      : files_(files),
        bench_(bench),
        folder_(fs::path(bench.path).parent_path()),
        horizon_(horizon) {}

  // The profile expected, by its file.
  void expect(const fs::path& profile) {
    auto loaded = loader::load_device(profile);
    if (!loaded) {
      for (const loader::Finding& finding : loaded.error())
        problem("device profile", loader::to_string(finding));
      return;
    }
    expected_ = std::move(*loaded);
  }

  Checks result() {
    const v1::Bench& bench = bench_.message.bench();
    add({.what = "bench",
         .fitness = Fitness::ok,
         .found = fmt::format("{}, {} position{}", bench.title(), bench.positions_size(),
                              bench.positions_size() == 1 ? "" : "s"),
         .advice = ""});
    if (bench.has_hardware()) add(check_hardware(files_, bench, folder_, horizon_));
    add(check_certificates(bench, horizon_));
    for (int i = 0; i < bench.positions_size(); ++i) look_at(bench.positions(i), i);
    return std::move(checks_);
  }

 private:
  void look_at(const v1::Position& position, int index) {
    prefix_ = fmt::format("position {} ", position.id());
    told_.reset();
    switch (position.link_case()) {
      case v1::Position::kModbusRtu:
        look_at_serial(position.modbus_rtu().port());
        break;
      case v1::Position::kSerialInjection:
        look_at_serial(position.serial_injection().port());
        break;
      case v1::Position::kModbusTcp:
        look_at_address(
            fmt::format("{}:{}", position.modbus_tcp().host(), position.modbus_tcp().port()));
        break;
      case v1::Position::kTcpInjection:
        look_at_address(
            fmt::format("{}:{}", position.tcp_injection().host(), position.tcp_injection().port()));
        break;
      case v1::Position::kGrpc:
        look_at_grpc(position);
        break;
      case v1::Position::kInProcess:
        look_at_model(position.in_process().model());
        break;
      case v1::Position::LINK_NOT_SET:
        problem("link", "the position has none");
        break;
    }
    if (!position.terminals().empty()) look_at_terminals(position.terminals());
    look_at_profile(index);
  }

  void look_at_serial(const std::string& path) { add(check_port(prefix_ + "port", path)); }

  [[nodiscard]] Duration patience() const {
    return second(bench_.message.bench().link_policy().answer_timeout());
  }

  bool look_at_address(const std::string& address) {
    const auto reached = reach(address, patience());
    if (!reached) {
      problem("address", reached.error().message, "switch the device on, or mend the address");
      return false;
    }
    add({.what = prefix_ + "address",
         .fitness = Fitness::ok,
         .found = address + " answers",
         .advice = ""});
    return true;
  }

  void look_at_grpc(const v1::Position& position) {
    const v1::GrpcLink& link = position.grpc();
    if (link.has_tls()) {
      const Checks tls = check_tls(prefix_ + "TLS", link.tls(), folder_);
      checks_.insert(checks_.end(), tls.begin(), tls.end());
      if (std::ranges::count(tls, Fitness::problem, &Check::fitness) > 0) return;
    }
    if (!look_at_address(link.address())) return;
    v1::Position alone = position;  // its terminals are looked at by themselves
    alone.clear_terminals();
    const auto open = open_device({}, alone, bench_.message.bench().link_policy(), files_, folder_);
    if (!open) return problem("device", open.error().message);
    const auto identity = open->link->read_identity();
    if (!identity) return problem("device", identity.error().message);
    std::string found;
    for (const auto& [name, value] : *identity)
      if (found.size() < 60)
        found += fmt::format("{}{} {}", found.empty() ? "" : ", ", name, value);
    add({.what = prefix_ + "device", .fitness = Fitness::ok, .found = found, .advice = ""});
    if (position.terminals().empty() && open->terminals) take_description(*open->terminals);
  }

  void look_at_model(const std::string& model) {
    const auto devices =
        expected_ ? std::vector<fs::path>{expected_->path} : files_.all(DataFiles::Kind::device);
    std::string why = "there is no device profile";
    for (const fs::path& device : devices) {
      const auto file = files_.find_twin(device.string(), model);
      const auto twin = file ? twin::load_device(device.string(), file->string())
                             : Result<std::unique_ptr<twin::Twin>>(tl::unexpected(file.error()));
      if (twin)
        return add({.what = prefix_ + "device",
                    .fitness = Fitness::ok,
                    .found = fmt::format("in this program, error model {}", model),
                    .advice = ""});
      why = twin.error().message;
    }
    problem("device", why);
  }

  void look_at_terminals(const std::string& address) {
    if (const auto reached = reach(address, patience()); !reached)
      return problem("terminals", reached.error().message,
                     "start the simulated device, such as by device serve");
    const auto connection = rpc::Connection::open(address, {}, patience());
    if (!connection) return problem("terminals", connection.error().message);
    take_description(*connection->terminals());
  }

  void take_description(Terminals& terminals) {
    const auto description = terminals.describe();
    if (!description) return problem("terminals", description.error().message);
    told_ = description->device;
    add({.what = prefix_ + "terminals",
         .fitness = Fitness::ok,
         .found =
             fmt::format("those of a {}, serial number {}{}", description->device,
                         description->serial_number, description->simulated ? ", SIMULATED" : ""),
         .advice = ""});
  }

  // The position's link is one that the device has, and the device is the one expected.
  void look_at_profile(int index) {
    if (expected_ && told_ && *told_ != expected_->message.device().id())
      return problem("profile", fmt::format("the terminals are those of a {}; expected a {}",
                                            *told_, expected_->message.device().id()));
    std::optional<loader::Loaded<v1::DeviceFile>> of_told;
    if (!expected_ && told_) {
      const auto file = files_.find(DataFiles::Kind::device, *told_);
      if (!file)
        return add({.what = prefix_ + "profile",
                    .fitness = Fitness::warning,
                    .found = file.error().message,
                    .advice = "name the device's profile with --device"});
      auto loaded = loader::load_device(*file);
      if (!loaded) return;  // told of the data files
      of_told = std::move(*loaded);
    }
    const auto& profile = expected_ ? expected_ : of_told;
    if (!profile) return;
    const std::string where = fmt::format("bench.positions[{}]", index);
    bool fits = true;
    for (const loader::Finding& finding : loader::check_bench(bench_, *profile)) {
      if (!finding.where.starts_with(where)) continue;
      problem("profile", loader::to_string(finding));
      fits = false;
    }
    if (fits)
      add({.what = prefix_ + "profile",
           .fitness = Fitness::ok,
           .found = fmt::format("{} fits the link", profile->message.device().id()),
           .advice = ""});
  }

  void add(const Checks& more) { checks_.insert(checks_.end(), more.begin(), more.end()); }
  void add(Check check) { checks_.push_back(std::move(check)); }
  void problem(const std::string& what, std::string found, std::string advice = "") {
    add({.what = prefix_ + what,
         .fitness = Fitness::problem,
         .found = std::move(found),
         .advice = std::move(advice)});
  }

  const DataFiles& files_;
  const loader::Loaded<v1::BenchFile>& bench_;
  fs::path folder_;
  std::chrono::days horizon_;
  std::optional<loader::Loaded<v1::DeviceFile>> expected_;
  std::string prefix_;               // of the position that is looked at
  std::optional<std::string> told_;  // family that its device tells
  Checks checks_;
};

}  // namespace

Checks check_bench_file(const DataFiles& files, const fs::path& bench, const fs::path& device,
                        std::chrono::days horizon) {
  const auto loaded = loader::load_bench(bench);
  if (!loaded) {
    Checks checks;
    for (const loader::Finding& finding : loaded.error())
      checks.push_back({.what = "bench",
                        .fitness = Fitness::problem,
                        .found = loader::to_string(finding),
                        .advice = ""});
    return checks;
  }
  BenchCheck check(files, *loaded, horizon);
  if (!device.empty()) check.expect(device);
  return check.result();
}

}  // namespace meterrig::cli
