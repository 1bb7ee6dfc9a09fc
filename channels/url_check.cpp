#include "channels/url_check.hpp"

#include <boost/url/host_type.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <charconv>
#include <string_view>

namespace tocsin::channels {

namespace {

/// The beginning of a URL, up to its path.
std::string_view origin_of(std::string_view url) {
  auto authority = url.find("://");
  if (authority == std::string_view::npos)
    return {};
  return url.substr(0, url.find_first_of("/?#", authority + 3));
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

} // namespace

std::optional<checked_url> take_apart(std::string_view text) {
  auto parsed = boost::urls::parse_uri({text.data(), text.size()});
  if (!parsed)
    return std::nullopt;
  checked_url result;
  result.text = text;
  auto host = parsed->encoded_host_and_port();
  result.host.assign(host.data(), host.size());
  auto start = text.find("://");
  auto path = start == std::string_view::npos ? start : text.find_first_of("/?", start + 3);
  result.path_and_query = path == std::string_view::npos ? "/" : text.substr(path);
  return result;
}

checked_url read_url(settings_reader& settings, std::string_view key, const address_rules& rules,
                     std::string_view otherwise) {
  auto text = otherwise.empty() ? settings.required_text(key) : settings.text(key);
  if (text.empty() && !settings.has_complaint(key))
    text = otherwise;
  if (text.empty())
    return {};
  auto refuse = [&](std::string detail) {
    settings.complain(key, "invalid", std::move(detail));
    return checked_url{};
  };
  auto parsed = boost::urls::parse_uri(text);
  if (!parsed && !is_ascii(origin_of(text)))
    return refuse("the name of the host needs its ASCII form (xn--…)");
  if (!parsed)
    return refuse("this is not a URL; special characters need percent-encoding");
  if (parsed->scheme() != "https" && parsed->scheme() != "http")
    return refuse("the URL must begin with https:// or http://");
  if (parsed->host().empty())
    return refuse("the URL has no host");
  if (parsed->has_userinfo())
    return refuse("the URL must not contain a user name; send a header instead");
  if (parsed->has_fragment())
    return refuse("the URL must not contain a fragment (#…)");
  if (parsed->has_port()) {
    unsigned port = 0;
    auto digits = parsed->port();
    auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (ec != std::errc{} || port == 0 || port > 65'535)
      return refuse("the port is not valid");
    if (rules.is_public_only() && port < 1024 && port != 80 && port != 443)
      return refuse("the port must be 80, 443, or 1024 or higher");
  }
  // Names are judged by what they resolve to, when a connection is made; an address is known now.
  auto kind = parsed->host_type();
  if ((kind == boost::urls::host_type::ipv4 || kind == boost::urls::host_type::ipv6)
      && !rules.allow(std::string_view{parsed->host_address()}))
    return refuse("the address lies in a network that this channel may not reach");
  return *take_apart(text);
}

} // namespace tocsin::channels
