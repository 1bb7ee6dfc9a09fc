#include "app/config/option_table.hpp"
#include "app/config/units.hpp"
#include "channels/transport/address_rules.hpp"
#include "link/peer_entries.hpp"
#include "messages/text.hpp"

#include <boost/json/serialize.hpp>
#include <boost/url/parse.hpp>
#include <fmt/format.h>

#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <system_error>

namespace tocsin::app {

namespace {

constexpr std::array<std::string_view, 4> level_names{"debug", "info", "warning", "error"};
constexpr std::array<std::string_view, 2> format_names{"text", "json"};

/// Of a text that is one line: short enough to leave room for the rest of a footer.
constexpr size_t max_line_bytes = 50;

template <class... Fs>
struct overloaded : Fs... {
  using Fs::operator()...;
};

// clang 14 does not deduce the arguments of an aggregate by itself.
template <class... Fs>
overloaded(Fs...) -> overloaded<Fs...>;

std::string in_quotes(std::string_view text) {
  return boost::json::serialize(boost::json::string_view{text.data(), text.size()});
}

std::string in_words(const raw_value& x) {
  return std::visit(overloaded{
                      [](bool v) { return std::string{v ? "true" : "false"}; },
                      [](int64_t v) { return fmt::to_string(v); },
                      [](const std::string& v) { return in_quotes(v); },
                      [](const other_value& v) { return v.description; },
                    },
                    x);
}

template <size_t N>
std::string one_of(const std::array<std::string_view, N>& names) {
  std::string result;
  for (auto name : names) {
    if (!result.empty())
      result += name == names.back() ? " or " : ", ";
    result += in_quotes(name);
  }
  return result;
}

std::optional<endpoint> parse_endpoint(std::string_view text) {
  auto colon = text.rfind(':');
  if (colon == text.npos)
    return std::nullopt;
  auto host = text.substr(0, colon);
  auto port = text.substr(colon + 1);
  endpoint result;
  auto [rest, fault] = std::from_chars(port.data(), port.data() + port.size(), result.port);
  if (fault != std::errc{} || rest != port.data() + port.size())
    return std::nullopt;
  auto family = AF_INET;
  if (host.starts_with('[') && host.ends_with(']')) {
    family = AF_INET6;
    host = host.substr(1, host.size() - 2);
  }
  result.host = host;
  in6_addr scratch;
  if (inet_pton(family, result.host.c_str(), &scratch) != 1)
    return std::nullopt;
  return result;
}

bool is_base_url(std::string_view text) {
  auto url = boost::urls::parse_uri({text.data(), text.size()});
  return url && (url->scheme() == "http" || url->scheme() == "https")
         && !url->encoded_host().empty() && !url->has_userinfo() && !url->has_query()
         && !url->has_fragment() && !url->encoded_path().ends_with('/');
}

bool is_proxy_url(std::string_view text) {
  auto url = boost::urls::parse_uri({text.data(), text.size()});
  return url && url->scheme() == "http" && !url->encoded_host().empty() && !url->has_query()
         && !url->has_fragment() && (url->encoded_path().empty() || url->encoded_path() == "/");
}

/// A name as RFC 1123 §2.1 has it, of which RFC 1035 §2.3.4 allows 255 characters and 63 to a part.
bool is_host_name(std::string_view text) {
  if (text.size() > 255)
    return false;
  for (bool is_last = false; !is_last;) {
    auto end = std::min(text.find('.'), text.size());
    auto part = text.substr(0, end);
    is_last = end == text.size();
    text.remove_prefix(is_last ? end : end + 1);
    auto is_good = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    };
    if (part.empty() || part.size() > 63 || part.front() == '-' || part.back() == '-'
        || !std::all_of(part.begin(), part.end(), is_good))
      return false;
  }
  return true;
}

/// `https://panel.example.com:8443`. What has a special meaning in a header must not be in
/// there.
bool is_origin(std::string_view text) {
  auto url = boost::urls::parse_uri({text.data(), text.size()});
  return url && (url->scheme() == "http" || url->scheme() == "https")
         && !url->encoded_host().empty() && !url->has_userinfo() && !url->has_query()
         && !url->has_fragment() && url->encoded_path().empty()
         && text.find_first_of(";,") == text.npos;
}

bool are_origins(std::string_view text) {
  while (!text.empty()) {
    auto end = std::min(text.find(' '), text.size());
    if (!is_origin(text.substr(0, end)))
      return false;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return true;
}

bool obeys(text_rule rule, const std::string& text) {
  std::error_code ignored;
  switch (rule) {
  case text_rule::any: return true;
  case text_rule::not_empty: return !text.empty();
  case text_rule::one_line:
    return !text.empty() && text.size() <= max_line_bytes && clean_line(text) == text;
  case text_rule::existing_file:
    return text.empty() || std::filesystem::is_regular_file(text, ignored);
  case text_rule::base_url: return is_base_url(text);
  case text_rule::optional_base_url: return text.empty() || is_base_url(text);
  case text_rule::proxy_url: return text.empty() || is_proxy_url(text);
  case text_rule::host_name: return text.empty() || is_host_name(text);
  case text_rule::networks: return channels::parse_address_list(text).has_value();
  case text_rule::origins: return are_origins(text);
  case text_rule::peers: return link::parse_peer_entries(text).has_value();
  }
  return false;
}

/// What keeps a file that may well be there from being looked at: a directory on the way that is
/// closed to us, for example. Nothing where it is known what is there.
std::optional<std::string> obstacle_to(const option& x, const raw_value& value) {
  const auto* path = std::get_if<std::string>(&value);
  if (path == nullptr || x.rule != text_rule::existing_file)
    return std::nullopt;
  std::error_code fault;
  auto found = std::filesystem::status(*path, fault);
  if (std::filesystem::status_known(found))
    return std::nullopt;
  return fault.message();
}

std::string in_words(text_rule rule) {
  switch (rule) {
  case text_rule::any: return "a text";
  case text_rule::not_empty: return "a text that is not empty";
  case text_rule::one_line: return fmt::format("one line of 1 to {} bytes", max_line_bytes);
  case text_rule::existing_file: return "the path of an existing file, or an empty text";
  case text_rule::base_url:
    return "an http:// or https:// URL without a slash at its end, such as "
           "\"https://hooks.slack.com\"";
  case text_rule::optional_base_url:
    return "an http:// or https:// URL without a slash at its end, such as "
           "\"https://notify.example.com\", or an empty text";
  case text_rule::proxy_url:
    return "an http:// URL of a proxy such as \"http://proxy.example.net:3128\", or an empty text";
  case text_rule::host_name:
    return "the name of a host such as \"notify.example.com\", or an empty text";
  case text_rule::networks:
    return "networks such as \"10.0.0.0/8, fd00::/8\", separated by commas, or an empty text";
  case text_rule::origins:
    return "origins such as \"https://panel.example.com\" with one space between them, or an empty "
           "text";
  case text_rule::peers:
    return "names such as \"tocsin://panel/shop\", or \"sha256:\" and the 64 hexadecimal digits of "
           "a certificate's fingerprint, with commas between them";
  }
  return {};
}

/// Puts one value into the place that `find` named; false if it is not what the option takes.
class assignment {
public:
  assignment(const option& x, const raw_value& value) : option_(x), value_(value) {
    // nop
  }

  bool operator()(bool* to) const {
    const auto* given = std::get_if<bool>(&value_);
    if (given != nullptr)
      *to = *given;
    return given != nullptr;
  }

  bool operator()(uint32_t* to) const {
    const auto* given = std::get_if<int64_t>(&value_);
    if (given == nullptr || *given < 0 || !in_range(static_cast<uint64_t>(*given)))
      return false;
    *to = static_cast<uint32_t>(*given);
    return true;
  }

  bool operator()(uint64_t* to) const {
    const auto* given = text();
    auto read = given ? parse_byte_count(*given) : std::nullopt;
    if (!read || !in_range(*read))
      return false;
    *to = *read;
    return true;
  }

  bool operator()(std::chrono::milliseconds* to) const {
    const auto* given = text();
    auto read = given ? parse_duration(*given) : std::nullopt;
    if (!read || !in_range(static_cast<uint64_t>(read->count())))
      return false;
    *to = *read;
    return true;
  }

  bool operator()(std::string* to) const { return assign_text(to); }

  bool operator()(std::filesystem::path* to) const { return assign_text(to); }

  bool operator()(endpoint* to) const {
    const auto* given = text();
    auto read = given ? parse_endpoint(*given) : std::nullopt;
    if (read)
      *to = *read;
    return read.has_value();
  }

  bool operator()(log_level* to) const { return assign_choice(to, level_names); }

  bool operator()(log_format* to) const { return assign_choice(to, format_names); }

private:
  const std::string* text() const { return std::get_if<std::string>(&value_); }

  bool in_range(uint64_t x) const { return option_.least <= x && x <= option_.most; }

  template <class T>
  bool assign_text(T* to) const {
    const auto* given = text();
    if (given == nullptr || !obeys(option_.rule, *given))
      return false;
    *to = *given;
    return true;
  }

  template <class T, size_t N>
  bool assign_choice(T* to, const std::array<std::string_view, N>& names) const {
    const auto* given = text();
    for (size_t i = 0; given != nullptr && i < N; ++i) {
      if (*given == names[i]) {
        *to = static_cast<T>(i);
        return true;
      }
    }
    return false;
  }

  const option& option_;
  const raw_value& value_;
};

} // namespace

std::string limits(const option& x) {
  config defaults;
  return std::visit(
    overloaded{
      [](auto*) -> std::string { return {}; },
      [&](uint32_t*) { return fmt::format("from {} to {}", x.least, x.most); },
      [&](uint64_t*) {
        return fmt::format("from {} to {}", format_byte_count(x.least), format_byte_count(x.most));
      },
      [&](std::chrono::milliseconds*) {
        return fmt::format("from {} to {}", format_duration(std::chrono::milliseconds{x.least}),
                           format_duration(std::chrono::milliseconds{x.most}));
      },
      [](log_level*) { return one_of(level_names); },
      [](log_format*) { return one_of(format_names); },
    },
    x.find(defaults));
}

std::string expectation(const option& x) {
  config defaults;
  return std::visit(
    overloaded{
      [](bool*) -> std::string { return "true or false"; },
      [&](uint32_t*) { return fmt::format("a whole number {}", limits(x)); },
      [&](uint64_t* v) {
        return fmt::format("a size {} with its unit (B, KiB, MiB, GiB or TiB) such as {}",
                           limits(x), in_quotes(format_byte_count(*v)));
      },
      [&](std::chrono::milliseconds* v) {
        return fmt::format("a duration {} with its unit (ms, s, m, h or d) such as {}", limits(x),
                           in_quotes(format_duration(*v)));
      },
      [&](std::string*) { return in_words(x.rule); },
      [&](std::filesystem::path*) { return in_words(x.rule); },
      [](endpoint* v) {
        return fmt::format("a numeric address and a port such as \"{}\" or \"[::1]:8420\"",
                           to_string(*v));
      },
      [&](auto*) { return limits(x); },
    },
    x.find(defaults));
}

std::string value_as_toml(const option& x, const config& values) {
  auto copy = values;
  return std::visit(
    overloaded{
      [](bool* v) { return std::string{*v ? "true" : "false"}; },
      [](uint32_t* v) { return fmt::to_string(*v); },
      [](uint64_t* v) { return in_quotes(format_byte_count(*v)); },
      [](std::chrono::milliseconds* v) { return in_quotes(format_duration(*v)); },
      [](std::string* v) { return in_quotes(*v); },
      [](std::filesystem::path* v) { return in_quotes(v->native()); },
      [](endpoint* v) { return in_quotes(to_string(*v)); },
      [](log_level* v) { return in_quotes(level_names[static_cast<size_t>(*v)]); },
      [](log_format* v) { return in_quotes(format_names[static_cast<size_t>(*v)]); },
    },
    x.find(copy));
}

std::optional<std::string> assign(const option& x, const raw_value& value, config& values) {
  // The functions of the system would take a text to end there.
  if (const auto* text = std::get_if<std::string>(&value); text && text->find('\0') != text->npos)
    return fmt::format("{}: a text must not contain a NUL, found {}", full_name(x),
                       in_words(value));
  if (std::visit(assignment{x, value}, x.find(values)))
    return std::nullopt;
  if (auto why = obstacle_to(x, value))
    return fmt::format("{}: {} cannot be read: {}", full_name(x), in_words(value), *why);
  return fmt::format("{}: expected {}, found {}", full_name(x), expectation(x), in_words(value));
}

raw_value raw_from_text(const option& x, const std::string& text) {
  config scratch;
  auto place = x.find(scratch);
  if (std::holds_alternative<bool*>(place) && (text == "true" || text == "false"))
    return text == "true";
  if (std::holds_alternative<uint32_t*>(place)) {
    int64_t number = 0;
    auto [rest, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault == std::errc{} && rest == text.data() + text.size())
      return number;
  }
  return text;
}

} // namespace tocsin::app
