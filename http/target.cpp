#include "http/target.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>

namespace tocsin::http {

namespace {

namespace urls = boost::urls;

boost::system::result<urls::url_view> parse(std::string_view text) {
  if (text.starts_with('/'))
    return urls::parse_origin_form(text);
  return urls::parse_absolute_uri(text);
}

bool is_http(urls::scheme x) {
  return x == urls::scheme::http || x == urls::scheme::https;
}

/// What needs no decoding.
bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
         || c == '_' || c == '.';
}

/// Takes a path apart that has nothing to decode and no empty segment, as nearly all have; nothing
/// for others. A tenth of what a URL's grammar costs.
std::optional<target> split_plain_path(std::string_view text) {
  target result;
  while (!text.empty()) {
    if (text.front() != '/')
      return std::nullopt;
    text.remove_prefix(1);
    auto end = std::find_if_not(text.begin(), text.end(), is_plain);
    if (end == text.begin())
      return std::nullopt;
    result.path.emplace_back(text.begin(), end);
    text.remove_prefix(result.path.back().size());
  }
  return result;
}

} // namespace

std::optional<target> parse_target(std::string_view text) {
  if (auto plain = split_plain_path(text); plain && !plain->path.empty())
    return plain;
  auto url = parse(text);
  // `host:port` would pass for a URI with the scheme `host`.
  if (!url || (url->has_scheme() && !is_http(url->scheme_id())))
    return std::nullopt;
  target result;
  auto segments = url->encoded_segments();
  result.path.reserve(segments.size());
  for (auto segment : segments)
    result.path.push_back(segment.decode());
  urls::encoding_opts form;
  form.space_as_plus = true;
  for (auto parameter : url->encoded_params())
    result.query.emplace_back(parameter.key.decode(form), parameter.value.decode(form));
  return result;
}

} // namespace tocsin::http
