#include "storage/engine/late_changes.hpp"

namespace tocsin::storage {

void late_changes::put(database db, byte_view key, byte_view value) {
  auto& its = at(db, key);
  if (its)
    its->assign(value);
  else
    its.emplace(value);
}

void late_changes::add(const late_changes& inner) {
  for (auto& [where, what] : inner)
    at(where.db, where.key) = what;
}

late_changes::content& late_changes::at(database db, byte_view key) {
  databases_ |= bit_of(db);
  if (auto found = changes_.find(place_view{db, key}); found != changes_.end())
    return found->second;
  return changes_[{db, std::string{key}}];
}

} // namespace tocsin::storage
