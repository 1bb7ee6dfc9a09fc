#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

/// The two ways in which a generic webhook is signed.
namespace tocsin::standin {

/// Standard base64 with padding, decoded; nothing if `text` is not that.
std::optional<std::string> decode_base64(std::string_view text);

/// Standard base64 with padding.
std::string encode_base64(std::string_view bytes);

/// HMAC-SHA256, 32 raw bytes.
std::string hmac_sha256(std::string_view key, std::string_view message);

/// True if `header` is `sha256=` and the lowercase hex HMAC-SHA256 of `body` under `secret`.
/// Compared in constant time.
bool verify_x_signature(std::string_view header, std::string_view secret, std::string_view body);

/// The three headers of Standard Webhooks.
struct standard_headers {
  std::string_view id;
  std::string_view timestamp;
  std::string_view signature;
};

/// True if one of the `v1` signatures fits `body` under `secret` (`whsec_` and base64 of the key),
/// the id is not empty and has no dot, and the timestamp is within 5 minutes of `now`
/// (standard-webhooks, spec/standard-webhooks.md; its reference libraries' tolerance).
bool verify_standard_webhook(const standard_headers& headers, std::string_view secret,
                             std::string_view body, std::chrono::system_clock::time_point now);

} // namespace tocsin::standin
