#include "app/config/config_file.hpp"

#include <gmock/gmock.h>

using namespace tocsin::app;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

namespace {

struct reading {
  config values;
  origins from;
  std::vector<std::string> faults;
};

reading read(const std::string& text) {
  reading result;
  std::vector<problem> faults;
  read_config_text(text, "tocsin.toml", result.values, result.from, faults);
  std::ranges::sort(faults);
  for (const auto& x : faults)
    result.faults.push_back(to_string(x));
  return result;
}

} // namespace

TEST(config_file, gives_the_defaults_for_an_empty_text) {
  auto got = read("");
  EXPECT_THAT(got.faults, IsEmpty());
  EXPECT_THAT(got.from, IsEmpty());
  EXPECT_EQ(got.values.server.listen, config{}.server.listen);
}

TEST(config_file, reads_every_type_of_value) {
  auto got = read("[server]\n"
                  "listen = \"127.0.0.1:9\"\n"
                  "threads = 3\n"
                  "max_body = \"2MiB\"\n"
                  "[storage]\n"
                  "data_dir = '/srv/tocsin'\n"
                  "event_retention = \"2h\"\n"
                  "[gate]\n"
                  "enabled = true\n"
                  "[outbound]\n"
                  "admin_networks = \"10.0.0.0/8\"\n"
                  "[log]\n"
                  "level = \"error\"\n"
                  "format = \"json\"\n");
  EXPECT_THAT(got.faults, IsEmpty());
  EXPECT_EQ(got.values.server.listen.port, 9);
  EXPECT_EQ(got.values.server.threads, 3U);
  EXPECT_EQ(got.values.server.max_body_bytes, 2U * 1024 * 1024);
  EXPECT_EQ(got.values.storage.data_dir, "/srv/tocsin");
  EXPECT_EQ(got.values.storage.event_retention, 2h);
  EXPECT_TRUE(got.values.gate.enabled);
  EXPECT_EQ(got.values.outbound.admin_networks, "10.0.0.0/8");
  EXPECT_EQ(got.values.log.level, log_level::error);
  EXPECT_EQ(got.values.log.format, log_format::json);
}

TEST(config_file, takes_dotted_keys_and_inline_tables) {
  auto got = read("server.threads = 2\nlog = { level = \"debug\" }\n");
  EXPECT_THAT(got.faults, IsEmpty());
  EXPECT_EQ(got.values.server.threads, 2U);
  EXPECT_EQ(got.values.log.level, log_level::debug);
}

TEST(config_file, names_every_fault_with_its_place) {
  auto got = read("colour = 1\n"
                  "[server]\n"
                  "  listn = \"127.0.0.1:1\"\n"
                  "threads = \"four\"\n"
                  "[sevrer]\n"
                  "listen = \"127.0.0.1:1\"\n"
                  "[delivery]\n"
                  "give_up = 3.5\n");
  EXPECT_THAT(got.faults,
              ElementsAre("tocsin.toml:1:1: unknown key 'colour'",
                          "tocsin.toml:3:3: unknown key 'server.listn'; did you mean "
                          "'server.listen'?",
                          "tocsin.toml:4:11: server.threads: expected a whole number from 1 to "
                          "64, found \"four\"",
                          "tocsin.toml:5:2: unknown section 'sevrer'; did you mean 'server'?",
                          AllOf(StartsWith("tocsin.toml:8:11: delivery.give_up: expected a "
                                           "duration"),
                                HasSubstr("found the number 3.5"))));
}

TEST(config_file, does_not_make_up_a_number_that_is_too_large) {
  EXPECT_THAT(read("[server]\nthreads = 99999999999999999999\n").faults,
              ElementsAre(HasSubstr("expected a whole number from 1 to 64, found a number that is "
                                    "too large")));
  EXPECT_THAT(read("[server]\nthreads = -99999999999999999999\n").faults,
              ElementsAre(HasSubstr("found a number that is too small")));
}

TEST(config_file, wants_sections_to_be_tables) {
  EXPECT_THAT(read("server = 5\n").faults,
              ElementsAre("tocsin.toml:1:10: server: expected a section [server], found a value"));
  EXPECT_THAT(read("listen = \"127.0.0.1:1\"\n").faults,
              ElementsAre("tocsin.toml:1:1: unknown key 'listen'; did you mean 'server.listen'?"));
}

TEST(config_file, says_where_a_text_stops_being_toml) {
  auto got = read("[server]\nthreads = \n");
  ASSERT_THAT(got.faults, SizeIs(1));
  EXPECT_THAT(got.faults[0], StartsWith("tocsin.toml:2:"));
  EXPECT_THAT(got.faults[0], HasSubstr("not TOML"));
}

TEST(config_file, refuses_a_key_that_stands_there_twice) {
  auto got = read("[server]\nthreads = 1\nthreads = 2\n");
  ASSERT_THAT(got.faults, SizeIs(1));
  EXPECT_THAT(got.faults[0], HasSubstr("not TOML"));
}

TEST(config_file, takes_a_name_that_fits_into_a_line) {
  EXPECT_EQ(read("[server]\npublic_name = 'Acme Älerts'\n").values.server.public_name,
            "Acme Älerts");
  for (auto text : {"\"\"", "\"two\\nlines\"", "\"\\u202E\""})
    EXPECT_THAT(read(std::string{"[server]\npublic_name = "} + text + "\n").faults,
                testing::ElementsAre(testing::HasSubstr("expected one line of 1 to 50 bytes")))
      << text;
  EXPECT_THAT(read("[server]\npublic_name = '" + std::string(51, 'x') + "'\n").faults, SizeIs(1));
}

TEST(config_file, survives_every_prefix_of_a_valid_text) {
  std::string text = "[server]\nlisten = \"127.0.0.1:9\" # \xc3\xa4\nthreads = 3\n[log]\n"
                     "level = 'info'\nx = [1, {a = 2}, 1979-05-27T07:32:00Z, 0x1f, 1e3, nan]\n";
  auto whole = read(text).values.server.threads;
  EXPECT_EQ(whole, 3u);
  for (size_t i = 0; i < text.size(); ++i)
    EXPECT_THAT(read(text.substr(0, i)).values.server.threads,
                testing::AnyOf(config{}.server.threads, whole))
      << i;
}

TEST(config_file, names_a_file_that_cannot_be_read) {
  config values;
  origins from;
  std::vector<problem> faults;
  read_config_file("/no/such/tocsin.toml", values, from, faults);
  ASSERT_THAT(faults, SizeIs(1));
  EXPECT_EQ(to_string(faults[0]),
            "/no/such/tocsin.toml: the configuration cannot be read: No such file or directory");
}
