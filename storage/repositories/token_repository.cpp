#include "storage/repositories/token_repository.hpp"

#include "storage/engine/codec.hpp"
#include "storage/engine/lookup.hpp"
#include "storage/engine/read_all.hpp"
#include "storage/records/digest_key.hpp"
#include "storage/records/token_record.hpp"
#include "storage/repositories/paging.hpp"

namespace tocsin::storage {

expected<std::optional<token>> token_repository::find(const token_id& id) const {
  return find_record(tx_, database::tokens, as_key(id), decode_token);
}

expected<std::optional<token>> token_repository::find_by_digest(const sha256_digest& digest) const {
  auto key = digest_key(digest);
  auto value = tx_.find(database::token_digests, key);
  if (!value)
    return value.error();
  if (!*value)
    return std::optional<token>{};
  record_reader in{database::token_digests, key, **value};
  auto id = in.id<token_id>();
  if (auto end = in.end(); !end)
    return end.error();
  auto result = find(id);
  if (result && !*result)
    return corrupt(database::token_digests, key, "names a token that is not there");
  return result;
}

expected<page<token>> token_repository::list(const page_request& request) const {
  auto after = read_id_cursor(request.cursor);
  if (!after)
    return after.error();
  auto at = tx_.open_cursor(database::tokens);
  if (!at)
    return at.error();
  auto found = *after ? at->seek(as_key((*after)->plus(1))) : at->first();
  return fill_page(*at, std::move(found), request, decode_token, belongs_always,
                   [](const token& x) { return to_string(x.id); });
}

expected<std::vector<token>> token_repository::all() const {
  return read_all(tx_, database::tokens, decode_token);
}

} // namespace tocsin::storage
