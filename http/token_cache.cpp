#include "http/token_cache.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>

namespace tocsin::http {

namespace {

bool is_scheme(std::string_view text) {
  constexpr std::string_view bearer = "bearer";
  return std::equal(text.begin(), text.end(), bearer.begin(), bearer.end(),
                    [](char a, char b) { return (a | 0x20) == b; });
}

} // namespace

sha256_digest sha256(std::string_view text) {
  // Fetched once, as looking the algorithm up costs more than the digest of a short text.
  static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> algorithm{
    EVP_MD_fetch(nullptr, "SHA256", nullptr), &EVP_MD_free};
  sha256_digest result{};
  EVP_Digest(text.data(), text.size(), result.data(), nullptr, algorithm.get(), nullptr);
  return result;
}

std::optional<std::string_view> bearer_token(std::string_view authorization) {
  auto space = authorization.find(' ');
  if (space == std::string_view::npos || !is_scheme(authorization.substr(0, space)))
    return std::nullopt;
  auto token = authorization.substr(space);
  token.remove_prefix(std::min(token.find_first_not_of(' '), token.size()));
  if (token.empty())
    return std::nullopt;
  return token;
}

const token* token_cache::find(const sha256_digest& digest, clock::time_point now) {
  auto found = entries_.find(digest);
  return found != entries_.end() && now < found->second.until ? &found->second.value : nullptr;
}

void token_cache::put(const token& x, clock::time_point now) {
  std::erase_if(entries_, [now](auto& entry) { return entry.second.until <= now; });
  entries_[x.digest] = {x, now + lifetime};
}

} // namespace tocsin::http
