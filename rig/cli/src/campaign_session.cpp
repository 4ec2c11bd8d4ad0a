// SPDX-License-Identifier: GPL-3.0-or-later
#include "campaign_session.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "answers.h"
#include "certificates.h"
#include "device_link.h"
#include "hardware_bench.h"
#include "injection_pace.h"
#include "messages.h"
#include "meterrig/campaign/answers.h"
#include "meterrig/campaign/simulated_settings.h"
#include "meterrig/loader/verdict_mapping.h"
#include "meterrig/report/json.h"
#include "meterrig/report/text.h"
#include "meterrig/store/assemble.h"
#include "meterrig/verdict/exit_status.h"
#include "meterrig/version.h"
#include "progress_bar.h"
#include "report_files.h"
#include "surroundings.h"

namespace meterrig::cli {
namespace {

namespace fs = std::filesystem;

int status_of(const v1::Run& run) {
  if (!run.void_reason().empty()) {
    const std::vector<verdict::PointOutcome> none_counts{{.outcome = Outcome::not_valid}};
    return verdict::exit_status(none_counts);
  }
  std::vector<verdict::PointOutcome> points;
  for (int i = 0; i < run.results_size(); ++i) {  // one for each planned point, in its order
    verdict::PointOutcome point;
    point.outcome = loader::outcome_from(run.results(i).outcome()).value_or(Outcome::not_run);
    point.explained = store::is_explained(run.header().plan(i), run.results(i));
    points.push_back(point);
  }
  return verdict::exit_status(points);
}

// YYYY-MM-DD, UTC.
std::string today() { return utc_now().substr(0, 10); }

}  // namespace

Duration time_of(const campaign::Plan& plan) {
  Duration sum = second(0);
  for (const v1::PlannedPoint& point : plan) sum += campaign::expected_time(point);
  return sum;
}

std::string unusable(const campaign::Inputs& inputs) {
  const v1::Bench& bench = inputs.bench.message.bench();
  if (bench.has_hardware() && inputs.replay)
    return fmt::format(
        "{}: a bench with hardware puts out points, not recordings; expected a simulated bench "
        "with --recording",
        inputs.bench.path);
  if (const std::string reason = lapsed(bench, today()); !reason.empty())
    return fmt::format("{}: {}", inputs.bench.path, reason);
  if (bench.has_hardware()) return "";
  const auto simulated = campaign::simulated_settings(inputs);
  return simulated ? "" : simulated.error().message;
}

int conclude_run(const v1::Run& run, const fs::path& store, bool json) {
  const auto written =
      write_reports(run, store.has_parent_path() ? store.parent_path() : fs::path("."), {});
  if (!written) return complain(written.error()), wrong_input;
  if (json) {
    fmt::print("{}\n", meterrig::report::json(run));
  } else {
    fmt::print("{}", meterrig::report::summary_table(run, isatty(STDOUT_FILENO) == 1));
    for (const auto& file : *written)
      fmt::print("{:<8} {}\n", file.extension().string().substr(1), file.string());
    fmt::print("{:<8} {}\n", "evidence", store.string());
  }
  if (!run.interrupted().empty())
    complain("interrupted: " + run.interrupted() + "; --resume goes on");
  return status_of(run);
}

int carry_out(const CampaignSession& session, campaign::RunSettings settings,
              const std::atomic<bool>& stop) {
  const campaign::Inputs& inputs = session.inputs;
  const v1::Bench& bench = inputs.bench.message.bench();
  const v1::Device& device = inputs.device.message.device();
  const auto simulated = bench.has_hardware() ? Result<campaign::SimulatedBenchSettings>()
                                              : campaign::simulated_settings(inputs);
  if (!simulated) return complain(simulated.error()), wrong_input;
  HardwareBench instruments(bench, inputs.bench.path, device, session.files, session.acknowledge,
                            today());
  settings.software_version = version;
  settings.circumstances = surroundings();
  settings.wall_clock = &utc_now;
  settings.open_bench = [&](const v1::Position& position, bool fresh,
                            campaign::Model& model) -> Result<std::unique_ptr<campaign::Bench>> {
    if (bench.has_hardware()) return instruments.open(position);
    auto open = open_device(device, position, bench.link_policy(), session.files,
                            fs::path(inputs.bench.path).parent_path());
    if (!open) return tl::unexpected(open.error());
    if (position.has_serial_injection()) {
      const auto described = open->terminals->describe();
      if (!described) return tl::unexpected(described.error());
      if (described->converter)
        complain(pace_of(position.serial_injection(), *described->converter,
                         time_of(session.plan) + session.search_time));
    }
    return campaign::open_simulated_bench(*simulated, device.id(), fresh,
                                          std::move(open->terminals), std::move(open->link), model);
  };
  settings.stop = &stop;

  Result<v1::Run> run = fail(ErrorCode::internal, "");
  {
    ProgressBar bar;
    settings.progress = [&bar](const campaign::Progress& progress) { bar.show(progress); };
    run = campaign::run(inputs, session.plan, settings);
  }
  // A run that failed before its first record has switched nothing on.
  if (!run) return complain(run.error()), wrong_input;

  std::vector<v1::PointResult> answers = session.answers;
  if (answers.empty() && !session.json && run->interrupted().empty())
    answers = ask_at_terminal(*run, stop);
  if (!answers.empty()) {
    run = campaign::record_answers(settings.store, answers, settings.circumstances, utc_now);
    if (!run) return complain(run.error()), wrong_input;
  }
  return conclude_run(*run, settings.store, session.json);
}

}  // namespace meterrig::cli
