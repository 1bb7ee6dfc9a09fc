#pragma once

#include "channels/settings_reader.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tocsin::channels {

/// Headers that an operator sets.
struct custom_headers {
  /// `Name: value` each, for libcurl.
  std::vector<std::string> lines;
  /// Lower-case names, in the same order.
  std::vector<std::string> names;

  /// `name` in lower case.
  bool contain(std::string_view name) const;
};

/// Reads the setting `headers`. A name is a token (RFC 9110 §5.6.2) and none that the transport or
/// the signatures own, a value has no control characters but tabs. Adds the values to `secrets`.
custom_headers read_headers(settings_reader& settings, std::vector<std::string>& secrets);

} // namespace tocsin::channels
