#pragma once

#include <algorithm>
#include <string_view>

namespace tocsin::http {

/// Whether `name` is one of the words in `list`, which are separated by single spaces.
inline bool is_listed(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    auto end = std::min(list.find(' '), list.size());
    if (list.substr(0, end) == name)
      return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

} // namespace tocsin::http
