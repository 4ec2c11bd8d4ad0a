// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/report/html.h"

#include "embedded.h"
#include "meterrig/report/xml_text.h"
#include "page.h"

namespace meterrig::report {

std::string html(const v1::Run& run) {
  Page page(run);
  Part root;
  root.text("style_css", page_style);
  add_front(root, page);
  add_results(root, page);
  add_search(root, page);
  add_curves(root, page);
  add_harmonics(root, page);
  add_editions(root, page);
  add_conditions(root, page);
  add_condition_extremes(root, page);
  add_item(root, page);
  add_records(root, page);
  add_provenance(root, page);
  kainjow::mustache::mustache view{std::string(page_template)};
  view.set_custom_escape([](const std::string& text) { return escaped(text); });
  return view.render(root.data());
}

}  // namespace meterrig::report
