// SPDX-License-Identifier: GPL-3.0-or-later
#include "buffer.h"

#include <fmt/format.h>
#include <iio.h>

#include <cerrno>

#include "broken_pipe.h"
#include "iio_error.h"

namespace meterrig::iio {

void Buffer::Close::operator()(iio_buffer* buffer) const {
  const NoBrokenPipe guard;
  iio_buffer_destroy(buffer);
}

Result<Buffer> Buffer::open(const Device& device, std::size_t samples, bool cyclic,
                            std::size_t blocks) {
  // A board that cannot choose keeps its own number, which is no failure.
  if (const int set =
          iio_device_set_kernel_buffers_count(device.handle(), static_cast<unsigned>(blocks));
      set < 0 && set != -ENOSYS)
    return iio_error(-set, fmt::format("{} blocks for device {}", blocks, device.name()));
  Buffer buffer;
  buffer.name_ = device.name();
  errno = 0;
  buffer.buffer_.reset(iio_device_create_buffer(device.handle(), samples, cyclic));
  if (!buffer.buffer_)
    return iio_error(errno == 0 ? EIO : errno,
                     fmt::format("no buffer of {} samples for device {}", samples, device.name()));
  return buffer;
}

Result<void> Buffer::push() {
  const ssize_t pushed = iio_buffer_push(handle());
  if (pushed < 0)
    return iio_error(static_cast<int>(-pushed), fmt::format("output of device {}", name_));
  return {};
}

Result<void> Buffer::refill() {
  const ssize_t came = iio_buffer_refill(handle());
  if (came < 0) return iio_error(static_cast<int>(-came), fmt::format("input of device {}", name_));
  return {};
}

}  // namespace meterrig::iio
