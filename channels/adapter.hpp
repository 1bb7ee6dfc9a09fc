#pragma once

#include "channels/transport/wire.hpp"
#include "channels/verdict.hpp"
#include "messages/channel.hpp"
#include "messages/delivery.hpp"
#include "messages/failure.hpp"
#include "messages/request_view.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tocsin::channels {

/// The base URLs of the fixed providers, so that a local Telegram Bot API server or an egress relay
/// can be used. Each is a URL without a slash at its end; a path in it goes before the provider's
/// own.
struct provider_endpoints {
  std::string slack = "https://hooks.slack.com";
  std::string discord = "https://discord.com";
  std::string telegram = "https://api.telegram.org";
};

/// What the service calls itself in messages unless the operator says otherwise.
inline constexpr std::string_view default_public_name = "Tocsin";

/// What a message is made of.
struct render_context {
  delivery_id id;
  const accepted_event& event;
  /// One of the adapter's `destinations()`, or another address where a trigger says so; empty for
  /// all of them together.
  std::string_view destination;
  timestamp now;
  /// What the service calls itself; the adapter sets it.
  std::string_view public_name = default_public_name;
  /// Without formatting, because the provider has refused it before. Has no effect on mails and
  /// webhooks.
  bool plain = false;
};

/// One configured channel: makes requests of deliveries and outcomes of replies. It does no I/O
/// and keeps no state: every member may be called from any thread at the same time.
class adapter {
public:
  virtual ~adapter();

  /// Makes the request for one delivery. Errors: invalid_argument if the channel cannot send to the
  /// destination.
  expected<wire_request> render(const render_context& x) const;

  /// The request that `render` makes, for people: without secrets. Errors: those of `render`.
  expected<request_view> preview(const render_context& x) const;

  /// Says what `x` means. If it is a refusal that may pass, it is the `refusal`-th one of its
  /// delivery, counted from 1. Text and code are cleaned, free of the channel's secrets and at most
  /// 500 bytes.
  verdict classify(const wire_reply& x, uint16_t refusal = 1) const;

  /// Where deliveries of this channel go: email has its `to` list, others one empty string.
  virtual std::vector<std::string> destinations() const;

  /// Which other channels pause with this one.
  virtual pause_names pauses() const;

  /// What to do about `x`, in plain words; empty if nothing needs to be done.
  virtual std::string hint(const outcome& x) const;

  /// Sets what the service calls itself in messages. Before anybody shares the adapter.
  void set_public_name(std::string x) { public_name_ = std::move(x); }

protected:
  /// As `render`; `x` has the name of the service.
  virtual expected<wire_request> make_request(const render_context& x) const = 0;

  /// The request that `render` makes, secrets still in it but for the path of the URL and the
  /// values of headers that people set.
  virtual expected<request_view> describe(const render_context& x) const;

  /// Judges a reply that the provider gave, by its body and its code.
  virtual verdict classify_reply(const wire_reply& x, uint16_t refusal) const = 0;

  /// Whether a refusal with `status` can be judged without its body. By default those that pass by
  /// themselves; the others are tried again where the body is missing.
  virtual bool is_told_by_status(int status) const;

  /// Judges a fault. By default everything may be tried again, except what a retry cannot fix.
  virtual verdict classify_fault(const wire_reply& x) const;

  /// Texts that must not appear in an outcome. Parts of them are secret too if they are listed.
  virtual std::vector<std::string> secrets() const = 0;

private:
  render_context named(render_context x) const;
  verdict judge(const wire_reply& x, uint16_t refusal) const;
  /// Judges a refusal whose body is missing, or a part of it.
  verdict classify_cut(const wire_reply& x, uint16_t refusal) const;

  std::string public_name_{default_public_name};
};

/// Checks the settings and makes the adapter for them. `rules` bind the hosts that the settings
/// name; the providers' own endpoints are the operator's choice.
/// Errors: invalid_argument with every wrong field, by its pointer: `/settings/webhook_url`.
expected<std::unique_ptr<adapter>> make_adapter(channel_type type, std::string_view settings,
                                                const provider_endpoints& endpoints = {},
                                                const address_rules& rules = address_rules::any());

/// Settings that may be shown.
struct redacted_settings {
  /// A JSON object without the secret fields; secret header values leave with their names.
  std::string settings = "{}";
  /// One for each secret that is set; a header's field is `headers/NAME`.
  std::vector<secret_hint> secrets;
  /// Where the channel goes, for people.
  std::string target;
};

/// Removes the secrets from settings, valid or not; text that is not a JSON object is left out.
redacted_settings redact(channel_type type, std::string_view settings);

/// A provider's published rate.
struct pace {
  /// Zero if there is none.
  double per_second = 0;
  /// The size of a burst after a rest.
  double burst = 0;
};

/// How fast a channel of `type` may send. Email and webhook have no rate: the limit
/// of requests in flight adapts to what an endpoint can handle.
pace pace_of(channel_type type);

} // namespace tocsin::channels
