#pragma once

#include "app/cli/exit_code.hpp"
#include "app/cli/session.hpp"

#include <string>

namespace tocsin::cli {

struct apply_options {
  /// `-` is standard input.
  std::string file;
  bool prunes = false;
  bool releases = false;
  bool dry_run = false;
  bool confirmed = false;
};

/// Prints what `apply_file` would change. Returns `differs` if that is anything.
exit_code show_plan(session& on, const apply_options& options);

/// Makes the service match the file, after all of it was checked: syntax, names, readable secrets,
/// and each channel by the service itself. Shows the plan and asks.
///
/// The API has no transaction over several objects. The steps are ordered so that each is valid by
/// itself, each demands the revision that the plan was made from, and a run that was stopped is
/// completed by the next one. A file that matches the service writes nothing.
exit_code apply_file(session& on, const apply_options& options);

} // namespace tocsin::cli
