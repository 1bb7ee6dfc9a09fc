#pragma once

#include "messages/failure.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::storage {

/// Seals secrets with AES-256-GCM under the keys of a key file that lies outside the database.
/// The file has one key per line as 64 hexadecimal digits: the first seals, all of them open, so a
/// new key goes on top. Immutable and so thread-safe; the keys are wiped when it goes.
class secret_box {
public:
  /// Reads the key file, or makes one with a random key and mode 0600, durable on return.
  /// Errors: bad_key (others may read it, or it holds no key), storage_io.
  static expected<secret_box> open_key_file(const std::filesystem::path& path);

  /// Reads the key file. Errors: as `open_key_file`; storage_io too where there is none.
  static expected<secret_box> read_key_file(const std::filesystem::path& path);

  /// Puts a new random key on top of those in the key file, durable on return: boxes that are
  /// opened from then on seal with it and still open everything. The file keeps its owner, and is
  /// replaced where a link leads to, here and below. Errors: bad_key, storage_io.
  static expected<void> put_new_key(const std::filesystem::path& path);

  /// Leaves only the key on top in the key file, durable on return. What is sealed with the others
  /// cannot be opened any more. Errors: bad_key, storage_io.
  static expected<void> drop_old_keys(const std::filesystem::path& path);

  /// Removes the copies of the key file that processes left which were killed while they replaced
  /// it: each holds keys. For whoever has the storage open, as nobody else replaces the file then.
  static void remove_drafts(const std::filesystem::path& path);

  secret_box(secret_box&&) noexcept = default;
  secret_box& operator=(secret_box&&) noexcept = default;
  ~secret_box();

  /// Seals `plain` and binds it to `associated_data` (the id of the object it belongs to), so that
  /// it cannot be opened as another's. Sealing the same twice gives different bytes.
  expected<std::string> seal(std::string_view plain, std::string_view associated_data) const;

  /// Opens what `seal` gave. Errors: bad_key (another key, other associated data, or tampered
  /// with).
  expected<std::string> open(std::string_view sealed, std::string_view associated_data) const;

  size_t key_count() const { return keys_.size(); }

  /// Whether `sealed` was made with the key on top.
  bool is_newest(std::string_view sealed) const;

private:
  struct key {
    /// The first bytes of the key's digest; they stand in what it seals.
    std::array<uint8_t, 8> id{};
    std::array<uint8_t, 32> secret{};
  };

  explicit secret_box(std::vector<key> keys);

  static expected<std::vector<key>> read_keys(const std::filesystem::path& path);

  std::vector<key> keys_;
};

} // namespace tocsin::storage
