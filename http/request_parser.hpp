#pragma once

#include "http/problem.hpp"
#include "http/request.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tocsin::http {

/// Why a header is refused.
struct header_fault {
  refusal kind;
  std::string detail;
};

/// Reads one request as it arrives, and extracts what the routes need in one pass. Beast finds the
/// fields and the end of the body; what it accepts although others may read it differently is
/// detected here.
class request_parser final : public boost::beast::http::basic_parser<true> {
public:
  /// Limits in bytes.
  request_parser(size_t max_header_bytes, size_t max_body_bytes);

  /// What is wrong with the header, once it is complete; nothing if it is fine.
  std::optional<header_fault> find_fault() const;

  /// Whether the client waits for `100 Continue` before it sends the body.
  bool expects_continue() const;

  /// The client's `X-Request-Id`, where it is one that may stand in logs: 1 to 128 characters of
  /// `a-z A-Z 0-9 . _ -`. Empty otherwise.
  const std::string& client_request_id() const { return request_id_; }

  /// Both need the header.
  bool is_head() const { return is_head_; }
  bool is_version_1_0() const { return version_ == 10; }

  /// Lowers the limit of the body, of which nothing may have come that is beyond it.
  void limit_body(size_t max_bytes) { max_body_bytes_ = std::min(max_body_bytes_, max_bytes); }
  size_t max_body_bytes() const { return max_body_bytes_; }

  /// The request, once it is complete.
  request release() { return std::move(request_); }

  /// The request without its body, once the header is complete.
  request release_head();

  /// The body, once the request is complete.
  std::string release_body() { return std::move(request_.body); }

private:
  using verb = boost::beast::http::verb;
  using field = boost::beast::http::field;
  using text = boost::beast::string_view;
  using error_code = boost::beast::error_code;
  using length = boost::optional<std::uint64_t>;

  void on_request_impl(verb method, text method_text, text target, int version,
                       error_code&) override;
  void on_response_impl(int, text, int, error_code&) override {}
  void on_field_impl(field kind, text name, text value, error_code&) override;
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const length& size, error_code&) override;
  std::size_t on_body_impl(text bytes, error_code&) override;
  void on_chunk_header_impl(std::uint64_t, text, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, text bytes, error_code&) override;
  void on_finish_impl(error_code&) override {}

  void take(field kind, text name, text value);

  size_t max_body_bytes_;
  request request_;
  std::string request_id_;
  int version_ = 0;
  bool is_head_ = false;
  size_t fields_ = 0;
  /// How often those stand there that say where the request goes and where its body ends.
  size_t hosts_ = 0;
  size_t lengths_ = 0;
  size_t codings_ = 0;
  bool is_length_a_list_ = false;
  bool is_coding_chunked_ = false;
  bool expects_continue_ = false;
  bool expects_else_ = false;
  /// Why a field that stands there twice is refused.
  std::string_view repeated_;
};

/// Whether `text`, the header of a request as far as it has come, continues a field on a second
/// line. Beast takes such fields for one; others may not, and then disagree on where the body ends
/// (RFC 9112 §5.2 has servers refuse them).
bool has_folded_line(std::string_view text);

/// The names of the header fields that a request keeps for the routes.
std::vector<std::string_view> taken_field_names();

} // namespace tocsin::http
