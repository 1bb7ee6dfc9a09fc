#pragma once

#include <boost/json/object.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

/// Discord's form validation, which names the faulty field by its path.
namespace tocsin::standin {

/// One entry of the `errors` of a Discord 50035 reply.
struct form_error {
  /// Dotted, array indices as numbers: `embeds.0.fields.3.name`.
  std::string path;
  std::string code;
  std::string message;
};

using form_fault = std::optional<form_error>;

/// Faults the first key of `object` that is not in `allowed`. Discord itself seems to ignore
/// unknown keys, which is how a misspelt `allowed_mentions` goes unnoticed.
form_fault only_form_keys(const boost::json::object& object, const std::string& path,
                          std::initializer_list<std::string_view> allowed);

/// Faults `object[key]` unless it is a string of `least` to `most` code points after trimming.
/// A missing one is a fault only if `least` is not 0 and `required` is set.
form_fault check_form_text(const boost::json::object& object, std::string_view key,
                           const std::string& path, std::size_t least, std::size_t most,
                           bool required = false);

/// Faults `object[key]` if it is there and not an http or https URL of at most 2,048 bytes.
form_fault check_form_url(const boost::json::object& object, std::string_view key,
                          const std::string& path);

/// Faults `object[key]` if it is there and not a boolean.
form_fault check_form_flag(const boost::json::object& object, std::string_view key,
                           const std::string& path);

/// `path` and `key` joined by a dot; `key` alone if `path` is empty.
std::string joined(const std::string& path, std::string_view key);

/// The body of the 50035 reply that reports `error`.
std::string form_error_body(const form_error& error);

} // namespace tocsin::standin
