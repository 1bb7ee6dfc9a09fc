#include "channels/adapter.hpp"
#include "channels/discord.hpp"
#include "channels/email.hpp"
#include "channels/settings_reader.hpp"
#include "channels/slack.hpp"
#include "channels/telegram.hpp"
#include "channels/webhook.hpp"

namespace tocsin::channels {

expected<std::unique_ptr<adapter>> make_adapter(channel_type type, std::string_view settings,
                                                const provider_endpoints& endpoints,
                                                const address_rules& rules) {
  settings_reader reader{settings};
  std::unique_ptr<adapter> result;
  switch (type) {
  case channel_type::email: result = make_email(reader, rules); break;
  case channel_type::slack: result = make_slack(reader, endpoints); break;
  case channel_type::discord: result = make_discord(reader, endpoints); break;
  case channel_type::telegram: result = make_telegram(reader, endpoints); break;
  case channel_type::webhook: result = make_webhook(reader, rules); break;
  }
  if (!result)
    return fail(errc::invalid_argument, "there is no such type of channel");
  // What was made of settings that are not valid goes no further.
  if (auto wrong = reader.finish())
    return std::move(*wrong);
  return result;
}

pace pace_of(channel_type type) {
  switch (type) {
  // docs.slack.dev, "Rate limits": one a second, short bursts tolerated.
  case channel_type::slack: return {1, 5};
  // Observed and confirmed by staff (discord-api-docs#367): five in two seconds, and thirty a
  // minute to one channel, which the lower of the two rates keeps in the long run.
  case channel_type::discord: return {0.5, 5};
  // The bot FAQ: one a second to a chat, twenty a minute to a group.
  case channel_type::telegram: return {1.0 / 3, 5};
  case channel_type::email:
  case channel_type::webhook: break;
  }
  return {};
}

} // namespace tocsin::channels
