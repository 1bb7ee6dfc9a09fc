#include "tests/support/standin/provider_standin.hpp"
#include "tests/support/standin/state_files.hpp"

#include <boost/json/serialize.hpp>
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <csignal>
#include <cstdio>

namespace {

using namespace tocsin::standin;

struct command_line {
  standin_options options;
  std::string state_dir;
  std::string ports_file;
  /// NAME=SECRET each.
  std::vector<std::string> secrets;
  bool any_body = false;
};

void describe(CLI::App& app, command_line& given) {
  auto& options = given.options;
  app.add_option("--http-port", options.http_port, "Slack, Discord, Telegram and webhooks");
  app.add_option("--https-port", options.https_port, "the same over TLS");
  app.add_option("--smtp-port", options.smtp_port, "SMTP with obligatory STARTTLS and AUTH");
  app.add_option("--smtps-port", options.smtps_port, "SMTP over TLS with obligatory AUTH");
  app.add_option("--smtp-plain-port", options.smtp_plain_port, "SMTP without TLS, AUTH optional");
  app.add_option("--control-port", options.control_port, "the control interface");
  app.add_option("--state-dir", given.state_dir, "where standin-cert.pem is written");
  app.add_option("--ports-file", given.ports_file, "where the ports are written as JSON");
  app.add_option("--smtp-user", options.smtp_user, "the one user")->capture_default_str();
  app.add_option("--smtp-password", options.smtp_password, "and the password")
    ->capture_default_str();
  app.add_option("--webhook-secret", given.secrets, "NAME=SECRET; may be repeated")
    ->check([](const std::string& text) {
      auto equals = text.find('=');
      bool fine = equals != std::string::npos && equals > 0 && equals + 1 < text.size();
      return fine ? std::string{} : "not of the form NAME=SECRET: " + text;
    });
  app.add_flag("--webhook-any-body", given.any_body, "accept webhook bodies that are not JSON");
  app.add_flag("--rate-limits", options.rate_limits, "apply the providers' request rates");
  app.add_option("--keep", options.keep, "how many records are kept")->capture_default_str();
}

void finish(command_line& given) {
  given.options.state_dir = given.state_dir;
  given.options.webhook_json_object = !given.any_body;
  for (const auto& each : given.secrets) {
    auto equals = each.find('=');
    given.options.webhook_secrets[each.substr(0, equals)].push_back(each.substr(equals + 1));
  }
}

int complain(const std::string& what) {
  fmt::print(stderr, "tocsin-standin: {}\n", what);
  return 1;
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"Plays Slack, Discord, Telegram, a webhook receiver and a mail server on 127.0.0.1"};
  command_line given;
  describe(app, given);
  CLI11_PARSE(app, argc, argv);
  finish(given);

  // Blocked before any thread starts, so that only sigwait below ever sees them.
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  provider_standin standin{given.options};
  if (auto failed = standin.start())
    return complain(*failed);
  auto ports = boost::json::serialize(ports_json(standin.ports()));
  if (!given.ports_file.empty()) {
    if (auto failed = write_file(given.ports_file, ports + "\n"))
      return complain(*failed);
  }
  fmt::print("{}\n", ports);
  std::fflush(stdout);

  int signal = 0;
  sigwait(&ends, &signal);
  standin.stop();
  return 0;
}
