// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/safety/output.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "meterrig/vocabulary/units.h"
#include "point_text.h"

namespace meterrig::safety {
namespace {

/// Towards `end` by at most `most`.
template <class Kind>
Quantity<Kind> nearer(Quantity<Kind> from, Quantity<Kind> end, Quantity<Kind> most) {
  return end > from ? std::min(end, from + most) : std::max(end, from - most);
}

/// Brings each magnitude nearer that is to fall (or to rise). False when all are there.
template <class Kind>
bool approach(PerPhase<Quantity<Kind>>& out, const PerPhase<Quantity<Kind>>& wanted,
              Quantity<Kind> most, bool falling) {
  bool moved = false;
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    if (falling ? wanted[phase] < out[phase] : wanted[phase] > out[phase]) {
      out[phase] = nearer(out[phase], wanted[phase], most);
      moved = true;
    }
  }
  return moved;
}

bool silent(const OperatingPoint& point) {
  const auto zero = [](auto value, auto unit) { return value.in(unit) == 0; };
  return std::all_of(point.voltage.begin(), point.voltage.end(),
                     [&](Voltage u) { return zero(u, volt); }) &&
         std::all_of(point.current.begin(), point.current.end(),
                     [&](Current i) { return zero(i, ampere); });
}

/// The same waves with no magnitude.
OperatingPoint at_zero(OperatingPoint point) {
  point.voltage.fill(volt(0));
  point.current.fill(ampere(0));
  return point;
}

bool same_waves(const OperatingPoint& a, const OperatingPoint& b) {
  return a.frequency == b.frequency && a.voltage_angle == b.voltage_angle &&
         a.displacement == b.displacement;
}

}  // namespace

Output::Output(std::unique_ptr<Source> source, const OutputSettings& settings,
               Interlocks interlocks, Journal journal, const ports::Clock& clock)
    : source_(std::move(source)),
      settings_(settings),
      limits_(settings.limits),
      interlocks_(std::move(interlocks)),
      journal_(std::move(journal)),
      clock_(clock),
      lease_(settings.lease),
      ticked_(clock.now()) {
  off("the process starts");
}

Output::~Output() { off("the process ends"); }

void Output::narrow(const Limits& limits) {
  limits_ = narrowed(limits_, limits);
  for (const auto& point : {out_, wanted_}) {
    if (!point) continue;
    if (const auto kept = check(*point, limits_); !kept) {
      off("narrower limits: " + kept.error().message);
      return;
    }
  }
}

Result<void> Output::energise(const OperatingPoint& point) {
  if (auto kept = check(point, limits_); !kept) return kept;
  if (auto clear = interlocks_.check(); !clear) return clear;
  if (!lease_.holds(clock_.now()))
    return fail(ErrorCode::failed_precondition, "no lease; expected it to be renewed first");
  if (unknown_)
    return fail(ErrorCode::failed_precondition,
                "the source could not be switched off; expected that first");
  const SourceRange range = source_->range();
  const auto beyond = [](const auto& values, auto limit) {
    return std::any_of(values.begin(), values.end(), [&](auto value) { return !(value <= limit); });
  };
  if (beyond(point.voltage, range.voltage) || beyond(point.current, range.current) ||
      !(point.frequency >= range.lowest && point.frequency <= range.highest))
    return fail(ErrorCode::out_of_range,
                fmt::format("{}; expected what the source has: up to {}, {}, {} to {}",
                            text_of(point), readable(range.voltage.in(volt), QuantityKind::voltage),
                            readable(range.current.in(ampere), QuantityKind::current),
                            readable(range.lowest.in(hertz), QuantityKind::frequency),
                            readable(range.highest.in(hertz), QuantityKind::frequency)));
  note("energise", text_of(point));
  if (unwritten_)
    return fail(ErrorCode::failed_precondition,
                "the journal cannot be written; expected that what an output does is written down");
  if (!out_) {
    out_ = at_zero(point);
    on_since_ = clock_.now();
    looked_ = on_since_;
    energy_ = volt_ampere_hour(0);
  }
  wanted_ = point;
  return {};
}

Result<void> Output::renew(std::uint64_t progress) {
  if (lease_.renew(progress, clock_.now())) return {};
  return fail(ErrorCode::failed_precondition,
              fmt::format("a progress of {}; expected more than at the renewal before: a loop that "
                          "is stuck does not renew",
                          progress));
}

Result<void> Output::off(std::string_view reason) {
  wanted_.reset();
  // Currents first: a voltage that goes while current flows through an inductance leaves a surge.
  if (out_) {
    OperatingPoint without_current = *out_;
    without_current.current.fill(ampere(0));
    if (!silent(*out_) && !source_->apply(without_current))
      note("error", "the currents could not be set to zero before the voltages");
  }
  auto switched = source_->off();
  unknown_ = !switched;
  if (switched) out_.reset();
  if (reason_ != reason || !switched) {
    reason_ = reason;
    note("off", reason);
  }
  if (!switched) note("error", "the source cannot be switched off: " + switched.error().message);
  return switched;
}

void Output::watch(InterlockInputs contacts) {
  contacts_ = std::move(contacts);
  look_at_contacts();
}

void Output::look_at_contacts() {
  for (const InterlockInputs::Level& level : contacts_.look()) {
    if (const auto set = set_interlock(level.interlock, level.safe); !set)
      note("error", set.error().message);
  }
}

Result<void> Output::set_interlock(std::string_view name, bool safe) {
  auto set = interlocks_.set_level(name, safe);
  if (set || set.error().code != ErrorCode::not_found)
    note("interlock", fmt::format("{} is {}", name, safe ? "safe" : "not safe"));
  if (out_) {
    if (const auto clear = interlocks_.check(); !clear) off(clear.error().message);
  }
  return set;
}

Result<void> Output::acknowledge(std::string_view name, std::string_view person) {
  auto done = interlocks_.acknowledge(name, person);
  if (done) note("acknowledge", fmt::format("{} by {}", name, person));
  return done;
}

void Output::tick() {
  const Instant now = clock_.now();
  const Duration since = now - std::exchange(ticked_, now);
  look_at_contacts();
  if (unknown_) {
    off(reason_);
    return;
  }
  if (!out_) return;
  energy_ += apparent_power_of(*out_) * since;
  if (const std::string why = why_off(now); !why.empty()) {
    off(why);
    return;
  }
  step(since);
  if (out_) look_at_output(now);
}

std::string Output::why_off(Instant now) const {
  if (!lease_.holds(now))
    return fmt::format("the lease of {} ended: the control loop has not got on",
                       readable(lease_.length().in(second), QuantityKind::duration));
  if (const auto clear = interlocks_.check(); !clear) return clear.error().message;
  if (unwritten_) return "the journal cannot be written";
  if (now - on_since_ > limits_.duration)
    return fmt::format("it was on for the limit of {}",
                       readable(limits_.duration.in(second), QuantityKind::duration));
  if (energy_ > limits_.apparent_energy)
    return fmt::format(
        "it put out the limit of {}",
        readable(limits_.apparent_energy.in(volt_ampere_hour), QuantityKind::apparent_energy));
  return {};
}

void Output::step(Duration since) {
  if (!wanted_ || !out_) return;
  const OperatingPoint wanted = *wanted_;
  OperatingPoint next = *out_;
  const Voltage volts = limits_.voltage_rise * since.in(second);
  const Current amperes = limits_.current_rise * since.in(second);
  // What falls goes before what rises, so that no product of the two exceeds both ends. Other waves
  // begin from zero.
  const OperatingPoint down = same_waves(next, wanted) ? wanted : at_zero(next);
  const bool moved = approach(next.current, down.current, amperes, true) ||
                     approach(next.voltage, down.voltage, volts, true);
  if (!moved) {
    if (!same_waves(next, wanted)) next = at_zero(wanted);
    if (!approach(next.voltage, wanted.voltage, volts, false) &&
        !approach(next.current, wanted.current, amperes, false)) {
      wanted_.reset();  // it is there
      return;
    }
  }
  const auto applied = source_->apply(next);
  if (!applied) {
    off("the source fails: " + applied.error().message);
    return;
  }
  out_ = next;
}

void Output::look_at_output(Instant now) {
  if (!out_ || wanted_ || now - looked_ < settings_.read_back_interval) return;
  const OperatingPoint set = *out_;
  looked_ = now;
  const auto state = source_->read_back();
  if (!state) {
    off("the source does not tell its output: " + state.error().message);
    return;
  }
  const double share = settings_.read_back_tolerance.in(percent) / 100;
  const auto differs = [share](double wanted, double read, double limit) {
    return !(std::abs(read - wanted) <= share * std::max(wanted, 0.01 * limit));
  };
  std::string what;
  if (!state->on && !silent(set)) what = "the source says that it is off";
  for (std::size_t phase = 0; phase < phase_count && what.empty(); ++phase) {
    const double volts = state->point.voltage[phase].in(volt);
    const double amperes = state->point.current[phase].in(ampere);
    if (differs(set.voltage[phase].in(volt), volts, limits_.voltage.in(volt)))
      what = fmt::format("voltage L{} is {}, and was set to {}", phase + 1,
                         readable(volts, QuantityKind::voltage),
                         readable(set.voltage[phase].in(volt), QuantityKind::voltage));
    else if (differs(set.current[phase].in(ampere), amperes, limits_.current.in(ampere)))
      what = fmt::format("current L{} is {}, and was set to {}", phase + 1,
                         readable(amperes, QuantityKind::current),
                         readable(set.current[phase].in(ampere), QuantityKind::current));
  }
  if (what.empty()) return;
  off("read back: " + what);
  // It latches: somebody must look at the bench before it goes on.
  if (const auto latched = interlocks_.set_level(read_back_interlock, false); !latched)
    note("error", latched.error().message);
  if (const auto released = interlocks_.set_level(read_back_interlock, true); !released)
    note("error", released.error().message);
}

OutputStatus Output::status() const {
  OutputStatus status{.on = out_.has_value(),
                      .settled = out_.has_value() && !wanted_,
                      .unknown = unknown_,
                      .reason = reason_,
                      .point = {}};
  if (out_) status.point = *out_;
  return status;
}

void Output::note(std::string_view event, std::string_view details) {
  // An output that nobody can account for must not stay on: tick() sees to that.
  unwritten_ = !journal_.write(event, details).has_value();
}

}  // namespace meterrig::safety
