// SPDX-License-Identifier: GPL-3.0-or-later
// A stored run is gone on with: points that are measured again, and answers of a person.
#include "meterrig/campaign/retest.h"

#include "answers.h"
#include "campaign_session.h"
#include "commands.h"
#include "messages.h"
#include "meterrig/campaign/answers.h"
#include "report_files.h"
#include "surroundings.h"

namespace meterrig::cli {
namespace {

// The bench's file, as far as it can be known: a run states its name and not its folder.
Result<std::string> bench_path(const RetestOptions& options, const v1::Run& run,
                               const DataFiles& files) {
  const auto file = files.find(DataFiles::Kind::bench,
                               options.bench.empty() ? run.header().bench().id() : options.bench);
  if (file) return file->string();
  // It may refer to nothing beside it.
  if (options.bench.empty()) return run.header().bench().id() + ".yaml";
  return tl::unexpected(file.error());
}

}  // namespace

int retest(const RetestOptions& options, const std::atomic<bool>& stop) {
  const auto files = DataFiles::locate();
  if (!files) return complain(files.error()), wrong_input;
  const auto store = run_file(options.run);
  const auto run = stored_run(store);
  if (!run) return complain(run.error()), wrong_input;
  auto points = campaign::points_to_retest(*run, options.only);
  if (!points) return complain(points.error()), wrong_input;
  const auto path = bench_path(options, *run, *files);
  if (!path) return complain(path.error()), wrong_input;
  const campaign::Inputs inputs = campaign::inputs_of(run->header(), *path);
  const campaign::Plan plan(run->header().plan().begin(), run->header().plan().end());
  if (const auto wrong = unusable(inputs); !wrong.empty()) return complain(wrong), wrong_input;

  campaign::RunSettings settings;
  settings.store = store;
  settings.seed = run->header().seed();
  settings.retest = campaign::Retest{.points = std::move(*points), .repeat = options.repeat};
  return carry_out({.inputs = inputs,
                    .plan = plan,
                    .files = *files,
                    .search_time = second(0),
                    .acknowledge = options.acknowledge,
                    .answers = {},
                    .json = options.json},
                   std::move(settings), stop);
}

int answer(const AnswerOptions& options, const std::atomic<bool>& stop) {
  const auto store = run_file(options.run);
  auto run = stored_run(store);
  if (!run) return complain(run.error()), wrong_input;
  std::vector<v1::PointResult> answers;
  if (options.answers.empty()) {
    answers = ask_at_terminal(*run, stop);
  } else {
    auto read = read_answers(options.answers, run->header());
    if (!read) return wrong_input;
    answers = std::move(*read);
  }
  if (answers.empty())
    return complain(
               "nothing was answered; expected --answers FILE, or a person at a terminal and "
               "points that wait for one"),
           wrong_input;
  run = campaign::record_answers(store, answers, surroundings(), &utc_now);
  if (!run) return complain(run.error()), wrong_input;
  return conclude_run(*run, store, options.json);
}

}  // namespace meterrig::cli
