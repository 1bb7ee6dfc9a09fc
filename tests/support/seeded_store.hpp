#pragma once

#include "messages/ids.hpp"
#include "messages/timestamp.hpp"
#include "storage/commands/group_commit.hpp"
#include "storage/engine/environment.hpp"
#include "storage/files/secret_box.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin {

/// Fills the storage of a service that does not run, past HTTP and the actors: a million deliveries
/// take seconds so. Everything goes the one way that all changes go, through `storage::apply`.
/// Throws where storage refuses.
class seeded_store {
public:
  /// Makes the storage, its key, the admin and the first token in `data_dir`, as a first start
  /// does.
  explicit seeded_store(const std::filesystem::path& data_dir);

  /// Adds a webhook of the admin that takes the events of `service`, or of all where that is empty,
  /// of the type `event_type`, or of those that are on by default.
  channel_id add_webhook(const std::string& name, const std::string& url,
                         const std::string& service = "", std::string_view event_type = "");

  /// Accepts `count` events, each with a delivery through every one of `channels`.
  void owe(std::span<const channel_id> channels, uint64_t count, timestamp accepted_at);

  /// Writes what has not been written yet. The store is of no use afterwards.
  void close();

private:
  void put(command x);
  void commit();

  std::shared_ptr<storage::environment> env_;
  std::shared_ptr<const storage::secret_box> secrets_;
  ulid_generator ids_{20260329};
  std::vector<command> waiting_;
};

} // namespace tocsin
