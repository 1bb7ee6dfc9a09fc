#include "client/connect.hpp"

#include "client/line.hpp"
#include "client/spool.hpp"
#include "messages/digest.hpp"
#include "messages/event_json.hpp"
#include "messages/ids.hpp"
#include "messages/timestamp.hpp"

#include <caf/actor_system.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <unordered_map>
#include <utility>

namespace tocsin::client {

/// Brings answers from the I/O thread to the actor.
struct take_answers {
  std::vector<answer> values;
};

} // namespace tocsin::client

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::client::take_answers)

namespace tocsin::client {

namespace {

using panel_actor = node_actor::extend<caf::reacts_to<take_answers>>;

/// The id of an event that has none of its own, but its place in a submission under a key. Whoever
/// submits the same once more has the same ids, as a node knows an event by both.
std::string id_under_key(const std::string& key, size_t place, size_t count) {
  auto digest = sha256(fmt::format("{} {} {}", place, count, key));
  ulid result;
  std::copy_n(digest.begin(), result.bytes.size(), result.bytes.begin());
  return to_string(result);
}

/// The line with the thread it runs on; ends both when it goes.
class running_line {
public:
  running_line(config settings, std::shared_ptr<spool> store, answer_sink tell)
    : line_(std::make_shared<line>(std::move(settings), std::move(store), std::move(tell))),
      thread_([x = line_] { x->run(); }) {}

  running_line(const running_line&) = delete;
  running_line& operator=(const running_line&) = delete;

  ~running_line() {
    line_->request_stop();
    // The last handle to the actor may be let go of by this very thread, as it brings an answer.
    if (thread_.get_id() == std::this_thread::get_id())
      thread_.detach();
    else
      thread_.join();
  }

  void ask(question x) { line_->ask(std::move(x)); }

private:
  std::shared_ptr<line> line_;
  std::thread thread_;
};

struct panel_state {
  static inline const char* name = "tocsin.client";

  caf::result<events_accepted> on_submit(submit_events& msg);
  caf::result<node_stats> on_collect_stats();
  void on_answers(std::vector<answer>& answers);
  void on_exit(caf::exit_msg& msg);

  /// A question that waits for its answer, and what it takes of the window.
  struct open_question {
    caf::response_promise asker;
    size_t events = 0;
    size_t bytes = 0;
  };

  caf::response_promise put(question x, size_t events);

  panel_actor::stateful_pointer<panel_state> self = nullptr;
  size_t window_events = 0;
  size_t window_bytes = 0;
  bool is_spooling = false;
  ulid_generator ids;
  uint64_t last_number = 0;
  size_t open_events = 0;
  size_t open_bytes = 0;
  std::unordered_map<uint64_t, open_question> open;
  std::unique_ptr<running_line> way;
};

caf::result<events_accepted> panel_state::on_submit(submit_events& msg) {
  auto count = msg.events.size();
  // A node refuses it as well, or cannot even read it; a spool would keep it meanwhile.
  if (count == 0 || count > max_events_per_request)
    return to_error(fail(errc::invalid_argument, fmt::format("a submission holds 1 to {} events, "
                                                             "not {}",
                                                             max_events_per_request, count)));
  auto now = system_wall_clock()();
  for (size_t i = 0; i < count; ++i) {
    auto& x = msg.events[i];
    if (x.id.empty())
      x.id = msg.idempotency_key.empty() ? to_string(ids.next(now))
                                         : id_under_key(msg.idempotency_key, i, count);
    // It may be long before a node sees it and would note the time.
    if (is_spooling && x.timestamp.empty())
      x.timestamp = to_rfc3339(std::chrono::floor<std::chrono::seconds>(now));
  }
  auto number = ++last_number;
  question x{number, link::frame_kind::submit, link::to_wire(number, msg)};
  if (x.payload.size() > link::max_payload_bytes)
    return to_error(fail(errc::invalid_argument, "the submission is larger than a frame may be"));
  auto is_full
    = open_events + count > window_events || open_bytes + x.payload.size() > window_bytes;
  if (is_full && !open.empty())
    return to_error(fail(errc::overloaded, "the window is full: too much waits for an answer"));
  return put(std::move(x), count);
}

caf::result<node_stats> panel_state::on_collect_stats() {
  auto number = ++last_number;
  return put({number, link::frame_kind::ask_stats, link::to_wire(number)}, 0);
}

caf::response_promise panel_state::put(question x, size_t events) {
  auto promise = self->make_response_promise();
  open_events += events;
  open_bytes += x.payload.size();
  open.emplace(x.number, open_question{promise, events, x.payload.size()});
  way->ask(std::move(x));
  return promise;
}

void panel_state::on_answers(std::vector<answer>& answers) {
  for (auto& x : answers) {
    auto found = open.extract(x.number);
    auto& asked = found.mapped();
    open_events -= asked.events;
    open_bytes -= asked.bytes;
    if (auto* why = std::get_if<failure>(&x.value))
      asked.asker.deliver(to_error(std::move(*why)));
    else if (auto* receipts = std::get_if<events_accepted>(&x.value))
      asked.asker.deliver(std::move(*receipts));
    else
      asked.asker.deliver(std::get<node_stats>(std::move(x.value)));
  }
}

/// CAF says nothing to whoever waits for an actor that ends with a promise still to keep.
void panel_state::on_exit(caf::exit_msg& msg) {
  // As CAF does by itself: `normal` ends nobody.
  if (!msg.reason)
    return;
  for (auto& [number, asked] : open)
    asked.asker.deliver(to_error(
      fail(errc::unavailable, "the client was stopped; the events may have been accepted")));
  open.clear();
  self->quit(std::move(msg.reason));
}

panel_actor::behavior_type panel(panel_actor::stateful_pointer<panel_state> self,
                                 const config& settings, const std::shared_ptr<spool>& store) {
  auto& state = self->state;
  state.self = self;
  state.window_events = settings.window_events;
  state.window_bytes = settings.window_bytes;
  state.is_spooling = store != nullptr;
  self->set_exit_handler([self](caf::exit_msg& msg) { self->state.on_exit(msg); });
  // A strong handle would keep the actor alive for good.
  caf::actor_addr address = self->address();
  state.way
    = std::make_unique<running_line>(settings, store, [address](std::vector<answer> answers) {
        if (auto to = caf::actor_cast<caf::strong_actor_ptr>(address))
          caf::anon_send(caf::actor_cast<panel_actor>(to), take_answers{std::move(answers)});
      });
  return {
    [self](submit_events& msg) { return self->state.on_submit(msg); },
    [self](const collect_stats&) { return self->state.on_collect_stats(); },
    [self](take_answers& msg) { self->state.on_answers(msg.values); },
  };
}

} // namespace

expected<node_actor> connect(caf::actor_system& system, config settings) {
  if (settings.nodes.empty())
    return fail(errc::invalid_argument, "no node is named");
  if (settings.window_events == 0 || settings.window_bytes == 0)
    return fail(errc::invalid_argument, "the window is empty");
  if (auto read = link::load_credentials(settings.files, link::link_end::panel); !read)
    return read.error();
  std::shared_ptr<spool> store;
  if (!settings.spool.directory.empty()) {
    if (!settings.spool.on_refused)
      return fail(errc::invalid_argument,
                  "a spool requires 'on_refused'; otherwise refused events would be lost");
    auto opened = spool::open(settings.spool);
    if (!opened)
      return opened.error();
    store = std::move(*opened);
  }
  return node_actor{system.spawn(panel, settings, store)};
}

} // namespace tocsin::client
