#pragma once

#include "tests/support/standin/asio_types.hpp"
#include "tests/support/standin/mail_desk.hpp"

#include <boost/asio/ssl/context.hpp>

namespace tocsin::standin {

/// Serves SMTP on one loopback port, on the thread that runs the io_context; the listener must
/// outlive that run.
class smtp_listener {
public:
  /// `tls` serves STARTTLS and, if `tls_first`, every connection from its first byte; it must
  /// outlive the listener.
  smtp_listener(boost::asio::io_context& io, boost::asio::ssl::context& tls, bool tls_first,
                smtp_policy policy, record_book& records, script_book& scripts);

  /// Binds and starts to accept. Returns what failed.
  std::optional<std::string> start(std::uint16_t port);

  std::uint16_t port() const { return port_; }

private:
  void accept();

  boost::asio::io_context& io_;
  boost::asio::ssl::context& tls_;
  bool tls_first_;
  smtp_policy policy_;
  mail_desk desk_;
  tcp_acceptor acceptor_;
  std::uint16_t port_ = 0;
};

} // namespace tocsin::standin
