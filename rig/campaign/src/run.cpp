// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/campaign/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>

#include "condition_watch.h"
#include "meterrig/campaign/procedure.h"
#include "meterrig/store/assemble.h"
#include "other_editions.h"
#include "point_seed.h"
#include "search/worst_search.h"
#include "sequential_points.h"
#include "settling.h"
#include "simulated_uncertainty.h"

namespace meterrig::campaign {
namespace {

bool is_final(const v1::PointResult& result) {
  return result.outcome() != v1::OUTCOME_NOT_VALID && result.outcome() != v1::OUTCOME_UNSPECIFIED;
}

// How often a point is measured again because reference conditions did not hold.
constexpr int most_measured_again = 2;

class Run {
 public:
  Run(const Inputs& inputs, const Plan& plan, const RunSettings& settings)
      : inputs_(inputs), plan_(plan), settings_(settings) {}

  Result<v1::Run> carry_out() {
    if (auto prepared = prepare_searches(); !prepared) return tl::unexpected(prepared.error());
    const bool there = std::filesystem::exists(settings_.store);
    const bool goes_on = settings_.resume || settings_.retest;
    if (there && !goes_on)
      return fail(ErrorCode::already_exists,
                  fmt::format("{} holds a run already; expected an empty place, or --resume",
                              settings_.store.string()));
    if (!there && goes_on)
      return fail(ErrorCode::not_found,
                  fmt::format("{}: no run to go on with", settings_.store.string()));
    bool begun = false;
    if (there) {
      const auto taken_up = take_up();
      if (!taken_up) return tl::unexpected(taken_up.error());
      begun = *taken_up;
      if (begun && !settings_.retest && nothing_left()) return assembled();
    }
    if (auto opened = open_benches(!begun); !opened) return tl::unexpected(opened.error());
    if (auto known = read_identities(); !known) return tl::unexpected(known.error());
    if (auto same = check_identities(); !same) return tl::unexpected(same.error());
    if (!store_) {
      auto created = store::RunStore::create(settings_.store);
      if (!created) return tl::unexpected(created.error());
      store_ = std::make_unique<store::RunStore>(std::move(*created));
    }
    if (!begun) {
      v1::Record record;
      *record.mutable_evidence()->mutable_header() = header(true);
      if (auto added = append(record); !added) return tl::unexpected(added.error());
    } else {
      v1::Record record;
      v1::RunResumed& resumed = *record.mutable_evidence()->mutable_run_resumed();
      resumed.set_results_kept(static_cast<std::uint32_t>(results_.size()));
      if (settings_.retest) {
        resumed.mutable_retest()->Assign(settings_.retest->points.begin(),
                                         settings_.retest->points.end());
        resumed.set_repeat(settings_.retest->repeat);
        resumed.set_software_version(settings_.software_version);
      }
      if (auto added = append(record); !added) return tl::unexpected(added.error());
    }
    if (auto noted = note_identities("before"); !noted) return tl::unexpected(noted.error());
    const auto interrupted = points();
    if (!interrupted) return tl::unexpected(interrupted.error());
    v1::Record record;
    record.mutable_evidence()->mutable_run_ended()->set_interrupted(*interrupted);
    if (auto added = append(record); !added) return tl::unexpected(added.error());
    return assembled();
  }

 private:
  v1::RunHeader header(bool with_equipment) const {
    v1::RunHeader h;
    h.set_software_version(settings_.software_version);
    h.set_seed(settings_.seed);
    if (inputs_.order) *h.mutable_order() = inputs_.order->message.order();
    *h.mutable_device() = inputs_.device.message.device();
    for (const auto& suite : inputs_.suites) *h.add_suites() = suite.message.suite();
    for (const auto& standard : inputs_.standards) *h.add_standards() = standard.message.standard();
    *h.mutable_bench() = inputs_.bench.message.bench();
    h.set_simulated(inputs_.bench.message.bench().has_simulated());
    if (with_equipment) add_instruments(h);
    for (const v1::NamedHash& file : settings_.files) *h.add_files() = file;
    if (with_equipment) {
      for (const auto& [position, open] : benches_) {
        if (open.model.name.empty()) continue;  // nobody knows what a device on instruments is
        v1::NamedHash& model = *h.add_models();
        model.set_name(open.model.name);
        model.set_sha256(open.model.sha256);
      }
    }
    for (const v1::PlannedPoint& point : plan_) *h.add_plan() = point;
    h.set_only(settings_.only);
    h.set_repeat(settings_.repeat);
    if (settings_.search_points > 0) h.mutable_search()->set_points(settings_.search_points);
    return h;
  }

  // What the bench file states of instruments that it has, and of those that say nothing
  // themselves.
  static void add_calibrations(v1::RunHeader& h) {
    const v1::ReferenceInstrument& reference = h.bench().hardware().reference();
    for (v1::InstrumentUsed& used : *h.mutable_instruments()) {
      if (used.role() != "reference") continue;
      used.set_expanded_uncertainty(reference.uncertainty());
      used.set_drift(reference.drift());
      used.set_calibrated(reference.calibrated());
      used.set_due(reference.calibration_due());
    }
    for (const v1::Certificate& certificate : h.bench().certificates()) {
      v1::InstrumentUsed& used = *h.add_instruments();
      used.set_role(certificate.instrument());
      used.set_calibration(certificate.number());
      used.set_calibrated(certificate.calibrated());
      used.set_due(certificate.due());
    }
  }

  // All positions share them. One that is simulated makes the whole run a simulation.
  void add_instruments(v1::RunHeader& h) const {
    if (benches_.empty()) return;
    for (const BenchInstrument& instrument : benches_.begin()->second.bench->instruments()) {
      v1::InstrumentUsed& used = *h.add_instruments();
      used.set_role(instrument.role);
      used.set_maker(instrument.identity.maker);
      used.set_model(instrument.identity.model);
      used.set_serial_number(instrument.identity.serial_number);
      used.set_firmware(instrument.identity.firmware);
      used.set_calibration(instrument.calibration);
      h.set_simulated(h.simulated() || is_simulated(instrument.identity));
    }
    add_calibrations(h);
  }

  // Goes on with a stored run: its header must be the one that these inputs give. False when the
  // run was killed before its header was stored, and so has not begun.
  Result<bool> take_up() {
    auto opened = store::RunStore::open(settings_.store);
    if (!opened) return tl::unexpected(opened.error());
    store_ = std::make_unique<store::RunStore>(std::move(*opened));
    const auto records = store_->records();
    if (!records) return tl::unexpected(records.error());
    if (records->empty()) return false;
    if (!records->front().evidence().has_header())
      return fail(ErrorCode::data_loss,
                  fmt::format("{}: the run has no header", settings_.store.string()));
    v1::RunHeader stored = records->front().evidence().header();
    stored.clear_models();
    stored.clear_instruments();
    stored.set_simulated(inputs_.bench.message.bench().has_simulated());
    // A retest takes its inputs from here.
    if (!settings_.retest && stored.SerializeAsString() != header(false).SerializeAsString())
      return fail(
          ErrorCode::failed_precondition,
          fmt::format(
              "{} was begun with {}; expected the same device, suites, bench, order, seed, --only, "
              "--repeat, --search and version of the program",
              settings_.store.string(), what_differs(stored)));
    for (const v1::Record& record : std::span(*records).subspan(1))
      take_added(record.evidence().header());
    for (const v1::Record& record : *records) {
      if (record.evidence().has_point_started())
        ++attempts_[record.evidence().point_started().point()];
      if (record.evidence().has_point_result()) {
        const v1::PointResult& result = record.evidence().point_result();
        if (is_final(result)) results_[result.point()] = result;
        ++earlier_results_[result.point()];
      }
      if (record.evidence().has_device_snapshot())
        snapshots_.push_back(record.evidence().device_snapshot());
    }
    return true;
  }

  std::string what_differs(const v1::RunHeader& stored) const {
    const v1::RunHeader now = header(false);
    if (stored.software_version() != now.software_version())
      return fmt::format("version {} of the program", stored.software_version());
    if (stored.seed() != now.seed()) return fmt::format("seed {}", stored.seed());
    for (const v1::NamedHash& file : stored.files()) {
      bool same = false;
      for (const v1::NamedHash& other : now.files())
        same = same || (other.name() == file.name() && other.sha256() == file.sha256());
      if (!same) return fmt::format("another content of {}", file.name());
    }
    if (stored.search().points() != now.search().points())
      return stored.has_search() ? fmt::format("a search of {} points", stored.search().points())
                                 : std::string("no search");
    return "other options";
  }

  bool nothing_left() const {
    for (const v1::PlannedPoint& point : plan_) {
      if (point.not_run_reason().empty() && !results_.contains(point.id())) return false;
    }
    return std::all_of(searches_.begin(), searches_.end(), [&](const Search& search) {
      return std::all_of(search.added.begin(), search.added.end(),
                         [&](const auto& point) { return results_.contains(point.id()); }) &&
             !next_of(search, search.added.size());
    });
  }

  Result<void> open_benches(bool fresh) {
    for (const v1::Position& position : inputs_.bench.message.bench().positions()) {
      Open open;
      auto bench = settings_.open_bench(position, fresh, open.model);
      if (!bench)
        return tl::unexpected(
            Error{bench.error().code,
                  fmt::format("position {}: {}", position.id(), bench.error().message)});
      open.bench = std::move(*bench);
      benches_.emplace(position.id(), std::move(open));
    }
    return {};
  }

  Result<void> read_identities() {
    for (auto& [position, open] : benches_) {
      auto identity = open.bench->read_identity();
      if (!identity)
        return tl::unexpected(
            Error{identity.error().code, fmt::format("position {}: the device does not answer: {}",
                                                     position, identity.error().message)});
      open.identity = std::move(*identity);
      if (!inputs_.order) continue;
      const std::string& expected = inputs_.order->message.order().sample().serial_number();
      for (const auto& [name, value] : open.identity) {
        if (name == "serial_number" && value != expected)
          return fail(ErrorCode::failed_precondition,
                      fmt::format("position {}: the device says that its serial number is {}; "
                                  "expected {}, the order's sample",
                                  position, value, expected));
      }
    }
    return {};
  }

  // A run is of one device: what was stored of it must hold when the run goes on.
  Result<void> check_identities() const {
    for (const auto& [position, open] : benches_) {
      std::vector<v1::DeviceSnapshot> all = snapshots_;
      all.push_back(snapshot_of(position, open.identity, "before"));
      if (const std::string changed = store::what_changed(all); !changed.empty())
        return fail(ErrorCode::failed_precondition,
                    changed + "; expected the device that the run was begun with, as it was");
    }
    return {};
  }

  v1::DeviceSnapshot snapshot_of(const std::string& position,
                                 const std::vector<std::pair<std::string, std::string>>& identity,
                                 const char* when) const {
    v1::DeviceSnapshot snapshot;
    snapshot.set_position(position);
    snapshot.set_when(when);
    for (const auto& [name, value] : identity) {
      v1::IdentityValue& entry = *snapshot.add_identity();
      entry.set_name(name);
      entry.set_value(value);
      for (const v1::IdentityRegister& declared :
           inputs_.device.message.device().modbus().identity()) {
        if (declared.name() == name) entry.set_confidence(declared.confidence());
      }
    }
    return snapshot;
  }

  Result<void> note_identities(const char* when) {
    for (auto& [position, open] : benches_) {
      v1::Record record;
      *record.mutable_evidence()->mutable_device_snapshot() =
          snapshot_of(position, open.identity, when);
      if (auto added = append(record); !added) return added;
    }
    return {};
  }

  // Every planned point, or those of the retest so many times.
  std::vector<const v1::PlannedPoint*> work() const {
    std::vector<const v1::PlannedPoint*> points;
    for (unsigned round = 0; round < (settings_.retest ? settings_.retest->repeat : 1); ++round) {
      for (const v1::PlannedPoint& point : plan_) {
        if (round > 0 && point.step()) continue;
        if (!settings_.retest || std::count(settings_.retest->points.begin(),
                                            settings_.retest->points.end(), point.id()) > 0)
          points.push_back(&point);
      }
    }
    return points;
  }

  bool is_to_be_measured(const v1::PlannedPoint& point) const {
    // A step is done again for what is left: nobody knows how long the output was off.
    return point.not_run_reason().empty() &&
           (settings_.retest.has_value() || point.step() || !results_.contains(point.id()));
  }

  // Why the work ended early; empty when the plan is done. An error when the store fails.
  Result<std::string> points() {
    Progress progress;
    const std::vector<const v1::PlannedPoint*> all = work();
    progress.points_total = all.size();
    progress.time_left = second(0);
    for (const v1::PlannedPoint* planned : all) progress.time_left += expected_time(*planned);
    for (const Search& search : searches_) {
      progress.points_total += static_cast<std::size_t>(search.worst.points());
      progress.time_left += search.time;
    }
    for (const v1::PlannedPoint* planned : all) {
      const v1::PlannedPoint& point = *planned;
      const Duration before = progress.time_left;
      progress.point = &point;
      progress.point_share = 0;
      if (is_to_be_measured(point)) {
        if (stopping()) {
          switch_off();
          return std::string("stopped by the operator");
        }
        report(progress);
        auto interrupted = measure_until_valid(point, progress, before);
        if (!interrupted || !interrupted->empty()) return interrupted;
        progress.finished = &results_.at(point.id());
      }
      progress.time_left = before - expected_time(point);
      ++progress.points_done;
      report(progress);
      progress.finished = nullptr;
    }
    for (Search& search : searches_) {
      auto interrupted = carry_out(search, progress);
      if (!interrupted || !interrupted->empty()) return interrupted;
    }
    for (auto& [position, open] : benches_) {
      if (auto off = open.bench->off(); !off)
        return "the output could not be switched off: " + off.error().message;
      auto identity = open.bench->read_identity();
      if (!identity)
        return "the device does not answer after the last point: " + identity.error().message;
      open.identity = std::move(*identity);
    }
    if (auto noted = note_identities("after"); !noted) return tl::unexpected(noted.error());
    return std::string();
  }

  // Once more while reference conditions did not hold, and not without end.
  Result<std::string> measure_until_valid(const v1::PlannedPoint& point, Progress& progress,
                                          Duration time_left) {
    for (int again = 0;; ++again) {
      ConditionWatch watch;
      auto interrupted = measure(point, watch, again, progress, time_left);
      if (!interrupted || !interrupted->empty() || again == most_measured_again ||
          results_.at(point.id()).outcome() != v1::OUTCOME_NOT_VALID || !watch.worth_another_try())
        return interrupted;
      if (stopping()) {
        switch_off();
        return std::string("stopped by the operator");
      }
    }
  }

  // A search and the points that it has added to the plan.
  struct Search {
    WorstSearch worst;
    Duration time;  // of all its points
    std::vector<v1::PlannedPoint> added = {};
  };

  // Of a run that is gone on with, but not of a retest: its plan has them already.
  Result<void> prepare_searches() {
    if (settings_.search_points == 0 || settings_.retest) return {};
    auto searches = worst_searches(inputs_, plan_, settings_.seed, settings_.search_points);
    if (!searches) return tl::unexpected(searches.error());
    searches_.reserve(searches->size());
    for (const WorstSearch& worst : *searches) {
      searches_.push_back({.worst = worst, .time = worst.expected_time()});
      // So that they stay where they are while progress points to one.
      searches_.back().added.reserve(static_cast<std::size_t>(settings_.search_points));
    }
    return {};
  }

  void take_added(const v1::RunHeader& header) {
    for (const v1::PlannedPoint& point : header.plan()) {
      for (Search& search : searches_) {
        if (search.worst.owns(point.id())) search.added.push_back(point);
      }
    }
  }

  // The search's point of that number, from 0: one that was added before, or a new one. Nothing
  // when there is none to measure.
  std::optional<v1::PlannedPoint> next_of(const Search& search, std::size_t number) const {
    if (number < search.added.size()) return search.added[number];
    return search.worst.next(search.added, [this](std::string_view name) {
      const auto found = results_.find(std::string(name));
      return found == results_.end() ? nullptr : &found->second;
    });
  }

  Result<std::string> carry_out(Search& search, Progress& progress) {
    const Duration each = search.time / search.worst.points();
    for (std::size_t number = 0; true; ++number) {
      auto next = next_of(search, number);
      if (!next) return std::string();
      if (number == search.added.size()) {
        v1::Record record;
        *record.mutable_evidence()->mutable_header()->add_plan() = *next;
        if (auto added = append(record); !added) return tl::unexpected(added.error());
        search.added.push_back(std::move(*next));
      }
      const v1::PlannedPoint& point = search.added[number];
      progress.point = &point;
      progress.point_share = 0;
      if (!results_.contains(point.id())) {
        if (stopping()) {
          switch_off();
          return std::string("stopped by the operator");
        }
        report(progress);
        auto interrupted = measure_until_valid(point, progress,
                                               std::max(progress.time_left, expected_time(point)));
        if (!interrupted || !interrupted->empty()) return interrupted;
        progress.finished = &results_.at(point.id());
      }
      progress.time_left = std::max(second(0), progress.time_left - each);
      ++progress.points_done;
      report(progress);
      progress.finished = nullptr;
    }
  }

  Result<std::string> measure(const v1::PlannedPoint& point, ConditionWatch& watch, int again,
                              Progress& progress, Duration time_left) {
    const std::uint32_t attempt = ++attempts_[point.id()];
    v1::Record started;
    started.mutable_evidence()->mutable_point_started()->set_point(point.id());
    started.mutable_evidence()->mutable_point_started()->set_attempt(attempt);
    if (auto added = append(started); !added) return tl::unexpected(added.error());

    const std::size_t suite = suite_of(point);
    Bench& bench = *benches_.at(point.position()).bench;
    PointContext context{
        .point = point,
        .rule = inputs_.suites.at(suite).message.suite().decision_rule(),
        .device = inputs_.device.message.device(),
        .standard = inputs_.standards.at(suite).message.standard(),
        .bench = bench,
        .seed = seed_of(point, again),
        .longest = second(inputs_.suites.at(suite).message.suite().maximum_duration()),
        .replay = inputs_.replay ? &*inputs_.replay : nullptr,
        .earlier =
            [this](std::string_view name) {
              const auto found = results_.find(std::string(name));
              return found == results_.end() ? nullptr : &found->second;
            },
        .plan = plan_,
        .boundary = boundary_of_suite(suite),
        .progress =
            [&](double done) {
              progress.point_share = done;
              progress.time_left = time_left - done * expected_time(point);
              report(progress);
              return !stopping();
            },
        .environment = inputs_.bench.message.bench().has_environment()
                           ? &inputs_.bench.message.bench().environment()
                           : nullptr,
        .watch = &watch,
        .signal_stays = again == 0 && bench.keeps_signal() && on_terminals_ != nullptr &&
                        signal_stays(*on_terminals_, point)};
    on_terminals_ = nullptr;
    const Procedure procedure = find_procedure(point.procedure());
    auto result = procedure == nullptr
                      ? Result<v1::PointResult>(
                            fail(ErrorCode::internal, "no procedure named " + point.procedure()))
                      : procedure(context);
    // Whatever ends the work, outputs go off before anything is written.
    if (!result) switch_off();
    if (!result && result.error().code == ErrorCode::cancelled) return result.error().message;

    v1::Record record;
    v1::PointResult& stored = *record.mutable_evidence()->mutable_point_result();
    std::string interrupted;
    if (result) {
      stored = std::move(*result);
      simulate_uncertainty(settings_.seed, stored);
      watch.conclude(stored);
      decide_by_other_editions(point, stored);
    } else {
      stored = empty_result(context, result.error());
      interrupted = fmt::format("{}: {}", point.id(), result.error().message);
    }
    stored.set_attempt(attempt);
    add_link_counts(*record.mutable_circumstances());
    if (auto added = append(record); !added) return tl::unexpected(added.error());
    results_[point.id()] = stored;
    if (result && stored.outcome() != v1::OUTCOME_NOT_VALID) on_terminals_ = &point;
    if (!interrupted.empty()) {
      progress.finished = &results_.at(point.id());
      report(progress);
    }
    return interrupted;
  }

  // The same numbers again would give the same result again.
  std::uint64_t seed_of(const v1::PlannedPoint& point, int again) {
    const std::uint32_t earlier =
        settings_.retest ? earlier_results_[point.id()]++ : static_cast<std::uint32_t>(again);
    return point_seed(settings_.seed,
                      earlier == 0 ? point.id() : fmt::format("{}, after {}", point.id(), earlier));
  }

  // The error that ends the run says more than one of switching off, which is told by the journal.
  void switch_off() {
    for (auto& [position, open] : benches_) static_cast<void>(open.bench->off());
  }

  static v1::PointResult empty_result(const PointContext& context, const Error& error) {
    v1::PointResult result;
    result.set_point(context.point.id());
    if (context.point.has_limit()) *result.mutable_limit() = context.point.limit();
    *result.mutable_decision_rule() = context.rule;
    result.set_method(context.point.method());
    result.set_outcome(v1::OUTCOME_NOT_VALID);
    result.set_reason(error.message);
    return result;
  }

  std::size_t suite_of(const v1::PlannedPoint& point) const {
    for (std::size_t i = 0; i < inputs_.suites.size(); ++i) {
      if (inputs_.suites[i].message.suite().id() == point.suite()) return i;
    }
    return 0;
  }

  // Null without a sequential test; it is computed once for all points of a suite.
  const verdict::StoppingBoundary* boundary_of_suite(std::size_t suite) {
    const v1::Suite& message = inputs_.suites.at(suite).message.suite();
    if (!message.has_sequential()) return nullptr;
    const auto known = boundaries_.find(suite);
    if (known != boundaries_.end()) return &known->second;
    auto boundary = boundary_of(message.sequential());
    if (!boundary) return nullptr;  // the loader refuses what makes none
    return &boundaries_.emplace(suite, std::move(*boundary)).first->second;
  }

  void add_link_counts(v1::Circumstances& circumstances) const {
    for (const auto& [position, open] : benches_) {
      const LinkStatistics s = open.bench->link_statistics();
      v1::LinkCount& count = *circumstances.add_links();
      count.set_position(position);
      count.set_requests(s.requests);
      count.set_retries(s.retries);
      count.set_timeouts(s.timeouts);
      count.set_crc_errors(s.crc_errors);
      count.set_exceptions(s.exceptions);
      count.set_wrong_unit(s.wrong_unit);
      count.set_late_answers(s.late_answers);
      count.set_foreign_answers(s.foreign_answers);
      count.set_saturated_samples(s.saturated_samples);
    }
  }

  Result<void> append(v1::Record& record) {
    v1::Circumstances circumstances = settings_.circumstances;
    circumstances.set_wall_clock(settings_.wall_clock());
    record.mutable_circumstances()->MergeFrom(circumstances);
    return store_->append(record);
  }

  Result<v1::Run> assembled() const {
    const auto records = store_->records();
    if (!records) return tl::unexpected(records.error());
    return store::assemble_run(*records, {.chain_sha256 = store_->chain_hash(),
                                          .evidence_sha256 = store_->evidence_hash()});
  }

  bool stopping() const { return settings_.stop != nullptr && settings_.stop->load(); }
  void report(const Progress& progress) const {
    if (settings_.progress) settings_.progress(progress);
  }

  struct Open {
    std::unique_ptr<Bench> bench;
    Model model;
    std::vector<std::pair<std::string, std::string>> identity;
  };

  const Inputs& inputs_;
  const Plan& plan_;
  const RunSettings& settings_;
  std::unique_ptr<store::RunStore> store_;
  std::map<std::string, Open> benches_;  // by position
  std::map<std::string, v1::PointResult> results_;
  std::map<std::string, std::uint32_t> attempts_;
  std::map<std::string, std::uint32_t> earlier_results_;
  std::map<std::size_t, verdict::StoppingBoundary> boundaries_;  // by suite
  std::vector<v1::DeviceSnapshot> snapshots_;                    // stored before this session
  const v1::PlannedPoint* on_terminals_ = nullptr;  // whose signal is, when it was measured well
  std::vector<Search> searches_;
};

}  // namespace

Result<v1::Run> run(const Inputs& inputs, const Plan& plan, const RunSettings& settings) {
  return Run(inputs, plan, settings).carry_out();
}

}  // namespace meterrig::campaign
