#include "tests/support/standin/record_json.hpp"

#include "tests/support/standin/signatures.hpp"
#include "tests/support/standin/text_units.hpp"

#include <boost/json/array.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace tocsin::standin {

namespace json = boost::json;

namespace {

std::string utc(std::chrono::system_clock::time_point at) {
  using namespace std::chrono;
  auto ms = duration_cast<milliseconds>(at.time_since_epoch()).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(static_cast<std::time_t>(ms / 1000)), ms % 1000);
}

json::object headers_of(const record& entry) {
  json::object result;
  for (const auto& each : entry.headers) {
    std::string name = each.name;
    std::ranges::transform(name, name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (auto* earlier = result.if_contains(name))
      *earlier = std::string{std::string_view{earlier->get_string()}} + ", " + each.value;
    else
      result[name] = each.value;
  }
  return result;
}

json::object mail_of(const mail_envelope& mail) {
  json::array recipients;
  for (const auto& each : mail.recipients)
    recipients.emplace_back(each);
  return {{"helo", mail.helo},
          {"user", mail.user},
          {"from", mail.from},
          {"recipients", std::move(recipients)}};
}

json::object totals(const std::array<std::uint64_t, provider_count>& counts) {
  json::object result;
  for (std::size_t i = 0; i < provider_count; ++i)
    result[to_string(static_cast<provider>(i))] = counts[i];
  result["total"] = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  return result;
}

} // namespace

json::object to_json(const record& entry, ruling how) {
  json::object result{
    {"sequence", entry.sequence}, {"provider", to_string(entry.from)},     {"name", entry.name},
    {"tls", entry.tls},           {"received_at", utc(entry.received_at)}, {"status", entry.status},
    {"scripted", entry.scripted}};
  if (entry.from == provider::email) {
    result["mail"] = mail_of(entry.mail);
  } else {
    result["method"] = entry.method;
    result["target"] = entry.target;
    result["headers"] = headers_of(entry);
  }
  if (valid_utf8(entry.body))
    result["body"] = entry.body;
  else
    result["body_base64"] = encode_base64(entry.body);
  if (how == ruling::refused) {
    result["reply"] = entry.reply;
    result["reason"] = valid_utf8(entry.reason) ? entry.reason : "not valid UTF-8";
  }
  return result;
}

json::object to_json(const record_counts& counts) {
  return {{"accepted", totals(counts.accepted)},
          {"refused", totals(counts.refused)},
          {"newest", counts.newest}};
}

} // namespace tocsin::standin
