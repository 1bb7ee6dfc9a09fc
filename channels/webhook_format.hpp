#pragma once

#include "channels/adapter.hpp"
#include "channels/settings_reader.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::channels {

/// What the requests of a webhook say, and to whom. Immutable: every member may be called from any
/// thread at the same time.
class webhook_format {
public:
  virtual ~webhook_format();

  /// The body for one delivery. Errors: invalid_argument, of templates.
  virtual expected<std::string> body(const render_context& x) const = 0;

  /// Where the request for `x` goes if the setting `url` is `base`; nothing where it goes there.
  virtual std::optional<std::string> url_for(const std::string& base, const event& x) const;

  /// Header lines of the receiver's own, such as its key.
  virtual std::vector<std::string> headers() const;

  /// Whether a refusal with this status is believed at once.
  virtual bool is_final(int status) const;

  /// What to look at where the receiver refuses the request.
  virtual std::string_view refusal_hint() const;
};

/// The event as JSON, or what a template makes of it.
std::unique_ptr<webhook_format> make_event_format(settings_reader& settings);

/// PagerDuty, Events API v2 (developer.pagerduty.com, "Send an alert event").
/// Adds what it reads to `secrets`.
std::unique_ptr<webhook_format> make_pagerduty_format(settings_reader& settings,
                                                      std::vector<std::string>& secrets);

/// Opsgenie, Alert API v2 (docs.opsgenie.com, "Create Alert").
/// Adds what it reads to `secrets`.
std::unique_ptr<webhook_format> make_opsgenie_format(settings_reader& settings,
                                                     std::vector<std::string>& secrets);

/// Where the receiver of the setting `format` is to be found without the setting `url`; empty where
/// there is no such place.
std::string_view default_url(std::string_view format);

/// Whether `x` ends what other events of its customer, service and family began.
bool is_resolution(const event& x);

} // namespace tocsin::channels
