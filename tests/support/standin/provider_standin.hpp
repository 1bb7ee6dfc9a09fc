#pragma once

#include "tests/support/standin/failures.hpp"
#include "tests/support/standin/record.hpp"
#include "tests/support/standin/record_book.hpp"
#include "tests/support/standin/script.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>

/// One local server that plays Slack, Discord, Telegram, PagerDuty, Opsgenie, a generic webhook
/// receiver and a mail server, as strictly as the real ones or stricter.
namespace tocsin::standin {

/// How a stand-in is set up. All ports are on 127.0.0.1; 0 lets the kernel choose.
struct standin_options {
  std::uint16_t http_port = 0;
  std::uint16_t https_port = 0;
  /// SMTP with STARTTLS, which AUTH and mail need (as port 587).
  std::uint16_t smtp_port = 0;
  /// SMTP over TLS from the first byte, AUTH obligatory (as port 465).
  std::uint16_t smtps_port = 0;
  /// SMTP without TLS; AUTH is offered, but not obligatory.
  std::uint16_t smtp_plain_port = 0;
  std::uint16_t control_port = 0;
  /// Where the certificate is written as `standin-cert.pem`. Made if it does not exist. Empty: a
  /// directory of its own under the system's temporary one, removed at the end.
  std::filesystem::path state_dir;
  std::string smtp_user = "standin";
  std::string smtp_password = "standin-password";
  /// What SIZE announces, in bytes.
  std::size_t smtp_max_bytes = 10 * 1024 * 1024;
  /// The secrets that may have signed the requests to a webhook, by its NAME.
  std::map<std::string, std::vector<std::string>> webhook_secrets;
  /// Refuse webhook bodies that are not JSON objects sent as `application/json`.
  bool webhook_json_object = true;
  /// Apply the providers' request rates from the start.
  bool rate_limits = false;
  /// How many accepted and how many refused records are kept.
  std::size_t keep = 100000;
};

/// The ports after `start`.
struct standin_ports {
  std::uint16_t http = 0;
  std::uint16_t https = 0;
  std::uint16_t smtp = 0;
  std::uint16_t smtps = 0;
  std::uint16_t smtp_plain = 0;
  std::uint16_t control = 0;
};

/// The stand-in itself: one thread that serves all listeners. The object belongs to one thread for
/// `start` and `stop`; everything else may be called from any thread while it runs.
class provider_standin {
public:
  /// Well-formed credentials for tests that need no particular ones.
  static constexpr std::string_view discord_id = "123456789012345678";
  static constexpr std::string_view telegram_token
    = "123456789:AAStandInStandInStandInStandInStandIn";

  explicit provider_standin(standin_options options = {});
  ~provider_standin();
  provider_standin(const provider_standin&) = delete;
  provider_standin& operator=(const provider_standin&) = delete;

  /// Listens on all ports and writes the certificate. Returns what failed, nothing on success.
  [[nodiscard]] std::optional<std::string> start();

  /// Closes everything; requests in hand go unanswered. Records stay. Called by the destructor.
  void stop();

  const standin_ports& ports() const;
  /// The certificate that the TLS listeners present; it is its own authority.
  std::filesystem::path certificate_path() const;

  /// `http://127.0.0.1:PORT`, with the https and control likewise.
  std::string http_url() const;
  std::string https_url() const;
  std::string control_url() const;
  /// An incoming webhook whose id, the record's `name`, is `hook` (`B` and at least 8 capitals or
  /// digits).
  std::string slack_url(std::string_view hook = "B00000001") const;
  /// A Discord webhook without query.
  std::string discord_url(std::string_view id = discord_id) const;
  /// What stands for `https://api.telegram.org`.
  std::string telegram_base_url() const;
  /// Where PagerDuty's events and Opsgenie's alerts go.
  std::string pagerduty_url() const;
  std::string opsgenie_url() const;
  /// The generic webhook of that name, over HTTP.
  std::string webhook_url(std::string_view name) const;
  /// The generic webhook of that name, over HTTPS.
  std::string secure_webhook_url(std::string_view name) const;

  /// What was accepted from `from` (or from all) after sequence number `after`, oldest first.
  std::vector<record> received(std::optional<provider> from = {}, std::uint64_t after = 0) const;
  /// What was refused, likewise.
  std::vector<record> refused(std::optional<provider> from = {}, std::uint64_t after = 0) const;
  record_counts counts() const;

  /// Waits until `count` requests or mails have been accepted since the last `clear`. False if
  /// `deadline` came first.
  bool wait_for_count(std::optional<provider> from, std::uint64_t count,
                      record_book::clock::time_point deadline) const;
  /// The same for refused ones.
  bool wait_for_refused_count(std::optional<provider> from, std::uint64_t count,
                              record_book::clock::time_point deadline) const;
  /// Waits for the first accepted record that satisfies `wanted`, which must not call the
  /// stand-in. Nothing if `deadline` came first.
  std::optional<record> wait_for(const record_book::predicate& wanted,
                                 record_book::clock::time_point deadline) const;
  /// The same for refused ones.
  std::optional<record> wait_for_refused(const record_book::predicate& wanted,
                                         record_book::clock::time_point deadline) const;

  /// Scripts `what` for an endpoint: `slack`, `discord`, `telegram`, `webhook`, `email`, or one of
  /// these with the endpoint's own name, as in `webhook/orders` or `email/plain`.
  void script(const std::string& endpoint, scripted_reply what);
  /// Switches the request rates of one provider.
  void limit(provider whose, bool on);
  /// Replaces the secrets of one webhook.
  void set_webhook_secrets(const std::string& name, std::vector<std::string> secrets);
  /// Whether webhook bodies must be JSON objects.
  void expect_json_object(bool on);

  /// Forgets records, counts and scripts, and fills the rate limits.
  void clear();

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace tocsin::standin
