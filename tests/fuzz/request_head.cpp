// Input: what a client sends over a connection. Requests are read as a connection reads them, and
// what comes of it does not depend on the pieces in which the bytes arrive.
#include "http/credentials.hpp"
#include "http/entity_tag.hpp"
#include "http/request_parser.hpp"
#include "http/routes/conditions.hpp"
#include "http/target.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

using namespace tocsin;

namespace {

namespace beast = boost::beast;

bool is_sane_id(std::string_view text) {
  constexpr std::string_view others = "._-";
  return text.size() <= 128 && std::all_of(text.begin(), text.end(), [&](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                  || others.find(c) != others.npos;
         });
}

std::string text_of(const http::request& x) {
  auto result = std::string{http::to_string(x.verb)} + ' ' + x.target;
  for (auto* field : {&x.authorization, &x.content_type, &x.content_encoding, &x.idempotency_key,
                      &x.if_match, &x.if_none_match, &x.cookie, &x.csrf_token})
    result += field->has_value() ? '\n' + **field : std::string{'\0'};
  return result + '\n' + x.body;
}

void examine(const http::request& x) {
  if (auto where = http::parse_target(x.target)) {
    if (auto fault = http::find_parameter_fault(*where, "limit cursor"))
      fuzz::expect(!fault->detail.empty(), "a refused parameter has words");
    if (auto page = http::read_page(*where))
      fuzz::expect(page->limit >= 1 && page->limit <= 250, "a page has its bounds");
  }
  if (auto fault = http::find_body_fault(x))
    fuzz::expect(!x.body.empty() && !fault->empty(), "only a body is refused for its type");
  if (auto revision = http::read_if_match(x); !revision)
    fuzz::expect(x.if_match.has_value(), "only a field is refused");
  if (x.authorization)
    if (auto token = http::bearer_token(*x.authorization))
      fuzz::expect(!token->empty(), "a token is a text");
  if (x.cookie)
    if (auto value = http::cookie_value(*x.cookie, "tocsin_session"))
      fuzz::expect(!value->empty() && value->find(';') == value->npos, "a cookie is one text");
  if (x.if_none_match)
    http::names_tag(*x.if_none_match, "\"0123456789abcdef\"");
}

/// Whether a connection would go no further with this header.
bool is_refused(const http::request_parser& parser) {
  fuzz::expect(is_sane_id(parser.client_request_id()), "an id may stand in logs");
  return parser.find_fault().has_value();
}

/// The requests, each as a text, up to one that is refused or incomplete. `first` bytes arrive
/// before the others.
std::vector<std::string> read(std::string_view bytes, size_t first) {
  std::vector<std::string> result;
  std::string buffer{bytes.substr(0, first)};
  auto rest = bytes.substr(buffer.size());
  for (;;) {
    http::request_parser parser{16 * 1024, 1024 * 1024};
    auto is_examined = false;
    while (!parser.is_done()) {
      boost::system::error_code ec = beast::http::error::need_more;
      if (!parser.is_header_done() && http::has_folded_line(buffer))
        return result;
      if (!buffer.empty())
        buffer.erase(0, parser.put(boost::asio::buffer(buffer), ec));
      if (ec && ec != beast::http::error::need_more)
        return result;
      if (parser.is_header_done() && !std::exchange(is_examined, true)) {
        if (is_refused(parser))
          return result;
        parser.eager(true);
      }
      if (ec && rest.empty())
        return result;
      if (ec)
        buffer += std::exchange(rest, {});
    }
    auto request = parser.release();
    examine(request);
    result.push_back(text_of(request));
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes{reinterpret_cast<const char*>(data), size};
  auto whole = read(bytes, size);
  for (auto first : {size / 2, size - std::min<size_t>(size, 1)})
    fuzz::expect(read(bytes, first) == whole, "it is the same in two pieces");
  return 0;
}
