#include "tests/support/standin/webhook_rules.hpp"

#include "tests/support/standin/json_shape.hpp"
#include "tests/support/standin/signatures.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace tocsin::standin {

namespace json = boost::json;

namespace {

/// Details of an event may be nested deeply; a receiver's parser copes with that.
constexpr std::size_t max_body_nesting = 1000;

verdict refuse_post(int status, std::string_view reason) {
  auto body = json::serialize(json::object{{"error", reason}});
  return {false, make_reply(status, "application/json", std::move(body)), std::string{reason}};
}

fault check_signatures(const request& req, const std::vector<std::string>& secrets,
                       std::chrono::system_clock::time_point now) {
  auto plain = req.header("X-Signature-256");
  auto fits
    = [&](const std::string& secret) { return verify_x_signature(plain, secret, req.body); };
  if (plain.empty())
    return "X-Signature-256 is missing";
  if (std::ranges::none_of(secrets, fits))
    return "X-Signature-256 does not fit the body";
  auto standard = [](const std::string& secret) { return secret.starts_with("whsec_"); };
  if (std::ranges::none_of(secrets, standard))
    return std::nullopt;
  standard_headers headers{req.header("webhook-id"), req.header("webhook-timestamp"),
                           req.header("webhook-signature")};
  auto fits_standard = [&](const std::string& secret) {
    return verify_standard_webhook(headers, secret, req.body, now);
  };
  if (std::ranges::none_of(secrets, fits_standard))
    return "webhook-id, webhook-timestamp and webhook-signature do not fit";
  return std::nullopt;
}

} // namespace

std::string webhook_endpoint_name(std::string_view path) {
  constexpr std::string_view prefix = "/webhook/";
  if (!path.starts_with(prefix))
    return {};
  path.remove_prefix(prefix.size());
  auto fits
    = [](unsigned char c) { return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-'; };
  return path.size() <= 64 && std::ranges::all_of(path, fits) ? std::string{path} : std::string{};
}

verdict check_webhook(const request& req, const webhook_terms& terms, const sighting& seen) {
  if (webhook_endpoint_name(req.path).empty())
    return refuse_post(404, "no such webhook");
  if (req.method != "POST")
    return refuse_post(405, "only POST is allowed");
  if (!terms.secrets.empty()) {
    if (auto f = check_signatures(req, terms.secrets, seen.at))
      return refuse_post(401, *f);
  }
  if (terms.json_object) {
    if (!is_json_content_type(req.header("Content-Type")))
      return refuse_post(415, "Content-Type is not application/json");
    std::string reason;
    auto body = parse_json(req.body, max_body_nesting, reason);
    if (!body)
      return refuse_post(400, reason);
    if (!body->is_object())
      return refuse_post(400, "the body is not a JSON object");
  }
  return {true, make_reply(200, "application/json", R"({"status":"received"})"), {}};
}

} // namespace tocsin::standin
