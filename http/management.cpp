#include "http/management.hpp"

#include "messages/recipient.hpp"

namespace tocsin::http {

namespace {

constexpr std::string_view release_suffix = "; release";

/// Managers and recipients are named by the same rule.
bool is_name(const std::string& text) {
  return parse_recipient_id(to_string(recipient_id{recipient_kind::admin, text})).has_value();
}

} // namespace

expected<management> read_management(const request& x) {
  management result;
  if (!x.managed_by)
    return result;
  result.manager = *x.managed_by;
  result.releases = result.manager.ends_with(release_suffix);
  if (result.releases)
    result.manager.resize(result.manager.size() - release_suffix.size());
  if (!is_name(result.manager))
    return fail(
      errc::invalid_argument,
      "the header 'X-Managed-By' must be 1 to 64 of a-z 0-9 . _ -, beginning with a letter "
      "or digit, optionally followed by '; release'");
  return result;
}

} // namespace tocsin::http
