#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::link {

/// Takes apart a text that names peers, with commas between them, as the configuration has it: by
/// subject alternative names, or by fingerprints, `sha256:` and 64 hexadecimal digits. Colons
/// between the digits, with which OpenSSL shows them, are left out of the result. Returns nothing
/// if one begins like a fingerprint and is not one.
std::optional<std::vector<std::string>> parse_peer_entries(std::string_view text);

} // namespace tocsin::link
