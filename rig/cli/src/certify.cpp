// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "commands.h"
#include "data_files.h"
#include "device_link.h"
#include "hardware_bench.h"
#include "injection_pace.h"
#include "input_reader.h"
#include "messages.h"
#include "meterrig/campaign/run.h"
#include "meterrig/campaign/simulated_settings.h"
#include "meterrig/loader/together.h"
#include "meterrig/report/json.h"
#include "meterrig/report/text.h"
#include "meterrig/store/assemble.h"
#include "meterrig/store/sha256.h"
#include "meterrig/verdict/exit_status.h"
#include "meterrig/version.h"
#include "meterrig/vocabulary/units.h"
#include "progress_bar.h"
#include "replay_input.h"
#include "report_files.h"
#include "surroundings.h"

namespace meterrig::cli {
namespace {

namespace fs = std::filesystem;

// Of these standards, as far as they can be read: they are for information.
std::vector<v1::Standard> other_editions(
    const DataFiles& files, const std::vector<loader::Loaded<v1::StandardFile>>& standards) {
  std::vector<v1::Standard> others;
  for (const fs::path& path : files.all(DataFiles::Kind::standard)) {
    const auto loaded = loader::load_standard(path);
    if (!loaded) continue;
    const v1::Standard& other = loaded->message.standard();
    if (std::any_of(standards.begin(), standards.end(), [&](const auto& standard) {
          const v1::Standard& own = standard.message.standard();
          return own.designation() == other.designation() && own.edition() != other.edition();
        }))
      others.push_back(other);
  }
  return others;
}

std::optional<campaign::Inputs> read_inputs(const DataFiles& files, const CertifyOptions& options) {
  InputReader reader(files);
  auto device = reader.read(DataFiles::Kind::device, options.device, &loader::load_device);
  auto bench = reader.read(DataFiles::Kind::bench, options.bench, &loader::load_bench);
  std::optional<loader::Loaded<v1::OrderFile>> order;
  if (!options.order.empty()) order = reader.take(loader::load_order(options.order));
  std::vector<LoadedSuite> suites;
  std::vector<loader::Loaded<v1::StandardFile>> standards;
  reader.read_suites(options.suites, suites, standards);
  if (device && bench) {
    for (v1::Position& position : *bench->message.mutable_bench()->mutable_positions()) {
      if (const auto set = override_link(position, device->message.device(), options.link); !set) {
        complain(set.error());
        return std::nullopt;
      }
      if (!options.terminals.empty()) position.set_terminals(options.terminals);
    }
    reader.add(loader::check_bench(*bench, *device));
  }
  const bool replays = std::any_of(suites.begin(), suites.end(), [](const auto& suite) {
    const auto& tests = suite.message.suite().tests();
    return std::any_of(tests.begin(), tests.end(), [](const auto& t) { return t.has_replay(); });
  });
  if (!reader.fine() || !device || !bench) return std::nullopt;
  std::vector<v1::Standard> editions = other_editions(files, standards);
  std::optional<campaign::Replay> replay;
  if (!options.recording.files.empty()) {
    if (!replays)
      return complain("--recording: none of the suites replays one; expected --suite replay"),
             std::nullopt;
    auto prepared = replay_input(options, device->message.device());
    if (!prepared) return complain(prepared.error()), std::nullopt;
    replay = std::move(*prepared);
  }
  return campaign::Inputs{.device = std::move(*device),
                          .suites = std::move(suites),
                          .standards = std::move(standards),
                          .bench = std::move(*bench),
                          .order = std::move(order),
                          .replay = std::move(replay),
                          .other_editions = std::move(editions)};
}

template <class Loaded>
v1::NamedHash hash_of(const Loaded& loaded) {
  v1::NamedHash hash;
  hash.set_name(fs::path(loaded.path).filename().string());
  hash.set_sha256(store::sha256_hex(loaded.bytes));
  return hash;
}

Duration time_of(const campaign::Plan& plan) {
  Duration sum = second(0);
  for (const v1::PlannedPoint& point : plan) sum += campaign::expected_time(point);
  return sum;
}

void print_plan(const campaign::Plan& plan, const v1::Bench& bench) {
  for (const v1::PlannedPoint& point : plan) {
    const v1::LimitUsed& limit = point.limit();
    std::string text;
    if (point.procedure() == "no_load") {
      text = fmt::format("at most {} pulses", limit.magnitude());
    } else if (point.procedure() == "starting") {
      text = limit.magnitude() > 0 ? fmt::format("within {:.1f} s", limit.magnitude()) : "";
    } else if (point.procedure() == "requirement") {
      text = "no figure here";
    } else if (limit.has_least()) {
      text = fmt::format("{} to {} %", limit.least(), limit.magnitude());
    } else if (point.influence_result() == v1::INFLUENCE_RESULT_TEMPERATURE_COEFFICIENT) {
      text = fmt::format("+-{} %/K", limit.magnitude());
    } else {
      text = fmt::format("+-{} {}", limit.magnitude(),
                         point.limit_unit().empty() ? "%" : point.limit_unit());
    }
    const std::string time = point.not_run_reason().empty()
                                 ? readable(std::round(campaign::expected_time(point).in(second)),
                                            QuantityKind::duration)
                                 : fmt::format("{}: {}",
                                               point.manual()           ? "manual"
                                               : point.not_applicable() ? "not applicable"
                                                                        : "not run",
                                               point.not_run_reason());
    fmt::print("{:<40} {:<18} {}:{} {} ({}{})  {}\n", point.id(), text, limit.standard(),
               limit.edition(), limit.row(), limit.clause(),
               limit.confidence() == v1::CONFIDENCE_VERIFIED ? "" : ", not verified", time);
  }
  fmt::print("{} points, {} on the bench's time base\n", plan.size(),
             readable(std::round(time_of(plan).in(second)), QuantityKind::duration));
  for (const v1::Position& position : bench.positions()) {
    if (position.has_serial_injection())
      fmt::print("{}\n", planned_pace(position.serial_injection(), time_of(plan)));
  }
}

int status_of(const v1::Run& run) {
  std::vector<verdict::PointOutcome> points;
  for (int i = 0; i < run.results_size(); ++i) {  // one for each planned point, in its order
    const v1::PointResult& result = run.results(i);
    verdict::PointOutcome point;
    switch (result.outcome()) {
      case v1::OUTCOME_PASS:
        point.outcome = Outcome::pass;
        break;
      case v1::OUTCOME_CONDITIONAL_PASS:
        point.outcome = Outcome::conditional_pass;
        break;
      case v1::OUTCOME_CONDITIONAL_FAIL:
        point.outcome = Outcome::conditional_fail;
        break;
      case v1::OUTCOME_FAIL:
        point.outcome = Outcome::fail;
        break;
      case v1::OUTCOME_NOT_VALID:
        point.outcome = Outcome::not_valid;
        break;
      case v1::OUTCOME_MANUAL:
        point.outcome = Outcome::manual;
        break;
      default:
        point.outcome = Outcome::not_run;
        break;
    }
    point.explained = store::is_explained(run.header().plan(i));
    points.push_back(point);
  }
  return verdict::exit_status(points);
}

}  // namespace

int certify(const CertifyOptions& options, const std::atomic<bool>& stop) {
  const auto files = DataFiles::locate();
  if (!files) return complain(files.error()), wrong_input;
  const auto inputs = read_inputs(*files, options);
  if (!inputs) return wrong_input;
  const auto plan = campaign::expand(*inputs, {.only = options.only, .repeat = options.repeat});
  if (!plan) return complain(plan.error()), wrong_input;
  if (options.plan) return print_plan(*plan, inputs->bench.message.bench()), 0;

  const bool hardware = inputs->bench.message.bench().has_hardware();
  const auto simulated =
      hardware ? Result<campaign::SimulatedBenchSettings>() : campaign::simulated_settings(*inputs);
  if (!simulated) return complain(simulated.error()), wrong_input;
  if (hardware && inputs->replay)
    return complain(fmt::format("{}: a bench with hardware puts out points, not recordings; "
                                "expected a simulated bench with --recording",
                                inputs->bench.path)),
           wrong_input;
  HardwareBench instruments(inputs->bench.message.bench(), inputs->bench.path,
                            inputs->device.message.device(), *files, options.acknowledge);
  if (options.resume && options.out.empty())
    return complain("--resume without --out; expected the folder of the run to go on with"),
           wrong_input;
  const fs::path folder =
      options.out.empty()
          ? fs::path("runs") /
                fmt::format("{}_{}", inputs->device.message.device().id(), utc_stamp())
          : fs::path(options.out);
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return complain(fmt::format("{}: {}", folder.string(), error.message())), wrong_input;

  campaign::RunSettings settings;
  settings.store = folder / "run.sqlite";
  settings.seed = options.seed;
  settings.only = fmt::format("{}", fmt::join(options.only, ","));
  settings.repeat = options.repeat;
  settings.resume = options.resume;
  settings.software_version = version;
  settings.files.push_back(hash_of(inputs->device));
  settings.files.push_back(hash_of(inputs->bench));
  for (const auto& suite : inputs->suites) settings.files.push_back(hash_of(suite));
  for (const auto& standard : inputs->standards) settings.files.push_back(hash_of(standard));
  if (inputs->order) settings.files.push_back(hash_of(*inputs->order));
  if (inputs->replay)
    for (const v1::NamedHash& file : inputs->replay->played.files()) settings.files.push_back(file);
  settings.circumstances = surroundings();
  settings.wall_clock = &utc_now;
  settings.open_bench = [&](const v1::Position& position, bool fresh,
                            campaign::Model& model) -> Result<std::unique_ptr<campaign::Bench>> {
    if (hardware) return instruments.open(position);
    auto open = open_device(inputs->device.message.device(), position,
                            inputs->bench.message.bench().link_policy(), *files,
                            fs::path(inputs->bench.path).parent_path());
    if (!open) return tl::unexpected(open.error());
    if (position.has_serial_injection()) {
      const auto described = open->terminals->describe();
      if (!described) return tl::unexpected(described.error());
      if (described->converter)
        complain(pace_of(position.serial_injection(), *described->converter, time_of(*plan)));
    }
    return campaign::open_simulated_bench(*simulated, inputs->device.message.device().id(), fresh,
                                          std::move(open->terminals), std::move(open->link), model);
  };
  settings.stop = &stop;

  Result<v1::Run> run = fail(ErrorCode::internal, "");
  {
    ProgressBar bar;
    settings.progress = [&bar](const campaign::Progress& progress) { bar.show(progress); };
    run = campaign::run(*inputs, *plan, settings);
  }
  // A run that failed before its first record has switched nothing on.
  if (!run) return complain(run.error()), wrong_input;

  const auto written = write_reports(*run, folder, {});
  if (!written) return complain(written.error()), wrong_input;
  if (options.json) {
    fmt::print("{}\n", meterrig::report::json(*run));
  } else {
    fmt::print("{}", meterrig::report::summary_table(*run, isatty(STDOUT_FILENO) == 1));
    for (const auto& file : *written)
      fmt::print("{:<8} {}\n", file.extension().string().substr(1), file.string());
    fmt::print("{:<8} {}\n", "evidence", settings.store.string());
  }
  if (!run->interrupted().empty())
    complain("interrupted: " + run->interrupted() + "; --resume goes on");
  return status_of(*run);
}

}  // namespace meterrig::cli
