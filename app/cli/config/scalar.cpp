#include "app/cli/config/scalar.hpp"

#include <charconv>
#include <optional>
#include <string_view>

namespace tocsin::cli {

namespace {

constexpr std::string_view digits = "0123456789";

/// The whole of `text` as a number; nothing if it is not one.
template <class T>
std::optional<T> number_of(std::string_view text) {
  T result{};
  auto end = text.data() + text.size();
  auto [at, ec] = std::from_chars(text.data(), end, result);
  if (ec != std::errc{} || at != end)
    return std::nullopt;
  return result;
}

/// Ids and codes may begin with a zero that must not get lost.
bool has_leading_zero(std::string_view text) {
  if (text.starts_with('-'))
    text.remove_prefix(1);
  return text.size() > 1 && text[0] == '0' && text[1] != '.';
}

bool looks_like_number(std::string_view text) {
  auto begin = text.find_first_not_of('-');
  return begin <= 1 && digits.find(text[begin]) != std::string_view::npos;
}

} // namespace

boost::json::value plain_scalar(const std::string& text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL")
    return nullptr;
  if (text == "true" || text == "True" || text == "TRUE")
    return true;
  if (text == "false" || text == "False" || text == "FALSE")
    return false;
  if (looks_like_number(text) && !has_leading_zero(text)) {
    if (auto whole = number_of<int64_t>(text))
      return *whole;
    bool is_decimal = text.find_first_not_of("-+.eE0123456789") == std::string::npos
                      && text.find_first_of(".eE") != std::string::npos;
    if (auto number = is_decimal ? number_of<double>(text) : std::nullopt)
      return *number;
  }
  return boost::json::string{text};
}

} // namespace tocsin::cli
