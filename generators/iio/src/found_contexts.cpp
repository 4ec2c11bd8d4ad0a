// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/iio/found_contexts.h"

#include <fmt/format.h>
#include <iio.h>

#include <cerrno>
#include <memory>
#include <span>

#include "iio_error.h"

namespace meterrig::iio {
namespace {

struct Destroy {
  void operator()(iio_scan_context* scan) const { iio_scan_context_destroy(scan); }
  void operator()(iio_context_info** list) const { iio_context_info_list_free(list); }
};

}  // namespace

Result<std::vector<FoundContext>> find_contexts() {
  // Each by itself: a machine without USB has converters all the same.
  std::vector<FoundContext> found;
  for (const char* backend : {"local", "usb"}) {
    errno = 0;
    const std::unique_ptr<iio_scan_context, Destroy> scan(iio_create_scan_context(backend, 0));
    if (!scan) {
      if (errno == ENODEV || errno == ENOSYS || errno == ENOENT || errno == 0) continue;
      return iio_error(errno, fmt::format("no scan of {} for converters", backend));
    }
    iio_context_info** raw = nullptr;
    const ssize_t count = iio_scan_context_get_info_list(scan.get(), &raw);
    if (count < 0) {
      if (count == -ENODEV || count == -ENOSYS || count == -ENOENT) continue;
      return iio_error(static_cast<int>(-count),
                       fmt::format("no list of the converters on {}", backend));
    }
    const std::unique_ptr<iio_context_info*, Destroy> list(raw);
    for (const iio_context_info* info : std::span(raw, static_cast<std::size_t>(count))) {
      const char* const uri = iio_context_info_get_uri(info);
      const char* const description = iio_context_info_get_description(info);
      found.push_back({.uri = uri == nullptr ? "" : uri,
                       .description = description == nullptr ? "" : description});
    }
  }
  return found;
}

}  // namespace meterrig::iio
