#include "actors/shared/channel_access.hpp"

namespace tocsin {

bool is_lasting_fault(const failure& why) {
  return why.code == errc::invalid_argument || why.code == errc::bad_key
         || why.code == errc::storage_corrupt;
}

std::string start_fault(const failure& why) {
  auto result = "it cannot be started: " + why.detail;
  if (!why.fields.empty())
    result += ": " + why.fields.front().detail;
  return result;
}

channel_access::channel_access(std::shared_ptr<storage::environment> storage,
                               std::shared_ptr<const storage::secret_box> secrets,
                               outbound_options outbound)
  : storage_(std::move(storage)), secrets_(std::move(secrets)), outbound_(std::move(outbound)) {}

expected<std::optional<channel>> channel_access::load(const channel_id& id) const {
  auto tx = storage_->read_published();
  if (!tx)
    return tx.error();
  return load(*tx, id);
}

expected<std::optional<channel>> channel_access::load(const storage::transaction& tx,
                                                      const channel_id& id) const {
  auto found = storage::channel_repository{tx}.find(id);
  if (!found)
    return found.error();
  if (!*found)
    return std::optional<channel>{};
  auto opened = open(std::move(**found));
  if (!opened)
    return opened.error();
  return std::optional<channel>{std::move(*opened)};
}

expected<std::optional<storage::stored_channel>>
channel_access::load_sealed(const channel_id& id) const {
  auto tx = storage_->read_published();
  if (!tx)
    return tx.error();
  return storage::channel_repository{*tx}.find(id);
}

expected<channel> channel_access::open(storage::stored_channel x) const {
  auto settings = secrets_->open(x.sealed_settings, to_string(x.value.id));
  if (!settings)
    return settings.error();
  x.value.settings = std::move(*settings);
  return std::move(x.value);
}

expected<std::string> channel_access::seal(const channel& x) const {
  return secrets_->seal(x.settings, to_string(x.id));
}

expected<std::unique_ptr<channels::adapter>> channel_access::make_adapter(const channel& x) const {
  auto rules = x.owner.kind == recipient_kind::customer ? channels::address_rules::public_only()
                                                        : outbound_.admin_rules;
  auto made = channels::make_adapter(x.type, x.settings, outbound_.endpoints, rules);
  if (made)
    (*made)->set_public_name(outbound_.public_name);
  return made;
}

} // namespace tocsin
