#pragma once

#include "messages/channel.hpp"
#include "messages/failure.hpp"
#include "messages/page.hpp"
#include "storage/engine/transaction.hpp"
#include "storage/records/channel_record.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::storage {

/// Reads configured channels. Errors everywhere: storage_io, storage_corrupt.
class channel_repository {
public:
  explicit channel_repository(const transaction& tx) : tx_(tx) {}

  expected<std::optional<stored_channel>> find(const channel_id& id) const;

  /// Whether there is such a channel, be it readable or not.
  expected<bool> contains(const channel_id& id) const;

  expected<std::optional<channel_id>> find_by_name(const recipient_id& owner,
                                                   std::string_view name) const;

  /// All channels of `owner` that can be read, by name.
  expected<std::vector<stored_channel>> of_owner(const recipient_id& owner) const;

  /// All channels that can be read, oldest first.
  expected<std::vector<stored_channel>> all() const;

  /// The ids of all channels, oldest first, of those that cannot be read too.
  expected<std::vector<channel_id>> ids() const;

  /// Channels of `owner` by name, or of everybody oldest first. What cannot be read is left out.
  /// Errors: invalid_argument (cursor).
  expected<page<stored_channel>> list(const std::optional<recipient_id>& owner,
                                      const page_request& request) const;

private:
  expected<page<stored_channel>> list_all(const page_request& request) const;
  expected<page<stored_channel>> list_owned(const recipient_id& owner,
                                            const page_request& request) const;

  const transaction& tx_;
};

} // namespace tocsin::storage
