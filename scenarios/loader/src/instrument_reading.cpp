// SPDX-License-Identifier: GPL-3.0-or-later
#include "instrument_reading.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <utility>

#include "in_quotes.h"

namespace meterrig::loader {
namespace {

// Parameters whose meaning a role fixes.
struct Meaning {
  std::string_view name;
  QuantityKind kind;
  bool per_phase;
};
constexpr std::array meanings{
    Meaning{"voltage", QuantityKind::voltage, true},
    Meaning{"current", QuantityKind::current, true},
    Meaning{"voltage_angle", QuantityKind::angle, true},
    Meaning{"current_angle", QuantityKind::angle, true},
    Meaning{"displacement", QuantityKind::angle, true},
    Meaning{"frequency", QuantityKind::frequency, false},
    Meaning{"active_power", QuantityKind::active_power, true},
    Meaning{"reactive_power", QuantityKind::reactive_power, true},
    Meaning{"apparent_power", QuantityKind::apparent_power, true},
    Meaning{"active_energy", QuantityKind::active_energy, true},
    Meaning{"duration", QuantityKind::duration, false},
    Meaning{"temperature", QuantityKind::temperature, false},
    Meaning{"set_point", QuantityKind::temperature, false},
    Meaning{"output", QuantityKind::none, false},
    Meaning{"settled", QuantityKind::none, false},
};
constexpr std::array<std::string_view, 6> of_a_point{
    "voltage", "current", "voltage_angle", "current_angle", "displacement", "frequency"};

bool has_fixed_meanings(InstrumentRole role) {
  return role == InstrumentRole::three_phase_source || role == InstrumentRole::reference_meter ||
         role == InstrumentRole::climatic_chamber;
}

const Meaning* meaning_of(std::string_view name) {
  const auto* const found = std::ranges::find(meanings, name, &Meaning::name);
  return found == meanings.end() ? nullptr : found;
}

struct KindAndFactor {
  QuantityKind kind = QuantityKind::none;
  double factor = 1;
};

std::optional<KindAndFactor> unit_named(std::string_view unit) {
  if (unit == "1") return KindAndFactor{};
  for (int kind = 1; kind <= static_cast<int>(QuantityKind::meter_constant); ++kind) {
    const auto which = static_cast<QuantityKind>(kind);
    if (const auto factor = parse_quantity(fmt::format("1 {}", unit), which))
      return KindAndFactor{.kind = which, .factor = *factor};
  }
  return std::nullopt;
}

class InstrumentReader {
 public:
  InstrumentReader(const v1::Instrument& message, const Complaint& complain)
      : message_(message), complain_(complain) {}

  CommandFile run() {
    file_.id = message_.id();
    file_.title = message_.title();
    // The numbers of the schema count from 1.
    if (message_.role() != v1::INSTRUMENT_ROLE_UNSPECIFIED)
      file_.role = static_cast<InstrumentRole>(static_cast<int>(message_.role()) - 1);
    conversation();
    for (int i = 0; i < message_.prepare_size(); ++i)
      plain_command(message_.prepare(i), fmt::format("instrument.prepare[{}]", i));
    file_.prepare.assign(message_.prepare().begin(), message_.prepare().end());
    errors();
    if (message_.has_watchdog()) {
      plain_command(message_.watchdog().command(), "instrument.watchdog.command");
      file_.watchdog = InstrumentWatchdog{.command = message_.watchdog().command(),
                                          .interval = second(message_.watchdog().interval())};
    }
    for (int i = 0; i < message_.parameters_size(); ++i) {
      const bool before = std::exchange(complained_, false);
      parameter(message_.parameters(i), fmt::format("instrument.parameters[{}]", i));
      if (complained_) spoiled_.insert(message_.parameters(i).name());
      complained_ = complained_ || before;
    }
    for (int i = 0; i < message_.actions_size(); ++i)
      action(message_.actions(i), fmt::format("instrument.actions[{}]", i));
    if (message_.role() != v1::INSTRUMENT_ROLE_UNSPECIFIED) role();
    return std::move(file_);
  }

 private:
  /// Notes that something is wrong, and tells it.
  void complain(const std::string& where, std::string found, std::string expected) {
    complained_ = true;
    complain_(where, std::move(found), std::move(expected));
  }

  /// An error of the vocabulary reads "FOUND; expected EXPECTED".
  void pass_on(const std::string& where, const Error& error) {
    constexpr std::string_view separator = "; expected ";
    const std::size_t at = error.message.find(separator);
    if (at == std::string::npos) return complain(where, error.message, "another value");
    complain(where, error.message.substr(0, at), error.message.substr(at + separator.size()));
  }

  void conversation() {
    const v1::InstrumentConversation& said = message_.conversation();
    ConversationRules& rules = file_.conversation;
    if (said.line_end() != v1::LINE_END_UNSPECIFIED)
      rules.line_end = static_cast<LineEnd>(static_cast<int>(said.line_end()) - 1);
    rules.answer_timeout = second(said.answer_timeout());
    rules.pause = second(said.pause());
    if (said.longest_reply() != 0)
      rules.longest_reply = static_cast<std::size_t>(said.longest_reply());
    rules.identity_query = said.identity_query();
    if (!rules.identity_query.empty())
      plain_command(rules.identity_query, "instrument.conversation.identity_query");
    if (message_.has_conversation() && !said.has_serial() && !said.has_tcp() && !said.has_vxi11())
      complain("instrument.conversation", "none of serial, tcp, vxi11", "at least one of them");
  }

  /// What is sent as it stands.
  void plain_command(const std::string& text, const std::string& where) {
    if (text.empty()) return;  // noted as missing
    const auto command = CommandText::parse(text);
    if (!command) return pass_on(where, command.error());
    for (const CommandPiece& piece : command->pieces()) {
      if (piece.sort != CommandPiece::Sort::literal)
        complain(where, in_quotes(text), "a command without placeholders");
    }
  }

  void errors() {
    if (!message_.has_errors()) return;
    const v1::ErrorQuery& said = message_.errors();
    ErrorQuery query;
    plain_command(said.query(), "instrument.errors.query");
    query.query = said.query();
    query.bits = said.bits();
    query.after_each_command = !said.at_end_only();
    if (said.none().empty() == (said.bits() == 0))
      complain("instrument.errors", said.bits() == 0 ? "neither none nor bits" : "none beside bits",
               "one of them");
    if (!said.none().empty()) {
      auto none = CommandText::parse(said.none());
      if (!none) {
        pass_on("instrument.errors.none", none.error());
      } else {
        for (const CommandPiece& piece : none->pieces()) {
          if (piece.sort != CommandPiece::Sort::literal &&
              piece.sort != CommandPiece::Sort::anything)
            complain("instrument.errors.none", in_quotes(said.none()), "no placeholder but {*}");
        }
        query.none = std::move(*none);
      }
    }
    file_.errors = std::move(query);
  }

  /// The number of "230 V"; complains and is empty otherwise, or when nothing is said.
  std::optional<double> amount(const std::string& text, const std::string& where,
                               QuantityKind kind) {
    if (text.empty()) return std::nullopt;
    const auto number = parse_quantity(text, kind);
    if (number) return *number;
    pass_on(where, number.error());
    return std::nullopt;
  }

  void parameter(const v1::InstrumentParameter& said, const std::string& where) {
    InstrumentParameter made;
    made.name = said.name();
    if (!said.name().empty()) {
      if (!CommandText::parse("{" + said.name() + "}") ||
          said.name().find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") !=
              std::string::npos)
        complain(where + ".name", in_quotes(said.name()),
                 "small letters, digits and '_', a letter first");
      if (file_.parameter(said.name()) != nullptr)
        complain(where + ".name", in_quotes(said.name()) + " again", "a parameter once");
    }
    if (said.words_size() > 0) {
      words(said, where, made);
    } else if (said.unit().empty()) {
      complain(where, "neither unit nor words", "one of them");
    } else {
      number(said, where, made);
    }
    file_.parameters.push_back(std::move(made));
  }

  void words(const v1::InstrumentParameter& said, const std::string& where,
             InstrumentParameter& made) {
    if (!said.unit().empty()) complain(where + ".unit", "it beside words", "one of them");
    std::set<std::string> texts;
    for (int i = 0; i < said.words_size(); ++i) {
      const v1::InstrumentWord& word = said.words(i);
      const std::string at = fmt::format("{}.words[{}].text", where, i);
      if (const auto text = CommandText::parse(word.text()); !word.text().empty() && !text)
        pass_on(at, text.error());
      if (!texts.insert(word.text()).second)
        complain(at, in_quotes(word.text()) + " again", "a text of one word");
      made.words.emplace_back(word.word(), word.text());
    }
    const bool fixed =
        has_fixed_meanings(file_.role) && (said.name() == "output" || said.name() == "settled");
    for (int i = 0; fixed && i < said.words_size(); ++i) {
      if (said.words(i).word() != "on" && said.words(i).word() != "off")
        complain(fmt::format("{}.words[{}].word", where, i), in_quotes(said.words(i).word()),
                 "on or off");
    }
  }

  void number(const v1::InstrumentParameter& said, const std::string& where,
              InstrumentParameter& made) {
    const auto unit = unit_named(said.unit());
    if (!unit)
      return complain(where + ".unit", in_quotes(said.unit()),
                      "a unit such as V, mA, Hz, deg, degC, W, s, %, or 1");
    made.kind = unit->kind;
    made.unit = said.unit();
    made.unit_factor = unit->factor;
    if (const Meaning* meaning = meaning_of(said.name());
        has_fixed_meanings(file_.role) && meaning != nullptr && meaning->kind != made.kind) {
      complain(where + ".unit", in_quotes(said.unit()),
               meaning->kind == QuantityKind::none
                   ? std::string("words in its place: on and off")
                   : fmt::format("a unit of {}: {}", name(meaning->kind),
                                 accepted_units(meaning->kind)));
      return;
    }
    if (said.has_scale()) made.scale = said.scale();
    if (!std::isfinite(made.scale) || made.scale == 0)
      complain(where + ".scale", fmt::format("'{}'", made.scale), "a number other than 0");
    made.decimals = said.decimals();
    const auto least = amount(said.minimum(), where + ".minimum", made.kind);
    const auto greatest = amount(said.maximum(), where + ".maximum", made.kind);
    made.minimum = least.value_or(0);
    made.maximum = greatest.value_or(0);
    if (said.minimum().empty() != said.maximum().empty())
      complain(where, "one of minimum and maximum", "both or neither");
    if (least && greatest && *least > *greatest)
      complain(where + ".minimum", in_quotes(said.minimum()),
               "at most the maximum, " + said.maximum());
    if (least) on_grid(*least, made, where + ".minimum", said.minimum());
    if (greatest) on_grid(*greatest, made, where + ".maximum", said.maximum());
    for (int i = 0; i < said.ranges_size(); ++i) {
      const std::string at = fmt::format("{}.ranges[{}]", where, i);
      const auto range = amount(said.ranges(i), at, made.kind);
      if (!range) continue;
      if (!made.ranges.empty() && *range <= made.ranges.back())
        complain(at, in_quotes(said.ranges(i)), "more than the range before");
      made.ranges.push_back(*range);
    }
    if (greatest && !made.ranges.empty() && made.ranges.back() < *greatest)
      complain(where + ".ranges", "none that holds the maximum, " + said.maximum(),
               "the last range at least that");
    made.tolerance = amount(said.tolerance(), where + ".tolerance", made.kind).value_or(0);
    if (made.tolerance < 0)
      complain(where + ".tolerance", in_quotes(said.tolerance()), "at least 0");
    made.relative_tolerance = said.relative_tolerance() / 100;
  }

  /// A limit that the decimals cannot say would let rounding send more than it.
  void on_grid(double limit, const InstrumentParameter& made, const std::string& where,
               const std::string& said) {
    const double steps = limit / made.unit_factor * made.scale * std::pow(10.0, made.decimals);
    if (std::abs(steps - std::round(steps)) > 1e-6)
      complain(
          where, in_quotes(said),
          fmt::format("a multiple of what {} decimals can say in {}", made.decimals, made.unit));
  }

  void action(const v1::InstrumentAction& said, const std::string& where) {
    InstrumentAction made;
    made.name = said.name();
    made.settle = second(said.settle());
    made.measured = said.measured();
    if (!said.name().empty() && file_.action(said.name()) != nullptr)
      complain(where + ".name", in_quotes(said.name()) + " again", "an action once");
    for (int i = 0; i < said.steps_size(); ++i)
      step(said.steps(i), fmt::format("{}.steps[{}]", where, i), made);
    file_.actions.push_back(std::move(made));
  }

  void step(const v1::InstrumentStep& said, const std::string& where, InstrumentAction& action) {
    if (said.what_case() == v1::InstrumentStep::WHAT_NOT_SET) return;  // noted
    InstrumentStep made;
    const std::string at = where + (said.has_send() ? ".send" : ".ask");
    if (auto text = CommandText::parse(said.has_send() ? said.send() : said.ask())) {
      made.text = std::move(*text);
      placeholders(made.text, at, false);
    } else {
      pass_on(at, text.error());
    }
    if (said.has_send() != said.reply().empty())
      complain(where, said.has_send() ? "reply beside send" : "ask without reply",
               "a reply to each ask and to nothing else");
    if (!said.reply().empty()) {
      auto reply = CommandText::parse(said.reply());
      if (reply) {
        placeholders(*reply, where + ".reply", true);
        made.reply = std::move(*reply);
      } else {
        pass_on(where + ".reply", reply.error());
      }
    }
    action.steps.push_back(std::move(made));
  }

  void placeholders(const CommandText& text, const std::string& where, bool reply) {
    for (const CommandPiece& piece : text.pieces()) {
      if (piece.sort == CommandPiece::Sort::literal) continue;
      if (piece.sort == CommandPiece::Sort::anything) {
        if (!reply) complain(where, "{*} in a command", "it in replies only");
        continue;
      }
      const InstrumentParameter* parameter = file_.parameter(piece.text);
      if (parameter == nullptr) {
        complain(where, fmt::format("{{{}}}", piece.key()), "one of the parameters");
        continue;
      }
      const Meaning* meaning = has_fixed_meanings(file_.role) ? meaning_of(piece.text) : nullptr;
      if (meaning != nullptr && meaning->per_phase == piece.place.empty())
        complain(where, fmt::format("{{{}}}", piece.key()),
                 meaning->per_phase ? "it of a phase, such as {" + piece.text + ".L1}"
                                    : "it without a phase");
      if (piece.sort == CommandPiece::Sort::range && (reply || parameter->ranges.empty()))
        complain(where, fmt::format("{{{}:range}}", piece.key()),
                 reply ? "ranges in commands only" : "a parameter with ranges");
      // What is sent has limits, or nothing would hold it back.
      if (!reply && parameter->words.empty() && parameter->minimum >= parameter->maximum &&
          !spoiled_.contains(parameter->name))
        complain(where, fmt::format("{{{}}} without limits", piece.key()),
                 "a parameter with minimum and maximum");
    }
  }

  /// Keys of the values that an action's commands take, or its replies give.
  static std::set<std::string> keys(const InstrumentAction& action, bool replies) {
    std::set<std::string> found;
    const auto collect = [&found](const CommandText& text) {
      for (const CommandPiece& piece : text.pieces()) {
        if (piece.sort == CommandPiece::Sort::value) found.insert(piece.key());
      }
    };
    for (const InstrumentStep& step : action.steps) {
      if (!replies) collect(step.text);
      if (replies && step.reply) collect(*step.reply);
    }
    return found;
  }

  const InstrumentAction* needed(std::string_view name) {
    const InstrumentAction* found = file_.action(name);
    if (found == nullptr && message_.actions_size() > 0)
      complain("instrument.actions", fmt::format("no action {}", name),
               fmt::format("it in the role {}", meterrig::name(file_.role)));
    return found;
  }

  void need_keys(const InstrumentAction& action, bool replies,
                 std::span<const std::string> wanted) {
    const auto index = static_cast<std::size_t>(&action - file_.actions.data());
    const std::set<std::string> there = keys(action, replies);
    for (const std::string& key : wanted) {
      if (!there.contains(key))
        complain(fmt::format("instrument.actions[{}]", index),
                 fmt::format("nothing that {} {{{}}}", replies ? "reads" : "sets", key),
                 "the action " + action.name + " to do so");
    }
  }

  /// Nothing to be filled in: it must work whatever the state is.
  void need_no_values(const InstrumentAction& action) {
    if (!keys(action, false).empty())
      complain("instrument.actions", fmt::format("placeholders in {}", action.name),
               "commands without values");
  }

  void role() {
    if (const InstrumentAction* off =
            file_.role == InstrumentRole::reference_meter ? nullptr : needed("off"))
      need_no_values(*off);
    switch (file_.role) {
      case InstrumentRole::three_phase_source:
        return source();
      case InstrumentRole::reference_meter:
        return reference();
      case InstrumentRole::climatic_chamber:
        return chamber();
      case InstrumentRole::load:
      case InstrumentRole::dc_supply:
      case InstrumentRole::immunity_generator:
        return;
    }
  }

  void source() {
    const InstrumentAction* apply = needed("apply");
    const InstrumentAction* read_back = needed("read_back");
    if (apply == nullptr || read_back == nullptr) return;
    need_keys(*apply, false, std::array<std::string, 3>{"voltage.L1", "current.L1", "frequency"});
    const std::set<std::string> sets = keys(*apply, false);
    // What is set and cannot be read back would be believed.
    need_keys(*read_back, true, std::vector<std::string>(sets.begin(), sets.end()));
    need_no_values(*read_back);
    for (const std::string& key : sets) {
      if (std::ranges::find(of_a_point, key.substr(0, key.find('.'))) == of_a_point.end())
        complain("instrument.actions", fmt::format("{{{}}} in apply", key),
                 fmt::format("one of {}", fmt::join(of_a_point, ", ")));
    }
  }

  void reference() {
    const std::array<std::string, 3> power{"active_power.L1", "active_power.L2", "active_power.L3"};
    const std::array<std::string, 4> energy{"active_energy.L1", "active_energy.L2",
                                            "active_energy.L3", "duration"};
    if (const InstrumentAction* read = needed("read")) need_keys(*read, true, power);
    if (const InstrumentAction* read = needed("read_energy")) need_keys(*read, true, energy);
    if (const InstrumentAction* start = needed("start_energy")) need_no_values(*start);
    // Of the pulse input, and of a simulated instrument's time: not every one has them.
    if (const InstrumentAction* next = file_.action("next_pulse")) {
      need_keys(*next, true, energy);
      need_keys(*next, true, std::array<std::string, 1>{"pulse"});
    }
    if (const InstrumentAction* wait = file_.action("wait"))
      need_keys(*wait, false, std::array<std::string, 1>{"duration"});
  }

  void chamber() {
    if (const InstrumentAction* set = needed("set"))
      need_keys(*set, false, std::array<std::string, 1>{"temperature"});
    if (const InstrumentAction* read = needed("read"))
      need_keys(*read, true, std::array<std::string, 2>{"temperature", "set_point"});
  }

  const v1::Instrument& message_;
  const Complaint& complain_;
  CommandFile file_;
  bool complained_ = false;
  std::set<std::string> spoiled_;  // parameters with a complaint of their own
};

}  // namespace

CommandFile read_instrument(const v1::Instrument& message, const Complaint& complain) {
  return InstrumentReader(message, complain).run();
}

}  // namespace meterrig::loader
