#include "app/bench/server_address.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

namespace tocsin::bench {

expected<server_address> find_server(std::string_view text) {
  auto url = boost::urls::parse_uri({text.data(), text.size()});
  if (!url || url->scheme() != "http" || url->host().empty())
    return fail(errc::invalid_argument,
                fmt::format("'{}': expected an http:// URL; TLS is not supported", text));
  boost::asio::io_context context;
  boost::asio::ip::tcp::resolver resolver{context};
  boost::system::error_code error;
  std::string port = url->has_port() ? std::string{url->port()} : "80";
  auto found = resolver.resolve(url->host_address(), port, error);
  if (error || found.empty())
    return fail(errc::unavailable, fmt::format("'{}': {}", text, error.message()));
  return server_address{found.begin()->endpoint(), std::string{url->encoded_host_and_port()},
                        std::string{url->encoded_path()}};
}

} // namespace tocsin::bench
