#pragma once

#include "app/bench/conversation.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <string_view>

namespace tocsin::bench {

/// What a sink receives.
enum class sink_kind : uint8_t { webhooks, mails };

/// Where events arrive: accepts every message at once and passes it on, but defers it while it is
/// out of order. Lives on the thread that runs `context`, and must live until that has ended.
class sink {
public:
  /// The body of a webhook or the content of a mail, valid during the call only.
  using arrival_handler = std::function<void(std::string_view text)>;

  /// Listens on 127.0.0.1, with port 0 on a free one. Throws `boost::system::system_error`
  /// where the port is taken.
  sink(boost::asio::io_context& context, arrival_handler on_arrival,
       sink_kind kind = sink_kind::webhooks, uint16_t port = 0);
  ~sink();

  /// Where webhooks are to be posted to.
  std::string url() const;
  uint16_t port() const { return acceptor_.local_endpoint().port(); }

  void set_out_of_order(bool x) { state_.is_out_of_order = x; }
  bool is_out_of_order() const { return state_.is_out_of_order; }

  /// How many connections were made to it.
  uint64_t connections() const { return connections_.size(); }

private:
  class connection;

  void accept();

  boost::asio::ip::tcp::acceptor acceptor_;
  sink_state state_;
  sink_kind kind_;
  std::list<connection> connections_;
};

} // namespace tocsin::bench
