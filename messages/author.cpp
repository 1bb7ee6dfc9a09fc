#include "messages/author.hpp"

#include <array>

namespace tocsin {

namespace {

constexpr std::array all_kinds{author_kind::service, author_kind::token, author_kind::admin,
                               author_kind::customer};

} // namespace

std::string_view to_string(author_kind x) {
  switch (x) {
  case author_kind::service: return "service";
  case author_kind::token: return "token";
  case author_kind::admin: return "admin";
  case author_kind::customer: return "customer";
  }
  return "unknown";
}

std::optional<author_kind> parse_author_kind(std::string_view text) {
  for (auto x : all_kinds)
    if (to_string(x) == text)
      return x;
  return std::nullopt;
}

} // namespace tocsin
