#include "actors/routing/recipient_reading.hpp"

#include "channels/mail_address.hpp"
#include "storage/repositories/channel_repository.hpp"
#include "storage/repositories/recipient_repository.hpp"

namespace tocsin {

expected<policy::planning_recipient> read_planning_recipient(const channel_access& channels,
                                                             const storage::transaction& tx,
                                                             const recipient_id& id) {
  storage::recipient_repository recipients{tx};
  policy::planning_recipient result;
  auto found = recipients.find(id);
  if (!found)
    return found.error();
  result.value.id = id;
  if (*found)
    result.value = std::move(**found);
  auto wishes = recipients.find_preference(id);
  if (!wishes)
    return wishes.error();
  result.wishes = std::move(*wishes).value_or(preference{});
  auto owned = storage::channel_repository{tx}.of_owner(id);
  if (!owned)
    return owned.error();
  for (auto& x : *owned) {
    // Settings are checked when they are stored. Should they not be good any longer, the channel
    // still gets its deliveries: its supervisor reports the fault, and they wait until it is fixed.
    // The addresses of mails are among the settings, so that these deliveries name none: each goes
    // to all addresses of the fixed channel.
    auto planned = x.value;
    std::vector<std::string> destinations{""};
    if (auto opened = channels.open(std::move(x)))
      if (auto adapter = channels.make_adapter(*opened))
        destinations = (*adapter)->destinations();
    for (auto& [type, choice] : planned.triggers)
      channels::drop_repeated_addresses(choice.to);
    result.channels.push_back({std::move(planned), std::move(destinations)});
  }
  return result;
}

} // namespace tocsin
