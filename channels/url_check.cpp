#include "channels/url_check.hpp"

#include <boost/url/host_type.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <charconv>

namespace tocsin::channels {

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
  if (!parsed)
    return refuse("this is not a URL; special characters need percent-encoding");
  if (parsed->scheme() != "https" && parsed->scheme() != "http")
    return refuse("the URL must begin with https:// or http://");
  if (parsed->host().empty())
    return refuse("the URL names no host");
  if (parsed->has_userinfo())
    return refuse("the URL may hold no user name; send a header instead");
  if (parsed->has_fragment())
    return refuse("the URL may hold no fragment (#…)");
  if (parsed->has_port()) {
    unsigned port = 0;
    auto digits = parsed->port();
    auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (ec != std::errc{} || port == 0 || port > 65'535)
      return refuse("the port is not one");
    if (rules.is_public_only() && port < 1024 && port != 80 && port != 443)
      return refuse("the port must be 80, 443 or above 1023");
  }
  // Names are judged by what they resolve to, when a connection is made; an address is known now.
  auto kind = parsed->host_type();
  if ((kind == boost::urls::host_type::ipv4 || kind == boost::urls::host_type::ipv6)
      && !rules.allow(std::string_view{parsed->host_address()}))
    return refuse("the address lies in a network that this channel may not reach");
  return *take_apart(text);
}

} // namespace tocsin::channels
