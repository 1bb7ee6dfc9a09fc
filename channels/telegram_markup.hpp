#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tocsin::channels {

/// What Telegram would find wrong with `text` as HTML (core.telegram.org/bots/api, "HTML style"):
/// a tag it does not know, or one that is not closed in its turn. Nothing if all is well.
std::optional<std::string> find_markup_fault(std::string_view text);

} // namespace tocsin::channels
