// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "data_files.h"
#include "meterrig/ports/port_state.h"
#include "meterrig/v1/bench.pb.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"

// What `meterrig doctor` looks at. Nothing here changes an output but self_test(), and no serial
// port is opened but those of a bench's source and reference, which are asked who they are.
namespace meterrig::cli {

enum class Fitness : std::uint8_t { ok, warning, problem };

/// One thing that was looked at.
struct Check {
  std::string what;
  Fitness fitness = Fitness::ok;
  std::string found;
  std::string advice;  ///< what to do; empty when there is nothing
};
using Checks = std::vector<Check>;

/// Clocks, processor, locale, the folder of runs and its disk, serial ports.
[[nodiscard]] Checks check_machine();
/// What to do where a port is not permitted.
[[nodiscard]] std::string permission_advice(const ports::PortState& port);
/// Every file that ships, by itself and with those that it names.
[[nodiscard]] Checks check_data(const DataFiles& files);
/// A serial port: there, permitted and free. It is not opened.
[[nodiscard]] Check check_port(const std::string& what, const std::string& path);
/// Every position of a bench file: its port or address, its device; its instruments, where it has
/// any. `device` names the profile expected there, or is empty. A certificate that is due within
/// `horizon` is a warning.
[[nodiscard]] Checks check_bench_file(const DataFiles& files, const std::filesystem::path& bench,
                                      const std::filesystem::path& device,
                                      std::chrono::days horizon);
/// What keeps the output of a bench safe, its source and reference and their calibration; relative
/// to `folder`.
[[nodiscard]] Checks check_hardware(const DataFiles& files, const v1::Bench& bench,
                                    const std::filesystem::path& folder, std::chrono::days horizon);
/// A certificate or record, `found` by its words, up to the day before it is due: a warning within
/// `horizon` of that, a problem from then on.
[[nodiscard]] Check check_due(std::string what, const std::string& found, const std::string& due,
                              std::string advice, std::chrono::days horizon);
/// The list of certificates of a bench.
[[nodiscard]] Checks check_certificates(const v1::Bench& bench, std::chrono::days horizon);
/// Puts out the wiring check of a bench, reads it with the reference and switches off. `person` has
/// looked at the bench.
[[nodiscard]] Checks self_test(const DataFiles& files, const std::filesystem::path& bench,
                               const std::string& person, const std::atomic<bool>& stop);
/// PEM files of a TLS link, relative to `folder`: readable, in their time, the key the
/// certificate's.
[[nodiscard]] Checks check_tls(const std::string& what, const v1::Tls& tls,
                               const std::filesystem::path& folder);

/// Connects to "unix:PATH" or "HOST:PORT" and hangs up. Errors: invalid_argument, not_found (a host
/// without an address), unavailable (nobody listens), deadline_exceeded.
[[nodiscard]] Result<void> reach(const std::string& address, Duration patience);

}  // namespace meterrig::cli
