// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>

#include "commands.h"
#include "data_files.h"
#include "meterrig/v1/bench.pb.h"
#include "meterrig/v1/device.pb.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/roles.h"
#include "meterrig/vocabulary/terminals.h"

namespace meterrig::cli {

/// A device at a position: its link, and its terminals where the way to it has such.
struct OpenDevice {
  std::unique_ptr<DeviceLink> link;
  std::shared_ptr<Terminals> terminals;
};

/// Opens the way to the device at a position. Names of files are relative to `folder`, that of the
/// bench file. Errors: those of the port, the connection and the link.
[[nodiscard]] Result<OpenDevice> open_device(const v1::Device& device, const v1::Position& position,
                                             const v1::LinkPolicy& policy, const DataFiles& files,
                                             const std::filesystem::path& folder);

/// Puts what the command line says of the link into a position. Errors: invalid_argument for two
/// links, a --tcp or --inject-tcp that is not HOST:PORT, or TLS without gRPC or an authority.
[[nodiscard]] Result<void> override_link(v1::Position& position, const v1::Device& device,
                                         const LinkOptions& options);

}  // namespace meterrig::cli
