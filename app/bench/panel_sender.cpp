#include "app/bench/panel_sender.hpp"

#include "client/connect.hpp"
#include "messages/protocol/failure.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace tocsin::bench {

namespace {

class panel_sender;

/// A request on its way to a courier.
struct offer {
  panel_sender* from = nullptr;
  ticket what;
};

/// What became of it.
struct settled {
  panel_sender* from = nullptr;
  uint64_t receipts = 0;
  uint64_t deliveries = 0;
  /// Why there are no receipts.
  failure why;
};

/// Gives a courier what the run has sent since the last time.
struct put_offers {
  std::vector<offer> values;
};

/// Makes a courier hand back what was settled.
struct flush_settled {};

} // namespace

} // namespace tocsin::bench

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::bench::put_offers)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::bench::flush_settled)

namespace tocsin::bench {

namespace {

/// Stands between the run's thread and one panel's handle.
using courier_actor = caf::typed_actor<caf::reacts_to<put_offers>, caf::reacts_to<flush_settled>>;

struct courier_state {
  static inline const char* name = "tocsin.bench-courier";

  void on_put(const std::vector<offer>& offers);
  void on_flush() { post(std::exchange(ready, {})); }
  submit_events make_events(const ticket& x) const;
  void gather(settled x);

  courier_actor::stateful_pointer<courier_state> self = nullptr;
  client::node_actor panel;
  event sample;
  /// Where the number stands in the sample's message.
  size_t slot = 0;
  std::function<void(std::vector<settled>)> post;
  std::vector<settled> ready;
};

void courier_state::on_put(const std::vector<offer>& offers) {
  // The panel keeps the time of each.
  for (auto& x : offers)
    self->request(panel, caf::infinite, make_events(x.what))
      .then(
        [this, from = x.from](const events_accepted& said) {
          settled done{from, said.receipts.size(), 0, {}};
          for (auto& each : said.receipts)
            done.deliveries += each.deliveries;
          gather(std::move(done));
        },
        [this, from = x.from](const caf::error& why) {
          gather({from, 0, 0, to_failure(why)});
        });
}

submit_events courier_state::make_events(const ticket& x) const {
  submit_events result;
  result.events.assign(x.events, sample);
  auto number = x.first;
  for (auto& each : result.events)
    write_number(each.message.data() + slot, number++);
  return result;
}

void courier_state::gather(settled x) {
  // It queues behind everything that has come in by now, so a batch forms without a timer.
  if (ready.empty())
    self->send(self, flush_settled{});
  ready.push_back(std::move(x));
}

courier_actor::behavior_type courier(courier_actor::stateful_pointer<courier_state> self,
                                     const client::node_actor& panel, const event& sample,
                                     size_t slot,
                                     const std::function<void(std::vector<settled>)>& post) {
  auto& state = self->state;
  state.self = self;
  state.panel = panel;
  state.sample = sample;
  state.slot = slot;
  state.post = post;
  return {
    [self](const put_offers& msg) { self->state.on_put(msg.values); },
    [self](flush_settled) { self->state.on_flush(); },
  };
}

struct bench_system_config : caf::actor_system_config {
  bench_system_config() { set("scheduler.max-threads", size_t{1}); }
};

/// All panels of a run. Its members are called on the run's thread.
class panel_pool {
public:
  panel_pool(boost::asio::io_context& context, const panel_way& way, const run_mark& mark,
             const payload_options& payload);
  ~panel_pool();

  panel_pool(const panel_pool&) = delete;
  panel_pool& operator=(const panel_pool&) = delete;

  /// Gives a request to a panel. What is given by one handler of the run goes out together.
  void put(size_t panel, offer x);

private:
  void flush();

  struct line {
    client::node_actor panel;
    courier_actor courier;
    std::vector<offer> waiting;
  };

  boost::asio::io_context& context_;
  bench_system_config config_;
  caf::actor_system system_{config_};
  std::vector<line> lines_;
  bool flush_set_ = false;
};

/// A place in a panel's window.
class panel_sender final : public sender {
public:
  panel_sender(boost::asio::io_context& context, std::shared_ptr<panel_pool> pool, size_t panel,
               const listener& told)
    : pool_(std::move(pool)), panel_(panel), timer_(context), told_(told) {}

  void start() override { told_.on_free(*this); }

  void send(const ticket& x) override {
    under_way_ = x;
    pool_->put(panel_, {this, x});
  }

  void settle(const settled& x) {
    if (x.receipts == 0 && x.why.code == errc::unavailable) {
      told_.on_lost(under_way_);
      return told_.on_given_up(*this);
    }
    auto is_passing = x.why.code == errc::overloaded || x.why.code == errc::storage_full
                      || x.why.code == errc::shutting_down;
    auto pause = told_.on_answer(under_way_, {x.receipts == under_way_.events, x.deliveries,
                                              to_string(x.why.code), is_passing, x.why.detail});
    if (pause.count() == 0)
      return told_.on_free(*this);
    timer_.expires_after(pause);
    timer_.async_wait([this](boost::system::error_code error) {
      if (!error)
        told_.on_free(*this);
    });
  }

private:
  std::shared_ptr<panel_pool> pool_;
  size_t panel_;
  boost::asio::steady_timer timer_;
  const listener& told_;
  ticket under_way_;
};

panel_pool::panel_pool(boost::asio::io_context& context, const panel_way& way, const run_mark& mark,
                       const payload_options& payload)
  : context_(context) {
  auto sample = sample_event(mark, payload);
  auto settings = way.panel;
  // On the wire an event takes its texts, their lengths and its id.
  auto events = way.window * way.batch;
  auto event_bytes = event_text(sample).size() + 100;
  settings.window_events = std::max<size_t>(settings.window_events, events);
  settings.window_bytes = std::max<size_t>(settings.window_bytes, events * event_bytes);
  auto post = [this](std::vector<settled> done) {
    boost::asio::post(context_, [done = std::move(done)] {
      for (auto& x : done)
        x.from->settle(x);
    });
  };
  for (unsigned i = 0; i < way.connections; ++i) {
    auto panel = client::connect(system_, settings).value();
    auto carrier = system_.spawn(courier, panel, sample, mark.prefix().size(), post);
    lines_.push_back({std::move(panel), std::move(carrier), {}});
  }
}

panel_pool::~panel_pool() {
  for (auto& x : lines_) {
    caf::anon_send_exit(x.courier, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(x.panel, caf::exit_reason::user_shutdown);
  }
}

void panel_pool::put(size_t panel, offer x) {
  lines_[panel].waiting.push_back(x);
  if (std::exchange(flush_set_, true))
    return;
  boost::asio::post(context_, [this] { flush(); });
}

void panel_pool::flush() {
  flush_set_ = false;
  for (auto& x : lines_)
    if (!x.waiting.empty())
      caf::anon_send(x.courier, put_offers{std::exchange(x.waiting, {})});
}

} // namespace

sender_factory panel_senders(const panel_way& way, const run_mark& mark,
                             const payload_options& payload) {
  return [=](boost::asio::io_context& context, const sender::listener& told) {
    auto pool = std::make_shared<panel_pool>(context, way, mark, payload);
    std::vector<std::unique_ptr<sender>> result;
    // Place by place, so that all panels have something to do from the start.
    for (unsigned place = 0; place < way.window; ++place)
      for (unsigned panel = 0; panel < way.connections; ++panel)
        result.push_back(std::make_unique<panel_sender>(context, pool, panel, told));
    return result;
  };
}

} // namespace tocsin::bench
