#pragma once

#include "client/config.hpp"
#include "client/dialer.hpp"
#include "client/spool_feed.hpp"
#include "client/window.hpp"
#include "link/connection.hpp"
#include "messages/protocol/ingress.hpp"
#include "messages/protocol/stats.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <variant>
#include <vector>

namespace tocsin::client {

/// What became of a question.
struct answer {
  uint64_t number = 0;
  std::variant<failure, events_accepted, node_stats> value;
};

/// Called on the client's thread with what has been answered since the last call.
using answer_sink = std::function<void(std::vector<answer>)>;

/// The way to the nodes: keeps one connection up, sends the questions over it, and asks again
/// whatever a lost connection leaves open. With a spool, submissions that no node takes go there,
/// and from there to a node as soon as there is one. Runs on an I/O thread of its own.
class line final : public link::connection::owner {
public:
  /// `store` is null where there is no spool.
  line(config settings, std::shared_ptr<spool> store, answer_sink tell);
  ~line() override;

  line(const line&) = delete;
  line& operator=(const line&) = delete;

  /// Dials, and goes on until `request_stop`. Runs the I/O loop on the calling thread.
  void run();

  /// Makes `run` return soon. From any thread.
  void request_stop() { context_.stop(); }

  /// Takes a question; numbers rise. From any one thread at a time.
  void ask(question x);

private:
  using clock = std::chrono::steady_clock;

  void on_frame(link::frame_kind kind, std::string_view payload) override;
  void on_written() override;
  void on_write_failed(const std::string& why) override;
  void on_closed(const std::string& why) override;

  void use(link::tls_stream stream, const node_address& node);
  void take_welcome(std::string_view payload);
  void take_refusal(std::string_view payload);
  void take_more_stats(std::string_view payload);
  void take_stats(std::string_view payload);
  void take_receipts(std::string_view payload);
  void settle(answer x);
  void keep(const link::refusal& x);
  void turn_away();
  void leave();
  bool has_open_answers() const;
  void come_through();
  void take_questions();
  void send_waiting();
  void pause(std::chrono::milliseconds duration);
  bool is_cut_off() const;
  bool is_left_over(const window::entry& x) const;
  template <class Predicate>
  void spool_if(Predicate&& is_wanted);
  void give_up_late_ones();
  void redial(const std::string& why);
  void watch();
  void tell_soon();
  void tell_answers();
  void note(const std::string& what) const;

  config settings_;
  answer_sink tell_;
  boost::asio::io_context context_{1};
  boost::asio::steady_timer backoff_timer_{context_};
  boost::asio::steady_timer wait_timer_{context_};
  boost::asio::steady_timer leave_timer_{context_};
  boost::asio::steady_timer watch_timer_{context_};
  dialer dialer_;
  window window_;
  /// Nothing where there is no spool.
  std::optional<spool_feed> feed_;
  std::shared_ptr<link::connection> connection_;
  std::string node_;
  /// Whether the node has let us in.
  bool welcomed_ = false;
  clock::time_point welcomed_at_{};
  /// Whether a node that had let us in accepted nothing, because it is stopping or rejects
  /// everything that we send. Until one takes something, or keeps us for as long as the longest
  /// pause, events go into the spool.
  bool turned_away_ = false;
  /// Whether the node is stopping: it is sent nothing more, and is left once it has answered for
  /// what it was sent before.
  bool is_leaving_ = false;
  /// Since when no node takes anything; of no meaning while one does.
  clock::time_point down_since_ = clock::now();
  /// Why that is so.
  std::string down_reason_;
  /// Nothing is sent before: the node has asked for a pause.
  clock::time_point waits_until_{};
  /// The pause before the next connection. It grows until a node takes something, or keeps us for
  /// as long as the longest pause: a welcome alone says little.
  std::chrono::milliseconds backoff_;
  std::minstd_rand random_{std::random_device{}()};
  /// The channels that have come of an answer whose last frame has not.
  std::vector<channel_stats> first_channels_;
  std::vector<answer> answered_;
  /// Whether `tell_answers` is about to be called.
  bool is_telling_soon_ = false;
  std::mutex mutex_;
  /// Questions on their way to the I/O thread, under `mutex_`.
  std::vector<question> asked_;
};

} // namespace tocsin::client
