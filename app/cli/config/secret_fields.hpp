#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace tocsin::cli {

/// What stands for a secret wherever it is shown.
inline constexpr const char* hidden_secret = "(secret)";

/// The settings of a channel as the API shows it, with `text_of(field)` in place of each secret;
/// the field of a webhook's header is `headers/NAME`. What a rotation of a webhook's secret left
/// behind for a while is no part of it.
boost::json::object
settings_with_secrets(const boost::json::value& channel,
                      const std::function<std::string(const std::string&)>& text_of);

/// `settings` as they may be shown: without the values of secret fields and of those for whose
/// name `is_hidden`.
boost::json::object hide_secrets(const boost::json::object& settings,
                                 const std::function<bool(std::string_view)>& is_hidden);

} // namespace tocsin::cli
