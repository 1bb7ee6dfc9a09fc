#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The syntax of SMTP command arguments (RFC 5321, section 4.1.2).
namespace tocsin::standin {

/// `<path> KEY=VALUE KEY …` after `MAIL FROM:` or `RCPT TO:`.
struct smtp_path {
  /// Without the angle brackets; empty for the null sender.
  std::string address;
  /// The ESMTP parameters, names in upper case; the value is empty if there is none.
  std::vector<std::pair<std::string, std::string>> parameters;
};

/// Reads `FROM:<a@b> SIZE=1` for the keyword `FROM`. No blank may follow the colon. Nothing if the
/// form is wrong; whether the address itself is one is for `is_mailbox`.
std::optional<smtp_path> parse_smtp_path(std::string_view argument, std::string_view keyword);

/// True for `local-part@domain` within 64 and 255 octets: a dot-string or a quoted string, and a
/// domain of letters, digits and hyphens or an address literal. With `utf8`, characters beyond
/// ASCII are letters as well.
bool is_mailbox(std::string_view address, bool utf8);

/// `text` in upper case (ASCII).
std::string in_upper_case(std::string_view text);

} // namespace tocsin::standin
