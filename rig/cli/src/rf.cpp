// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <optional>
#include <stop_token>
#include <thread>

#include "bench_state.h"
#include "commands.h"
#include "data_files.h"
#include "messages.h"
#include "meterrig/loader/load.h"
#include "meterrig/ports/clock.h"
#include "meterrig/report/rf_json.h"
#include "meterrig/report/rf_picture.h"
#include "meterrig/report/rf_text.h"
#include "meterrig/rigloop/built_in.h"
#include "meterrig/safety/interlocks.h"
#include "meterrig/safety/journal.h"
#include "meterrig/soapy/rf_sweep.h"
#include "meterrig/store/sha256.h"
#include "meterrig/version.h"
#include "meterrig/vocabulary/units.h"
#include "progress_bar.h"
#include "rf_instruments.h"
#include "rf_request.h"
#include "surroundings.h"
#include "whole_file.h"

namespace meterrig::cli {
namespace {

constexpr int not_valid = 3;

/// The flag of the stopping signals as the stop token that a sweep looks at.
class StopToken {
 public:
  explicit StopToken(const std::atomic<bool>& flag)
      : watcher_([this, &flag](const std::stop_token& end) {
          while (!end.stop_requested() && !flag)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
          if (flag) source_.request_stop();
        }) {}
  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::jthread watcher_;  // last: it uses the other
};

/// What permits this process to transmit, for as long as it lives.
struct Permission {
  ports::FileDescriptor output;
  safety::Interlocks interlocks;
  safety::Journal journal;
};

/// The radio's output is one of its own, beside that of a source of the same bench.
Result<Permission> permission(const v1::Bench& bench, const std::string& person) {
  const auto state = BenchState::of(bench.id() + ".rf");
  if (!state) return tl::unexpected(state.error());
  auto output = state->take_output();
  if (!output) return tl::unexpected(output.error());
  const auto& names = bench.hardware().interlocks();
  auto interlocks = safety::Interlocks::open(state->interlocks(), {names.begin(), names.end()});
  if (!interlocks) return tl::unexpected(interlocks.error());
  auto journal = safety::Journal::open(state->journal());
  if (!journal) return tl::unexpected(journal.error());
  if (!person.empty()) {
    for (const safety::Interlocks::State& interlock : interlocks->states()) {
      if (interlock.acknowledged) continue;
      if (auto done = interlocks->acknowledge(interlock.name, person); !done)
        return tl::unexpected(done.error());
      if (auto noted = journal->write("acknowledge", interlock.name + " by " + person); !noted)
        return tl::unexpected(noted.error());
    }
  }
  if (auto may = interlocks->check(); !may)
    return fail(may.error().code, may.error().message + "; expected --acknowledge PERSON");
  return Permission{.output = std::move(*output),
                    .interlocks = std::move(*interlocks),
                    .journal = std::move(*journal)};
}

v1::RfStepRecord record_of(const soapy::SweepStep& step, const RfBench& bench) {
  v1::RfStepRecord record;
  record.set_number(static_cast<std::int32_t>(step.number) + 1);
  record.set_time(utc_now());
  record.set_frequency(step.output.carrier.in(hertz));
  record.set_valid(step.not_valid.empty());
  record.set_reason(step.not_valid);
  record.set_confidence(bench.record.request().confidence());
  if (const auto full_scale = bench.monitor_calibration.at(step.output.carrier))
    record.set_level_uncertainty(full_scale->expanded_uncertainty.in(percent));
  const std::optional<RfReading>& reading = step.reading;
  if (!reading) return record;
  if (const auto* e_m_f = std::get_if<Voltage>(&reading->level); e_m_f != nullptr) {
    if (e_m_f->known()) record.set_e_m_f(e_m_f->in(volt));
  } else if (const auto& field = std::get<FieldStrength>(reading->level); field.known()) {
    record.set_field_strength(field.in(volt_per_metre));
  }
  if (reading->depth.known()) record.set_depth(reading->depth.in(percent));
  if (reading->duty.known()) record.set_duty(reading->duty.in(percent));
  if (reading->modulation_frequency.known())
    record.set_modulation_frequency(reading->modulation_frequency.in(hertz));
  if (reading->carrier_offset.known()) record.set_carrier_offset(reading->carrier_offset.in(hertz));
  return record;
}

Result<void> write_record(const RfSweepOptions& options, const v1::RfSweepRecord& record) {
  if (options.out.empty()) return {};
  return write_whole(options.out, report::rf_json(record));
}

/// The sweep itself; what it came to is in the bench's record.
Result<void> sweep(const RfSweepOptions& options, const soapy::RfSweep& planned, RfBench& bench,
                   OpenRadios& radios, const std::stop_token& stop) {
  ports::MonotonicClock clock;
  ProgressBar bar;
  Result<void> written;
  const auto after = [&](const soapy::SweepStep& step) {
    *bench.record.add_steps() = record_of(step, bench);
    if (auto kept = write_record(options, bench.record); !kept && written) written = kept;
    const double share = static_cast<double>(step.number + 1) / static_cast<double>(step.count);
    bar.show(share, readable(step.output.carrier.in(hertz), QuantityKind::frequency));
  };
  const auto during = [](const RfOutput& /*output*/) -> Result<void> { return {}; };
  auto swept = planned.run(*radios.generator, *radios.monitor, clock, stop, during, after);
  if (!swept) return swept;
  return written;
}

int outcome_of(const v1::RfSweepRecord& record) {
  for (const v1::RfStepRecord& step : record.steps())
    if (!step.valid()) return not_valid;
  return 0;
}

/// From the first carrier to the reports.
int perform(const RfSweepOptions& options, const soapy::RfSweep& planned, RfBench& bench,
            Permission& permission, const std::atomic<bool>& stop) {
  auto radios = open_radios(bench);
  if (!radios) return complain(radios.error()), wrong_input;
  v1::RfSweepRecord& record = bench.record;
  record.set_started(utc_now());
  // Before anything is put out: an evidence that cannot be written is told of now.
  if (const auto written = write_record(options, record); !written)
    return complain(written.error()), wrong_input;
  const std::string told = report::rf_plan_text(record);
  if (const auto noted = permission.journal.write("rf-on", told.substr(0, told.find('\n'))); !noted)
    return complain(noted.error()), wrong_input;
  fmt::print("{}", told);
  std::fflush(stdout);

  const StopToken token(stop);
  const auto swept = sweep(options, planned, bench, *radios, token.token());
  const auto off = radios->generator->off();
  if (!swept) record.set_stopped(swept.error().message);
  record.set_ended(utc_now());
  const auto noted = permission.journal.write(
      "rf-off", fmt::format("{} of {} steps{}{}", record.steps_size(), record.steps_planned(),
                            swept ? "" : ": ", record.stopped()));
  const auto written = write_record(options, record);
  Result<void> drawn;
  if (!options.plot.empty()) drawn = write_whole(options.plot, report::rf_picture(record));
  fmt::print("{}", report::rf_result_text(record));
  for (const auto& result : std::array<Result<void>, 4>{off, noted, written, drawn})
    if (!result) complain(result.error());
  if (!off || !noted || !written || !drawn) return not_valid;
  if (swept) return outcome_of(record);
  complain(swept.error());
  return swept.error().code == ErrorCode::cancelled ? incomplete : not_valid;
}

}  // namespace

int rf_sweep(const RfSweepOptions& options, const std::atomic<bool>& stop) {
  const auto files = DataFiles::locate();
  if (!files) return complain(files.error()), wrong_input;
  const auto bench_file = files->find(DataFiles::Kind::bench, options.bench);
  if (!bench_file) return complain(bench_file.error()), wrong_input;
  const auto loaded_bench = loader::load_bench(*bench_file);
  if (!loaded_bench) return complain(loaded_bench.error()), wrong_input;
  const auto disturbance_file = files->find(DataFiles::Kind::disturbance, options.disturbance);
  if (!disturbance_file) return complain(disturbance_file.error()), wrong_input;
  const auto disturbance = loader::load_rf_disturbance(*disturbance_file);
  if (!disturbance) return complain(disturbance.error()), wrong_input;

  const auto request = rf_request(disturbance->message.rf_disturbance(), options);
  if (!request) return complain(request.error()), wrong_input;
  const v1::Bench& described = loaded_bench->message.bench();
  auto bench = rf_bench(described, bench_file->parent_path());
  if (!bench) return complain(bench.error()), wrong_input;
  if (const auto sound = check_plan(*bench, request->plan); !sound)
    return complain(sound.error()), wrong_input;
  // What the radio holds in its buffers is also how late an output may come: the look and the dwell
  // wait for it.
  RfSweepPlan plan = request->plan;
  plan.dwell += bench->generator.run_out;
  const auto planned =
      soapy::RfSweep::create(plan, {.settle = millisecond(50) + bench->generator.run_out});
  if (!planned) return complain(planned.error()), wrong_input;
  const auto sum = store::sha256_of_file(*disturbance_file);
  if (!sum) return complain(sum.error()), wrong_input;

  v1::RfSweepRecord& record = bench->record;
  record.set_program(std::string("meterrig ") + version);
  *record.mutable_circumstances() = surroundings();
  *record.mutable_request() = request->record;
  record.mutable_request()->set_disturbance_sha256(*sum);
  record.set_steps_planned(static_cast<std::int32_t>(planned->frequencies().size()));
  if (options.plan) {
    fmt::print("{}", report::rf_plan_text(record));
    return 0;
  }
  auto permitted = permission(described, options.acknowledge);
  if (!permitted) return complain(permitted.error()), wrong_input;
  // The simulated radio is built in, so that it needs no module of SoapySDR.
  const auto simulated_radio = rigloop::built_in();
  return perform(options, *planned, *bench, *permitted, stop);
}

}  // namespace meterrig::cli
