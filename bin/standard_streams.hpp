#pragma once

#include <fcntl.h>
#include <unistd.h>

namespace tocsin {

/// Opens /dev/null on each standard descriptor (0-2) that is closed; otherwise the next file
/// opened, such as the database, would get that number and receive what is written to stdout or
/// stderr. Opened in the wrong direction on purpose, so that using it fails. Call this before
/// anything else is opened.
inline void take_missing_streams() {
  for (auto stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(stream, F_GETFD) < 0)
      ::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

} // namespace tocsin
