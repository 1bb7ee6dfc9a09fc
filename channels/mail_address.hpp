#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::channels {

/// An address as people write it, `Name <user@example.com>` or without the name.
struct mailbox {
  /// Without quotes; empty where there is none.
  std::string name;
  /// `user@example.com` in ASCII: international domains come in their encoded form.
  std::string address;

  std::string_view domain() const {
    return std::string_view{address}.substr(address.rfind('@') + 1);
  }
};

/// Reads an address; nothing if `text` is not one that every mail server accepts: the local part is
/// a dot-atom of up to 64 ASCII characters (RFC 5321 §4.5.3.1), so that it needs no quoting and can
/// carry no SMTP command.
std::optional<mailbox> parse_mailbox(std::string_view text);

/// Leaves the first of those with the same address: whoever is listed twice gets one mail.
void drop_repeated_addresses(std::vector<std::string>& mailboxes);

} // namespace tocsin::channels
