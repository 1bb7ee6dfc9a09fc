#pragma once

#include "channels/adapter.hpp"
#include "channels/settings_reader.hpp"

#include <memory>

namespace tocsin::channels {

/// The generic webhook: the event as JSON or in the form that the setting `format` names, signed.
/// `X-Signature-256` is the HMAC-SHA-256 of the body under the bytes of `secret`; besides go the
/// headers of Standard Webhooks, whose key is what `whsec_` secrets encode. With `previous_secret`
/// these have two signatures until `previous_secret_expires_at`.
std::unique_ptr<adapter> make_webhook(settings_reader& settings, const address_rules& rules);

} // namespace tocsin::channels
