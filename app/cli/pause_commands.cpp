#include "app/cli/command_line.hpp"
#include "app/cli/json_text.hpp"
#include "app/cli/table.hpp"
#include "app/config/units.hpp"
#include "messages/timestamp.hpp"

#include <boost/json.hpp>
#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace tocsin::cli {

namespace {

struct pause_options {
  std::string until;
  std::string length;
  std::string reason;
};

std::string pause_text(const boost::json::value& x) {
  auto& pause = member(x, "pause");
  if (!pause.is_object())
    return "deliveries are not paused\n";
  auto& by = member(pause, "author");
  auto rows = table::of_fields();
  rows.add({"paused until", cell(pause, "until")});
  rows.add({"reason", cell(pause, "reason")});
  rows.add({"since", cell(pause, "since")});
  auto name = cell(by, member(by, "name").is_null() ? "id" : "name");
  rows.add({"by", cell(by, "kind") + ' ' + name});
  return rows.text();
}

exit_code show(session& on) {
  auto reply = on.call({"GET", "/pause", {}, {}});
  if (!reply)
    return reply.error();
  on.print(*reply, pause_text);
  return exit_code::ok;
}

exit_code pause(session& on, const pause_options& options) {
  auto until = options.until;
  if (until.empty()) {
    auto length = app::parse_duration(options.length);
    if (!length)
      return on.fail_with(exit_code::usage, "--for expects a duration such as 90m, 2h or 1d, not '"
                                              + options.length + "'");
    until = to_rfc3339(system_wall_clock()() + *length);
  }
  boost::json::object body{{"until", until}};
  if (!options.reason.empty())
    body["reason"] = options.reason;
  auto reply = on.call({"PUT", "/pause", boost::json::serialize(body), {}});
  if (!reply)
    return reply.error();
  on.print(*reply, pause_text);
  return exit_code::ok;
}

exit_code resume(session& on) {
  auto reply = on.call({"DELETE", "/pause", {}, {}});
  if (!reply)
    return reply.error();
  on.remark("deliveries go out");
  return exit_code::ok;
}

} // namespace

void add_pause_commands(CLI::App& root, command_line& line) {
  auto* paused = root.add_subcommand(
    "pause", "Pause all deliveries until a time; without one, show whether they are paused");
  auto options = std::make_shared<pause_options>();
  auto* until = paused->add_option("--until", options->until,
                                   "When it ends (RFC 3339), at most 7 days ahead");
  auto* length = paused->add_option("--for", options->length, "Or how long it lasts: 90m, 2h, 1d");
  length->excludes(until);
  paused->add_option("--reason", options->reason, "The reason, for the record");
  paused->callback([&line, options] {
    line.choose([options](session& on) {
      if (options->until.empty() && options->length.empty())
        return options->reason.empty()
                 ? show(on)
                 : on.fail_with(exit_code::usage, "say how long, with --until or --for");
      return pause(on, *options);
    });
  });
  auto* resumed = root.add_subcommand("resume", "End the pause of all deliveries");
  resumed->callback([&line] { line.choose(resume); });
}

} // namespace tocsin::cli
