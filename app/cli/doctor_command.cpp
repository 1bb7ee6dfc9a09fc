#include "app/cli/command_line.hpp"
#include "app/cli/doctor/checks.hpp"
#include "app/cli/service_settings.hpp"
#include "app/cli/table.hpp"

#include <boost/json.hpp>
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace tocsin::cli {

namespace {

struct doctor_options {
  std::string config_file;
  std::string data_dir;
};

bool is_on_this_machine(const std::string& url) {
  return url.find("//127.") != std::string::npos || url.find("//localhost") != std::string::npos
         || url.find("//[::1]") != std::string::npos;
}

exit_code print_findings(session& on, const findings& found) {
  boost::json::array checks;
  table rows{{{"CHECK"}, {"RESULT"}, {"FOUND"}, {"WHAT TO DO"}}};
  for (const auto& x : found) {
    checks.push_back(
      {{"check", x.check},
       {"result", to_string(x.result)},
       {"detail", x.detail},
       {"advice", x.advice.empty() ? boost::json::value{} : boost::json::value(x.advice)}});
    rows.add({x.check, std::string{to_string(x.result)}, x.detail, x.advice});
  }
  boost::json::value all = boost::json::object{{"checks", std::move(checks)}};
  on.print({boost::json::serialize(all), all},
           [&rows](const boost::json::value&) { return rows.text(); });
  bool failed = std::any_of(found.begin(), found.end(),
                            [](const auto& x) { return x.result == grade::fail; });
  return failed ? exit_code::refused : exit_code::ok;
}

exit_code examine(session& on, const doctor_options& options) {
  findings found;
  if (check_service(on, found)) {
    auto scopes = check_token(on, found);
    if (scopes.stats)
      check_stats(on, found);
    if (scopes.read)
      check_channels(on, found);
  }
  bool is_named = !options.config_file.empty() || !options.data_dir.empty();
  if (is_named || is_on_this_machine(on.base_url())) {
    auto settings = read_service_settings(options.config_file, options.data_dir, on.around());
    if (settings)
      check_files(settings->settings, found);
    else
      found.push_back({grade::fail, "settings", settings.error().text,
                       "'tocsind --check-config' lists every fault"});
  }
  return print_findings(on, found);
}

} // namespace

void add_doctor_command(CLI::App& root, command_line& line) {
  auto* doctor = root.add_subcommand("doctor", "Look for problems of a service");
  auto options = std::make_shared<doctor_options>();
  doctor->add_option("--config", options->config_file,
                     "Settings file of a tocsind on this machine");
  doctor->add_option("--data-dir", options->data_dir,
                     "Its directory, if it is not the one in the settings");
  doctor->callback(
    [&line, options] { line.choose([options](session& on) { return examine(on, *options); }); });
}

} // namespace tocsin::cli
