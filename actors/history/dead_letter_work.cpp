#include "actors/history/dead_letter_work.hpp"

#include "actors/history/dead_letter_reading.hpp"
#include "storage/files/fault_sink.hpp"
#include "storage/repositories/paging.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace tocsin {

namespace {

using namespace std::chrono_literals;

/// How many dead letters share a commit. Events that are accepted meanwhile wait for no more.
constexpr uint32_t batch_size = 250;

/// A request works off this much at most, so that it is answered within seconds: 5,000 dead
/// letters, or fewer on a slow disk.
constexpr size_t most_batches = 20;
constexpr auto longest_time = 4s;

/// Whether a dead letter was left alone for what became of it, and not for want of a ledger.
bool is_of_the_letter(errc code) {
  return code == errc::not_found || code == errc::conflict || code == errc::in_flight;
}

} // namespace

dead_letter_work::dead_letter_work(dead_letters_actor::pointer self, const history_options& options,
                                   dead_letter_choice choice, author by, command_maker make_command,
                                   promise_type promise)
  : self_(self),
    options_(options),
    choice_(std::move(choice)),
    by_(std::move(by)),
    make_command_(std::move(make_command)),
    promise_(std::move(promise)) {
  auto& ids = choice_.ids;
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

void dead_letter_work::begin() {
  began_at_ = options_.now();
  if (auto read = read_cursor(); !read) {
    promise_.deliver(to_error(read.error()));
    return;
  }
  if (per_minute_) {
    auto from = done_.last_due_at ? policy::resumed_at(*done_.last_due_at, *per_minute_, began_at_)
                                  : began_at_;
    pace_.emplace(from, *per_minute_);
  }
  done_.last_due_at.reset();
  go_on();
}

/// Works off batches until one has to wait for the ledger, or nothing is left to be done.
void dead_letter_work::go_on() {
  while (!is_complete_ && !done_.stopped_by && !has_had_its_share()) {
    auto part = read_batch();
    if (!part) {
      done_.stopped_by = part.error();
      break;
    }
    ++batches_;
    if (!choice_.dry_run && !part->letters.empty())
      return send(std::move(*part));
    for (auto& x : part->letters) {
      count(x);
      next_due();
    }
    pass(*part);
  }
  finish();
}

expected<dead_letter_work::batch> dead_letter_work::read_batch() {
  auto tx = options_.channels->environment().read();
  if (!tx)
    return tx.error();
  if (!choice_.ids.empty())
    return read_named(*tx);
  auto reader = dead_letter_reader::make(*tx, choice_.selection);
  if (!reader)
    return reader.error();
  // The oldest first, as they were to be sent.
  auto part = reader->list(storage::dead_letter_order::oldest_first, {batch_size, position_});
  if (!part)
    return part.error();
  auto& letters = part->letters;
  auto is_last = letters.next_cursor.empty();
  return batch{std::move(letters.entries), std::move(letters.next_cursor), is_last,
               part->unreadable};
}

/// What is named and is no dead letter is refused here; the ledger looks again with the commit.
expected<dead_letter_work::batch> dead_letter_work::read_named(const storage::transaction& tx) {
  batch result;
  auto end = std::min(next_id_ + batch_size, choice_.ids.size());
  for (; next_id_ < end; ++next_id_) {
    auto& id = choice_.ids[next_id_];
    auto x = read_dead_letter(tx, id);
    if (x)
      result.letters.push_back(std::move(*x));
    else if (is_of_the_letter(x.error().code) || storage::is_unreadable(x.error()))
      refuse(id, x.error());
    else
      return x.error();
  }
  result.is_last = next_id_ == choice_.ids.size();
  return result;
}

/// A cursor holds when the last one is due, in milliseconds, and a cursor of the index, which is
/// empty where not even the first batch is done.
expected<void> dead_letter_work::read_cursor() {
  std::string_view text{choice_.cursor};
  if (text.empty())
    return {};
  auto middle = std::min(text.find('~'), text.size());
  int64_t due = 0;
  auto [at, ec] = std::from_chars(text.data(), text.data() + middle, due);
  if (ec != std::errc{} || at != text.data() + middle || middle == text.size())
    return storage::bad_cursor();
  position_ = text.substr(middle + 1);
  done_.last_due_at = from_unix_ms(due);
  return {};
}

std::string dead_letter_work::to_cursor() const {
  return fmt::format("{}~{}", to_unix_ms(done_.last_due_at.value_or(began_at_)), position_);
}

void dead_letter_work::count(const dead_letter_view& x) {
  ++done_.matched;
  done_.may_duplicate += x.may_duplicate ? 1 : 0;
}

timestamp dead_letter_work::next_due() {
  if (!pace_)
    return began_at_;
  auto result = pace_->next();
  done_.first_due_at = done_.first_due_at.value_or(result);
  done_.last_due_at = result;
  return result;
}

/// All commands of a batch reach the ledger together, which commits what waits together.
void dead_letter_work::send(batch x) {
  current_ = std::move(x);
  unanswered_ = current_.letters.size();
  for (auto& letter : current_.letters) {
    apply_command change;
    change.value = make_command_(letter.value.value.id, next_due());
    change.by = by_;
    self_->request(options_.ledger, caf::infinite, std::move(change))
      .then([work = shared_from_this(),
             &letter](const command_result&) { work->on_answer(letter, expected<void>{}); },
            [work = shared_from_this(), &letter](const caf::error& fault) {
              work->on_answer(letter, to_failure(fault));
            });
  }
}

void dead_letter_work::on_answer(const dead_letter_view& x, const expected<void>& answer) {
  if (answer) {
    count(x);
    ++done_.moved;
  } else if (is_of_the_letter(answer.error().code)) {
    count(x);
    refuse(x.value.value.id, answer.error());
  } else {
    done_.stopped_by = answer.error();
  }
  if (--unanswered_ > 0)
    return;
  // After a fault the batch is started again by the next request: what was moved is passed over
  // then.
  if (!done_.stopped_by)
    pass(current_);
  go_on();
}

/// Goes on behind `x`, all of which is done.
void dead_letter_work::pass(batch& x) {
  position_ = std::move(x.next);
  is_complete_ = x.is_last;
  done_.skipped += x.unreadable;
}

void dead_letter_work::refuse(const delivery_id& id, const failure& why) {
  ++done_.skipped;
  if (!choice_.ids.empty())
    done_.refused.push_back({id, why});
}

bool dead_letter_work::has_had_its_share() const {
  if (!choice_.ids.empty())
    return false;
  return batches_ >= most_batches || options_.now() - began_at_ >= longest_time;
}

void dead_letter_work::finish() {
  if (done_.stopped_by && done_.matched == 0) {
    promise_.deliver(to_error(*done_.stopped_by));
    return;
  }
  if (!is_complete_ && choice_.ids.empty())
    done_.next_cursor = to_cursor();
  promise_.deliver(std::move(done_));
}

} // namespace tocsin
