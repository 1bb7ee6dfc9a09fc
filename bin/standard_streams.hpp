#pragma once

#include <fcntl.h>
#include <unistd.h>

namespace tocsin {

/// Takes the number of every standard stream that the program was started without. Else the next
/// files take it, and what is written to standard output or error goes into the database. What
/// takes it is opened the wrong way round: writing to a standard output that is missing fails, as
/// does reading from such an input. Call it before anything is opened.
inline void take_missing_streams() {
  for (auto stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(stream, F_GETFD) < 0)
      ::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

} // namespace tocsin
