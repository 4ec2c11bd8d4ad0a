// SPDX-License-Identifier: GPL-3.0-or-later
// Writes the example's reports into a folder, to be looked at: write_example FOLDER
#include <filesystem>
#include <fstream>
#include <iostream>

#include "example_measurement.h"
#include "example_run.h"
#include "meterrig/report/html.h"
#include "meterrig/report/json.h"
#include "meterrig/report/junit.h"
#include "meterrig/report/record_picture.h"
#include "meterrig/report/record_text.h"
#include "meterrig/report/text.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: write_example FOLDER\n";
    return 2;
  }
  using namespace meterrig::report;
  const std::filesystem::path folder = argv[1];
  const meterrig::v1::Run ordered = test::example_run(true);
  std::ofstream(folder / "report.html") << html(ordered);
  std::ofstream(folder / "record.html") << html(test::example_run(false));
  std::ofstream(folder / "junit.xml") << junit(ordered);
  std::ofstream(folder / "run.json") << json(ordered);
  std::cout << summary_table(ordered, false) << summary_table(ordered, true);

  const auto measurement = meterrig::test::example_measurement();
  std::ofstream(folder / "measurement.svg")
      << record_picture(measurement, meterrig::test::example_excerpt());
  std::cout << record_text(measurement);
  return 0;
}
