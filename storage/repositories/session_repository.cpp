#include "storage/repositories/session_repository.hpp"

#include "storage/engine/lookup.hpp"
#include "storage/records/digest_key.hpp"
#include "storage/records/session_record.hpp"

namespace tocsin::storage {

expected<std::optional<session>> session_repository::find(const sha256_digest& digest) const {
  return find_record(tx_, database::sessions, digest_key(digest), decode_session);
}

expected<std::optional<portal_link>>
session_repository::find_link(const sha256_digest& digest) const {
  return find_record(tx_, database::portal_links, digest_key(digest), decode_portal_link);
}

expected<std::optional<password_hash>>
session_repository::find_password(std::string_view admin) const {
  return find_record(tx_, database::passwords, admin, decode_password);
}

} // namespace tocsin::storage
