#include "gate/server.hpp"

#include "gate/certificate_watch.hpp"
#include "gate/desk.hpp"
#include "gate/entrance.hpp"
#include "gate/refusal_log.hpp"
#include "gate/session.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <caf/actor.hpp>
#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <fmt/format.h>

#include <map>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>

namespace tocsin::gate {

namespace asio = boost::asio;

namespace {

/// How long the end of the gate waits for peers to take what they are told last.
constexpr std::chrono::milliseconds farewell_limit{1'000};

} // namespace

struct server::parts {
  parts(caf::actor_system& sys, server_options opts, admission& events, notice_sink sink)
    : system(sys),
      options(std::move(opts)),
      report(std::move(sink)),
      watch(options.files),
      services{events, [this](inquiry_ptr x) { caf::anon_send(desk, put_inquiry{std::move(x)}); },
               [this](uint64_t id, const std::string& why) { lose(id, why); }, options.version},
      entrance(
        context, options,
        {[this](entrant x) { take_in(std::move(x)); },
         [this](const std::string& address, const std::string& why) { note_refusal(address, why); },
         [this](const std::string& what) {
           report({true, what, {}});
         },
         [this](const std::string& what) {
           report({false, what, {}});
         }}) {}

  expected<void> begin(backend actors);
  void take_in(entrant x);
  void lose(uint64_t id, const std::string& why);
  void note_refusal(const std::string& peer, const std::string& why);
  void take_answers(const std::vector<inquiry_ptr>& answered);
  void look_at_certificates();
  void tell_certificates();
  void arm();
  void say_goodbye();
  void stop();

  caf::actor_system& system;
  server_options options;
  notice_sink report;
  certificate_watch watch;
  refusal_log refusals;
  session_services services;
  asio::io_context context{1};
  asio::steady_timer timer{context};
  gate::entrance entrance;
  desk_actor desk;
  std::unordered_map<uint64_t, std::unique_ptr<session>> sessions;
  /// What is given back to the entrance when a session ends.
  std::unordered_map<uint64_t, entry_slot> slots;
  uint64_t last_session = 0;
  /// What was told last of the certificates in use.
  std::vector<certificate_stats> told_certificates;
  std::thread thread;
  /// Whether all peers are being sent away; on the I/O thread.
  bool is_leaving = false;
  bool stopped = false;
};

expected<void> server::parts::begin(backend actors) {
  auto credentials = watch.load();
  if (!credentials)
    return credentials.error();
  entrance.use(*credentials);
  if (auto listening = entrance.listen(); !listening)
    return listening;
  desk = system.spawn(gate::desk, std::move(actors), [this](std::vector<inquiry_ptr> answered) {
    asio::post(context, [this, answered = std::move(answered)] { take_answers(answered); });
  });
  tell_certificates();
  entrance.accept();
  arm();
  thread = std::thread{[this] { context.run(); }};
  return {};
}

void server::parts::take_in(entrant x) {
  if (is_leaving)
    return;
  auto role = options.peers.role_of(x.peer);
  auto id = ++last_session;
  auto name = x.peer.label();
  auto made = std::make_unique<session>(id, std::move(x.peer), role.value_or(peer_role::node),
                                        std::move(x.stream), services);
  auto& guest = *sessions.emplace(id, std::move(made)).first->second;
  slots.emplace(id, std::move(x.slot));
  if (!role) {
    note_refusal(name, fmt::format("its certificate is good, but no configured peer's: {}",
                                   guest.peer().fingerprint));
    return guest.dismiss(errc::forbidden, "this certificate is not on the list of peers");
  }
  // One that was refused a moment ago, for what it did here, comes and goes without a word.
  if (!refusals.has_named(name, refusal_log::clock::now()))
    report({false, "peer connected", name});
  guest.start();
}

void server::parts::lose(uint64_t id, const std::string& why) {
  auto found = sessions.find(id);
  auto& guest = *found->second;
  auto name = guest.peer().label();
  auto known = options.peers.role_of(guest.peer()).has_value();
  if (known && guest.has_misbehaved())
    note_refusal(name, why);
  else if (known && !refusals.has_named(name, refusal_log::clock::now()))
    report({false, "peer disconnected: " + why, name});
  sessions.erase(found);
  slots.erase(id);
  if (is_leaving && sessions.empty())
    context.stop();
}

void server::parts::note_refusal(const std::string& peer, const std::string& why) {
  auto unsaid = refusals.note(peer, refusal_log::clock::now());
  if (!unsaid)
    return;
  auto more = *unsaid == 0 ? "" : fmt::format(" ({} more since the last line)", *unsaid);
  report({true, fmt::format("refused: {}{}", why, more), peer});
}

void server::parts::take_answers(const std::vector<inquiry_ptr>& answered) {
  for (auto& x : answered) {
    x->place.reset();
    auto found = sessions.find(x->session);
    if (found != sessions.end())
      found->second->answer(*x);
  }
}

void server::parts::look_at_certificates() {
  auto changed = watch.look();
  auto read_anew = changed && *changed;
  if (read_anew) {
    entrance.use(**changed);
    report({false, "reloaded the certificates", options.files.certificate.string()});
  } else if (changed) {
    report({true,
            "cannot reload the certificates; keeping the current ones: " + changed->error().detail,
            options.files.certificate.string()});
  }
  // A connection outlives neither its certificate's term nor its revocation. A peer that is no
  // longer named in the configuration stays until the service is restarted, which reads that.
  auto now = system_wall_clock()();
  for (auto& [id, x] : sessions)
    if (x->peer().expires_at <= now)
      x->dismiss(errc::unauthorized, "its certificate has expired");
    else if (auto fault = read_anew ? watch.find_fault(x->peer()) : ""; !fault.empty())
      x->dismiss(errc::unauthorized, fault);
}

void server::parts::tell_certificates() {
  if (!options.on_certificates)
    return;
  auto now = watch.certificates();
  std::map<std::pair<std::string, std::string>, certificate_stats> peers;
  for (auto& [id, x] : sessions) {
    auto role = options.peers.role_of(x->peer());
    if (!role)
      continue;
    auto name = *role == peer_role::panel ? "panel" : "node";
    auto [place, is_new] = peers.try_emplace({name, x->peer().fingerprint});
    if (is_new)
      place->second = describe(x->peer(), name);
    ++place->second.connections;
  }
  for (auto& [key, x] : peers)
    now.push_back(std::move(x));
  if (now == told_certificates)
    return;
  told_certificates = now;
  options.on_certificates(std::move(now));
}

void server::parts::arm() {
  timer.expires_after(options.reload_interval);
  timer.async_wait([this](boost::system::error_code ec) {
    if (ec || is_leaving)
      return;
    look_at_certificates();
    tell_certificates();
    arm();
  });
}

/// Lets the peers have every answer that there is, and sends them away; the thread ends then. What
/// a peer is not told of it has to ask another node for, which does not know the events.
void server::parts::say_goodbye() {
  caf::scoped_actor self{system};
  self->request(desk, farewell_limit, flush_answers{}).receive([] {}, [](const caf::error&) {});
  asio::post(context, [this] {
    is_leaving = true;
    entrance.close();
    timer.expires_after(farewell_limit);
    timer.async_wait([this](boost::system::error_code ec) {
      if (!ec)
        context.stop();
    });
    for (auto& [id, x] : sessions)
      x->dismiss(errc::shutting_down, "the node is stopping");
    if (sessions.empty())
      context.stop();
  });
}

void server::parts::stop() {
  if (std::exchange(stopped, true))
    return;
  if (thread.joinable()) {
    say_goodbye();
    thread.join();
  }
  entrance.close();
  // With the thread gone nobody asks any more; once the desk is down nobody answers.
  if (desk) {
    caf::scoped_actor self{system};
    self->send_exit(desk, caf::exit_reason::user_shutdown);
    self->wait_for(desk);
    desk = nullptr;
  }
  sessions.clear();
  slots.clear();
}

server::server(std::unique_ptr<parts> parts) : parts_(std::move(parts)) {}

server::~server() {
  stop();
}

expected<std::unique_ptr<server>> server::start(caf::actor_system& system, server_options options,
                                                admission& door, backend actors,
                                                notice_sink report) {
  auto made = std::make_unique<parts>(system, std::move(options), door, std::move(report));
  if (auto begun = made->begin(std::move(actors)); !begun)
    return begun.error();
  return std::unique_ptr<server>{new server{std::move(made)}};
}

uint16_t server::port() const {
  return parts_->entrance.port();
}

caf::actor server::desk() const {
  return caf::actor_cast<caf::actor>(parts_->desk);
}

void server::stop() {
  parts_->stop();
}

} // namespace tocsin::gate
