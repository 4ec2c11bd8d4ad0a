// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/mutants/study.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "meterrig/mutants/bisection.h"
#include "meterrig/mutants/judge.h"
#include "meterrig/mutants/trial.h"
#include "meterrig/verdict/proportion.h"

namespace meterrig::mutants {
namespace {

constexpr double confidence = 0.95;

/// Columns of the matrix, and the column of each point of the plan.
struct Columns {
  std::vector<v1::MutantColumn> list;
  std::vector<std::size_t> of_point;
};

Columns columns_of(const campaign::Plan& plan) {
  Columns columns;
  std::map<std::pair<std::string, std::string>, std::size_t> numbers;
  for (const v1::PlannedPoint& point : plan) {
    const auto [at, fresh] =
        numbers.emplace(std::pair(point.test(), point.limit().row()), columns.list.size());
    if (fresh) {
      v1::MutantColumn& column = columns.list.emplace_back();
      column.set_test(point.test());
      column.set_row(point.limit().row());
      column.set_clause(point.limit().clause());
    }
    columns.of_point.push_back(at->second);
    v1::MutantColumn& column = columns.list.at(at->second);
    if (point.not_run_reason().empty()) column.set_points(column.points() + 1);
  }
  return columns;
}

std::set<std::string> tests_run(const campaign::Plan& plan) {
  std::set<std::string> tests;
  for (const v1::PlannedPoint& point : plan)
    if (point.not_run_reason().empty()) tests.insert(point.test());
  return tests;
}

std::vector<std::string> failed_points(const v1::Run& run) {
  std::vector<std::string> points;
  for (const v1::PointResult& result : run.results())
    if (is_failure(result.outcome())) points.push_back(result.point());
  return points;
}

/// The plan with only these points, and those that they are compared with.
campaign::Plan narrowed(const campaign::Plan& plan, const std::vector<std::string>& points) {
  std::set<std::string> wanted(points.begin(), points.end());
  // What a point is compared with comes before it.
  for (auto point = plan.rbegin(); point != plan.rend(); ++point)
    if (wanted.contains(point->id()))
      wanted.insert(point->of_points().begin(), point->of_points().end());
  campaign::Plan narrow = plan;
  for (v1::PlannedPoint& point : narrow)
    if (!wanted.contains(point.id())) point.set_not_run_reason(campaign::not_asked_for);
  return narrow;
}

class Study {
 public:
  Study(const campaign::Inputs& inputs, const campaign::Plan& plan, const MadeMeter& meter,
        const std::vector<v1::Mutant>& mutants, const StudySettings& settings)
      : inputs_(inputs),
        plan_(plan),
        meter_(meter),
        mutants_(mutants),
        settings_(settings),
        suite_(inputs.suites.front().message.suite().id()),
        columns_(columns_of(plan)),
        tests_run_(tests_run(plan)) {}

  Result<v1::MutantStudy> carry_out() {
    const auto begin = std::chrono::steady_clock::now();
    const auto seeds = static_cast<std::size_t>(settings_.seeds);
    results_.resize(mutants_.size());
    // Before anything is run, so that wrong data are told at once.
    for (const v1::Mutant& mutant : mutants_)
      if (auto made = make(mutant, typical(mutant)); !made)
        return tl::unexpected(std::move(made.error()));
    work(seeds + mutants_.size(), [this, seeds](std::size_t task) {
      if (task < seeds) {
        try_without_defect(settings_.seed + task);
      } else {
        try_mutant(task - seeds);
      }
    });
    if (error_) return tl::unexpected(std::move(*error_));
    v1::MutantStudy study;
    study.set_software_version(settings_.software_version);
    study.set_suite(suite_);
    study.set_device(meter_.device.id());
    study.set_model(meter_.twin.name());
    study.set_seed(settings_.seed);
    for (const v1::MutantColumn& column : columns_.list) *study.add_columns() = column;
    for (const v1::MutantResult& result : results_) *study.add_mutants() = result;
    const auto interval = verdict::clopper_pearson(alarms_.alarms(), alarms_.runs(), confidence);
    if (alarms_.runs() > 0) {
      alarms_.set_lowest_rate(interval.lowest);
      alarms_.set_highest_rate(interval.highest);
      alarms_.set_confidence(confidence);
    }
    for (const std::string& point : alarm_points_) alarms_.add_failed_points(point);
    *study.mutable_without_defect() = alarms_;
    study.set_runs(runs_);
    study.set_seconds(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    return study;
  }

 private:
  static std::optional<double> typical(const v1::Mutant& mutant) {
    return mutant.has_size() ? std::optional(mutant.size().typical()) : std::nullopt;
  }

  [[nodiscard]] Result<MadeMeter> make(const v1::Mutant& mutant, std::optional<double> size) const {
    return mutate(mutant, size, meter_);
  }

  [[nodiscard]] bool stopping() const {
    return settings_.stop != nullptr && settings_.stop->load();
  }

  // So many tasks, of which settings_.jobs are at work at a time.
  template <class Task>
  void work(std::size_t count, const Task& task) {
    std::atomic<std::size_t> next = 0;
    const auto run = [&] {
      for (std::size_t i = next++; i < count; i = next++) {
        if (stopping() || failed()) return;
        task(i);
        const std::scoped_lock lock(mutex_);
        ++done_;
        if (settings_.progress)
          settings_.progress(static_cast<double>(done_) / static_cast<double>(count), last_);
      }
    };
    std::vector<std::jthread> others;
    for (unsigned job = 1; job < settings_.jobs && job < count; ++job) others.emplace_back(run);
    run();
  }

  bool failed() {
    const std::scoped_lock lock(mutex_);
    return error_.has_value();
  }

  void note(Error error) {
    const std::scoped_lock lock(mutex_);
    if (!error_) error_ = std::move(error);
  }

  Result<v1::Run> run(const campaign::Plan& plan, const MadeMeter& meter, std::uint64_t seed,
                      bool until_first_failure) {
    int number = 0;
    {
      const std::scoped_lock lock(mutex_);
      number = runs_++;
    }
    return run_trial(inputs_, plan, meter,
                     {.seed = seed,
                      .until_first_failure = until_first_failure,
                      .store = settings_.scratch / fmt::format("trial-{}.sqlite", number),
                      .software_version = settings_.software_version,
                      .stop = settings_.stop});
  }

  void try_without_defect(std::uint64_t seed) {
    const auto tried = run(plan_, meter_, seed, false);
    if (!tried) return note(tried.error());
    if (stopping()) return;
    if (!tried->interrupted().empty())
      return note({ErrorCode::aborted, fmt::format("the meter without a defect, seed {}: {}", seed,
                                                   tried->interrupted())});
    const std::vector<std::string> points = failed_points(*tried);
    const std::scoped_lock lock(mutex_);
    alarms_.set_runs(alarms_.runs() + 1);
    if (!points.empty()) alarms_.set_alarms(alarms_.alarms() + 1);
    alarm_points_.insert(points.begin(), points.end());
    last_ = fmt::format("without a defect, seed {}", seed);
  }

  void try_mutant(std::size_t index) {
    const v1::Mutant& mutant = mutants_[index];
    v1::MutantResult& result = results_[index];
    result.set_id(mutant.id());
    result.set_title(mutant.title());
    result.set_physics(mutant.physics());
    result.set_verdict(v1::MUTANT_VERDICT_NOT_TRIED);
    if (mutant.has_size()) {
      result.set_size(mutant.size().typical());
      result.set_unit(mutant.size().unit());
    }
    const Demand demand = demand_of(mutant, typical(mutant), suite_);
    result.set_because(demand.because);
    for (const std::string& test : demand.tests) result.add_demanded(test);

    const auto meter = make(mutant, typical(mutant));
    if (!meter) return note(meter.error());
    const auto tried = run(plan_, *meter, settings_.seed, false);
    if (!tried)
      return note(
          {tried.error().code, fmt::format("mutant {}: {}", mutant.id(), tried.error().message)});
    if (stopping()) return;
    std::vector<v1::MutantCell> cells(columns_.list.size());
    std::set<std::string> tests;
    for (int i = 0; i < tried->results_size(); ++i) {
      const v1::PointResult& point = tried->results(i);
      v1::MutantCell& cell = cells.at(columns_.of_point.at(static_cast<std::size_t>(i)));
      if (is_failure(point.outcome())) {
        cell.set_failed(cell.failed() + 1);
        tests.insert(plan_.at(static_cast<std::size_t>(i)).test());
        result.add_failed_points(point.point());
      } else if (point.outcome() == v1::OUTCOME_NOT_VALID) {
        cell.set_not_valid(cell.not_valid() + 1);
      }
    }
    for (const v1::MutantCell& cell : cells) *result.add_cells() = cell;
    result.set_interrupted(tried->interrupted());
    result.set_verdict(judge(demand, tests_run_, tests));
    // A meter that ends the run has shown that something is wrong, but not what must be shown.
    if (!tried->interrupted().empty() && tests.empty())
      result.set_verdict(v1::MUTANT_VERDICT_NOT_TRIED);
    if (settings_.smallest && mutant.has_size() && !tests.empty()) find_smallest(mutant, result);
    const std::scoped_lock lock(mutex_);
    last_ = mutant.id();
  }

  void find_smallest(const v1::Mutant& mutant, v1::MutantResult& result) {
    const campaign::Plan plan =
        narrowed(plan_, {result.failed_points().begin(), result.failed_points().end()});
    const auto border = find_border(mutant.size(), mutant.size().typical(), settings_.bisections,
                                    [&](double size) -> Result<bool> {
                                      const auto meter = make(mutant, size);
                                      if (!meter) return tl::unexpected(meter.error());
                                      const auto tried = run(plan, *meter, settings_.seed, true);
                                      if (!tried) return tl::unexpected(tried.error());
                                      return !failed_points(*tried).empty();
                                    });
    if (stopping()) return;
    if (!border) return note(border.error());
    const Border& found = *border;
    if (found.smallest_caught) result.set_smallest_caught(*found.smallest_caught);
    if (found.largest_missed) result.set_largest_missed(*found.largest_missed);
  }

  const campaign::Inputs& inputs_;
  const campaign::Plan& plan_;
  const MadeMeter& meter_;
  const std::vector<v1::Mutant>& mutants_;
  const StudySettings& settings_;
  std::string suite_;
  Columns columns_;
  std::set<std::string> tests_run_;
  std::vector<v1::MutantResult> results_;  // each is one task's own

  std::mutex mutex_;  // of all below
  std::optional<Error> error_;
  v1::MutantFalseAlarms alarms_;
  std::set<std::string> alarm_points_;
  std::string last_;
  std::size_t done_ = 0;
  int runs_ = 0;
};

}  // namespace

Result<v1::MutantStudy> study(const campaign::Inputs& inputs, const campaign::Plan& plan,
                              const MadeMeter& meter, const std::vector<v1::Mutant>& mutants,
                              const StudySettings& settings) {
  return Study(inputs, plan, meter, mutants, settings).carry_out();
}

bool is_good(const v1::MutantStudy& study) {
  const auto& all = study.mutants();
  return study.without_defect().alarms() == 0 &&
         std::none_of(all.begin(), all.end(),
                      [](const v1::MutantResult& result) { return is_bad(result.verdict()); });
}

}  // namespace meterrig::mutants
