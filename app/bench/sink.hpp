#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <string_view>

namespace tocsin::bench {

/// A webhook endpoint: answers every request with 200 at once and hands its body on, but while it
/// is out of order with 503. Lives on the thread that runs `context`, and must live until that has
/// ended.
class sink {
public:
  /// The body is valid during the call only.
  using arrival_handler = std::function<void(std::string_view body)>;

  /// Listens on 127.0.0.1, with port 0 on one of its own. Throws `boost::system::system_error`
  /// where the port is taken.
  sink(boost::asio::io_context& context, arrival_handler on_arrival, uint16_t port = 0);
  ~sink();

  /// Where webhooks are to be posted to.
  std::string url() const;

  void set_out_of_order(bool x) { is_out_of_order_ = x; }
  bool is_out_of_order() const { return is_out_of_order_; }

private:
  class connection;

  void accept();

  boost::asio::ip::tcp::acceptor acceptor_;
  arrival_handler on_arrival_;
  bool is_out_of_order_ = false;
  std::list<connection> connections_;
};

} // namespace tocsin::bench
