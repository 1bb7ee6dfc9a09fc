#include "channels/mail_address.hpp"

#include "channels/characters.hpp"

#include <unicode/bytestream.h>
#include <unicode/idna.h>

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

namespace tocsin::channels {

namespace {

constexpr size_t max_local_bytes = 64;
constexpr size_t max_domain_bytes = 255;

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// A dot-atom (RFC 5322 §3.2.3).
bool is_local_part(std::string_view text) {
  constexpr std::string_view marks = "!#$%&'*+-/=?^_`{|}~.";
  return !text.empty() && text.size() <= max_local_bytes && text.front() != '.'
         && text.back() != '.' && text.find("..") == std::string_view::npos
         && std::all_of(text.begin(), text.end(), [&](char c) {
              return is_alphanumeric(c) || marks.find(c) != std::string_view::npos;
            });
}

bool is_domain(std::string_view text) {
  if (text.empty() || text.size() > max_domain_bytes)
    return false;
  while (!text.empty()) {
    auto label = text.substr(0, text.find('.'));
    auto is_good = !label.empty() && label.size() <= 63 && label.front() != '-'
                   && label.back() != '-' && std::all_of(label.begin(), label.end(), [](char c) {
                        return is_alphanumeric(c) || c == '-';
                      });
    if (!is_good || text.size() == label.size() + 1)
      return false;
    text.remove_prefix(std::min(text.size(), label.size() + 1));
  }
  return true;
}

/// The domain in ASCII (UTS #46); empty if it has no such form.
std::string to_ascii(std::string_view domain) {
  if (std::all_of(domain.begin(), domain.end(), [](char c) { return (c & 0x80) == 0; }))
    return std::string{domain};
  auto status = U_ZERO_ERROR;
  std::unique_ptr<icu::IDNA> idna{icu::IDNA::createUTS46Instance(
    UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_USE_STD3_RULES | UIDNA_CHECK_BIDI, status)};
  std::string result;
  if (U_FAILURE(status))
    return result;
  icu::StringByteSink<std::string> sink{&result};
  icu::IDNAInfo info;
  idna->nameToASCII_UTF8({domain.data(), static_cast<int32_t>(domain.size())}, sink, info, status);
  if (U_FAILURE(status) || info.hasErrors())
    result.clear();
  return result;
}

/// The name before the angle bracket, without its quotes.
std::string unquoted(std::string_view text) {
  text = trimmed(text, " ");
  if (text.size() < 2 || text.front() != '"' || text.back() != '"')
    return std::string{text};
  std::string result;
  text = text.substr(1, text.size() - 2);
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size())
      ++i;
    result += text[i];
  }
  return result;
}

} // namespace

std::optional<mailbox> parse_mailbox(std::string_view text) {
  if (has_controls(text))
    return std::nullopt;
  text = trimmed(text, " ");
  mailbox result;
  if (text.ends_with('>')) {
    auto open = text.rfind('<');
    if (open == std::string_view::npos)
      return std::nullopt;
    result.name = unquoted(text.substr(0, open));
    text = text.substr(open + 1, text.size() - open - 2);
  }
  auto at = text.rfind('@');
  if (at == std::string_view::npos || !is_local_part(text.substr(0, at)))
    return std::nullopt;
  auto domain = to_ascii(text.substr(at + 1));
  if (!is_domain(domain))
    return std::nullopt;
  result.address = std::string{text.substr(0, at + 1)} + domain;
  return result;
}

void drop_repeated_addresses(std::vector<std::string>& mailboxes) {
  if (mailboxes.size() < 2)
    return;
  std::set<std::string> seen;
  std::erase_if(mailboxes, [&seen](auto& text) {
    auto parsed = parse_mailbox(text);
    return !seen.insert(parsed ? std::move(parsed->address) : text).second;
  });
}

} // namespace tocsin::channels
