#include "app/service.hpp"

#include "actors/announcing/certificate_announcer.hpp"
#include "actors/announcing/channel_announcer.hpp"
#include "actors/delivery/channel_supervisor.hpp"
#include "actors/history/dead_letters.hpp"
#include "actors/history/delivery_control.hpp"
#include "actors/history/delivery_feed.hpp"
#include "actors/history/delivery_log.hpp"
#include "actors/ingest/ingress.hpp"
#include "actors/ledger/delivery_ledger.hpp"
#include "actors/registry/audit_log.hpp"
#include "actors/registry/channel_registry.hpp"
#include "actors/registry/event_type_registry.hpp"
#include "actors/registry/recipient_registry.hpp"
#include "actors/registry/session_registry.hpp"
#include "actors/registry/sign_in_desk.hpp"
#include "actors/registry/token_registry.hpp"
#include "actors/routing/event_explainer.hpp"
#include "actors/routing/trigger_router.hpp"
#include "actors/shared/channel_access.hpp"
#include "actors/stats/stats.hpp"
#include "app/check_files.hpp"
#include "app/config/version.hpp"
#include "app/file_limit.hpp"
#include "app/log/log.hpp"
#include "app/node_guard.hpp"
#include "app/open_storage.hpp"
#include "app/part_options.hpp"
#include "channels/transport/curl_transport.hpp"
#include "gate/desk.hpp"
#include "gate/server.hpp"
#include "http/backend.hpp"
#include "http/server.hpp"
#include "policy/storage_reserve.hpp"
#include "storage/repositories/hourly_counts.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/atom.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <stdexcept>
#include <utility>

namespace tocsin::app {

namespace {

/// Attempts of the last events are recorded together with the next ones where these come so soon,
/// as they do under load; a channel's window has room for what it sends meanwhile.
constexpr auto longest_attempt_wait = std::chrono::milliseconds{2};

/// What draining may take beyond the attempts in flight: recording them.
constexpr auto recording_time = std::chrono::seconds{10};

start_failure storage_failure(const failure& x) {
  return {exit_code::storage_unusable, x.detail};
}

/// The settings of CAF itself: as many workers as were asked for. A worker without work sleeps
/// until it is woken; CAF's default looks for work again and again (docs/decisions, 15).
struct actor_settings : caf::actor_system_config {
  explicit actor_settings(const config& x) {
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", static_cast<size_t>(x.actors.threads));
  }
};

/// With what was counted before the service started, which it does not count again.
std::shared_ptr<delivery_totals> begin_totals(const storage::environment& env) {
  auto result = std::make_shared<delivery_totals>();
  if (auto tx = env.read_published())
    if (auto counted = storage::read_counts(*tx, timestamp{}))
      result->add(std::move(*counted));
  return result;
}

/// How the service tries again where a channel says nothing else.
policy::retry_schedule retries_of(const config& x) {
  return {x.delivery.first_retry, x.delivery.max_retry, x.delivery.give_up};
}

void report_fault(const std::string& what) {
  log_event(log_level::error, what);
}

void report_recovery(const std::string& what) {
  log_event(log_level::info, what);
}

/// For those who watch the log, and ban addresses by it.
void report_refused_sign_in(const std::string& admin, const std::string& address) {
  log_event(log_level::warning, "a sign-in was refused", {{"admin", admin}, {"address", address}});
}

void report_channel(channel_id id, const std::string& what) {
  log_event(log_level::error, "channel " + what, {{"channel", to_string(id)}});
}

void report_peer(const gate::notice& x) {
  auto level = x.is_warning ? log_level::warning : log_level::info;
  if (x.peer.empty())
    return log_event(level, "gate: " + x.what);
  log_event(level, "gate: " + x.what, {{"peer", x.peer}});
}

/// Tells where there are not files enough for the requests that were asked for.
void report_lowered(size_t wanted, size_t possible) {
  if (wanted > possible)
    log_event(log_level::warning, "transport.max_in_flight is lowered: too few files may be open",
              {{"max_in_flight", possible}, {"files", file_limit()}});
}

start_failure server_failure(const failure& x) {
  auto taken = x.code == errc::unavailable;
  return {taken ? exit_code::port_taken : exit_code::bad_configuration, x.detail};
}

} // namespace

/// In the order in which they are made; they end in the opposite one.
struct service::parts {
  explicit parts(const config& x) : settings(x), actor_config(x), system(actor_config) {}

  config settings;
  std::shared_ptr<storage::environment> storage;
  std::shared_ptr<const storage::secret_box> secrets;
  wall_clock now = system_wall_clock();
  std::shared_ptr<meter_board> board = std::make_shared<meter_board>();
  std::shared_ptr<pause_board> pauses = std::make_shared<pause_board>();
  std::shared_ptr<growth_series> growth = std::make_shared<growth_series>();
  std::shared_ptr<const channel_access> access;
  std::shared_ptr<channels::curl_transport> transport;
  actor_settings actor_config;
  caf::actor_system system;
  delivery_ledger_impl ledger;
  trigger_router_actor router;
  channel_supervisor_actor supervisor;
  channel_announcer_actor announcer;
  certificate_announcer_actor certificates;
  http::backend backend;
  node_guard_actor guard;
  std::unique_ptr<http::server> server;
  std::unique_ptr<gate::server> gate;

  expected<void> open_storage();
  void spawn_actors(std::function<void(const std::string&)> on_fatal);
  void spawn_delivery();
  void spawn_backend();
  expected<void> open_doors();
  std::vector<watch_actor> essential_actors() const;
  void stop();
};

expected<void> service::parts::open_storage() {
  auto opened = app::open_storage(settings);
  if (!opened)
    return opened.error();
  storage = std::move(opened->environment);
  secrets = std::move(opened->secrets);
  return publish_stored_event_types(*storage);
}

void service::parts::spawn_actors(std::function<void(const std::string&)> on_fatal) {
  spawn_delivery();
  spawn_backend();
  guard = system.spawn(node_guard, essential_actors(), std::move(on_fatal));
  caf::anon_send(ledger, subscribe_changes{router});
  caf::anon_send(ledger, subscribe_changes{supervisor});
  caf::anon_send(ledger, subscribe_changes{announcer});
}

/// The path of an event, from the router on.
void service::parts::spawn_delivery() {
  auto outbound = transport_options(settings);
  report_lowered(settings.transport.max_in_flight, outbound.max_http_in_flight);
  transport = std::make_shared<channels::curl_transport>(outbound);
  access = std::make_shared<const channel_access>(storage, secrets, outbound_rules(settings));
  ledger = system.spawn<caf::detached>(
    delivery_ledger, ledger_options{.storage = storage,
                                    .now = now,
                                    .board = board,
                                    .retention = settings.storage.event_retention,
                                    .reserve_bytes = settings.storage.reserve_bytes,
                                    .has_room = backend.has_room,
                                    .report = report_fault,
                                    .report_recovery = report_recovery,
                                    .audit_retention = settings.storage.audit_retention,
                                    .can_write = backend.can_write,
                                    .pauses = pauses,
                                    .growth = growth,
                                    .longest_attempt_wait = longest_attempt_wait});
  router = system.spawn(trigger_router, preference_options{access, ledger, now, board});
  channel_worker_options worker{ledger,
                                transport,
                                now,
                                system_monotonic_clock(),
                                board,
                                retries_of(settings),
                                settings.delivery.in_flight_per_channel,
                                pauses};
  announcer = system.spawn(channel_announcer,
                           channel_announcer_options{access, router, board, report_channel, now,
                                                     settings.storage.event_retention});
  supervisor = system.spawn(
    channel_supervisor, channel_supervisor_options{access, worker, {}, report_channel, announcer});
  certificates = system.spawn(certificate_announcer, router, now, board);
}

/// The actors that the HTTP server and the CAF door ask. Those that would keep events waiting, with
/// a million dead letters or thousands of channels, are detached: each runs on its own thread.
void service::parts::spawn_backend() {
  registry_options registry{storage, ledger, now, board, backend.epoch};
  channel_registry_options channel_options{access, ledger, transport, now, board, pauses};
  channel_options.retries = retries_of(settings);
  history_options history{access, ledger, now, board};
  backend.ingress = system.spawn(ingress, router, now, board);
  backend.explainer = system.spawn<caf::detached>(
    event_explainer, explainer_options{access, now, system_monotonic_clock(), board, pauses});
  backend.channels = system.spawn(channel_registry, channel_options);
  backend.recipients = system.spawn(recipient_registry, registry);
  backend.deliveries = system.spawn<caf::detached>(delivery_log, storage, now, board);
  backend.feed = system.spawn(delivery_feed,
                              feed_options{storage, ledger, now, system_monotonic_clock(), board});
  backend.control = system.spawn(delivery_control, history);
  backend.dead_letters = system.spawn<caf::detached>(dead_letters, history);
  backend.event_types = system.spawn(event_type_registry, registry);
  backend.tokens = system.spawn(token_registry, registry);
  backend.audit = system.spawn(audit_log, storage, board);
  backend.sessions = system.spawn(session_registry, registry);
  backend.sign_in
    = system.spawn<caf::detached>(sign_in_desk, sign_in_options{registry, report_refused_sign_in});
  backend.write_duration = [env = storage] { return env->write_duration(); };
  backend.public_url = settings.server.public_url;
  backend.portal_ancestors = settings.server.portal_ancestors;
  auto numbers = system.spawn<caf::detached>(
    stats, stats_options{storage, board, std::string{version()}, now, growth,
                         retention_stats{settings.storage.event_retention,
                                         settings.storage.audit_retention,
                                         policy::storage_reserve(settings.storage.reserve_bytes,
                                                                 settings.storage.map_limit_bytes)},
                         begin_totals(*storage)});
  backend.stats = numbers;
  backend.metrics = numbers;
}

expected<void> service::parts::open_doors() {
  auto at_http = http_options(settings);
  at_http.report = report_fault;
  at_http.report_recovery = report_recovery;
  auto http = http::server::start(system, std::move(at_http), backend);
  if (!http)
    return http.error();
  server = std::move(*http);
  for (auto& x : server->bridges())
    caf::anon_send(guard, watch_actor{std::move(x), "tocsin.http-bridge"});
  if (!settings.gate.enabled)
    return {};
  auto options = gate_options(settings);
  options.on_certificates = [to = certificates](std::vector<certificate_stats> now) {
    caf::anon_send(to, certificates_seen{std::move(now)});
  };
  auto opened = gate::server::start(system, std::move(options), server->door(),
                                    {backend.ingress, backend.stats}, report_peer);
  if (!opened)
    return opened.error();
  gate = std::move(*opened);
  caf::anon_send(guard, watch_actor{gate->desk(), gate::desk_state::name});
  return {};
}

std::vector<watch_actor> service::parts::essential_actors() const {
  auto named = [](auto& handle, const char* name) {
    return watch_actor{caf::actor_cast<caf::actor>(handle), name};
  };
  return {named(ledger, delivery_ledger_state::name),
          named(router, trigger_router_state::name),
          named(supervisor, channel_supervisor_state::name),
          named(announcer, channel_announcer_state::name),
          named(backend.ingress, ingress_state::name),
          named(backend.explainer, event_explainer_state::name),
          named(backend.channels, channel_registry_state::name),
          named(backend.recipients, recipient_registry_state::name),
          named(backend.deliveries, delivery_log_state::name),
          named(backend.feed, delivery_feed_state::name),
          named(backend.control, delivery_control_state::name),
          named(backend.dead_letters, dead_letters_state::name),
          named(backend.event_types, event_type_registry_state::name),
          named(backend.tokens, token_registry_state::name),
          named(backend.audit, audit_log_state::name),
          named(backend.sessions, session_registry_state::name),
          named(backend.sign_in, sign_in_desk_state::name),
          named(backend.stats, stats_state::name),
          named(certificates, certificate_announcer_state::name)};
}

void service::parts::stop() {
  if (guard)
    caf::anon_send(guard, stand_down{});
  if (server)
    server->stop_accepting_events();
  if (supervisor) {
    caf::scoped_actor self{system};
    auto grace = settings.delivery.drain_timeout;
    auto drained = self->request(supervisor, grace + recording_time, drain_channels{});
    transport->stop(grace);
    drained.receive(
      [](const channels_drained&) {},
      [](const caf::error&) { log_event(log_level::warning, "stopped with attempts in flight"); });
    self->request(ledger, recording_time, close_ledger{})
      .receive(
        [](const ledger_closed&) {},
        [](const caf::error&) { log_event(log_level::error, "the ledger did not close in time"); });
  }
  gate.reset();
  server.reset();
  for (auto& x : supervisor ? essential_actors() : std::vector<watch_actor>{})
    caf::anon_send_exit(x.value, caf::exit_reason::user_shutdown);
  if (guard)
    caf::anon_send_exit(guard, caf::exit_reason::user_shutdown);
  // The actor system ends only when the ledger's thread does, so no handle may keep that alive.
  backend = {};
  ledger = nullptr;
  router = nullptr;
  supervisor = nullptr;
  announcer = nullptr;
  certificates = nullptr;
  guard = nullptr;
}

service::service(std::unique_ptr<parts> parts) : parts_(std::move(parts)) {}

service::~service() {
  if (parts_)
    parts_->stop();
}

boost::system::result<std::unique_ptr<service>, start_failure>
service::start(const config& settings, std::function<void(const std::string&)> on_fatal) {
  if (auto usable = check_files(settings); !usable)
    return start_failure{exit_code::bad_configuration, usable.error().detail};
  auto made = std::make_unique<parts>(settings);
  if (auto opened = made->open_storage(); !opened)
    return storage_failure(opened.error());
  made->spawn_actors(std::move(on_fatal));
  if (auto opened = made->open_doors(); !opened) {
    made->stop();
    return server_failure(opened.error());
  }
  // Only now: a service that cannot serve delivers nothing either.
  caf::anon_send(made->ledger, start_deliveries{made->supervisor});
  return std::unique_ptr<service>{new service{std::move(made)}};
}

uint16_t service::port() const {
  return parts_->server->port();
}

uint16_t service::gate_port() const {
  return parts_->gate ? parts_->gate->port() : 0;
}

expected<bool> service::reload_certificate(bool always) {
  return parts_->server->reload_certificate(always);
}

void service::stop() {
  parts_->stop();
  std::lock_guard guard{mutex_};
  parts_.reset();
}

void service::cut_short() {
  std::lock_guard guard{mutex_};
  if (parts_)
    parts_->transport->cut_short();
}

void throw_exception_from_error(const start_failure& x, const boost::source_location&) {
  throw std::logic_error("unchecked start failure: " + x.text);
}

} // namespace tocsin::app
