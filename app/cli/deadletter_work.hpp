#pragma once

#include "app/cli/session.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace tocsin::cli {

/// A replay or a discard: `POST /dead-letters/NAME`.
struct deadletter_work {
  /// `replay` or `discard`.
  std::string name;
  /// The body of the requests, except `dry_run` and `cursor`.
  boost::json::object body;
  bool dry_run = false;
  /// Whether it goes ahead without a question.
  bool confirmed = false;
};

/// Sends requests until everything selected is done, and prints the totals. Unless it is
/// confirmed, a dry run comes first, and the person is asked on the streams.
/// Returns refused if the service stopped early: what was done stays done, and the same command
/// continues with the rest.
exit_code work_off(session& on, const deadletter_work& work);

} // namespace tocsin::cli
