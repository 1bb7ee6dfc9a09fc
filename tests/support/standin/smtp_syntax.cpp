#include "tests/support/standin/smtp_syntax.hpp"

#include <algorithm>

namespace tocsin::standin {

namespace {

constexpr std::size_t max_local_part = 64;
constexpr std::size_t max_domain = 255;

bool is_letter_or_digit(unsigned char c, bool utf8) {
  return std::isalnum(c) != 0 || (utf8 && c >= 0x80);
}

bool is_dot_string(std::string_view text, bool utf8) {
  constexpr std::string_view specials = "!#$%&'*+-/=?^_`{|}~.";
  auto fits = [&](unsigned char c) {
    return is_letter_or_digit(c, utf8) || specials.find(static_cast<char>(c)) != specials.npos;
  };
  return !text.empty() && text.front() != '.' && text.back() != '.'
         && text.find("..") == std::string_view::npos && std::ranges::all_of(text, fits);
}

bool is_quoted_string(std::string_view text, bool utf8) {
  if (text.size() < 3 || text.front() != '"' || text.back() != '"')
    return false;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    auto c = static_cast<unsigned char>(text[i]);
    if (c == '\\' && i + 2 < text.size())
      ++i;
    else if (c == '"' || c == '\\' || c < 0x20 || c == 0x7F || (c >= 0x80 && !utf8))
      return false;
  }
  return true;
}

bool is_domain(std::string_view text, bool utf8) {
  if (text.starts_with('[') && text.ends_with(']'))
    return text.size() > 2;
  auto fits = [&](unsigned char c) { return is_letter_or_digit(c, utf8) || c == '-' || c == '.'; };
  return !text.empty() && text.front() != '.' && text.back() != '.' && text.front() != '-'
         && text.find("..") == std::string_view::npos && std::ranges::all_of(text, fits);
}

} // namespace

std::string in_upper_case(std::string_view text) {
  std::string result{text};
  std::ranges::transform(result, result.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return result;
}

std::optional<smtp_path> parse_smtp_path(std::string_view argument, std::string_view keyword) {
  auto head = argument.substr(0, keyword.size());
  if (in_upper_case(head) != keyword || !argument.substr(head.size()).starts_with(":<"))
    return std::nullopt;
  argument.remove_prefix(keyword.size() + 2);
  auto end = argument.find('>');
  if (end == std::string_view::npos)
    return std::nullopt;
  smtp_path result{std::string{argument.substr(0, end)}, {}};
  argument.remove_prefix(end + 1);
  while (!argument.empty()) {
    if (argument.front() != ' ')
      return std::nullopt;
    argument.remove_prefix(1);
    auto parameter = argument.substr(0, argument.find(' '));
    if (parameter.empty())
      return std::nullopt;
    auto equals = std::min(parameter.find('='), parameter.size());
    auto value = parameter.substr(std::min(equals + 1, parameter.size()));
    result.parameters.emplace_back(in_upper_case(parameter.substr(0, equals)), value);
    argument.remove_prefix(parameter.size());
  }
  return result;
}

bool is_mailbox(std::string_view address, bool utf8) {
  auto at = address.rfind('@');
  if (at == std::string_view::npos)
    return false;
  auto local = address.substr(0, at);
  auto domain = address.substr(at + 1);
  return local.size() <= max_local_part && domain.size() <= max_domain
         && (is_dot_string(local, utf8) || is_quoted_string(local, utf8))
         && is_domain(domain, utf8);
}

} // namespace tocsin::standin
