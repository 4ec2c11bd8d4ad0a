// SPDX-License-Identifier: GPL-3.0-or-later
#include "calibration_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>
#include <optional>
#include <sstream>

#include "meterrig/vocabulary/units.h"

namespace meterrig::cli {
namespace {

constexpr std::int32_t greatest_order = 1000;

std::optional<std::int32_t> number_from(const std::string& text) {
  std::int32_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end || number < 1 || number > greatest_order)
    return std::nullopt;
  return number;
}

ChannelKind kind_of(v1::CalibratedQuantity quantity) {
  return quantity == v1::CALIBRATED_QUANTITY_VOLTAGE ? ChannelKind::voltage : ChannelKind::current;
}

/// The level of all outputs of a kind, above 0.
Result<double> level(const std::string& option, const std::string& text, QuantityKind kind,
                     bool needed) {
  if (text.empty()) {
    if (!needed) return 0;
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: none given; expected the {} at which the outputs are measured, "
                            "all of them together",
                            option, name(kind)));
  }
  const auto value = parse_quantity(text, kind);
  if (!value) return fail(ErrorCode::invalid_argument, option + ": " + value.error().message);
  if (!(*value > 0))
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} '{}'; expected a {} above 0", option, text, name(kind)));
  return *value;
}

/// Terminals of the outputs, voltages first: angles start at the first.
Result<std::vector<iio::Terminal>> terminals_of(const v1::IioSource& source,
                                                const v1::IioReference& reference) {
  std::vector<iio::Terminal> terminals;
  for (const auto quantity : {v1::CALIBRATED_QUANTITY_VOLTAGE, v1::CALIBRATED_QUANTITY_CURRENT}) {
    for (const v1::IioOutput& output : source.outputs()) {
      if (output.quantity() != quantity) continue;
      const bool seen =
          std::ranges::any_of(reference.inputs(), [&output](const v1::IioInput& input) {
            return input.quantity() == output.quantity() && input.phase() == output.phase();
          });
      if (!seen)
        return fail(
            ErrorCode::failed_precondition,
            fmt::format("{} {} has an output and no input of the reference; expected one: outputs "
                        "are corrected together or their angles do not fit",
                        kind_of(quantity) == ChannelKind::voltage ? "voltage" : "current",
                        output.phase()));
      terminals.push_back(
          {.kind = kind_of(quantity), .phase = static_cast<Phase>(output.phase().at(1) - '1')});
    }
  }
  return terminals;
}

/// Order 1 alone where there is no harmonic.
double share_of(const iio::ChainSettings& part) { return part.orders.back() > 1 ? part.share : 0; }

}  // namespace

Result<std::vector<std::int32_t>> orders_from(const std::string& text) {
  const auto refuse = [&text] {
    return fail(ErrorCode::invalid_argument,
                fmt::format("--orders '{}'; expected rising numbers from 1 to {}, such as 1-40 or "
                            "1,3,5-7",
                            text, greatest_order));
  };
  std::vector<std::int32_t> orders;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) {
    const std::size_t dash = part.find('-');
    const auto first = number_from(part.substr(0, dash));
    const auto last = dash == std::string::npos ? first : number_from(part.substr(dash + 1));
    if (!first || !last || *last < *first) return refuse();
    for (std::int32_t order = *first; order <= *last; ++order) orders.push_back(order);
  }
  if (orders.empty() || text.ends_with(',') ||
      std::ranges::adjacent_find(orders, std::greater_equal()) != orders.end())
    return refuse();
  return orders;
}

Result<CalibrationPlan> plan_calibration(const CalibrateSourceOptions& options,
                                         const v1::Bench& bench) {
  const v1::HardwareBench& hardware = bench.hardware();
  if (!hardware.source().has_iio() || !hardware.reference().has_iio())
    return fail(
        ErrorCode::failed_precondition,
        fmt::format("bench {}: expected converters (iio) as source and as reference", bench.id()));
  const v1::IioSource& source = hardware.source().iio();
  const v1::IioReference& reference = hardware.reference().iio();
  const auto terminals = terminals_of(source, reference);
  if (!terminals) return tl::unexpected(terminals.error());
  const auto has = [&terminals](ChannelKind kind) {
    return std::ranges::any_of(
        *terminals, [kind](const iio::Terminal& terminal) { return terminal.kind == kind; });
  };
  const auto volts =
      level("--voltage", options.voltage, QuantityKind::voltage, has(ChannelKind::voltage));
  if (!volts) return tl::unexpected(volts.error());
  const auto amperes =
      level("--current", options.current, QuantityKind::current, has(ChannelKind::current));
  if (!amperes) return tl::unexpected(amperes.error());
  const auto frequency = parse_quantity(options.frequency, QuantityKind::frequency);
  if (!frequency)
    return fail(ErrorCode::invalid_argument, "--frequency: " + frequency.error().message);
  if (!(*frequency >= source.lowest_frequency() && *frequency <= source.highest_frequency()))
    return fail(
        ErrorCode::invalid_argument,
        fmt::format("--frequency '{}'; expected what the source does, {} Hz to {} Hz",
                    options.frequency, source.lowest_frequency(), source.highest_frequency()));
  const auto orders = orders_from(options.orders);
  if (!orders) return tl::unexpected(orders.error());
  const double highest = *frequency * orders->back();
  const double half = reference.rate() / 2;
  if (!(highest < half))
    return fail(ErrorCode::invalid_argument,
                fmt::format("--orders '{}' go up to {} Hz; expected less than half the rate of the "
                            "reference, {} Hz",
                            options.orders, highest, half));

  CalibrationPlan plan{.parts = {},
                       .point = {.frequency = hertz(*frequency),
                                 .voltage = {},
                                 .voltage_angle = {},
                                 .current = {},
                                 .displacement = {}}};
  plan.point.voltage.fill(volt(0));
  plan.point.current.fill(ampere(0));
  plan.point.voltage_angle.fill(degree(0));
  plan.point.displacement.fill(degree(0));
  for (const iio::Terminal& terminal : *terminals) {
    const auto phase = static_cast<std::size_t>(terminal.phase);
    if (terminal.kind == ChannelKind::voltage) {
      plan.point.voltage.at(phase) = volt(*volts);
    } else {
      plan.point.current.at(phase) = ampere(*amperes);
    }
  }
  const auto add = [&](double fundamental, std::vector<std::int32_t> measured) {
    plan.parts.push_back({.terminals = *terminals,
                          .fundamental = hertz(fundamental),
                          .orders = std::move(measured),
                          .voltage = volt(*volts),
                          .current = ampere(*amperes)});
  };
  if (source.lowest_frequency() < *frequency) add(source.lowest_frequency(), {1});
  if (source.highest_frequency() > highest) add(source.highest_frequency(), {1});
  add(*frequency, *orders);
  return plan;
}

Result<void> check_calibration(const CalibrationPlan& plan, const safety::Limits& limits) {
  for (const iio::ChainSettings& part : plan.parts) {
    const double share = share_of(part);
    const double rms = std::sqrt(1 + share * share);
    OperatingPoint whole = plan.point;
    whole.frequency = part.fundamental;
    for (std::size_t phase = 0; phase < phase_count; ++phase) {
      whole.voltage.at(phase) = whole.voltage.at(phase) * rms;
      whole.current.at(phase) = whole.current.at(phase) * rms;
    }
    if (auto kept = safety::check(whole, limits); !kept) return kept;
    const double crest = std::numbers::sqrt2 * (1 + share) / rms;
    if (!(crest <= limits.crest))
      return fail(ErrorCode::out_of_range,
                  fmt::format("a sine wave with a harmonic of {:.0f} % has a crest factor of up to "
                              "{:.3f}; the limit of this output is {}; expected --orders 1, or a "
                              "greater crest in the limits file",
                              100 * share, crest, limits.crest));
  }
  return {};
}

}  // namespace meterrig::cli
