#include "storage/commands/apply_steps.hpp"
#include "storage/engine/codec.hpp"
#include "storage/records/digest_key.hpp"
#include "storage/records/token_record.hpp"
#include "storage/repositories/token_repository.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tocsin::storage {

expected<command_result> apply_step(write_transaction& tx, const put_token& x) {
  token_repository tokens{tx};
  auto same_digest = tokens.find_by_digest(x.value.digest);
  if (!same_digest)
    return same_digest.error();
  if (*same_digest && (*same_digest)->id != x.value.id)
    return fail(errc::already_exists,
                fmt::format("the token {} has the same text", to_string((*same_digest)->id)));
  auto before = tokens.find(x.value.id);
  if (!before)
    return before.error();
  if (*before && (*before)->digest != x.value.digest) {
    auto erased = tx.erase(database::token_digests, digest_key((*before)->digest));
    if (!erased)
      return erased.error();
  }
  auto record = encode_token(tx.scratch(), x.value);
  if (auto put = tx.put(database::tokens, as_key(x.value.id), record); !put)
    return put.error();
  auto index = tx.put(database::token_digests, digest_key(x.value.digest), as_key(x.value.id));
  if (!index)
    return index.error();
  return result_of(1);
}

expected<command_result> apply_step(write_transaction& tx, const remove_token& x) {
  auto stored = token_repository{tx}.find(x.id);
  if (!stored)
    return stored.error();
  if (!*stored)
    return fail(errc::not_found, "there is no token " + to_string(x.id));
  if (auto erased = tx.erase(database::token_digests, digest_key((*stored)->digest)); !erased)
    return erased.error();
  if (auto erased = tx.erase(database::tokens, as_key(x.id)); !erased)
    return erased.error();
  return result_of(0);
}

expected<command_result> apply_step(write_transaction& tx, const note_token_use& x) {
  auto stored = token_repository{tx}.find(x.id);
  if (!stored)
    return stored.error();
  if (!*stored)
    return result_of(0);
  auto value = std::move(**stored);
  value.last_used_at = std::max(x.at, value.last_used_at.value_or(x.at));
  auto record = encode_token(tx.scratch(), value);
  if (auto put = tx.put(database::tokens, as_key(x.id), record); !put)
    return put.error();
  return result_of(1);
}

} // namespace tocsin::storage
