#include "actors/history/delivery_feed.hpp"

#include "actors/history/delivery_reading.hpp"
#include "actors/history/visible_history.hpp"
#include "actors/shared/event_of_delivery.hpp"
#include "actors/shared/metered.hpp"
#include "storage/files/fault_sink.hpp"
#include "storage/repositories/delivery_repository.hpp"
#include "storage/repositories/delivery_sieve.hpp"

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <functional>
#include <utility>

namespace tocsin {

namespace {

using namespace std::chrono_literals;

/// A question is answered with this many moves at most; each is a few kilobytes when it is JSON.
constexpr size_t most_moves = 64;

/// Nor with more than these bytes of what events say, and one move on top of it.
constexpr size_t most_bytes = 256 * 1024;

/// No more are looked at for one question, so that other readers have their turn.
constexpr size_t most_scanned = 256;

/// A question waits this long at most. Whoever is still there asks again.
constexpr auto longest_wait = 30s;

/// A run goes on this long without readers: who comes back within this time has missed nothing.
constexpr auto run_after_last_reader = 5min;

constexpr auto pause_between_looks = 10s;

/// Longer than any commit takes; the ledger answers in its turn.
constexpr auto ledger_timeout = 60s;

/// What a reader is told of the move `x`: nothing where `sieve` does not let it pass, or where it
/// is not of `who`, if that is given.
expected<std::optional<delivery_moved>> read_move(const storage::transaction& tx,
                                                  const storage::delivery_move& x, uint64_t number,
                                                  storage::delivery_sieve& sieve,
                                                  const std::optional<recipient>& who) {
  std::optional<delivery_moved> result;
  auto found = storage::delivery_repository{tx}.find_as_of(x);
  if (!found)
    return found.error();
  if (!*found || (who && !is_visible_to(**found, *who)))
    return result;
  auto passes = sieve.passes(x.id, x.head);
  if (!passes)
    return passes.error();
  if (!*passes)
    return result;
  auto carried = read_listed_event_of(tx, **found);
  if (!carried)
    return carried.error();
  result = {number, {std::move(**found), std::move(*carried), {}}};
  return result;
}

} // namespace

void delivery_feed_state::start(delivery_feed_actor::stateful_pointer<delivery_feed_state> self,
                                const feed_options& options) {
  self_ = self;
  options_ = options;
  gauge = actor_gauge{*options_.board, name};
}

caf::result<deliveries_moved> delivery_feed_state::on_follow_deliveries(follow_deliveries& msg) {
  if (gone_.erase(msg.reader) != 0)
    return deliveries_moved{};
  auto reply = self_->make_response_promise<deliveries_moved>();
  last_question_ = options_.steady_now();
  waiting x{std::move(msg), reply, last_question_};
  if (!ring_)
    begin_run();
  if (is_noting_)
    take_up(std::move(x));
  else
    early_.push_back(std::move(x));
  return reply;
}

/// Nobody hears where the feed is before the ledger has said that it notes everything: a commit
/// that was under way would be missing otherwise, both here and from what is listed at that moment.
void delivery_feed_state::begin_run() {
  ring_ = std::make_shared<move_ring>(options_.kept_moves, [address = self_->address()] {
    if (auto feed = caf::actor_cast<delivery_feed_actor>(address))
      caf::anon_send(feed, moves_noted{});
  });
  run_ = ids_.next(options_.now());
  self_->request(options_.ledger, ledger_timeout, note_moves{ring_})
    .then(
      [this](const noting_begun&) {
        is_noting_ = true;
        for (auto& x : std::exchange(early_, {}))
          take_up(std::move(x));
      },
      [this](const caf::error& fault) {
        ring_ = nullptr;
        for (auto& x : std::exchange(early_, {}))
          x.reply.deliver(fault);
      });
  self_->delayed_send(self_, pause_between_looks, look_for_readers{run_});
}

/// Answers where the feed is to whoever is nowhere in it, and serves the others.
void delivery_feed_state::take_up(waiting x) {
  auto& after = x.question.after;
  if (after && after->run == run_ && ring_->behind(after->number, 0))
    return serve(std::move(x));
  x.reply.deliver(deliveries_moved{after.has_value(), {}, {run_, ring_->last()}});
}

/// Answers with the moves that pass, or has the question wait for some.
void delivery_feed_state::serve(waiting x) {
  auto& number = x.question.after->number;
  while (!ring_->wait_behind(number)) {
    auto moves = ring_->behind(number, most_scanned);
    if (!moves)
      return take_up(std::move(x));
    deliveries_moved result;
    result.position = {run_, number};
    if (auto gathered = gather(x.question, *moves, result); !gathered) {
      x.reply.deliver(to_error(gathered.error()));
      return;
    }
    if (!result.moves.empty() || moves->size() == most_scanned) {
      x.reply.deliver(std::move(result));
      return;
    }
    number = result.position.number;
  }
  waiting_.push_back(std::move(x));
}

/// Puts those of `moves` that pass and can be read into `result`, up to `most_moves`, and its
/// position behind the last one that was looked at.
expected<void> delivery_feed_state::gather(const follow_deliveries& question,
                                           const std::vector<storage::delivery_move>& moves,
                                           deliveries_moved& result) const {
  auto tx = options_.storage->read_published();
  if (!tx)
    return tx.error();
  auto filter = question.filter;
  if (auto named = use_all_names(*tx, filter); !named)
    return named;
  std::optional<recipient> who;
  if (question.only_for) {
    auto owner = find_viewer(*tx, *question.only_for);
    if (!owner)
      return owner.error();
    who = std::move(*owner);
  }
  storage::delivery_sieve sieve{*tx, filter};
  size_t bytes = 0;
  for (auto& x : moves) {
    if (result.moves.size() == most_moves || bytes > most_bytes)
      break;
    ++result.position.number;
    auto told = read_move(*tx, x, result.position.number, sieve, who);
    if (!told && !storage::is_unreadable(told.error()))
      return told.error();
    if (!told || !*told)
      continue;
    bytes += (*told)->value.carried.message.size();
    result.moves.push_back(std::move(**told));
  }
  return {};
}

void delivery_feed_state::on_stop_following(const stop_following& msg) {
  auto is_its = [&msg](auto& x) { return x.question.reader == msg.reader; };
  for (auto all : {&early_, &waiting_}) {
    auto found = std::find_if(all->begin(), all->end(), is_its);
    if (found == all->end())
      continue;
    // The reader is gone; answering only frees the entry of its request with the asker.
    found->reply.deliver(deliveries_moved{});
    all->erase(found);
    return;
  }
  gone_.insert(msg.reader);
}

void delivery_feed_state::on_moves_noted(const moves_noted&) {
  for (auto& x : std::exchange(waiting_, {}))
    serve(std::move(x));
}

void delivery_feed_state::on_look_for_readers(const look_for_readers& msg) {
  if (!ring_ || msg.run != run_)
    return;
  // Nothing is overtaken for this long.
  gone_.clear();
  auto now = options_.steady_now();
  auto is_late = [now](auto& x) { return now - x.since >= longest_wait; };
  auto first_late = std::stable_partition(waiting_.begin(), waiting_.end(), std::not_fn(is_late));
  for (auto x = first_late; x != waiting_.end(); ++x)
    x->reply.deliver(deliveries_moved{false, {}, *x->question.after});
  waiting_.erase(first_late, waiting_.end());
  if (is_noting_ && waiting_.empty() && now - last_question_ >= run_after_last_reader) {
    ring_ = nullptr;
    is_noting_ = false;
    self_->request(options_.ledger, ledger_timeout, note_moves{nullptr})
      .then([](const noting_begun&) {}, [](const caf::error&) {});
    return;
  }
  self_->delayed_send(self_, pause_between_looks, look_for_readers{run_});
}

delivery_feed_actor::behavior_type
delivery_feed(delivery_feed_actor::stateful_pointer<delivery_feed_state> self,
              const feed_options& options) {
  using state = delivery_feed_state;
  self->state.start(self, options);
  return {
    metered(self, &state::on_follow_deliveries),
    metered(self, &state::on_stop_following),
    metered(self, &state::on_moves_noted),
    metered(self, &state::on_look_for_readers),
  };
}

} // namespace tocsin
