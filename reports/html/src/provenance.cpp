// SPDX-License-Identifier: GPL-3.0-or-later
// What the run was made from and how to check it: files, software, machines, link, hashes.
#include <fmt/format.h>

#include <map>
#include <set>

#include "meterrig/report/words.h"
#include "page.h"

namespace meterrig::report {
namespace {

std::string joined(const std::set<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) append(all, "; ", text);
  return all.empty() ? "not recorded" : all;
}

void add_software(Part& root, const v1::Run& run) {
  const v1::RunHeader& header = run.header();
  std::set<std::string> hosts;
  std::set<std::string> systems;
  std::set<std::string> executables;
  for (const v1::Circumstances& record : run.circumstances()) {
    if (!record.host().empty()) hosts.insert(record.host());
    if (!record.operating_system().empty()) systems.insert(record.operating_system());
    if (!record.executable_sha256().empty()) executables.insert(record.executable_sha256());
  }
  std::string wall = "not recorded";
  if (run.circumstances_size() > 0) {
    wall = fmt::format("{} to {}, {} records", time_text(run.circumstances(0).wall_clock()),
                       time_text(run.circumstances(run.circumstances_size() - 1).wall_clock()),
                       run.circumstances_size());
  }
  root.list("software",
            {fact("Software", fmt::format("meterrig {}", header.software_version())),
             fact("SHA-256 of the executable", joined(executables)), fact("Host", joined(hosts)),
             fact("Operating system", joined(systems)), fact("Wall clock", wall),
             fact("Seed", std::to_string(header.seed())),
             fact("Rows asked for", header.only().empty() ? "all" : header.only()),
             fact("Repetitions", std::to_string(header.repeat() == 0 ? 1 : header.repeat())),
             fact("Form of the run", run.schema_version())});
  std::vector<Part> files;
  for (const v1::NamedHash& file : header.files()) {
    files.push_back(Part().text("file", file.name()).text("sha256", file.sha256()));
  }
  root.listed("files", files);
  root.text("chain_sha256", run.chain_sha256()).text("evidence_sha256", run.evidence_sha256());
}

void add(v1::LinkCount& sum, const v1::LinkCount& count) {
  sum.set_requests(sum.requests() + count.requests());
  sum.set_retries(sum.retries() + count.retries());
  sum.set_timeouts(sum.timeouts() + count.timeouts());
  sum.set_crc_errors(sum.crc_errors() + count.crc_errors());
  sum.set_exceptions(sum.exceptions() + count.exceptions());
  sum.set_wrong_unit(sum.wrong_unit() + count.wrong_unit());
  sum.set_late_answers(sum.late_answers() + count.late_answers());
  sum.set_foreign_answers(sum.foreign_answers() + count.foreign_answers());
  sum.set_saturated_samples(sum.saturated_samples() + count.saturated_samples());
}

/// A record holds what its process counted so far, and a process counts from 0: where requests
/// fall, another process went on with the run.
void add_links(Part& root, const v1::Run& run) {
  std::map<std::string, v1::LinkCount> total;  // of the processes that ended
  std::map<std::string, v1::LinkCount> latest;
  for (const v1::Circumstances& record : run.circumstances()) {
    for (const v1::LinkCount& link : record.links()) {
      v1::LinkCount& last = latest[link.position()];
      if (link.requests() < last.requests()) add(total[link.position()], last);
      last = link;
    }
  }
  for (const auto& [position, last] : latest) add(total[position], last);
  std::vector<Part> links;
  for (const auto& [position, sum] : total) {
    std::vector<Part> numbers;
    for (const std::int64_t number :
         {sum.requests(), sum.retries(), sum.timeouts(), sum.crc_errors(), sum.exceptions(),
          sum.wrong_unit(), sum.late_answers(), sum.foreign_answers(), sum.saturated_samples()}) {
      numbers.push_back(Part().text("number_text", std::to_string(number)));
    }
    links.push_back(Part().text("position", position).list("numbers", numbers));
  }
  root.listed("links", links);
}

}  // namespace

void add_provenance(Part& root, const Page& page) {
  add_software(root, page.run);
  add_links(root, page.run);
}

}  // namespace meterrig::report
