#include "http/target.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

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

} // namespace

std::optional<target> parse_target(std::string_view text) {
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
