#pragma once

#include "app/cli/exit_code.hpp"
#include "app/cli/session.hpp"

#include <string>

namespace tocsin::cli {

struct apply_options {
  /// `-` is the standard input.
  std::string file;
  bool prunes = false;
  bool releases = false;
  bool dry_run = false;
  bool confirmed = false;
};

/// Prints what `apply_file` would change. Gives `differs` where that is anything.
exit_code show_plan(session& on, const apply_options& options);

/// Makes the service hold what the file says, after the whole of it was checked: syntax, names,
/// secrets that can be read, and each channel by the service itself. Shows the plan and asks.
///
/// The API knows no transaction over several objects. The steps are in such an order that each is
/// right by itself, each demands the revision that was looked at, and a run that was stopped is
/// completed by the next one. A file that says what is there already writes nothing.
exit_code apply_file(session& on, const apply_options& options);

} // namespace tocsin::cli
