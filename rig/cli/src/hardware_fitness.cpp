// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "bench_instruments.h"
#include "bench_state.h"
#include "fallback.h"
#include "fitness.h"
#include "meterrig/loader/load.h"
#include "meterrig/safety/interlocks.h"
#include "meterrig/vocabulary/units.h"
#include "surroundings.h"

namespace meterrig::cli {
namespace {

namespace fs = std::filesystem;

std::string permission_of_converters(const std::string& uri) {
  if (uri.starts_with("usb:")) return "allow the board to this user by the udev rules of libiio";
  return "allow /dev/iio:device* to this user, by a udev rule";
}

class HardwareCheck {
 public:
  HardwareCheck(const DataFiles& files, const v1::Bench& bench, fs::path folder,
                std::chrono::days horizon)
      : files_(files),
        bench_(bench),
        hardware_(bench.hardware()),
        folder_(std::move(folder)),
        horizon_(horizon) {}

  Checks result() {
    look_at_limits();
    look_at_holder();
    look_at_interlocks();
    look_at_source();
    if (hardware_.has_reference()) look_at_reference();
    return std::move(checks_);
  }

 private:
  void look_at_limits() {
    const fs::path path = folder_ / hardware_.limits();
    const auto file = loader::load_limits(path);
    if (!file) return problem("limits", loader::to_string(file.error()));
    const safety::Limits limits = safety::limits_from(file->message.limits());
    add("limits", Fitness::ok,
        fmt::format("{}: up to {}, {}, {}", path.lexically_normal().string(),
                    readable(limits.voltage.in(volt), QuantityKind::voltage),
                    readable(limits.current.in(ampere), QuantityKind::current),
                    readable(limits.apparent_power.in(volt_ampere), QuantityKind::apparent_power)));
    const auto harmless = extra_low_voltage(files_);
    if (!harmless) return problem("fallback", harmless.error().message);
    Duration watchdog;
    if (hardware_.source().has_scpi()) {
      const auto commands =
          find_command_file(hardware_.source().scpi().commands(), files_, folder_);
      if (!commands) return;  // told of the source
      if (const auto& own = commands->watchdog; own) watchdog = own->interval;
    }
    if (const auto sound = check_fallback(hardware_, limits, watchdog, *harmless); !sound)
      return problem("fallback", sound.error().message);
    add("fallback", Fitness::ok, fallback_text(watchdog));
  }

  [[nodiscard]] std::string fallback_text(Duration watchdog) const {
    switch (hardware_.fallback()) {
      case v1::FALLBACK_INSTRUMENT_TIMEOUT:
        return watchdog.known() ? fmt::format("the instrument's watchdog of {}",
                                              readable(watchdog.in(second), QuantityKind::duration))
                                : "the instrument's watchdog";
      case v1::FALLBACK_WATCHDOG_RELAY:
        return "a watchdog relay, as the bench file says: nothing here can look at it";
      default:
        return "none, and none is needed: the limits stay at extra-low voltage";
    }
  }

  void look_at_holder() {
    const auto holders = BenchState::holders();
    const auto holder = std::ranges::find(holders, bench_.id(), &BenchState::Holder::bench);
    held_ = holder != holders.end();
    if (!held_) return add("output", Fitness::ok, "no process of this user has it");
    add("output", Fitness::warning, fmt::format("process {} has it", holder->process),
        "wait for it, or 'meterrig stop'; its source and reference are not asked now");
  }

  void look_at_interlocks() {
    const auto state = BenchState::of(bench_.id());
    if (!state) return problem("interlocks", state.error().message);
    const auto states = safety::Interlocks::remembered(
        state->interlocks(), {hardware_.interlocks().begin(), hardware_.interlocks().end()});
    if (!states) return problem("interlocks", states.error().message);
    std::vector<std::string> latched;
    for (const safety::Interlocks::State& one : *states)
      // Each start waits for a person anyway.
      if (!one.acknowledged && one.name != safety::start_interlock) latched.push_back(one.name);
    if (latched.empty())
      return add("interlocks", Fitness::ok, "all acknowledged; each start waits for a person");
    add("interlocks", Fitness::warning, fmt::format("latched: {}", fmt::join(latched, ", ")),
        "a person looks at the bench and gives the name with --acknowledge");
  }

  /// False when its link is not fit, so that it need not be asked.
  template <class Instrument>
  bool look_at_link(const std::string& what, const Instrument& instrument) {
    if (!instrument.has_serial()) return true;
    Check port = check_port(what + " port", instrument.serial().port());
    const bool fit = port.fitness == Fitness::ok;
    checks_.push_back(std::move(port));
    return fit;
  }

  template <class Instrument>
  std::optional<InstrumentIdentity> ask(const std::string& what, const Instrument& instrument,
                                        const std::string& context) {
    // An instrument may have one connection, and another process uses it.
    if (held_) return std::nullopt;
    const auto identity = ask_identity(instrument, files_, folder_);
    if (!identity) {
      const bool forbidden = identity.error().code == ErrorCode::permission_denied;
      const std::string advice = forbidden && !context.empty() ? permission_of_converters(context)
                                                               : "switch it on, or mend its link";
      if (identity.error().code == ErrorCode::unimplemented) {
        add(what, Fitness::warning, identity.error().message);
      } else {
        problem(what, identity.error().message, advice);
      }
      return std::nullopt;
    }
    add(what, Fitness::ok,
        fmt::format("{} {}, serial number {}{}", identity->maker, identity->model,
                    identity->serial_number.empty() ? "not told" : identity->serial_number,
                    is_simulated(*identity) ? ", SIMULATED" : ""));
    return *identity;
  }

  void look_at_source() {
    const v1::SourceInstrument& source = hardware_.source();
    if (source.has_scpi() && !look_at_link("source", source.scpi())) return;
    if (source.has_calmet() && !look_at_link("source", source.calmet())) return;
    const auto identity = ask("source", source, source.iio().context());
    if (source.has_iio()) look_at_record(source.iio(), identity);
  }

  void look_at_record(const v1::IioSource& source,
                      const std::optional<InstrumentIdentity>& identity) {
    const std::string what = "source calibration";
    if (source.calibration().empty())
      return add(what, Fitness::warning, "none: what is put out is not corrected",
                 "'meterrig source calibrate', and its record as calibration of the source");
    const auto loaded = loader::load_calibration(folder_ / source.calibration());
    if (!loaded) return problem(what, loader::to_string(loaded.error()));
    const v1::Calibration& record = loaded->message.calibration();
    if (identity && identity->serial_number != record.serial_number())
      return problem(what,
                     fmt::format("of serial number '{}'; the source has '{}'",
                                 record.serial_number(), identity->serial_number),
                     "calibrate this one");
    look_at_due(what, fmt::format("{} of {}", record.id(), record.date()), record.due(),
                "calibrate it again");
  }

  void look_at_reference() {
    const v1::ReferenceInstrument& reference = hardware_.reference();
    if (!reference.has_scpi() || look_at_link("reference", reference.scpi()))
      ask("reference", reference, reference.iio().context());
    const std::string what = "reference calibration";
    if (reference.certificate() == "none")
      return add(what, Fitness::warning, "no certificate", "have it calibrated");
    look_at_due(what, "certificate " + reference.certificate(), reference.calibration_due(),
                "have it calibrated again");
  }

  void look_at_due(const std::string& what, const std::string& found, const std::string& due,
                   const std::string& advice) {
    if (due.empty())
      return add(what, Fitness::warning, found + ", no due date", "state calibration_due");
    checks_.push_back(check_due(what, found, due, advice, horizon_));
  }

  void add(std::string what, Fitness fitness, std::string found, std::string advice = "") {
    checks_.push_back({.what = std::move(what),
                       .fitness = fitness,
                       .found = std::move(found),
                       .advice = std::move(advice)});
  }
  void problem(std::string what, std::string found, std::string advice = "") {
    add(std::move(what), Fitness::problem, std::move(found), std::move(advice));
  }

  const DataFiles& files_;
  const v1::Bench& bench_;
  const v1::HardwareBench& hardware_;
  fs::path folder_;
  std::chrono::days horizon_;
  bool held_ = false;  // another process has the output
  Checks checks_;
};

}  // namespace

Checks check_hardware(const DataFiles& files, const v1::Bench& bench, const fs::path& folder,
                      std::chrono::days horizon) {
  return HardwareCheck(files, bench, folder, horizon).result();
}

}  // namespace meterrig::cli
