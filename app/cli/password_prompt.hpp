#pragma once

#include "messages/failure.hpp"

#include <iosfwd>
#include <string>
#include <string_view>

namespace tocsin::cli {

/// Asks at `terminal`, a descriptor, for the new password of `whom`, twice and without showing what
/// is typed; the prompts go to `err`. What was typed before the first prompt is dropped.
///
/// SIGINT, SIGTERM, SIGHUP, SIGQUIT and SIGTSTP do what they do, but only once the terminal shows
/// again what is typed; a process that was stopped asks again when it continues. Not thread-safe:
/// for the main thread of a program. Errors: invalid_argument (nothing was typed, the two differ,
/// or the terminal cannot be used).
expected<std::string> ask_new_password(int terminal, std::ostream& err, std::string_view whom);

} // namespace tocsin::cli
