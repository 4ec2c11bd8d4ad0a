// SPDX-License-Identifier: GPL-3.0-or-later
#include "rf_options.h"

#include <memory>

#include "commands.h"

namespace meterrig::cli {

void add_rf(CLI::App& app, const std::atomic<bool>& stop, int& status) {
  CLI::App* rf = app.add_subcommand("rf", "RF disturbances of a radio into a closed set-up");
  rf->require_subcommand(1);
  // Lives as long as the callback does.
  const auto sweep = std::make_shared<RfSweepOptions>();
  CLI::App* command = rf->add_subcommand(
      "sweep", "step through a standard's frequencies and tell whether each was there");
  command->add_option("--bench", sweep->bench, "bench with a radio: a name or a file")->required();
  command
      ->add_option("--disturbance", sweep->disturbance, "such as iec-61000-4-6: a name or a file")
      ->required();
  command->add_option("--band", sweep->band, "of the disturbance")->capture_default_str();
  command->add_option("--level", sweep->level, "of the disturbance, such as 3")->required();
  command->add_option("--modulation", sweep->modulation, "of the carrier")
      ->check(CLI::IsMember({"am", "cw", "pulse"}))
      ->capture_default_str();
  command->add_option("--from", sweep->from, "least frequency; the band's when not given");
  command->add_option("--to", sweep->to, "greatest frequency; the band's when not given");
  command->add_option("--step", sweep->step, "such as 1 %; the standard's when not given");
  command->add_option("--dwell", sweep->dwell,
                      "at each frequency, such as 3 s; the standard's when not given");
  command->add_option("--out", sweep->out, "JSON file for the record of every step");
  command->add_option("--plot", sweep->plot, "SVG file for level and depth over frequency");
  command->add_flag("--plan", sweep->plan, "print what would be done and touch nothing");
  command->add_option("--acknowledge", sweep->acknowledge,
                      "name of the person who has looked at the set-up and acknowledges its "
                      "interlocks and this start");
  command->callback([sweep, &stop, &status] { status = rf_sweep(*sweep, stop); });
}

}  // namespace meterrig::cli
