#pragma once

#include "channels/adapter.hpp"
#include "messages/channel.hpp"
#include "messages/failure.hpp"
#include "storage/engine/environment.hpp"
#include "storage/files/secret_box.hpp"
#include "storage/repositories/channel_repository.hpp"

#include <memory>
#include <optional>
#include <string>

namespace tocsin {

/// Where channels may send to, and under which name.
struct outbound_options {
  channels::provider_endpoints endpoints;
  /// For the channels of admins; those of customers are always bound to public addresses.
  channels::address_rules admin_rules = channels::address_rules::any();
  /// What the service calls itself in messages.
  std::string public_name{channels::default_public_name};
};

/// Whether a channel that cannot be opened because of `why` stays so until somebody changes it or
/// restores the right key.
bool is_lasting_fault(const failure& why);

/// Why such a channel cannot be started, in words for people.
std::string start_fault(const failure& why);

/// Access to stored channels for everybody who needs their decrypted settings. Immutable, and so
/// thread-safe.
class channel_access {
public:
  channel_access(std::shared_ptr<storage::environment> storage,
                 std::shared_ptr<const storage::secret_box> secrets, outbound_options outbound);

  /// Reads a channel with its decrypted settings; nothing if there is none.
  /// Errors: bad_key, and those of storage.
  expected<std::optional<channel>> load(const channel_id& id) const;

  /// As above, for those who read already.
  expected<std::optional<channel>> load(const storage::transaction& tx, const channel_id& id) const;

  /// Reads a channel as it is stored, which needs no key; nothing if there is none.
  /// Errors: those of storage.
  expected<std::optional<storage::stored_channel>> load_sealed(const channel_id& id) const;

  /// Opens the settings of a channel that was read.
  expected<channel> open(storage::stored_channel x) const;

  /// Seals the settings of `x` for storage.
  expected<std::string> seal(const channel& x) const;

  /// Makes the adapter for `x`. A customer's channels may only reach public addresses, an admin's
  /// those that the operator allows. Errors: invalid_argument with every wrong field.
  expected<std::unique_ptr<channels::adapter>> make_adapter(const channel& x) const;

  storage::environment& environment() const { return *storage_; }

private:
  std::shared_ptr<storage::environment> storage_;
  std::shared_ptr<const storage::secret_box> secrets_;
  outbound_options outbound_;
};

} // namespace tocsin
