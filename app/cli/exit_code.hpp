#pragma once

namespace tocsin::cli {

/// What `tocsin` and `tocsin-bench` end with. Scripts match on these numbers: they never change.
enum class exit_code : int {
  ok = 0,
  /// The service refused the request, or there is no such object.
  refused = 1,
  /// The command line, a file it names or the context file is wrong, a name is ambiguous, or a
  /// question was answered with no.
  usage = 2,
  /// Nothing answers at the URL, or what answers is not Tocsin.
  unreachable = 3,
  /// No token, an unknown one, or one without the scope.
  unauthorized = 4,
  /// A test or `--wait` ended without a delivery; for the bench: an accepted event did not arrive.
  not_delivered = 5,
  /// `config diff` found that the service does not hold what the file says.
  differs = 6,
  /// The command did its work, but what it says of it could not be written in full.
  output_lost = 7,
};

} // namespace tocsin::cli
