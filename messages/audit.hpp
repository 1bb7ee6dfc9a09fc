#pragma once

#include "messages/author.hpp"
#include "messages/ids.hpp"
#include "messages/timestamp.hpp"

#include <string>

namespace tocsin {

/// Under whose name, and as which entry of the audit log, a command is applied.
struct authorship {
  author by;
  /// The entry's id; entries are in the order of their ids.
  audit_id id;
  timestamp at{};
};

/// One change that somebody made.
struct audit_entry {
  audit_id id;
  timestamp at{};
  author by;
  /// What was done, for example `channel.create`.
  std::string action;
  /// To what, for example `channel/01J…` or `customer/acme`.
  std::string object;
  /// The object before and after as JSON objects without secrets; empty where it was not there.
  std::string before;
  std::string after;
};

} // namespace tocsin
