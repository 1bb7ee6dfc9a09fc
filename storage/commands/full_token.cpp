#include "storage/commands/full_token.hpp"

#include "messages/digest.hpp"
#include "storage/commands/apply.hpp"

#include <utility>

namespace tocsin::storage {

expected<std::string> put_full_token(write_transaction& tx, std::string name, ulid_generator& ids,
                                     timestamp now) {
  auto text = make_token_text();
  if (!text)
    return text;
  token value{token_id{ids.next(now)}, std::move(name), sha256(*text), every_scope, now};
  authorship as_service{{}, audit_id{ids.next(now)}, now};
  if (auto put = apply(tx, put_token{std::move(value)}, as_service); !put)
    return put.error();
  return text;
}

} // namespace tocsin::storage
