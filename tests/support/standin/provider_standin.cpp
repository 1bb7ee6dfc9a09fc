#include "tests/support/standin/provider_standin.hpp"

#include "tests/support/standin/certificate.hpp"
#include "tests/support/standin/control_face.hpp"
#include "tests/support/standin/http_listener.hpp"
#include "tests/support/standin/smtp_listener.hpp"
#include "tests/support/standin/state_files.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ssl/context.hpp>
#include <fmt/format.h>

#include <limits>
#include <thread>

namespace tocsin::standin {

namespace {

namespace asio = boost::asio;

constexpr std::size_t everything = std::numeric_limits<std::size_t>::max();

smtp_policy policy_of(const standin_options& options, std::string name) {
  smtp_policy policy;
  policy.offers_starttls = name == "starttls";
  policy.needs_tls = name == "starttls";
  policy.needs_auth = name != "plain";
  policy.user = options.smtp_user;
  policy.password = options.smtp_password;
  policy.max_message_bytes = options.smtp_max_bytes;
  policy.name = std::move(name);
  return policy;
}

std::string loopback_url(std::string_view scheme, std::uint16_t port) {
  return fmt::format("{}://127.0.0.1:{}", scheme, port);
}

} // namespace

/// What lives while the stand-in runs. The io_context comes first: what the listeners and their
/// sessions hold must go before it.
struct running_standin {
  running_standin(const standin_options& options, record_book& records, script_book& scripts,
                  provider_desk& desk, control_face& control)
    : http(io, nullptr, [&](request req) { return desk.receive(std::move(req)); }),
      https(io, &tls, [&](request req) { return desk.receive(std::move(req)); }),
      control(io, nullptr, [&](request req) { return control.receive(req); }),
      smtp(io, tls, false, policy_of(options, "starttls"), records, scripts),
      smtps(io, tls, true, policy_of(options, "tls"), records, scripts),
      smtp_plain(io, tls, false, policy_of(options, "plain"), records, scripts) {}

  std::optional<std::string> use(const key_pair& pair) {
    boost::system::error_code ec;
    tls.use_certificate_chain(asio::buffer(pair.certificate), ec);
    if (!ec)
      tls.use_private_key(asio::buffer(pair.key), asio::ssl::context::pem, ec);
    if (ec)
      return fmt::format("cannot use the certificate: {}", ec.message());
    return std::nullopt;
  }

  std::optional<std::string> listen(const standin_options& options, standin_ports& ports) {
    auto failed = http.start(options.http_port);
    if (!failed)
      failed = https.start(options.https_port);
    if (!failed)
      failed = control.start(options.control_port);
    if (!failed)
      failed = smtp.start(options.smtp_port);
    if (!failed)
      failed = smtps.start(options.smtps_port);
    if (!failed)
      failed = smtp_plain.start(options.smtp_plain_port);
    ports
      = {http.port(), https.port(), smtp.port(), smtps.port(), smtp_plain.port(), control.port()};
    return failed;
  }

  asio::io_context io{1};
  asio::ssl::context tls{asio::ssl::context::tls_server};
  http_listener http;
  http_listener https;
  http_listener control;
  smtp_listener smtp;
  smtp_listener smtps;
  smtp_listener smtp_plain;
  std::thread thread;
};

struct provider_standin::impl {
  explicit impl(standin_options chosen)
    : options(std::move(chosen)),
      records(options.keep),
      desk(records, scripts),
      control(records, scripts, desk, [this] { return health(); }) {
    for (const auto& [name, secrets] : options.webhook_secrets)
      desk.set_webhook_secrets(name, secrets);
    desk.expect_json_object(options.webhook_json_object);
    for (auto each : {provider::slack, provider::discord, provider::telegram})
      desk.limit(each, options.rate_limits);
  }

  boost::json::object health() const {
    return {{"status", "ok"}, {"ports", ports_json(ports)}, {"certificate", certificate.string()}};
  }

  standin_options options;
  record_book records;
  script_book scripts;
  provider_desk desk;
  control_face control;
  state_directory state;
  std::filesystem::path certificate;
  standin_ports ports;
  std::unique_ptr<running_standin> running;
};

provider_standin::provider_standin(standin_options options)
  : impl_(std::make_unique<impl>(std::move(options))) {}

provider_standin::~provider_standin() {
  stop();
}

std::optional<std::string> provider_standin::start() {
  auto& self = *impl_;
  if (auto failed = self.state.open(self.options.state_dir))
    return failed;
  auto pair = make_certificate();
  if (pair.certificate.empty())
    return "cannot make a certificate";
  self.certificate = self.state.path() / "standin-cert.pem";
  if (auto failed = write_file(self.certificate, pair.certificate))
    return failed;
  auto fresh = std::make_unique<running_standin>(self.options, self.records, self.scripts,
                                                 self.desk, self.control);
  if (auto failed = fresh->use(pair))
    return failed;
  if (auto failed = fresh->listen(self.options, self.ports))
    return failed;
  self.running = std::move(fresh);
  self.running->thread = std::thread{[&io = self.running->io] { io.run(); }};
  return std::nullopt;
}

void provider_standin::stop() {
  if (!impl_->running)
    return;
  impl_->running->io.stop();
  impl_->running->thread.join();
  impl_->running.reset();
}

const standin_ports& provider_standin::ports() const {
  return impl_->ports;
}

std::filesystem::path provider_standin::certificate_path() const {
  return impl_->certificate;
}

std::string provider_standin::http_url() const {
  return loopback_url("http", impl_->ports.http);
}

std::string provider_standin::https_url() const {
  return loopback_url("https", impl_->ports.https);
}

std::string provider_standin::control_url() const {
  return loopback_url("http", impl_->ports.control);
}

std::string provider_standin::slack_url(std::string_view hook) const {
  return fmt::format("{}/slack/services/T00000001/{}/StandInStandInStandInXX", http_url(), hook);
}

std::string provider_standin::discord_url(std::string_view id) const {
  return fmt::format("{}/discord/api/v10/webhooks/{}/{}", http_url(), id,
                     "StandIn_StandIn-StandIn_StandIn-StandIn_StandIn-StandIn_StandIn-XXXX");
}

std::string provider_standin::telegram_base_url() const {
  return http_url() + "/telegram";
}

std::string provider_standin::pagerduty_url() const {
  return http_url() + "/pagerduty/v2/enqueue";
}

std::string provider_standin::opsgenie_url() const {
  return http_url() + "/opsgenie/v2/alerts";
}

std::string provider_standin::webhook_url(std::string_view name) const {
  return fmt::format("{}/webhook/{}", http_url(), name);
}

std::string provider_standin::secure_webhook_url(std::string_view name) const {
  return fmt::format("{}/webhook/{}", https_url(), name);
}

std::vector<record> provider_standin::received(std::optional<provider> from,
                                               std::uint64_t after) const {
  return impl_->records.list(ruling::accepted, from, after, everything);
}

std::vector<record> provider_standin::refused(std::optional<provider> from,
                                              std::uint64_t after) const {
  return impl_->records.list(ruling::refused, from, after, everything);
}

record_counts provider_standin::counts() const {
  return impl_->records.counts();
}

bool provider_standin::wait_for_count(std::optional<provider> from, std::uint64_t count,
                                      record_book::clock::time_point deadline) const {
  return impl_->records.wait_for_count(ruling::accepted, from, count, deadline);
}

bool provider_standin::wait_for_refused_count(std::optional<provider> from, std::uint64_t count,
                                              record_book::clock::time_point deadline) const {
  return impl_->records.wait_for_count(ruling::refused, from, count, deadline);
}

std::optional<record> provider_standin::wait_for(const record_book::predicate& wanted,
                                                 record_book::clock::time_point deadline) const {
  return impl_->records.wait_for(ruling::accepted, wanted, deadline);
}

std::optional<record>
provider_standin::wait_for_refused(const record_book::predicate& wanted,
                                   record_book::clock::time_point deadline) const {
  return impl_->records.wait_for(ruling::refused, wanted, deadline);
}

void provider_standin::script(const std::string& endpoint, scripted_reply what) {
  impl_->scripts.add(endpoint, std::move(what));
}

void provider_standin::limit(provider whose, bool on) {
  impl_->desk.limit(whose, on);
}

void provider_standin::set_webhook_secrets(const std::string& name,
                                           std::vector<std::string> secrets) {
  impl_->desk.set_webhook_secrets(name, std::move(secrets));
}

void provider_standin::expect_json_object(bool on) {
  impl_->desk.expect_json_object(on);
}

void provider_standin::clear() {
  impl_->records.clear();
  impl_->scripts.clear();
  impl_->desk.clear();
}

} // namespace tocsin::standin
