#include "tests/support/standin/provider_standin.hpp"

#include <curl/curl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <fstream>
#include <memory>
#include <sys/socket.h>
#include <unistd.h>

namespace tocsin::standin {
namespace {

using namespace std::chrono_literals;

record_book::clock::time_point soon() {
  return record_book::clock::now() + 10s;
}

struct curl_result {
  CURLcode rc;
  long status;
  std::string headers;
  std::string body;
  std::size_t body_bytes;
};

/// One libcurl handle, so that connections are reused as a sender would.
class curl_client {
public:
  curl_client() : handle_(curl_easy_init(), curl_easy_cleanup) {
    option(CURLOPT_PROXY, "");
    option(CURLOPT_NOSIGNAL, 1L);
    option(CURLOPT_TIMEOUT_MS, 10000L);
    option(CURLOPT_WRITEFUNCTION, &curl_client::take_body);
    option(CURLOPT_HEADERFUNCTION, &curl_client::take_header);
    option(CURLOPT_WRITEDATA, &result_);
    option(CURLOPT_HEADERDATA, &result_);
  }

  template <class T>
  void option(CURLoption which, T value) {
    curl_easy_setopt(handle_.get(), which, value);
  }

  curl_result post(const std::string& url, const std::string& body) {
    headers_.reset(curl_slist_append(nullptr, "Content-Type: application/json"));
    option(CURLOPT_HTTPHEADER, headers_.get());
    option(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    option(CURLOPT_POSTFIELDS, body.c_str());
    return perform(url);
  }

  curl_result send_mail(const std::string& url, const std::string& message) {
    rest_ = message;
    recipients_.reset(curl_slist_append(nullptr, "<d@e.f>"));
    option(CURLOPT_MAIL_FROM, "<a@b.c>");
    option(CURLOPT_MAIL_RCPT, recipients_.get());
    option(CURLOPT_UPLOAD, 1L);
    option(CURLOPT_READFUNCTION, &curl_client::give_mail);
    option(CURLOPT_READDATA, &rest_);
    option(CURLOPT_SERVER_RESPONSE_TIMEOUT, 1L);
    return perform(url);
  }

private:
  curl_result perform(const std::string& url) {
    option(CURLOPT_URL, url.c_str());
    result_ = {};
    result_.rc = curl_easy_perform(handle_.get());
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &result_.status);
    return result_;
  }

  static std::size_t take_body(char* bytes, std::size_t, std::size_t size, void* to) {
    auto& result = *static_cast<curl_result*>(to);
    result.body_bytes += size;
    if (result.body.size() < 4096)
      result.body.append(bytes, size);
    return size;
  }

  static std::size_t take_header(char* bytes, std::size_t, std::size_t size, void* to) {
    static_cast<curl_result*>(to)->headers.append(bytes, size);
    return size;
  }

  static std::size_t give_mail(char* to, std::size_t, std::size_t room, void* from) {
    auto& rest = *static_cast<std::string*>(from);
    auto size = std::min(room, rest.size());
    rest.copy(to, size);
    rest.erase(0, size);
    return size;
  }

  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle_;
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers_{nullptr,
                                                                       curl_slist_free_all};
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> recipients_{nullptr,
                                                                          curl_slist_free_all};
  curl_result result_{};
  std::string rest_;
};

/// Sends `bytes` over a fresh connection and reads until the other side closes it.
std::string send_raw(std::uint16_t port, std::string_view bytes) {
  int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(bytes.size()));
  std::string result;
  char piece[4096];
  for (ssize_t size; (size = ::recv(fd, piece, sizeof piece, 0)) > 0;)
    result.append(piece, static_cast<std::size_t>(size));
  ::close(fd);
  return result;
}

class provider_standin_test : public testing::Test {
protected:
  void SetUp() override { ASSERT_EQ(standin_.start(), std::nullopt); }

  std::string smtp_url(std::uint16_t port, std::string_view scheme = "smtp") const {
    return fmt::format("{}://127.0.0.1:{}/me", scheme, port);
  }

  /// A client that trusts the stand-in and has its credentials.
  void trust_and_login(curl_client& client) {
    certificate_ = standin_.certificate_path().string();
    client.option(CURLOPT_CAINFO, certificate_.c_str());
    client.option(CURLOPT_USERNAME, "standin");
    client.option(CURLOPT_PASSWORD, "standin-password");
  }

  static inline const std::string mail_
    = "Date: Thu, 1 Jan 2026 00:00:00 +0000\r\nFrom: a@b.c\r\nTo: d@e.f\r\n\r\nhello\r\n.dot\r\n";

  provider_standin standin_;
  std::string certificate_;
};

TEST_F(provider_standin_test, takes_webhooks_over_http_and_https) {
  curl_client client;
  EXPECT_EQ(client.post(standin_.webhook_url("a"), R"({"n":1})").status, 200);
  auto untrusted = client.post(standin_.secure_webhook_url("a"), "{}");
  EXPECT_EQ(untrusted.rc, CURLE_PEER_FAILED_VERIFICATION);
  trust_and_login(client);
  auto localhost = fmt::format("https://localhost:{}/webhook/a", standin_.ports().https);
  EXPECT_EQ(client.post(standin_.secure_webhook_url("a"), R"({"n":2})").status, 200);
  EXPECT_EQ(client.post(localhost, R"({"n":3})").status, 200);
  ASSERT_TRUE(standin_.wait_for_count(provider::webhook, 3, soon()));
  auto received = standin_.received(provider::webhook);
  ASSERT_EQ(received.size(), 3u);
  EXPECT_FALSE(received[0].tls);
  EXPECT_TRUE(received[1].tls);
  EXPECT_EQ(received[2].body, R"({"n":3})");
  EXPECT_EQ(received[2].header("content-type"), "application/json");
}

TEST_F(provider_standin_test, gives_well_formed_urls_of_every_provider) {
  curl_client client;
  client.option(CURLOPT_USERAGENT, "DiscordBot (https://example.org, 1.0)");
  EXPECT_EQ(client.post(standin_.slack_url(), R"({"text":"a"})").body, "ok");
  EXPECT_EQ(client
              .post(standin_.discord_url() + "?wait=true",
                    R"({"content":"a","allowed_mentions":{"parse":[]}})")
              .status,
            200);
  EXPECT_EQ(client
              .post(fmt::format("{}/bot{}/sendMessage", standin_.telegram_base_url(),
                                provider_standin::telegram_token),
                    R"({"chat_id":1,"text":"a"})")
              .status,
            200);
  EXPECT_EQ(client.post(standin_.http_url() + "/else", "{}").status, 404);
  EXPECT_EQ(standin_.refused(provider::unknown).size(), 1u);
}

TEST_F(provider_standin_test, answers_pipelined_requests_in_order) {
  auto one = [](std::string_view path, std::string_view end) {
    return fmt::format("POST /webhook/{} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                       "{}Content-Length: 2\r\n\r\n{{}}",
                       path, end);
  };
  standin_.script("webhook/slow", slow(50ms));
  standin_.script("webhook/bad", http_answer(500));
  auto replies = send_raw(standin_.ports().http,
                          one("slow", "") + one("bad", "") + one("last", "Connection: close\r\n"));
  auto first = replies.find("HTTP/1.1 200");
  auto second = replies.find("HTTP/1.1 500");
  auto third = replies.find("HTTP/1.1 200", second);
  EXPECT_EQ(first, 0u);
  EXPECT_LT(second, third);
  EXPECT_NE(third, std::string::npos);
}

TEST_F(provider_standin_test, says_continue_to_who_waits_for_it) {
  curl_client client;
  auto result
    = client.post(standin_.webhook_url("a"), "{\"a\":\"" + std::string(2 << 20, 'a') + "\"}");
  EXPECT_EQ(result.status, 200);
  EXPECT_NE(result.headers.find("HTTP/1.1 100 Continue"), std::string::npos);
}

TEST_F(provider_standin_test, answers_what_is_not_http) {
  EXPECT_TRUE(send_raw(standin_.ports().http, "nonsense\r\n\r\n").starts_with("HTTP/1.1 400"));
}

TEST_F(provider_standin_test, follows_http_scripts_of_every_kind) {
  curl_client client;
  auto url = standin_.webhook_url("a");
  standin_.script("webhook", html_bad_gateway());
  EXPECT_EQ(client.post(url, "{}").status, 502);
  standin_.script("webhook", redirect_to(standin_.webhook_url("b")));
  EXPECT_EQ(client.post(url, "{}").status, 302);
  standin_.script("webhook", http_answer(200, "not ok"));
  EXPECT_EQ(client.post(url, "{}").body, "not ok");
  standin_.script("webhook", huge_body(64 << 20));
  EXPECT_EQ(client.post(url, "{}").body_bytes, std::size_t{64} << 20);
  // On a reused connection that ends without a reply libcurl sends the request once more.
  client.option(CURLOPT_FRESH_CONNECT, 1L);
  standin_.script("webhook", closed_connection());
  EXPECT_EQ(client.post(url, "{}").rc, CURLE_GOT_NOTHING);
  standin_.script("webhook", reset_connection());
  EXPECT_EQ(client.post(url, "{}").rc, CURLE_RECV_ERROR);
  standin_.script("webhook", stalled());
  client.option(CURLOPT_TIMEOUT_MS, 100L);
  EXPECT_EQ(client.post(url, "{}").rc, CURLE_OPERATION_TIMEDOUT);
  client.option(CURLOPT_TIMEOUT_MS, 10000L);
  EXPECT_EQ(client.post(url, "{}").status, 200);
  EXPECT_EQ(standin_.counts().refused[static_cast<std::size_t>(provider::webhook)], 7u);
  EXPECT_EQ(standin_.received().size(), 1u);
}

TEST_F(provider_standin_test, resets_over_tls_too) {
  curl_client client;
  trust_and_login(client);
  standin_.script("webhook", reset_connection().after_accepting());
  EXPECT_NE(client.post(standin_.secure_webhook_url("a"), "{}").rc, CURLE_OK);
  EXPECT_EQ(standin_.received(provider::webhook).size(), 1u);
}

TEST_F(provider_standin_test, takes_mail_on_all_three_ports) {
  curl_client client;
  trust_and_login(client);
  client.option(CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
  EXPECT_EQ(client.send_mail(smtp_url(standin_.ports().smtp), mail_).status, 250);
  EXPECT_EQ(client.send_mail(smtp_url(standin_.ports().smtps, "smtps"), mail_).status, 250);
  curl_client plain;
  EXPECT_EQ(plain.send_mail(smtp_url(standin_.ports().smtp_plain), mail_).status, 250);
  auto mails = standin_.received(provider::email);
  ASSERT_EQ(mails.size(), 3u);
  EXPECT_EQ(mails[0].name, "starttls");
  EXPECT_EQ(mails[0].mail.user, "standin");
  EXPECT_EQ(mails[1].name, "tls");
  EXPECT_EQ(mails[2].name, "plain");
  EXPECT_EQ(mails[2].mail.user, "");
  for (const auto& each : mails) {
    EXPECT_EQ(each.body, mail_) << each.name;
    EXPECT_EQ(each.tls, each.name != "plain");
    EXPECT_EQ(each.mail.recipients, std::vector<std::string>{"d@e.f"});
  }
}

TEST_F(provider_standin_test, refuses_wrong_passwords_and_missing_tls) {
  curl_client client;
  trust_and_login(client);
  client.option(CURLOPT_PASSWORD, "wrong");
  auto denied = client.send_mail(smtp_url(standin_.ports().smtps, "smtps"), mail_);
  EXPECT_EQ(denied.rc, CURLE_LOGIN_DENIED);
  EXPECT_EQ(denied.status, 535);
  curl_client careless;
  EXPECT_EQ(careless.send_mail(smtp_url(standin_.ports().smtp), mail_).status, 530);
  EXPECT_TRUE(standin_.received().empty());
}

TEST_F(provider_standin_test, refuses_a_bare_line_feed_as_libcurl_sends_it) {
  curl_client client;
  auto result = client.send_mail(smtp_url(standin_.ports().smtp_plain), mail_ + "a\n.\nb\r\n");
  EXPECT_NE(result.rc, CURLE_OK);
  EXPECT_EQ(result.status, 550);
}

TEST_F(provider_standin_test, follows_smtp_scripts_over_the_wire) {
  auto url = smtp_url(standin_.ports().smtp_plain);
  auto send = [&](scripted_reply script) {
    standin_.script("email", std::move(script));
    return curl_client{}.send_mail(url, mail_);
  };
  EXPECT_EQ(send(smtp_answer(smtp_stage::rcpt, 450)).status, 450);
  EXPECT_EQ(send(smtp_answer(smtp_stage::end_of_data, 554)).status, 554);
  EXPECT_EQ(send(smtp_answer(smtp_stage::greeting, 421)).rc, CURLE_WEIRD_SERVER_REPLY);
  auto dropped = send(smtp_closed(smtp_stage::end_of_data).after_accepting());
  EXPECT_EQ(dropped.rc, CURLE_RECV_ERROR);
  EXPECT_EQ(dropped.status, 354);
  EXPECT_EQ(standin_.received(provider::email).size(), 1u);
  auto hung = send(smtp_stalled(smtp_stage::end_of_data));
  EXPECT_EQ(hung.rc, CURLE_OPERATION_TIMEDOUT);
  EXPECT_EQ(standin_.received(provider::email).size(), 1u);
}

TEST_F(provider_standin_test, offers_no_starttls_when_told_so) {
  curl_client client;
  trust_and_login(client);
  client.option(CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
  standin_.script("email/starttls", no_starttls());
  EXPECT_EQ(client.send_mail(smtp_url(standin_.ports().smtp), mail_).rc, CURLE_USE_SSL_FAILED);
}

TEST_F(provider_standin_test, says_421_to_an_idle_connection) {
  standin_.script("email", idle_421(1ms));
  auto talk = send_raw(standin_.ports().smtp_plain,
                       "EHLO me\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\nDATA\r\n"
                       "Date: Thu, 1 Jan 2026 00:00:00 +0000\r\nFrom: a@b.c\r\n\r\na\r\n.\r\n");
  EXPECT_TRUE(talk.ends_with("421 4.4.2 idle for too long\r\n")) << talk;
  EXPECT_EQ(standin_.received(provider::email).size(), 1u);
}

TEST_F(provider_standin_test, starts_and_stops_again_and_keeps_its_records) {
  curl_client client;
  EXPECT_EQ(client.post(standin_.webhook_url("a"), "{}").status, 200);
  auto directory = standin_.certificate_path().parent_path();
  EXPECT_TRUE(std::filesystem::exists(standin_.certificate_path()));
  auto port = standin_.ports().http;
  standin_.stop();
  standin_.stop();
  EXPECT_EQ(client.post(fmt::format("http://127.0.0.1:{}/webhook/a", port), "{}").rc,
            CURLE_COULDNT_CONNECT);
  EXPECT_EQ(standin_.received().size(), 1u);
  ASSERT_EQ(standin_.start(), std::nullopt);
  EXPECT_EQ(client.post(standin_.webhook_url("a"), "{}").status, 200);
  EXPECT_EQ(standin_.received().size(), 2u);
}

TEST_F(provider_standin_test, says_which_port_it_cannot_have) {
  standin_options options;
  options.smtp_port = standin_.ports().http;
  provider_standin second{options};
  auto failed = second.start();
  ASSERT_TRUE(failed);
  EXPECT_NE(failed->find(std::to_string(options.smtp_port)), std::string::npos) << *failed;
}

TEST_F(provider_standin_test, stops_with_connections_in_every_state) {
  standin_.script("webhook", stalled());
  curl_client client;
  client.option(CURLOPT_TIMEOUT_MS, 50L);
  EXPECT_EQ(client.post(standin_.webhook_url("a"), "{}").rc, CURLE_OPERATION_TIMEDOUT);
  standin_.script("webhook", slow(1h));
  EXPECT_EQ(client.post(standin_.webhook_url("a"), "{}").rc, CURLE_OPERATION_TIMEDOUT);
  standin_.stop();
}

} // namespace
} // namespace tocsin::standin
