#pragma once

#include <boost/system/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin {

/// What went wrong on our side, as a value. Each code has one sentence in `describe`, one HTTP
/// status in `http/problem.cpp`, and never changes its name: clients match on `to_string`.
enum class errc : uint8_t {
  invalid_argument = 1,
  unknown_event_type,
  not_found,
  already_exists,
  revision_mismatch,
  idempotency_conflict,
  unauthorized,
  forbidden,
  overloaded,
  shutting_down,
  storage_full,
  storage_io,
  storage_corrupt,
  storage_too_new,
  bad_key,
  unavailable,
  internal_error,
  conflict,
  in_flight,
  managed,
};

/// The stable, lower-case name of `code`, for example `not_found`.
std::string_view to_string(errc code);

/// One sentence for people about `code`.
std::string_view describe(errc code);

/// The code with this name; nothing if there is none.
std::optional<errc> parse_errc(std::string_view name);

/// One wrong field of a request.
struct field_error {
  /// JSON pointer (RFC 6901) into the request body, for example `/3/message`.
  std::string pointer;
  /// Stable lower-case name of the fault, for example `required` or `too_long`.
  std::string code;
  /// One sentence for people: what is wrong and what was expected.
  std::string detail;

  friend bool operator==(const field_error&, const field_error&) = default;
};

/// A failure with its context.
struct failure {
  errc code = errc::invalid_argument;
  /// What happened and where, without secrets.
  std::string detail;
  /// The wrong fields, where the request named them.
  std::vector<field_error> fields;
};

/// A value or a failure; exactly one of them.
template <class T>
using expected = boost::system::result<T, failure>;

/// Builds a failure to return from a function that gives `expected<T>`.
inline failure fail(errc code, std::string detail, std::vector<field_error> fields = {}) {
  return {code, std::move(detail), std::move(fields)};
}

/// Makes `expected<T>::value()` on a failure throw; only a bug gets there.
[[noreturn]] void throw_exception_from_error(const failure& x, const boost::source_location& where);

} // namespace tocsin
