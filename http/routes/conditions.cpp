#include "http/routes/conditions.hpp"

#include "http/json/word_list.hpp"

#include <boost/beast/core/string.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace tocsin::http {

namespace {

/// The whole of `text` as a number; nothing if it is not one.
std::optional<uint64_t> to_number(std::string_view text) {
  uint64_t result = 0;
  auto end = text.data() + text.size();
  auto [at, ec] = std::from_chars(text.data(), end, result);
  if (ec != std::errc{} || at != end)
    return std::nullopt;
  return result;
}

} // namespace

std::optional<failure> find_parameter_fault(const target& x, std::string_view known) {
  for (size_t i = 0; i < x.query.size(); ++i) {
    auto& name = x.query[i].first;
    if (!is_listed(known, name))
      return fail(errc::invalid_argument, fmt::format("the query parameter '{}' is unknown", name));
    for (size_t k = 0; k < i; ++k)
      if (x.query[k].first == name)
        return fail(errc::invalid_argument,
                    fmt::format("the query parameter '{}' appears more than once", name));
  }
  return std::nullopt;
}

std::optional<std::string> find_body_fault(const request& x) {
  if (x.body.empty() || x.verb == method::get || x.verb == method::remove)
    return std::nullopt;
  using boost::beast::iequals;
  if (x.content_encoding && !iequals(*x.content_encoding, "identity"))
    return "'Content-Encoding' is not supported";
  if (!x.content_type)
    return "'Content-Type' is missing; it must be 'application/json'";
  auto type = std::string_view{*x.content_type}.substr(0, x.content_type->find(';'));
  type = type.substr(0, type.find_last_not_of(" \t") + 1);
  if (iequals(type, "application/json")
      || (x.verb == method::patch && iequals(type, "application/merge-patch+json")))
    return std::nullopt;
  return fmt::format("'Content-Type' must be 'application/json', not '{}'", type);
}

expected<recipient_id> read_owner(std::string_view text) {
  auto result = parse_recipient_id(text);
  if (!result)
    return fail(errc::invalid_argument,
                "the query parameter 'owner' must be 'admin/NAME' or 'customer/NAME'");
  return std::move(*result);
}

expected<page_request> read_page(const target& x) {
  page_request result;
  for (auto& [name, value] : x.query) {
    if (name == "cursor") {
      result.cursor = value;
    } else if (name == "limit") {
      auto limit = to_number(value);
      if (!limit || *limit < 1 || *limit > max_page_entries)
        return fail(
          errc::invalid_argument,
          fmt::format("the query parameter 'limit' must be from 1 to {}", max_page_entries));
      result.limit = static_cast<uint32_t>(*limit);
    }
  }
  return result;
}

expected<std::optional<uint64_t>> read_if_match(const request& x) {
  if (!x.if_match || *x.if_match == "*")
    return std::optional<uint64_t>{};
  std::string_view tag{*x.if_match};
  if (tag.size() > 2 && tag.starts_with('"') && tag.ends_with('"'))
    if (auto revision = to_number(tag.substr(1, tag.size() - 2)))
      return revision;
  return fail(errc::revision_mismatch, "'If-Match' must be one revision in quotes, as in the ETag");
}

response tagged(response x, uint64_t revision) {
  x.headers.push_back({"ETag", fmt::format("\"{}\"", revision)});
  return x;
}

} // namespace tocsin::http
