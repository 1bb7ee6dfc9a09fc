#pragma once

#include <fcntl.h>
#include <unistd.h>

namespace tocsin {

/// Opens /dev/null for every standard stream that the program was started without. Else the next
/// files take their numbers, and what is written to standard output or error goes into the
/// database. Call it before anything is opened.
inline void open_standard_streams() {
  int opened = 0;
  do
    opened = ::open("/dev/null", O_RDWR);
  while (opened >= 0 && opened <= STDERR_FILENO);
  ::close(opened);
}

} // namespace tocsin
