#include "http/request_reader.hpp"

#include <boost/beast/http/error.hpp>
#include <fmt/format.h>

namespace tocsin::http {

namespace {

/// A read asks for at most this much.
constexpr size_t read_size = 16 * 1024;

header_fault malformed(std::string detail) {
  return {refusal::malformed_request, std::move(detail)};
}

} // namespace

request_reader::request_reader(size_t max_header_bytes, size_t max_body_bytes)
  : max_header_bytes_(max_header_bytes), max_body_bytes_(max_body_bytes) {
  begin();
}

void request_reader::begin() {
  parser_.emplace(max_header_bytes_, max_body_bytes_);
}

boost::asio::mutable_buffer request_reader::room() {
  return buffer_.prepare(read_size);
}

std::optional<header_fault> request_reader::read() {
  while (!parser_->is_done() && buffer_.size() > 0) {
    if (!parser_->is_header_done() && has_folded_line(unread()))
      return malformed("a header field goes on in a second line");
    boost::system::error_code ec;
    buffer_.consume(parser_->put(buffer_.data(), ec));
    if (ec == boost::beast::http::error::need_more)
      return find_endless_line();
    if (ec)
      return fault_of(ec);
    // The header alone comes first, whatever has come behind it.
    if (parser_->eager())
      continue;
    if (auto fault = parser_->find_fault())
      return fault;
    parser_->eager(true);
  }
  return std::nullopt;
}

std::optional<header_fault> request_reader::limit_body(size_t max_bytes) {
  parser_->limit_body(max_bytes);
  auto length = parser_->content_length();
  if (length && *length > parser_->max_body_bytes())
    return fault_of(boost::beast::http::error::body_limit);
  return std::nullopt;
}

bool request_reader::is_head() const {
  return parser_->is_head() || (!parser_->is_header_done() && unread().starts_with("HEAD "));
}

std::string_view request_reader::unread() const {
  auto bytes = buffer_.cdata();
  return {static_cast<const char*>(bytes.data()), bytes.size()};
}

/// Only an endless chunk extension or trailer can fill the buffer without filling the parser.
std::optional<header_fault> request_reader::find_endless_line() const {
  if (buffer_.size() <= max_header_bytes_ + read_size)
    return std::nullopt;
  return malformed("a line of the body's framing is too long");
}

header_fault request_reader::fault_of(const boost::system::error_code& ec) const {
  if (ec == boost::beast::http::error::body_limit)
    return {refusal::body_too_large, fmt::format("the body is larger than the limit of {} bytes",
                                                 parser_->max_body_bytes())};
  if (ec == boost::beast::http::error::header_limit)
    return {refusal::header_too_large,
            fmt::format("the header is larger than the limit of {} bytes", max_header_bytes_)};
  return malformed(ec.message());
}

} // namespace tocsin::http
