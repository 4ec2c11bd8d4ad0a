// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "commands.h"
#include "data_files.h"
#include "device_link.h"
#include "messages.h"
#include "meterrig/loader/load.h"
#include "meterrig/ports/clock.h"
#include "meterrig/twin/service.h"
#include "meterrig/vocabulary/units.h"

namespace meterrig::cli {

int serve_device(const ServeDeviceOptions& options, const std::atomic<bool>& stop) {
  const auto files = DataFiles::locate();
  if (!files) return complain(files.error()), wrong_input;
  const auto profile = files->find(DataFiles::Kind::device, options.device);
  if (!profile) return complain(profile.error()), wrong_input;
  const auto model = files->find_twin(options.device, options.model);
  if (!model) return complain(model.error()), wrong_input;
  std::optional<rpc::ServerTls> tls;
  if (!options.link.tls_certificate.empty() || !options.link.tls_key.empty() ||
      !options.tls_client_authority.empty())
    tls = rpc::ServerTls{.certificate = options.link.tls_certificate,
                         .key = options.link.tls_key,
                         .client_authority = options.tls_client_authority};
  ports::MonotonicClock clock;
  const auto service =
      twin::Service::start({.device_profile_path = profile->string(),
                            .twin_path = model->string(),
                            .serial = options.link.serial,
                            .baud = options.link.inject.empty() ? options.link.baud : 0,
                            .unit = options.link.unit,
                            .tcp = options.link.tcp,
                            .terminals = options.terminals,
                            .grpc = options.link.grpc,
                            .grpc_tls = tls,
                            .inject = options.link.inject,
                            .inject_baud = options.link.baud,
                            .inject_tcp = options.link.inject_tcp,
                            .apply_scenario = options.apply},
                           clock);
  if (!service) return complain(service.error()), wrong_input;
  fmt::print("{}\nready\n", (*service)->description());
  std::fflush(stdout);
  while (!stop) {
    if (const auto stepped = (*service)->step_wall_clock(); !stepped)
      return complain(stepped.error()), 1;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return 0;
}

int read_device(const ReadDeviceOptions& options) {
  const auto files = DataFiles::locate();
  if (!files) return complain(files.error()), wrong_input;
  const auto profile = files->find(DataFiles::Kind::device, options.device);
  if (!profile) return complain(profile.error()), wrong_input;
  const auto loaded = loader::load_device(*profile);
  if (!loaded) return complain(loaded.error()), wrong_input;
  const v1::Device& device = loaded->message.device();
  v1::Position position;
  if (const auto set = override_link(position, device, options.link); !set)
    return complain(set.error()), wrong_input;
  if (position.link_case() == v1::Position::LINK_NOT_SET)
    return complain(
               "no link; expected --serial PORT, --tcp HOST:PORT, --grpc ADDRESS, --inject PORT "
               "or --inject-tcp HOST:PORT"),
           wrong_input;
  v1::LinkPolicy policy;
  policy.set_answer_timeout(1);
  policy.set_retries(2);
  const auto open = open_device(device, position, policy, *files, {});
  if (!open) return complain(open.error()), wrong_input;
  DeviceLink& link = *open->link;

  const std::vector<QuantityId> ids = link.quantities();
  const auto identity = link.read_identity();
  if (!identity) return complain(identity.error()), 3;
  const auto readings = link.read(ids, Instant{std::numeric_limits<std::int64_t>::max()});
  if (!readings) return complain(readings.error()), 3;
  if (options.json) {
    nlohmann::ordered_json json;
    json["device"] = device.id();
    for (const auto& [name, value] : *identity) json["identity"][name] = value;
    for (const Reading& reading : *readings) {
      nlohmann::ordered_json entry{{"quantity", to_string(reading.id)},
                                   {"unit", unit_symbol(kind_of(reading.id.measurand))},
                                   {"value", nullptr}};
      if (!std::isnan(reading.value)) entry["value"] = reading.value;
      json["readings"].push_back(entry);
    }
    fmt::print("{}\n", json.dump(2));
    return 0;
  }
  fmt::print("{} {}\n", device.manufacturer(), device.model());
  for (const auto& [name, value] : *identity) fmt::print("  {:<32} {}\n", name, value);
  for (const Reading& reading : *readings)
    fmt::print("  {:<32} {}\n", to_string(reading.id),
               readable(reading.value, kind_of(reading.id.measurand), 7));
  return 0;
}

}  // namespace meterrig::cli
