#pragma once

#include "channels/adapter.hpp"
#include "channels/transport/curl_transport.hpp"
#include "tests/integration/channels/completion_log.hpp"
#include "tests/integration/channels/mail_server.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace tocsin::channels {

inline constexpr auto mail_time = timestamp{std::chrono::seconds{1774794600}};

/// Its message tries to end the mail and to begin another.
inline accepted_event sample_mail_event() {
  accepted_event result;
  result.id = *event_id::parse("01KMX00VJ0AW6K4PF4W75P6736");
  result.accepted_at = mail_time;
  result.value = {"",
                  "deploy.failure",
                  "my-app",
                  "Acme Corp",
                  "2026-03-29T14:30:00Z",
                  "It failed.\n.\nMAIL FROM:<evil@example.com>\n",
                  R"({"image":"myapp:latest","duration_seconds":45.10})"};
  return result;
}

/// A text of what a mail server tells.
inline std::string text_of(const boost::json::object& x, std::string_view key) {
  return boost::json::value_to<std::string>(x.at({key.data(), key.size()}));
}

/// A channel before `server`, without encryption and password.
inline boost::json::object settings_for(const mail_server& server) {
  return {{"host", server.host()},
          {"port", server.port()},
          {"encryption", "none"},
          {"from", "Tocsin <tocsin@example.com>"},
          {"to", {"ops@example.com"}}};
}

/// The same for a mailbox of `user`.
inline boost::json::object settings_with_login(const mail_server& server, std::string encryption,
                                               std::string password) {
  auto result = settings_for(server);
  result["encryption"] = std::move(encryption);
  result["username"] = "user";
  result["password"] = std::move(password);
  return result;
}

/// A mail to `server`, with the limits that it has in service.
inline smtp_request request_for(const mail_server& server) {
  auto event = sample_mail_event();
  auto made
    = make_adapter(channel_type::email, boost::json::serialize(settings_for(server))).value();
  return std::get<smtp_request>(made->render({{}, event, "a@b.example", mail_time}).value());
}

/// Sends mails through one transport.
class mailer {
public:
  explicit mailer(std::string ca_file = "") : through_{options_for(std::move(ca_file))} {}

  wire_reply send(smtp_request request) {
    auto log = std::make_shared<completion_log>();
    through_.submit(log, {{1, std::move(request)}});
    EXPECT_TRUE(log->wait_for(1));
    return log->reply(1);
  }

  /// Renders, sends and classifies.
  outcome send(const boost::json::object& settings,
               const accepted_event& event = sample_mail_event(),
               std::string_view destination = "ops@example.com") {
    auto made = make_adapter(channel_type::email, boost::json::serialize(settings));
    if (!made) {
      ADD_FAILURE() << made.error().detail;
      return {};
    }
    auto id = *delivery_id::parse("01KMX00VJ0AW6K4PF4W75P6737");
    auto request
      = std::get<smtp_request>((*made)->render({id, event, destination, mail_time}).value());
    auto server = std::make_shared<smtp_server>(*request.server);
    server->connect_timeout = connect_patience;
    server->reply_timeout = patience;
    server->mail_timeout = whole_patience;
    request.server = server;
    request.on_new_connection = on_new_connections;
    last_reply = send(std::move(request));
    return (*made)->classify(last_reply);
  }

  void stop(std::chrono::milliseconds grace) { through_.stop(grace); }

  wire_reply last_reply;
  bool on_new_connections = false;
  /// How long a reply may take.
  std::chrono::milliseconds patience = std::chrono::seconds{2};
  /// How long a connection may take.
  std::chrono::milliseconds connect_patience = std::chrono::seconds{10};
  /// How long all may take until the content is sent.
  std::chrono::milliseconds whole_patience = std::chrono::minutes{3};

private:
  static transport_options options_for(std::string ca_file) {
    transport_options result;
    result.ca_file = std::move(ca_file);
    result.ehlo_name = "panel.example.com";
    result.smtp_threads = 1;
    return result;
  }

  curl_transport through_;
};

} // namespace tocsin::channels
