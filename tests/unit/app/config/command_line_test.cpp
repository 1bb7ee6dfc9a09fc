#include "app/config/command_line.hpp"
#include "app/config/config_file.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

using namespace tocsin::app;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

namespace {

/// Makes the file that the test names.
class command_line : public testing::Test {
protected:
  command_line() : file_(testing::TempDir() + "command_line_" + name() + ".toml") {
    // nop
  }

  ~command_line() override { std::filesystem::remove(file_); }

  const std::string& file(const std::string& text) {
    std::ofstream{file_} << text;
    return file_;
  }

  /// Reads the command line with an empty file, unless `arguments` name another.
  auto read(std::vector<std::string> arguments, environment variables = {}) {
    if (!std::filesystem::exists(file_))
      file("");
    variables.try_emplace("TOCSIN_CONFIG", file_);
    return read_command_line(std::move(arguments), variables);
  }

  early_exit refused(std::vector<std::string> arguments, environment variables = {}) {
    auto got = read(std::move(arguments), std::move(variables));
    return got ? early_exit{exit_code::ok, "taken"} : got.error();
  }

private:
  static std::string name() {
    return testing::UnitTest::GetInstance()->current_test_info()->name();
  }

  std::string file_;
};

} // namespace

TEST_F(command_line, puts_variables_over_the_file_and_flags_over_variables) {
  file("[server]\nthreads = 2\nmax_connections = 2\n[log]\nlevel = \"error\"\n");
  environment variables{{"TOCSIN_SERVER_THREADS", "3"}, {"TOCSIN_LOG_LEVEL", "warning"}};
  auto got = read({"--log-level", "debug"}, variables);
  ASSERT_TRUE(got) << got.error().text;
  EXPECT_EQ(got->settings.server.max_connections, 2U);
  EXPECT_EQ(got->settings.server.threads, 3U);
  EXPECT_EQ(got->settings.log.level, log_level::debug);
}

TEST_F(command_line, takes_every_flag) {
  auto path = file("[server]\nthreads = 7\n");
  auto got = read({"--config", path, "--listen", "127.0.0.1:0", "--data-dir", "/srv/x",
                   "--log-format=json", "--set", "server.max_connections=5", "--set",
                   "delivery.give_up=2d", "--ready-file", "/srv/ready"},
                  {{"TOCSIN_CONFIG", "/no/such/file"}});
  ASSERT_TRUE(got) << got.error().text;
  EXPECT_EQ(got->config_file, path);
  EXPECT_EQ(got->settings.server.threads, 7U);
  EXPECT_EQ(got->settings.server.listen.port, 0);
  EXPECT_EQ(got->settings.storage.data_dir, "/srv/x");
  EXPECT_EQ(got->settings.log.format, log_format::json);
  EXPECT_EQ(got->settings.server.max_connections, 5U);
  EXPECT_EQ(got->settings.delivery.give_up, std::chrono::hours{48});
  EXPECT_EQ(got->ready_file, "/srv/ready");
}

TEST_F(command_line, lists_all_faults_of_all_sources_at_once) {
  auto path = file("[server]\nthreads = 0\nlistn = 1\n");
  auto end = refused({"--listen", "here", "--set", "log.levle=info", "--set", "x"},
                     {{"TOCSIN_LOG_FORMAT", "xml"}});
  EXPECT_EQ(end.code, exit_code::bad_configuration);
  EXPECT_THAT(
    end.text,
    AllOf(HasSubstr("6 faults"), HasSubstr(path + ":2:11: server.threads: expected"),
          HasSubstr(path
                    + ":3:1: unknown key 'server.listn'; did you mean "
                      "'server.listen'?"),
          HasSubstr("TOCSIN_LOG_FORMAT: log.format: expected \"text\" or \"json\", found \"xml\""),
          HasSubstr("--listen: server.listen: expected a numeric address"),
          HasSubstr("--set log.levle=info: unknown key 'log.levle'; did you mean "
                    "'log.level'?"),
          HasSubstr("--set x: expected SECTION.KEY=VALUE")));
}

TEST_F(command_line, refuses_variables_that_look_like_ours) {
  EXPECT_THAT(refused({}, {{"TOCSIN_SERVER_COLOUR", "1"}}).text,
              HasSubstr("TOCSIN_SERVER_COLOUR: unknown variable\n"));
  EXPECT_THAT(refused({}, {{"TOCSIN_SEVER_LISTEN", "1"}}).text,
              HasSubstr("did you mean 'TOCSIN_SERVER_LISTEN'?"));
}

TEST_F(command_line, leaves_variables_of_other_programs_alone) {
  EXPECT_EQ(refused({}, {{"TOCSIN_URL", "x"}, {"TOCSIN_TOKEN", "y"}}).text, "taken");
}

TEST_F(command_line, leaves_the_variables_of_kubernetes_alone) {
  EXPECT_EQ(refused({}, {{"TOCSIN_GATE_SERVICE_HOST", "10.0.0.1"},
                         {"TOCSIN_GATE_SERVICE_PORT", "8430"},
                         {"TOCSIN_GATE_SERVICE_PORT_GATE", "8430"},
                         {"TOCSIN_GATE_PORT", "tcp://10.0.0.1:8430"},
                         {"TOCSIN_GATE_PORT_8430_TCP", "tcp://10.0.0.1:8430"},
                         {"TOCSIN_GATE_PORT_8430_TCP_PROTO", "tcp"},
                         {"TOCSIN_SERVER_PORT_8420_TCP_PORT", "8420"},
                         {"TOCSIN_SERVER_PORT_8420_TCP_ADDR", "10.0.0.1"}})
              .text,
            "taken");
  EXPECT_THAT(refused({}, {{"TOCSIN_SERVER_PORT", "8420"}}).text,
              HasSubstr("TOCSIN_SERVER_PORT: unknown variable"));
}

TEST_F(command_line, compares_settings_that_depend_on_each_other) {
  auto path = file("[delivery]\nfirst_retry = \"7h\"\n[storage]\nmap_limit = \"1MiB\"\n");
  auto end = refused({});
  EXPECT_THAT(end.text, HasSubstr(path
                                  + ":2:15: delivery.first_retry (\"7h\") must not be more "
                                    "than delivery.max_retry (\"6h\")"));
  EXPECT_THAT(end.text, HasSubstr(path
                                  + ":4:13: storage.map_size (\"1GiB\") must not be more "
                                    "than storage.map_limit (\"1MiB\")"));
}

TEST_F(command_line, wants_a_certificate_and_its_key_together) {
  auto path = file("[server]\nkey_file = \"/proc/self/exe\"\n");
  EXPECT_THAT(
    refused({}).text,
    HasSubstr(path + ":2:12: server.key_file is set, but server.certificate_file is not"));
  auto both = {"--set", "server.key_file=/proc/self/exe", "--set",
               "server.certificate_file=/proc/self/exe"};
  EXPECT_EQ(refused({both.begin(), both.end()}).text, "taken");
}

TEST_F(command_line, refuses_what_only_looks_like_a_fingerprint) {
  for (const auto* option : {"gate.panels", "gate.nodes"}) {
    auto end = refused({"--set", std::string{option} + "=tocsin://panel/shop, sha256:AB:CD"});
    EXPECT_THAT(end.text, HasSubstr(std::string{option} + ": expected names such as"));
    EXPECT_THAT(end.text, HasSubstr("64 hexadecimal digits"));
  }
}

TEST_F(command_line, lists_all_that_an_open_gate_lacks) {
  auto path = file("[gate]\nenabled = true\n");
  auto lacks = [&path](const std::string& what) {
    return HasSubstr(path + ":2:11: gate.enabled is true, but " + what + "\n");
  };
  EXPECT_THAT(refused({}).text,
              AllOf(HasSubstr("4 faults"), lacks("gate.authority_file is not set"),
                    lacks("gate.certificate_file is not set"), lacks("gate.key_file is not set"),
                    lacks("neither gate.panels nor gate.nodes names a peer")));
  auto end = refused({"--set", "gate.nodes=tocsin://node/a", "--set", "gate.key_file=/no/such"});
  EXPECT_THAT(end.text, AllOf(HasSubstr("3 faults"), HasSubstr("gate.key_file: expected"),
                              lacks("gate.authority_file is not set"),
                              lacks("gate.certificate_file is not set")));
  EXPECT_EQ(refused({"--set", "gate.enabled=false"}).text, "taken");
}

TEST_F(command_line, does_not_compare_with_a_value_that_was_refused) {
  auto end = refused({"--set", "delivery.first_retry=7h", "--set", "delivery.max_retry=long"});
  EXPECT_THAT(end.text, AllOf(HasSubstr("1 fault "), Not(HasSubstr("must not be more"))));
}

TEST_F(command_line, names_a_missing_file) {
  auto end = refused({"--config", "/no/such/file"});
  EXPECT_EQ(end.code, exit_code::bad_configuration);
  EXPECT_THAT(end.text, HasSubstr("/no/such/file: the configuration cannot be read"));
}

TEST_F(command_line, names_a_file_that_cannot_be_looked_at) {
  auto path = "/tmp/" + std::string(300, 'x');
  auto end = refused({"--config", path});
  EXPECT_EQ(end.code, exit_code::bad_configuration);
  EXPECT_THAT(end.text, HasSubstr(path + ": the configuration cannot be read: File name too long"));
}

TEST_F(command_line, says_why_a_file_that_a_setting_names_cannot_be_looked_at) {
  auto path = "/tmp/" + std::string(300, 'x');
  EXPECT_THAT(
    refused({"--set", "server.certificate_file=" + path}).text,
    HasSubstr("server.certificate_file: \"" + path + "\" cannot be read: File name too long\n"));
  EXPECT_THAT(refused({"--set", "server.certificate_file=/no/such/file"}).text,
              HasSubstr("expected the path of an existing file"));
}

TEST_F(command_line, takes_an_empty_variable_for_none) {
  auto system_file = file("");
  EXPECT_EQ(find_config_file({}, {}, system_file), system_file);
  EXPECT_EQ(find_config_file({}, "/of/the/variable", system_file), "/of/the/variable");
  EXPECT_EQ(find_config_file("/named", "/of/the/variable", system_file), "/named");
  EXPECT_EQ(find_config_file({}, {}, "/no/such/file"), "");
}

TEST_F(command_line, refuses_unknown_flags_as_usage) {
  EXPECT_EQ(refused({"--colour"}).code, exit_code::usage);
  EXPECT_EQ(refused({"word"}).code, exit_code::usage);
  EXPECT_EQ(refused({"--listen"}).code, exit_code::usage);
}

TEST_F(command_line, takes_no_option_for_the_value_of_another) {
  auto end = refused({"--data-dir=", "--check-config"});
  EXPECT_EQ(end.code, exit_code::usage);
  EXPECT_EQ(end.text, "tocsind: --data-dir= has no value\nTry 'tocsind --help'.\n");
  EXPECT_EQ(refused({"--set=server.public_url="}).text, "taken");
}

TEST_F(command_line, shows_the_exit_codes_in_the_help) {
  auto end = refused({"--help"});
  EXPECT_EQ(end.code, exit_code::ok);
  for (const auto& x : exit_codes())
    EXPECT_THAT(end.text, HasSubstr(std::string{x.meaning}));
}

TEST_F(command_line, ends_after_version_and_check) {
  EXPECT_THAT(refused({"--version"}).text, HasSubstr("tocsind 0."));
  EXPECT_FALSE(read({}, {})->check_only);
  EXPECT_TRUE(read({"--check-config"}, {})->check_only);
  EXPECT_EQ(refused({"--check-config", "--listen", "x"}).code, exit_code::bad_configuration);
}

TEST(key_file, lies_in_the_data_directory_unless_told_otherwise) {
  config values;
  values.storage.data_dir = "/srv/tocsin";
  EXPECT_EQ(key_file_path(values), "/srv/tocsin/sealing.key");
  values.storage.key_file = "/etc/tocsin/key";
  EXPECT_EQ(key_file_path(values), "/etc/tocsin/key");
}
