#include "tests/integration/gate/gate_fixture.hpp"

#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <algorithm>

namespace tocsin::gate {

void gate_log::submitted(const submit_events& x) {
  std::lock_guard lock{mutex_};
  events_.insert(events_.end(), x.events.begin(), x.events.end());
  changed_.notify_all();
}

void gate_log::noted(const notice& x) {
  std::lock_guard lock{mutex_};
  notices_.push_back(x);
  changed_.notify_all();
}

std::vector<event> gate_log::events() const {
  std::lock_guard lock{mutex_};
  return events_;
}

std::vector<notice> gate_log::notices() const {
  std::lock_guard lock{mutex_};
  return notices_;
}

size_t gate_log::count(const std::string& text) const {
  auto all = notices();
  return static_cast<size_t>(std::count_if(
    all.begin(), all.end(), [&](const notice& x) { return x.what.find(text) != x.what.npos; }));
}

bool gate_log::wait(const std::function<bool(const gate_log&)>& done) {
  std::unique_lock lock{mutex_};
  return changed_.wait_for(lock, std::chrono::seconds{10}, [&] { return done(*this); });
}

bool gate_log::wait_for_events(size_t count) {
  return wait([count](const gate_log& x) { return x.events().size() >= count; });
}

bool gate_log::wait_for_notice(const std::string& text) {
  return wait([&text](const gate_log& x) { return x.count(text) > 0; });
}

gate_fixture::gate_fixture()
  : authority_(pki::authority::init(directory_.path() / "pki").value()),
    system_(std::make_unique<caf::actor_system>(config_)) {
  actors_.ingress = system_->spawn([this](ingress_actor::pointer) -> ingress_actor::behavior_type {
    return {[this](const submit_events& x) {
      log_.submitted(x);
      events_accepted result;
      for (auto& one : x.events)
        result.receipts.push_back({one.id, 1, false});
      return result;
    }};
  });
  actors_.stats = system_->spawn([this](stats_actor::pointer) -> stats_actor::behavior_type {
    return {[this](const collect_stats&) { return stats_; }};
  });
  auto node = issue(pki::holder::node, "one");
  panel_files_ = issue(pki::holder::panel, "shop");
  options_.port = 0;
  options_.files = node;
  options_.peers.panels = {"tocsin://panel/shop"};
  options_.peers.nodes = {"tocsin://node/one"};
  options_.handshake_timeout = std::chrono::milliseconds{1000};
  options_.reload_interval = std::chrono::milliseconds{50};
}

gate_fixture::~gate_fixture() {
  for (auto& x : panels_)
    caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
  panels_.clear();
  server_.reset();
  actors_ = {};
}

void gate_fixture::start() {
  auto made
    = server::start(*system_, options_, door_, actors_, [this](const notice& x) { log_.noted(x); });
  ASSERT_TRUE(made) << made.error().detail;
  server_ = std::move(*made);
  options_.port = server_->port();
}

link::credential_files gate_fixture::issue(pki::holder kind, const std::string& name,
                                           std::chrono::seconds term) {
  auto issued = authority_.issue({kind, name, {"127.0.0.1", "localhost"}, term}).value();
  return {authority_.certificate_path(), authority_.revoked_path(), issued.certificate, issued.key};
}

client::config gate_fixture::panel_config() const {
  client::config result;
  result.nodes = {{"127.0.0.1", options_.port, {}}};
  result.files = panel_files_;
  result.first_backoff = std::chrono::milliseconds{20};
  result.max_backoff = std::chrono::milliseconds{100};
  return result;
}

client::node_actor gate_fixture::connect(client::config settings) {
  auto made = client::connect(*system_, std::move(settings));
  panels_.push_back(made.value());
  return panels_.back();
}

submit_events events_with_ids(const std::vector<std::string>& ids) {
  submit_events result;
  for (auto& id : ids)
    result.events.push_back({id, "deploy.failure", "shop", "", "", "it broke", ""});
  return result;
}

expected<events_accepted> gate_fixture::submit(const client::node_actor& to, submit_events what) {
  caf::scoped_actor self{*system_};
  expected<events_accepted> result{events_accepted{}};
  self->request(to, std::chrono::seconds{30}, std::move(what))
    .receive([&](events_accepted& x) { result = std::move(x); },
             [&](const caf::error& x) { result = to_failure(x); });
  return result;
}

} // namespace tocsin::gate
