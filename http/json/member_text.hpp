#pragma once

#include <optional>
#include <string_view>

namespace tocsin::http {

/// The text of the member `key` of a JSON object, just as it stands in `json`: numbers keep their
/// digits. Nothing if there is no such member; the last one where it stands there repeatedly.
/// `json` must be a JSON object that has been parsed without an error.
std::optional<std::string_view> member_text(std::string_view json, std::string_view key);

} // namespace tocsin::http
