#include "storage/apply_steps.hpp"
#include "storage/codec.hpp"
#include "storage/token_record.hpp"
#include "storage/token_repository.hpp"

#include <fmt/format.h>

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

} // namespace tocsin::storage
