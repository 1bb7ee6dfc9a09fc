#pragma once

namespace tocsin::app {

/// Ends the process, for an exception that nobody catches, with a line in the log and exit code 70:
/// most often the system refuses a thread or a file that cannot be done without. Whatever else
/// terminates the process leaves a core dump, as without this.
void log_uncaught_exceptions();

} // namespace tocsin::app
