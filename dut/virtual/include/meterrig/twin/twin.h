// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "meterrig/ports/serial_settings.h"
#include "meterrig/twin/readings.h"
#include "meterrig/twin/register_file.h"
#include "meterrig/v1/device.pb.h"
#include "meterrig/v1/twin.pb.h"
#include "meterrig/vocabulary/chamber.h"
#include "meterrig/vocabulary/meter.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/terminals.h"

namespace meterrig::twin {

/// How a simulated device is set on its bus; its parameter registers show this.
struct LineSettings {
  ports::SerialSettings serial;
  int unit = 1;
};

/// As the device leaves the factory.
[[nodiscard]] LineSettings factory_line(const v1::ModbusMap& map);

/// A simulated meter: the analog front end of its error model, a meter core, a register file. Its
/// time starts at 0 when it is created and moves only by advance(). Before the first apply() its
/// terminals are dead.
///
/// apply() restarts the numbering of samples, so that what follows depends on the recipe, the seed
/// and the meter's state alone: the same calls give the same pulses and readings, bit for bit, and
/// in whatever steps time advances. Samples are interpolated to the converter's own clock
/// (resample::FedSignal), which keeps them as they are to 3e-7 up to 0.4 of the lower rate.
///
/// As a Meter it gives what its registers show. Terminals are for one thread; Meter, readings() and
/// registers() may be used from others at the same time.
class Twin final : public Terminals, public Meter, public Chamber {
 public:
  /// Errors: invalid_argument or out_of_range for a profile or model that is no such meter.
  [[nodiscard]] static Result<std::unique_ptr<Twin>> create(const v1::Device& device,
                                                            const v1::Twin& model,
                                                            std::string model_sha256,
                                                            const LineSettings& line);
  Twin(const Twin&) = delete;
  Twin& operator=(const Twin&) = delete;
  ~Twin() override;

  [[nodiscard]] Result<TerminalsDescription> describe() override;
  [[nodiscard]] Result<void> power_cycle() override;
  [[nodiscard]] Result<Instant> apply(const SignalRecipe& recipe,
                                      std::uint64_t device_seed) override;
  [[nodiscard]] Result<FeedTerms> apply_samples(const SampleFeed& samples,
                                                std::uint64_t device_seed) override;
  [[nodiscard]] Result<FeedState> feed(const SampleBlock& block) override;
  [[nodiscard]] Result<FeedState> feed(const CodeBlock& block) override;
  [[nodiscard]] Result<std::vector<Pulse>> advance(Instant until) override;

  /// The front end is as much warmer or colder as this is than 23 degC; the model's own temperature
  /// is that of the front end in a room of 23 degC. From -60 degC to 120 degC.
  [[nodiscard]] Result<void> set_temperature(std::optional<Temperature> temperature) override;

  [[nodiscard]] Result<MeterIdentity> identify() override;
  [[nodiscard]] Result<std::vector<Reading>> read(std::span<const QuantityId> ids) override;
  [[nodiscard]] Result<std::vector<MeterParameter>> read_parameters() override;

  /// What the registers show, with more digits.
  [[nodiscard]] Readings readings() const;
  [[nodiscard]] const RegisterFile& registers() const;

 private:
  class State;
  explicit Twin(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace meterrig::twin
