// SPDX-License-Identifier: GPL-3.0-or-later
#include "check_hardware.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>

#include "in_quotes.h"
#include "meterrig/loader/date.h"

namespace meterrig::loader {
namespace {

void check_date(const std::string& where, const std::string& date, Examination& examination) {
  if (!date.empty() && examination.sound(where) && !parse_date(date))
    examination.report(where, in_quotes(date), "a date as YYYY-MM-DD");
}

// Names of two fields.
struct DateFields {
  std::string_view from;
  std::string_view until;
};

/// Both are dates, as far as they are there, and the second is after the first.
void check_dates(const std::string& where, const DateFields& fields, const std::string& from,
                 const std::string& until, Examination& examination) {
  const std::string first = fmt::format("{}.{}", where, fields.from);
  const std::string last = fmt::format("{}.{}", where, fields.until);
  check_date(first, from, examination);
  check_date(last, until, examination);
  // Dates are written so that they compare as text.
  if (parse_date(from) && parse_date(until) && until <= from)
    examination.report(last, in_quotes(until), "a day after " + in_quotes(from));
}

/// Each a terminal of its own. `Channels` have quantity and phase.
template <class Channels>
void check_terminals(const Channels& channels, const std::string& list, Examination& examination) {
  std::map<std::string, std::string> terminals;
  for (int i = 0; i < channels.size(); ++i) {
    const std::string where = fmt::format("{}[{}]", list, i);
    const std::string at = where + ".phase";
    if (!examination.sound(at) || !examination.sound(where + ".quantity")) continue;
    const std::string& phase = channels[i].phase();
    if (phase != "L1" && phase != "L2" && phase != "L3") {
      examination.report(at, in_quotes(phase), "L1, L2 or L3");
      continue;
    }
    const auto [first, fresh] = terminals.emplace(
        fmt::format("{} {}", static_cast<int>(channels[i].quantity()), phase), at);
    if (!fresh)
      examination.report(at, in_quotes(phase) + " of this quantity again",
                         "a terminal once; the first is" + examination.in_line(first->second));
  }
}

/// Each channel of the converter has one use, and each pulse output one channel.
void check_channels(const v1::IioReference& iio, const std::string& where,
                    Examination& examination) {
  std::map<std::string, std::string> channels;
  std::map<std::string, std::string> outputs;
  const auto once = [&examination](std::map<std::string, std::string>& seen,
                                   const std::string& name, const std::string& at,
                                   const std::string& expected) {
    if (!examination.sound(at)) return;
    const auto [first, fresh] = seen.emplace(name, at);
    if (!fresh)
      examination.report(at, in_quotes(name) + " again",
                         expected + "; the first is" + examination.in_line(first->second));
  };
  for (int i = 0; i < iio.inputs_size(); ++i)
    once(channels, iio.inputs(i).channel(), fmt::format("{}.inputs[{}].channel", where, i),
         "a channel once");
  for (int i = 0; i < iio.pulse_inputs_size(); ++i) {
    const std::string at = fmt::format("{}.pulse_inputs[{}]", where, i);
    once(channels, iio.pulse_inputs(i).channel(), at + ".channel", "a channel once");
    once(outputs, iio.pulse_inputs(i).output(), at + ".output", "a pulse output once");
  }
}

/// `instrument` has a oneof link, or none was chosen.
template <class Instrument>
void check_link(const Instrument& instrument, const std::string& where, std::string_view expected,
                Examination& examination) {
  if (instrument.link_case() == Instrument::LINK_NOT_SET)
    examination.report(where, "no link", std::string(expected));
}

void check_source(const v1::SourceInstrument& source, const std::string& where,
                  Examination& examination) {
  switch (source.driver_case()) {
    case v1::SourceInstrument::kScpi:
      return check_link(source.scpi(), where + ".scpi", "tcp, serial or vxi11", examination);
    case v1::SourceInstrument::kCalmet:
      return check_link(source.calmet(), where + ".calmet", "tcp or serial", examination);
    case v1::SourceInstrument::kIio: {
      const v1::IioSource& iio = source.iio();
      check_terminals(iio.outputs(), where + ".iio.outputs", examination);
      for (int i = 0; i < iio.outputs_size(); ++i) {
        const std::string at = fmt::format("{}.iio.outputs[{}].gain", where, i);
        if (examination.sound(at) && iio.outputs(i).gain() == 0)
          examination.report(at, "0", "a gain that is not 0");
      }
      if (iio.lowest_frequency() > iio.highest_frequency())
        examination.report(where + ".iio.lowest_frequency",
                           fmt::format("{} Hz", iio.lowest_frequency()),
                           fmt::format("at most the highest, {} Hz", iio.highest_frequency()));
      return;
    }
    case v1::SourceInstrument::DRIVER_NOT_SET:
      return examination.report(where, "no driver", "scpi, calmet or iio");
  }
}

void check_reference(const v1::ReferenceInstrument& reference, const std::string& where,
                     Examination& examination) {
  check_dates(where, {.from = "calibrated", .until = "calibration_due"}, reference.calibrated(),
              reference.calibration_due(), examination);
  if (examination.sound(where + ".drift") && reference.drift() > 0 &&
      !examination.written(where + ".calibrated"))
    examination.report(where, "a drift and no calibrated",
                       "calibrated, the day that it drifts from");
  switch (reference.driver_case()) {
    case v1::ReferenceInstrument::kScpi:
      return check_link(reference.scpi(), where + ".scpi", "tcp, serial or vxi11", examination);
    case v1::ReferenceInstrument::kIio: {
      const v1::IioReference& iio = reference.iio();
      check_terminals(iio.inputs(), where + ".iio.inputs", examination);
      check_channels(iio, where + ".iio", examination);
      for (int i = 0; i < iio.inputs_size(); ++i) {
        const std::string at = fmt::format("{}.iio.inputs[{}].gain", where, i);
        if (examination.sound(at) && iio.inputs(i).gain() == 0)
          examination.report(at, "0", "a gain that is not 0");
      }
      return;
    }
    case v1::ReferenceInstrument::DRIVER_NOT_SET:
      return examination.report(where, "no driver", "scpi or iio");
  }
}

}  // namespace

void check_certificates(const v1::Bench& bench, Examination& examination) {
  for (int i = 0; i < bench.certificates_size(); ++i)
    check_dates(fmt::format("bench.certificates[{}]", i), {.from = "calibrated", .until = "due"},
                bench.certificates(i).calibrated(), bench.certificates(i).due(), examination);
}

void check_hardware(const v1::Bench& bench, Examination& examination) {
  const v1::HardwareBench& hardware = bench.hardware();
  const std::string where = "bench.hardware";
  if (hardware.has_source()) check_source(hardware.source(), where + ".source", examination);
  for (int i = 0; i < hardware.interlock_contacts_size(); ++i) {
    const std::string at = fmt::format("{}.interlock_contacts[{}].interlock", where, i);
    const std::string& name = hardware.interlock_contacts(i).interlock();
    if (examination.sound(at) &&
        std::ranges::find(hardware.interlocks(), name) == hardware.interlocks().end())
      examination.report(at, in_quotes(name), "one of the bench's interlocks");
  }
  if (!hardware.has_reference()) return;
  check_reference(hardware.reference(), where + ".reference", examination);
  if (!hardware.has_wiring_check())
    examination.report(where, "a reference and no wiring_check",
                       "wiring_check with a voltage and a current, which is made before each run");
  // A read that is tried again must not cost the output.
  const v1::LinkPolicy& policy = bench.link_policy();
  const double patience = policy.answer_timeout() * (policy.retries() + 1);
  if (examination.sound(where + ".lease") && !(hardware.lease() > patience))
    examination.report(
        where + ".lease", fmt::format("{} s", hardware.lease()),
        fmt::format("more than {} s: answer_timeout times one and the retries", patience));
}

}  // namespace meterrig::loader
