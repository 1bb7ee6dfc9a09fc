#include "app/cli/config/fault.hpp"

#include "messages/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tocsin::cli {

std::string to_text(config_faults faults, const std::string& file) {
  std::stable_sort(faults.begin(), faults.end(),
                   [](const auto& a, const auto& b) { return a.line < b.line; });
  std::string result;
  for (const auto& x : faults) {
    auto line = x.line > 0 ? fmt::format("{}:{}: ", file, x.line) : file + ": ";
    auto where = x.pointer.empty() ? std::string{} : x.pointer + ": ";
    result += clean_line(line + where + x.text) + '\n';
  }
  return result;
}

} // namespace tocsin::cli
