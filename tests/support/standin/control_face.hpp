#pragma once

#include "tests/support/standin/provider_desk.hpp"

#include <boost/json/object.hpp>

#include <functional>

namespace tocsin::standin {

/// The stand-in's own HTTP interface for other processes. Does no I/O; safe to use from any thread.
///
/// - `GET /health`: `{"status":"ok", …}` and the ports and the certificate's path.
/// - `GET /count`: how many were accepted and refused, per provider.
/// - `GET /received` and `GET /refused`, both `?provider=NAME&after=SEQUENCE&limit=N` (1,000 unless
///   told): the records, oldest first, as a JSON list.
/// - `GET /failures`: the names of all known failures.
/// - `POST /script`: `{"endpoint":"slack","failure":"slack.no_service"}` or a reply of one's own
/// with
///   `action`, `status`, `headers`, `body`, `body_bytes`, `stage`; to both `times`, `delay_ms`,
///   `match`, `accept_first`.
/// - `POST /clear`: forgets records and scripts, or those chosen by `{"records":…,"scripts":…}`.
/// - `POST /limits`: `{"slack":true,…}` switches rate limits.
/// - `POST /secrets`: `{"name":NAME,"secrets":[…]}` sets a webhook's secrets.
class control_face {
public:
  using health_source = std::function<boost::json::object()>;

  control_face(record_book& records, script_book& scripts, provider_desk& desk,
               health_source health)
    : records_(records), scripts_(scripts), desk_(desk), health_(std::move(health)) {}

  http_outcome receive(const request& req);

private:
  reply answer(const request& req);
  reply list(ruling how, const request& req) const;
  reply add_script(const boost::json::object& body);
  reply clear(const boost::json::object& body);
  reply set_limits(const boost::json::object& body);
  reply set_secrets(const boost::json::object& body);

  record_book& records_;
  script_book& scripts_;
  provider_desk& desk_;
  health_source health_;
};

} // namespace tocsin::standin
