#include "actors/registry/secret_rotation.hpp"

#include "channels/signature.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace tocsin {

namespace {

namespace json = boost::json;

failure refusal(std::string pointer, std::string code, std::string detail) {
  return fail(errc::invalid_argument, "the secret cannot be rotated",
              {{std::move(pointer), std::move(code), std::move(detail)}});
}

/// The grace ends with a whole second, as a person reads it.
timestamp end_of(std::chrono::seconds grace, timestamp now) {
  return std::chrono::ceil<std::chrono::seconds>(now + grace);
}

} // namespace

expected<secret_rotated> replace_secret(channel& x, const rotate_secret& wish, timestamp now) {
  if (x.type != channel_type::webhook)
    return refusal("", "not_supported", "only webhooks have a secret that signs");
  if (wish.grace < std::chrono::seconds{0} || wish.grace > max_secret_grace)
    return refusal("/grace_seconds", "out_of_range", "'grace_seconds' goes from 0 to 2592000");
  json::error_code ec;
  auto settings = json::parse(x.settings, ec);
  if (ec || !settings.is_object())
    return fail(errc::storage_corrupt, "the channel's settings are no JSON object");
  auto& object = settings.get_object();
  std::string current;
  if (auto* stored = object.if_contains("secret"); stored && stored->is_string())
    current.assign(stored->get_string().data(), stored->get_string().size());
  secret_rotated result;
  result.secret = wish.secret;
  if (result.secret.empty()) {
    auto made = channels::make_webhook_secret();
    if (!made)
      return made.error();
    result.secret = std::move(*made);
  }
  if (result.secret == current)
    return refusal("/secret", "unchanged", "this is the secret in use");
  object.erase("previous_secret");
  object.erase("previous_secret_expires_at");
  if (!current.empty() && wish.grace > std::chrono::seconds{0}) {
    result.previous_expires_at = end_of(wish.grace, now);
    object["previous_secret"] = current;
    object["previous_secret_expires_at"] = to_rfc3339(*result.previous_expires_at);
  }
  object["secret"] = result.secret;
  x.settings = json::serialize(settings);
  return result;
}

} // namespace tocsin
