#include "channels/secret_text.hpp"

#include <algorithm>

namespace tocsin::channels {

namespace {

/// For each beginning of `pattern`: how long the longest shorter one is that it ends with.
std::vector<size_t> borders(std::string_view pattern) {
  std::vector<size_t> result(pattern.size());
  size_t length = 0;
  for (size_t i = 1; i < pattern.size(); ++i) {
    while (length > 0 && pattern[i] != pattern[length])
      length = result[length - 1];
    if (pattern[i] == pattern[length])
      ++length;
    result[i] = length;
  }
  return result;
}

/// Marks the bytes of `text` that belong to `secret`, as far as `hidden` goes. The search is that
/// of Knuth, Morris and Pratt, which looks at no byte of the text again.
void mark(std::vector<bool>& hidden, std::string_view text, std::string_view secret) {
  auto border = borders(secret);
  size_t matched = 0;
  size_t marked = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    while (matched > 0 && text[i] != secret[matched])
      matched = border[matched - 1];
    if (text[i] == secret[matched])
      ++matched;
    if (matched < secret.size())
      continue;
    matched = border.back();
    for (auto at = std::max(marked, i + 1 - secret.size()); at < std::min(i + 1, hidden.size());
         ++at)
      hidden[at] = true;
    marked = i + 1;
  }
}

} // namespace

std::string hide_secrets(std::string_view text, const std::vector<std::string>& secrets,
                         size_t shown) {
  if (secrets.empty())
    return std::string{text.substr(0, shown)};
  std::vector<bool> hidden(std::min(text.size(), shown));
  for (auto& secret : secrets)
    if (secret.size() >= min_secret_bytes && secret.size() <= text.size())
      mark(hidden, text.substr(0, hidden.size() + secret.size()), secret);
  std::string result;
  result.reserve(hidden.size());
  for (size_t i = 0; i < hidden.size(); ++i)
    if (!hidden[i])
      result += text[i];
    else if (i == 0 || !hidden[i - 1])
      result += "[redacted]";
  return result;
}

} // namespace tocsin::channels
