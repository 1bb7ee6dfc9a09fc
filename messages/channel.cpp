#include "messages/channel.hpp"

#include <array>
#include <utility>

namespace tocsin {

namespace {

constexpr std::array<std::pair<channel_type, std::string_view>, 5> names{{
  {channel_type::email, "email"},
  {channel_type::slack, "slack"},
  {channel_type::discord, "discord"},
  {channel_type::telegram, "telegram"},
  {channel_type::webhook, "webhook"},
}};

} // namespace

std::string_view to_string(channel_type x) {
  return names.at(static_cast<size_t>(x) - 1).second;
}

std::optional<channel_type> parse_channel_type(std::string_view text) {
  for (auto& [type, name] : names)
    if (name == text)
      return type;
  return std::nullopt;
}

std::string_view to_string(ambiguous_policy x) {
  return x == ambiguous_policy::retry ? "retry" : "dead_letter";
}

std::optional<ambiguous_policy> parse_ambiguous_policy(std::string_view text) {
  for (auto x : {ambiguous_policy::retry, ambiguous_policy::dead_letter})
    if (to_string(x) == text)
      return x;
  return std::nullopt;
}

} // namespace tocsin
