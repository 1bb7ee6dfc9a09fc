#pragma once

#include "storage/engine/database.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>

namespace tocsin::storage {

/// What a transaction stores and removes only with its commit, so that a record that most of its
/// steps change is written once and not with each of them.
class late_changes {
public:
  /// Where one stands in a database.
  struct place {
    database db;
    std::string key;
  };

  /// What is to stand there in the end; nothing where the record is to go.
  using content = std::optional<std::string>;

  /// `outer` belongs to the transaction around, if there is one, and must outlive this.
  explicit late_changes(const late_changes* outer = nullptr) : outer_(outer) {}

  /// What was noted last, here or further out; nullptr where nothing was.
  const content* find(database db, byte_view key) const {
    if (may_hold(db))
      if (auto found = changes_.find(place_view{db, key}); found != changes_.end())
        return &found->second;
    return outer_ == nullptr ? nullptr : outer_->find(db, key);
  }

  /// The bytes that were noted here and are to stand under `key`, which may be changed; nullptr
  /// where there are none.
  std::string* find_bytes(database db, byte_view key) {
    if (!may_hold(db))
      return nullptr;
    auto found = changes_.find(place_view{db, key});
    return found != changes_.end() && found->second ? &*found->second : nullptr;
  }

  /// Notes what is to stand under `key`.
  void put(database db, byte_view key, byte_view value);

  /// Notes that nothing is to stand under `key`.
  void erase(database db, byte_view key) { at(db, key).reset(); }

  /// Takes over what was noted within.
  void add(const late_changes& inner);

  auto begin() const { return changes_.begin(); }
  auto end() const { return changes_.end(); }

private:
  struct place_view {
    database db;
    byte_view key;
  };

  struct hash {
    using is_transparent = void;
    size_t operator()(const auto& x) const { return std::hash<byte_view>{}(x.key); }
  };

  struct is_equal {
    using is_transparent = void;
    bool operator()(const auto& x, const auto& y) const { return x.db == y.db && x.key == y.key; }
  };

  static_assert(database_count <= 32);

  static uint32_t bit_of(database db) { return uint32_t{1} << static_cast<uint8_t>(db); }

  /// Spares most lookups, which are in other databases.
  bool may_hold(database db) const { return (databases_ & bit_of(db)) != 0; }

  content& at(database db, byte_view key);

  const late_changes* outer_;
  uint32_t databases_ = 0;
  std::unordered_map<place, content, hash, is_equal> changes_;
};

} // namespace tocsin::storage
