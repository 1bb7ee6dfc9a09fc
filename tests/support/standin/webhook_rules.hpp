#pragma once

#include "tests/support/standin/wire.hpp"

/// The generic webhook receiver.
namespace tocsin::standin {

/// What a receiver expects of the requests to one name.
struct webhook_terms {
  /// The secrets that may have signed; several while one is being replaced. Empty: unsigned
  /// requests are fine.
  std::vector<std::string> secrets;
  /// Insist on `application/json` and a JSON object as the body.
  bool json_object = true;
};

/// NAME in `/webhook/NAME`; empty if the path is not of that form.
std::string webhook_endpoint_name(std::string_view path);

/// Judges a `POST /webhook/NAME`. With secrets, `X-Signature-256` must fit the exact body under one
/// of them (the secret's own characters are the key); if one of them starts with `whsec_`, the
/// Standard Webhooks headers must fit under such a one as well. Answers 401 otherwise.
verdict check_webhook(const request& req, const webhook_terms& terms, const sighting& seen);

} // namespace tocsin::standin
