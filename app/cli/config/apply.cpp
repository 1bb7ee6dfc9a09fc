#include "app/cli/config/apply.hpp"

#include "app/cli/config/plan.hpp"
#include "app/cli/confirmation.hpp"
#include "app/cli/value_input.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <ostream>

namespace tocsin::cli {

namespace {

namespace json = boost::json;

exit_code report_faults(session& on, const config_faults& faults, const std::string& file) {
  on.around().err << to_text(faults, file);
  return on.fail_with(exit_code::usage,
                      fmt::format("{} faults; nothing was changed", faults.size()));
}

/// Reads the whole file and plans; prints what is wrong with it.
outcome<config_plan> plan_of(session& on, const apply_options& options) {
  auto text = value_input{on.around().in}.read("FILE", options.file);
  if (!text)
    return report_failure(text.error(), on.around());
  config_faults faults;
  auto directory = std::filesystem::path{options.file}.parent_path();
  auto document = read_document(*text, {on.around().variable, directory}, faults);
  auto wanted = read_configuration(document, faults);
  // Somebody's file was lost, or came to nothing on the way: it is no order to remove everything.
  if (document.root.is_null() && faults.empty())
    faults.push_back(document.fault("", "there is nothing in it"));
  auto name = options.file == "-" ? "standard input" : options.file;
  if (!faults.empty())
    return report_faults(on, faults, name);
  auto policy = options.prunes     ? left_over_policy::remove
                : options.releases ? left_over_policy::release
                                   : left_over_policy::keep;
  auto plan = make_plan(on, {document, wanted, policy}, faults);
  if (!plan)
    return plan.error();
  if (!faults.empty())
    return report_faults(on, faults, name);
  return std::move(*plan);
}

std::string summary(const config_plan& x) {
  size_t counts[4] = {};
  for (const auto& step : x.steps)
    ++counts[static_cast<size_t>(step.action)];
  if (x.steps.empty())
    return "nothing to change";
  return fmt::format("{} to add, {} to change, {} to remove, {} to release", counts[0], counts[1],
                     counts[2], counts[3]);
}

/// Prints the plan, and with `--format json` how many steps were done.
void print_plan(session& on, const config_plan& x, std::optional<size_t> done) {
  auto value = to_json(x);
  if (done)
    value["done"] = *done;
  on.print({json::serialize(value), value},
           [&x](const json::value&) { return to_text(x) + summary(x) + '\n'; });
}

exit_code run_steps(session& on, const config_plan& plan) {
  size_t done = 0;
  for (const auto& step : plan.steps) {
    auto reply = on.exchange(step.request);
    auto code = !reply                ? report_failure(reply.error(), on.around())
                : reply->is_success() ? exit_code::ok
                                      : on.refuse(*reply);
    if (code != exit_code::ok) {
      on.fail_with(code,
                   fmt::format("stopped at {} after {} of {} steps; the same command continues "
                               "with what is left",
                               to_string(step.key), done, plan.steps.size()));
      return code;
    }
    ++done;
  }
  if (on.format() == output_format::json)
    print_plan(on, plan, done);
  else
    on.remark(fmt::format("{} steps done", done));
  return exit_code::ok;
}

} // namespace

exit_code show_plan(session& on, const apply_options& options) {
  auto plan = plan_of(on, options);
  if (!plan)
    return plan.error();
  print_plan(on, *plan, std::nullopt);
  return plan->steps.empty() ? exit_code::ok : exit_code::differs;
}

exit_code apply_file(session& on, const apply_options& options) {
  auto plan = plan_of(on, options);
  if (!plan)
    return plan.error();
  if (options.dry_run || plan->steps.empty()) {
    print_plan(on, *plan, std::nullopt);
    return exit_code::ok;
  }
  if (on.format() == output_format::table)
    print_plan(on, *plan, std::nullopt);
  else if (!options.confirmed)
    on.around().err << to_text(*plan);
  // The answer comes from where the file may have come from.
  if (!options.confirmed && options.file == "-")
    return on.fail_with(exit_code::usage, "with a file from standard input, --yes is required");
  if (!options.confirmed && !is_confirmed(on.around(), "Apply this?"))
    return on.fail_with(exit_code::usage, "nothing was done; --yes skips this question");
  return run_steps(on, *plan);
}

} // namespace tocsin::cli
