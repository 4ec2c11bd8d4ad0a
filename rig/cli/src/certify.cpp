// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "answers.h"
#include "campaign_session.h"
#include "commands.h"
#include "data_files.h"
#include "device_link.h"
#include "injection_pace.h"
#include "input_reader.h"
#include "messages.h"
#include "meterrig/campaign/run.h"
#include "meterrig/campaign/search.h"
#include "meterrig/loader/together.h"
#include "meterrig/store/sha256.h"
#include "meterrig/vocabulary/units.h"
#include "replay_input.h"
#include "surroundings.h"

namespace meterrig::cli {
namespace {

namespace fs = std::filesystem;

// Whether the file names one of these standards at all. Most do not, and to load them takes longer
// than the rest of a plan.
bool may_be_of(const std::vector<loader::Loaded<v1::StandardFile>>& standards,
               const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  return std::any_of(standards.begin(), standards.end(), [&](const auto& standard) {
    return text.find(standard.message.standard().designation()) != std::string::npos;
  });
}

// Of these standards, as far as they can be read: they are for information.
std::vector<v1::Standard> other_editions(
    const DataFiles& files, const std::vector<loader::Loaded<v1::StandardFile>>& standards) {
  std::vector<v1::Standard> others;
  for (const fs::path& path : files.all(DataFiles::Kind::standard)) {
    if (!may_be_of(standards, path)) continue;
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

// What is expected, and at most where that is more.
std::string time_text(Duration expected, Duration greatest) {
  const auto rounded = [](Duration time) {
    return readable(std::round(time.in(second)), QuantityKind::duration);
  };
  return greatest > expected ? fmt::format("{}, at most {}", rounded(expected), rounded(greatest))
                             : rounded(expected);
}

void print_plan(const campaign::Plan& plan, const campaign::SearchScale& search,
                const v1::Bench& bench) {
  std::size_t steps = 0;
  for (const v1::PlannedPoint& point : plan) {
    const v1::LimitUsed& limit = point.limit();
    if (point.step()) {
      ++steps;
      fmt::print(
          "{:<40} {:<18} {}\n", point.id(), "step",
          readable(std::round(campaign::expected_time(point).in(second)), QuantityKind::duration));
      continue;
    }
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
    const std::string time =
        point.not_run_reason().empty()
            ? time_text(campaign::expected_time(point), campaign::greatest_time(point))
            : fmt::format("{}: {}",
                          point.manual()           ? "manual"
                          : point.not_applicable() ? "not applicable"
                                                   : "not run",
                          point.not_run_reason());
    fmt::print("{:<40} {:<18} {}:{} {} ({}{})  {}\n", point.id(), text, limit.standard(),
               limit.edition(), limit.row(), limit.clause(),
               limit.confidence() == v1::CONFIDENCE_VERIFIED ? "" : ", not verified", time);
  }
  Duration greatest = second(0);
  for (const v1::PlannedPoint& point : plan) greatest += campaign::greatest_time(point);
  fmt::print("{} points{}, {} on the bench's time base\n", plan.size() - steps,
             steps == 0   ? ""
             : steps == 1 ? ", 1 step"
                          : fmt::format(", {} steps", steps),
             time_text(time_of(plan), greatest));
  if (const Duration saved = campaign::settling_saved(plan);
      bench.has_hardware() && saved > second(0))
    fmt::print("{} less, for a signal stays where the next point asks for the same\n",
               time_text(saved, saved));
  if (search.points > 0)
    fmt::print("search for the worst point: up to {} more points, about {}\n", search.points,
               time_text(search.time, search.time));
  for (const v1::Position& position : bench.positions()) {
    if (position.has_serial_injection())
      fmt::print("{}\n", planned_pace(position.serial_injection(), time_of(plan) + search.time));
  }
}

}  // namespace

int certify(const CertifyOptions& options, const std::atomic<bool>& stop) {
  const auto files = DataFiles::locate();
  if (!files) return complain(files.error()), wrong_input;
  const auto inputs = read_inputs(*files, options);
  if (!inputs) return wrong_input;
  const auto plan = campaign::expand(*inputs, {.only = options.only, .repeat = options.repeat});
  if (!plan) return complain(plan.error()), wrong_input;
  campaign::SearchScale search{.points = 0, .time = second(0)};
  if (!options.search.empty()) {
    const auto scale =
        campaign::scale_of_search(*inputs, *plan, options.seed, options.search_points);
    if (!scale) return complain(scale.error()), wrong_input;
    search = *scale;
  }
  if (options.plan) return print_plan(*plan, search, inputs->bench.message.bench()), 0;

  if (const auto wrong = unusable(*inputs); !wrong.empty()) return complain(wrong), wrong_input;
  if (options.resume && options.out.empty())
    return complain("--resume without --out; expected the folder of the run to go on with"),
           wrong_input;
  v1::RunHeader planned;
  for (const auto& suite : inputs->suites) *planned.add_suites() = suite.message.suite();
  planned.mutable_plan()->Assign(plan->begin(), plan->end());
  std::vector<v1::PointResult> answers;
  if (!options.answers.empty()) {
    auto read = read_answers(options.answers, planned);
    if (!read) return wrong_input;
    answers = std::move(*read);
  }
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
  if (!options.search.empty()) settings.search_points = options.search_points;
  settings.resume = options.resume;
  settings.files.push_back(hash_of(inputs->device));
  settings.files.push_back(hash_of(inputs->bench));
  for (const auto& suite : inputs->suites) settings.files.push_back(hash_of(suite));
  for (const auto& standard : inputs->standards) settings.files.push_back(hash_of(standard));
  if (inputs->order) settings.files.push_back(hash_of(*inputs->order));
  if (inputs->replay)
    for (const v1::NamedHash& file : inputs->replay->played.files()) settings.files.push_back(file);
  return carry_out({.inputs = *inputs,
                    .plan = *plan,
                    .files = *files,
                    .search_time = search.time,
                    .acknowledge = options.acknowledge,
                    .answers = std::move(answers),
                    .json = options.json},
                   std::move(settings), stop);
}

}  // namespace meterrig::cli
