#include "app/cli/event_options.hpp"

#include "app/cli/value_input.hpp"

namespace tocsin::cli {

CLI::Option* add_event_options(CLI::App& command, event_options& options,
                               std::vector<CLI::Option*> required, const std::string& file_help) {
  auto* file = command.add_option("--file", options.file, file_help);
  auto parts = std::move(required);
  auto add_part = [&](const char* name, std::string& target, const char* help) {
    parts.push_back(command.add_option(name, target, help));
  };
  add_part("--service", options.parts.service, "Service that it concerns");
  add_part("--customer", options.parts.customer, "Customer, by name or display name");
  add_part("--timestamp", options.parts.timestamp, "When it happened (RFC 3339)");
  add_part("--id", options.parts.id, "Your own id: sending it again causes nothing new");
  auto* detail = command.add_option("--detail", options.parts.details, "KEY=TEXT or KEY:=JSON");
  detail->allow_extra_args(false);
  auto* details = command.add_option("--details", options.parts.details_json, "A JSON object");
  detail->excludes(details);
  parts.insert(parts.end(), {detail, details});
  for (auto* part : parts)
    file->excludes(part);
  return file;
}

expected<std::string> body_of(const event_options& options, surroundings& around) {
  if (options.file.empty())
    return event_body(options.parts);
  auto text = value_input{around.in}.read("--file", options.file);
  if (text && text->empty())
    return fail(errc::invalid_argument, "--file: it is empty");
  return text;
}

} // namespace tocsin::cli
