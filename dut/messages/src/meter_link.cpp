// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/wire/meter_link.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace meterrig::wire {
namespace {

class MeterLink final : public DeviceLink {
 public:
  MeterLink(std::shared_ptr<Meter> meter, std::vector<QuantityId> quantities)
      : meter_(std::move(meter)), quantities_(std::move(quantities)) {}

  Result<std::vector<Reading>> read(std::span<const QuantityId> ids, Instant now) override {
    auto readings = meter_->read(ids);
    if (!readings) return readings;
    for (const Reading& reading : *readings) {
      if (reading.time > now)
        return fail(ErrorCode::internal,
                    fmt::format("{} is of {} ns, which is after {} ns, when it was asked for",
                                to_string(reading.id), reading.time.nanoseconds, now.nanoseconds));
    }
    return readings;
  }

  [[nodiscard]] std::vector<QuantityId> quantities() const override { return quantities_; }

  Result<std::vector<std::pair<std::string, std::string>>> read_identity() override {
    const auto identity = meter_->identify();
    if (!identity) return tl::unexpected(identity.error());
    const auto parameters = meter_->read_parameters();
    if (!parameters) return tl::unexpected(parameters.error());
    std::vector<std::pair<std::string, std::string>> result{
        {"device", identity->device},
        {"serial_number", identity->serial_number},
        {"firmware_version", identity->firmware_version},
        {"firmware_checksum", identity->firmware_checksum}};
    for (const auto& [name, value] : *parameters) {
      const bool known = std::any_of(result.begin(), result.end(),
                                     [&](const auto& entry) { return entry.first == name; });
      if (!known) result.emplace_back(name, value);
    }
    return result;
  }

  [[nodiscard]] LinkStatistics statistics() const override { return meter_->statistics(); }

 private:
  std::shared_ptr<Meter> meter_;
  std::vector<QuantityId> quantities_;
};

}  // namespace

Result<std::unique_ptr<DeviceLink>> link_to(std::shared_ptr<Meter> meter) {
  auto identity = meter->identify();
  if (!identity) return tl::unexpected(identity.error());
  return std::make_unique<MeterLink>(std::move(meter), std::move(identity->quantities));
}

}  // namespace meterrig::wire
