#pragma once

#include "messages/failure.hpp"
#include "messages/json_pointer.hpp"
#include "messages/recipient.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::http {

/// What JSON calls the kind of `x`, with its article: `a string`, `null`.
std::string_view kind_name(const boost::json::value& x);

/// Reads the members of a JSON object and notes what is wrong with them, up to `max_field_errors`,
/// so that a client is told all its mistakes at once. A member that is wrong or missing reads as
/// nothing. Lives no longer than the object and the list of errors.
class object_reader {
public:
  /// `pointer` is where the object stands in the body.
  object_reader(const boost::json::object& object, std::string pointer,
                std::vector<field_error>& errors)
    : object_(object), pointer_(std::move(pointer)), errors_(errors) {}

  object_reader(const object_reader&) = delete;
  object_reader& operator=(const object_reader&) = delete;

  std::optional<std::string> text(std::string_view key);

  /// As `text`; its absence is an error.
  std::string required_text(std::string_view key);

  /// As `required_text`; that it is empty is an error too.
  std::string required_word(std::string_view key);

  /// As `text`; that it is empty is an error.
  std::optional<std::string> word(std::string_view key);

  std::optional<bool> boolean(std::string_view key);

  /// A whole number of the range `low` to `high`.
  std::optional<int64_t> integer(std::string_view key, int64_t low, int64_t high);

  std::optional<std::vector<std::string>> texts(std::string_view key);

  /// An object; nullptr if there is none.
  const boost::json::object* object(std::string_view key);

  /// An array; nullptr if there is none.
  const boost::json::array* array(std::string_view key);

  /// `{"include":[…],"exclude":[…]}`; one that lets everything pass if there is none.
  selection read_selection(std::string_view key);

  /// Whether the member is there and is not null.
  bool has(std::string_view key) const;

  /// Accepts a member that somebody else reads.
  void expect(std::string_view key) { known_.push_back(key); }

  /// Notes that the member `key` is wrong.
  void complain(std::string_view key, std::string code, std::string detail);

  /// The pointer to the member `key`.
  std::string pointer_to(std::string_view key) const { return extend_pointer(pointer_, key); }

  /// Notes every member that was not asked for. Those in `read_only` are distinguished from unknown
  /// ones.
  void refuse_others(std::string_view read_only = {});

private:
  const boost::json::value* find(std::string_view key);
  void refuse_type(std::string_view key, std::string_view wanted, const boost::json::value& got);

  const boost::json::object& object_;
  std::string pointer_;
  std::vector<field_error>& errors_;
  std::vector<std::string_view> known_;
};

/// Reads a request body that is to be one JSON object.
/// Errors: invalid_argument (`malformed_json`, or `wrong_type` where it is something else).
expected<boost::json::object> parse_object(std::string_view body);

/// The failure to answer with when `errors` is not empty: unknown_event_type if one of them says
/// so, else invalid_argument.
failure invalid_fields(std::string_view what, std::vector<field_error> errors);

} // namespace tocsin::http
