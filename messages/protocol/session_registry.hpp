#pragma once

#include "messages/author.hpp"
#include "messages/protocol/channel_registry.hpp"
#include "messages/protocol/failure.hpp"
#include "messages/session.hpp"

#include <caf/typed_actor.hpp>

#include <chrono>
#include <string>

namespace tocsin {

/// Finds the session whose cookie has this digest, and notes now and then that it was used.
/// Errors: unauthorized (no such session, it has ended, or its portal is closed).
struct find_session {
  sha256_digest digest{};
};

/// Once it is answered the session opens nothing any more.
struct end_session {
  sha256_digest digest{};
  recipient_id who;
  author by = {};
};

/// Makes a link into a customer's portal.
/// Errors: not_found; conflict where the portal is off.
struct create_portal_link {
  /// The customer's name.
  std::string customer;
  author by = {};
};

struct portal_link_created {
  portal_link value;
  /// Shown only once.
  std::string code;
};

/// Uses up the link whose code this is. Errors: not_found.
struct enter_portal {
  std::string code;
  std::string request_id;
};

/// Somebody is in.
struct session_opened {
  session value;
  /// For the cookie; nobody can read it any more.
  std::string secret;
};

/// Knows who is signed in.
using session_registry_actor
  = caf::typed_actor<caf::replies_to<find_session>::with<session>,
                     caf::replies_to<end_session>::with<removed>,
                     caf::replies_to<create_portal_link>::with<portal_link_created>,
                     caf::replies_to<enter_portal>::with<session_opened>>;

/// Errors: unauthorized (name or password is wrong); overloaded (too many are waiting).
struct sign_in {
  std::string admin;
  std::string password;
  /// Where the request comes from.
  std::string address;
  std::string request_id;
};

/// What became of a `sign_in`.
struct sign_in_result {
  /// Set where it came too soon after failures: nothing was tried, and for this long nothing will
  /// be.
  std::chrono::seconds wait{};
  /// Otherwise who is in.
  session_opened opened;
};

/// Sets the password of an admin and ends all sessions of the admin.
/// Errors: invalid_argument (too short or too long), not_found.
struct set_password {
  std::string admin;
  std::string password;
  author by = {};
};

struct password_set {};

/// Knows passwords. Its work is meant to be slow, so it has its own thread.
using sign_in_desk_actor = caf::typed_actor<caf::replies_to<sign_in>::with<sign_in_result>,
                                            caf::replies_to<set_password>::with<password_set>>;

} // namespace tocsin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::find_session)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::session)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::end_session)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::create_portal_link)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::portal_link_created)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::enter_portal)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::session_opened)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::sign_in)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::sign_in_result)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::set_password)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::password_set)
