// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as the records of a run: two bytes of length (low first), then a serialised Record, and
// so on. Whatever is put together must keep what assemble_run() promises.
#include <google/protobuf/stubs/logging.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "meterrig/store/assemble.h"

using namespace meterrig;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void check_promises(const v1::Run& run, std::size_t records, std::size_t results) {
  require(run.results_size() == run.header().plan_size());
  for (int i = 0; i < run.results_size(); ++i) {
    require(run.results(i).point() == run.header().plan(i).id());
    require(run.results(i).outcome() != v1::OUTCOME_UNSPECIFIED);
    require(run.verdict() != v1::OUTCOME_PASS || run.results(i).outcome() == v1::OUTCOME_PASS ||
            store::is_explained(run.header().plan(i)));
  }
  require(static_cast<std::size_t>(run.superseded_size()) <= results);
  require(static_cast<std::size_t>(run.circumstances_size()) == records);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const google::protobuf::LogSilencer silence;
  std::vector<v1::Record> records;
  std::size_t results = 0;
  while (size >= 2) {
    const std::size_t said = data[0] + 256U * data[1];
    const std::size_t length = said < size - 2 ? said : size - 2;
    v1::Record record;
    if (record.ParseFromArray(data + 2, static_cast<int>(length))) {
      if (record.evidence().has_point_result()) ++results;
      records.push_back(record);
    }
    data += 2 + length;
    size -= 2 + length;
  }
  const auto run = store::assemble_run(records, {});
  if (run) check_promises(*run, records.size(), results);
  return 0;
}
