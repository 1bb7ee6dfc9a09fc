#include "app/config/option_table.hpp"

#include <gmock/gmock.h>

#include <set>

using namespace tocsin::app;
using namespace std::chrono_literals;
using testing::HasSubstr;

namespace {

const option& known(std::string_view name) {
  const auto* found = find_option(name);
  if (found == nullptr)
    throw std::logic_error{"no such option"};
  return *found;
}

std::string refusal(std::string_view name, const raw_value& value) {
  config scratch;
  return assign(known(name), value, scratch).value_or("taken");
}

} // namespace

TEST(option_table, names_every_option_once) {
  std::set<std::string> names;
  std::set<std::string> variables;
  for (const auto& x : option_table()) {
    EXPECT_TRUE(names.insert(full_name(x)).second) << full_name(x);
    EXPECT_TRUE(variables.insert(variable_name(x)).second) << full_name(x);
  }
}

TEST(option_table, takes_every_default_back) {
  config defaults;
  for (const auto& x : option_table()) {
    auto shown = value_as_toml(x, defaults);
    auto is_text = shown.front() == '"';
    auto text = is_text ? shown.substr(1, shown.size() - 2) : shown;
    config values;
    EXPECT_EQ(assign(x, raw_from_text(x, text), values), std::nullopt) << full_name(x);
    EXPECT_EQ(value_as_toml(x, values), shown) << full_name(x);
  }
}

TEST(option_table, takes_both_limits_and_refuses_what_is_beyond) {
  for (const auto& x : option_table()) {
    config values;
    if (!std::holds_alternative<uint32_t*>(x.find(values)))
      continue;
    auto least = static_cast<int64_t>(x.least);
    auto most = static_cast<int64_t>(x.most);
    EXPECT_EQ(refusal(full_name(x), least), "taken") << full_name(x);
    EXPECT_EQ(refusal(full_name(x), most), "taken") << full_name(x);
    EXPECT_NE(refusal(full_name(x), least - 1), "taken") << full_name(x);
    EXPECT_NE(refusal(full_name(x), most + 1), "taken") << full_name(x);
    EXPECT_NE(refusal(full_name(x), int64_t{-1}), "taken") << full_name(x);
  }
  EXPECT_EQ(refusal("delivery.give_up", std::string{"90d"}), "taken");
  EXPECT_NE(refusal("delivery.give_up", std::string{"91d"}), "taken");
  EXPECT_EQ(refusal("server.max_body", std::string{"64MiB"}), "taken");
  EXPECT_NE(refusal("server.max_body", std::string{"65MiB"}), "taken");
}

TEST(option_table, says_what_was_expected_and_what_was_found) {
  EXPECT_EQ(refusal("server.threads", std::string{"four"}),
            R"(server.threads: expected a whole number from 1 to 64, found "four")");
  EXPECT_EQ(refusal("delivery.first_retry", int64_t{5}),
            "delivery.first_retry: expected a duration from 100ms to 1d with its unit "
            R"((ms, s, m, h or d) such as "5s", found 5)");
  EXPECT_THAT(refusal("log.level", std::string{"loud"}),
              HasSubstr(R"(expected "debug", "info", "warning" or "error", found "loud")"));
  EXPECT_EQ(refusal("gate.enabled", other_value{"an array"}),
            "gate.enabled: expected true or false, found an array");
  EXPECT_EQ(refusal("storage.data_dir", std::string("a\0b", 3)),
            R"(storage.data_dir: a text must not contain a NUL, found "a\u0000b")");
  EXPECT_EQ(
    refusal("outbound.admin_networks", std::string{"10.0.0.1/8"}),
    "outbound.admin_networks: expected networks such as \"10.0.0.0/8, fd00::/8\", separated by "
    "commas, or an empty text, found \"10.0.0.1/8\"");
}

TEST(option_table, leaves_the_settings_alone_when_it_refuses) {
  config values;
  EXPECT_TRUE(assign(known("server.listen"), std::string{"localhost:80"}, values));
  EXPECT_EQ(values.server.listen, config{}.server.listen);
}

TEST(option_table, reads_addresses_of_both_families) {
  config values;
  EXPECT_FALSE(assign(known("server.listen"), std::string{"[::1]:0"}, values));
  EXPECT_EQ(values.server.listen, (endpoint{"::1", 0}));
  EXPECT_EQ(to_string(values.server.listen), "[::1]:0");
  for (auto text : {"", "8420", ":8420", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
                    "127.0.0.1:-1", "::1:80", "[127.0.0.1]:80", "localhost:80", "127.0.0.1:80 "})
    EXPECT_NE(refusal("server.listen", std::string{text}), "taken") << text;
}

TEST(option_table, takes_provider_addresses_without_a_slash_at_their_end) {
  EXPECT_EQ(refusal("providers.slack", std::string{"http://127.0.0.1:9000"}), "taken");
  EXPECT_EQ(refusal("providers.slack", std::string{"https://relay.example.net/slack"}), "taken");
  for (auto text : {"", "hooks.slack.com", "ftp://hooks.slack.com", "https://", "https://a/b/",
                    "https://a/", "https://user@a", "https://a?b", "https://a#b"})
    EXPECT_NE(refusal("providers.slack", std::string{text}), "taken") << text;
}

TEST(option_table, takes_a_public_url_that_links_can_begin_with) {
  for (auto text : {"", "https://notify.example.com", "http://10.0.0.1:8420/notify"})
    EXPECT_EQ(refusal("server.public_url", std::string{text}), "taken") << text;
  for (auto text : {"notify.example.com", "https://notify.example.com/", "ftp://a", "https://a?b",
                    "https://a#b", "/portal"})
    EXPECT_THAT(refusal("server.public_url", std::string{text}),
                HasSubstr("expected an http:// or https:// URL without a slash at its end, such as "
                          "\"https://notify.example.com\", or an empty text"))
      << text;
}

TEST(option_table, takes_an_empty_proxy_or_a_whole_url) {
  EXPECT_EQ(refusal("transport.ehlo_name", std::string{}), "taken");
  EXPECT_EQ(refusal("transport.ehlo_name", std::string{"notify-1.example.com"}), "taken");
  for (auto text :
       {"notify example", "a..b", ".a", "a.", "-a", "a-", "a/b", "[192.0.2.1]", "caf\u00e9"})
    EXPECT_NE(refusal("transport.ehlo_name", std::string{text}), "taken") << text;
  EXPECT_NE(refusal("transport.ehlo_name", std::string(64, 'a')), "taken");
  EXPECT_EQ(refusal("transport.proxy", std::string{}), "taken");
  EXPECT_EQ(refusal("transport.proxy", std::string{"http://user:word@10.0.0.1:3128"}), "taken");
  EXPECT_NE(refusal("transport.proxy", std::string{"10.0.0.1:3128"}), "taken");
}

TEST(option_table, wants_named_files_to_exist) {
  EXPECT_NE(refusal("transport.ca_file", std::string{"/no/such/file.pem"}), "taken");
  EXPECT_NE(refusal("transport.ca_file", std::string{"/"}), "taken");
  EXPECT_NE(refusal("storage.data_dir", std::string{}), "taken");
}
