// SPDX-License-Identifier: GPL-3.0-or-later
#include "suites_to_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "meterrig/loader/together.h"

namespace meterrig::cli {
namespace {

class Collection {
 public:
  Collection(const std::function<std::optional<LoadedSuite>(const std::string& name)>& read,
             std::vector<loader::Finding>& findings)
      : read_(read), findings_(findings) {}

  void add(const std::string& name) {
    auto suite = read_(name);
    if (!suite) return;
    const std::string id = suite->message.suite().id();
    if (taken(id)) return;
    open_.push_back(id);
    const auto& includes = suite->message.suite().includes();
    for (int i = 0; i < includes.size(); ++i) {
      if (std::find(open_.begin(), open_.end(), includes[i]) != open_.end()) {
        findings_.push_back(
            suite->locations.finding(fmt::format("suite.includes[{}]", i),
                                     fmt::format("'{}', which includes this suite", includes[i]),
                                     "suites that do not include each other"));
        continue;
      }
      add(includes[i]);
      for (const LoadedSuite& included : suites_) {
        if (included.message.suite().id() != includes[i]) continue;
        for (loader::Finding& finding : loader::check_included(*suite, included))
          findings_.push_back(std::move(finding));
      }
    }
    open_.pop_back();
    if (!open_.empty()) included_.insert(id);
    suites_.push_back(std::move(*suite));
  }

  std::vector<LoadedSuite> suites() && { return std::move(suites_); }

 private:
  // An included one that was asked for as well is run once; of one asked for twice the plan tells.
  bool taken(const std::string& id) const {
    return (!open_.empty() || included_.contains(id)) &&
           std::any_of(suites_.begin(), suites_.end(),
                       [&](const auto& suite) { return suite.message.suite().id() == id; });
  }

  const std::function<std::optional<LoadedSuite>(const std::string& name)>& read_;
  std::vector<loader::Finding>& findings_;
  std::vector<LoadedSuite> suites_;
  std::vector<std::string> open_;  // those whose includes are being read
  std::set<std::string> included_;
};

}  // namespace

std::vector<LoadedSuite> suites_to_run(
    const std::vector<std::string>& names,
    const std::function<std::optional<LoadedSuite>(const std::string& name)>& read,
    std::vector<loader::Finding>& findings) {
  Collection collection(read, findings);
  for (const std::string& name : names) collection.add(name);
  return std::move(collection).suites();
}

}  // namespace meterrig::cli
