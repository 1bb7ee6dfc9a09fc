#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

/// Checks on the shape of JSON that the rule sets share.
namespace tocsin::standin {

/// What is wrong, in words; nothing if all is well.
using fault = std::optional<std::string>;

/// A text's permitted size and the unit it is counted in.
struct text_limit {
  std::size_t least;
  std::size_t most;
  std::size_t (*measure)(std::string_view);
};

enum class presence : bool { optional, required };

/// Parses `body` with at most `max_depth` nested arrays and objects. Returns nothing, and says
/// why in `reason`, if it is not exactly one JSON text in valid UTF-8.
std::optional<boost::json::value> parse_json(std::string_view body, std::size_t max_depth,
                                             std::string& reason);

/// Names the first key of `object` that is not in `allowed`.
std::optional<std::string_view> unknown_key(const boost::json::object& object,
                                            std::initializer_list<std::string_view> allowed);

/// Faults an object that has a key outside of `allowed`.
fault only_keys(const boost::json::object& object, std::string_view where,
                std::initializer_list<std::string_view> allowed);

/// Faults `object[key]` if it is not a text within `limit`. The lower bound is applied to the text
/// without white space at its ends: blank is as good as empty.
fault check_text(const boost::json::object& object, std::string_view key, std::string_view where,
                 text_limit limit, presence needed = presence::optional);

/// Faults any of `keys` that is there but neither true nor false.
fault check_flags(const boost::json::object& object, std::string_view where,
                  std::initializer_list<std::string_view> keys);

/// Faults `object[key]` if it is there but is not an `http` or `https` URL of at most
/// `most` bytes.
fault check_url(const boost::json::object& object, std::string_view key, std::string_view where,
                std::size_t most, presence needed = presence::optional);

/// True for an absolute http or https URL without blanks and control characters.
bool is_web_url(std::string_view text);

} // namespace tocsin::standin
