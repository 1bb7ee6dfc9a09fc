#include "messages/recipient.hpp"

#include <algorithm>

namespace tocsin {

namespace {

constexpr std::string_view admin_prefix = "admin/";
constexpr std::string_view customer_prefix = "customer/";
constexpr size_t max_name_length = 64;

bool is_name(std::string_view text) {
  auto alphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  auto allowed = [&](char c) { return alphanumeric(c) || c == '.' || c == '_' || c == '-'; };
  return !text.empty() && text.size() <= max_name_length && alphanumeric(text.front())
         && std::all_of(text.begin(), text.end(), allowed);
}

} // namespace

std::string to_string(const recipient_id& x) {
  auto prefix = x.kind == recipient_kind::admin ? admin_prefix : customer_prefix;
  return std::string{prefix} + x.name;
}

std::optional<recipient_id> parse_recipient_id(std::string_view text) {
  auto read = [&](std::string_view prefix, recipient_kind kind) -> std::optional<recipient_id> {
    if (!text.starts_with(prefix) || !is_name(text.substr(prefix.size())))
      return std::nullopt;
    return recipient_id{kind, std::string{text.substr(prefix.size())}};
  };
  if (auto admin = read(admin_prefix, recipient_kind::admin))
    return admin;
  return read(customer_prefix, recipient_kind::customer);
}

} // namespace tocsin
