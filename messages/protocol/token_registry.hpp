#pragma once

#include "messages/author.hpp"
#include "messages/page.hpp"
#include "messages/protocol/channel_registry.hpp"
#include "messages/protocol/failure.hpp"
#include "messages/token.hpp"

#include <caf/typed_actor.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace tocsin {

/// Finds the token whose text has this digest, and notes now and then that it was used.
/// Errors: unauthorized (no such token, or it has expired).
struct find_token {
  sha256_digest digest{};
};

struct create_token {
  /// 1 to 100 bytes.
  std::string name;
  /// Bits of `token_scope`, at least one.
  uint8_t scopes = 0;
  /// In the future, where set.
  std::optional<timestamp> expires_at;
  author by = {};
};

/// A token that is durable.
struct token_created {
  token value;
  /// Shown only once; nobody can read it again.
  std::string text;
};

struct show_token {
  token_id id;
};

/// Lists tokens, oldest first, those that have expired too.
struct list_tokens {
  page_request page;
};

/// Once it is answered the token opens nothing any more.
struct revoke_token {
  token_id id;
  author by = {};
};

/// Knows who may call the API. Errors: invalid_argument with field errors, not_found.
using token_registry_actor = caf::typed_actor<
  caf::replies_to<find_token>::with<token>, caf::replies_to<create_token>::with<token_created>,
  caf::replies_to<show_token>::with<token>, caf::replies_to<list_tokens>::with<page<token>>,
  caf::replies_to<revoke_token>::with<removed>>;

} // namespace tocsin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::find_token)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::create_token)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::token_created)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::show_token)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::list_tokens)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::page<tocsin::token>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::revoke_token)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::token)
