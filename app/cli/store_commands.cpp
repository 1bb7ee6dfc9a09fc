#include "app/cli/command_line.hpp"
#include "app/cli/json_text.hpp"
#include "app/cli/service_settings.hpp"
#include "app/cli/size_text.hpp"
#include "app/cli/stopped_storage.hpp"
#include "app/cli/table.hpp"
#include "messages/text.hpp"
#include "storage/commands/full_token.hpp"
#include "storage/engine/write_with_room.hpp"
#include "storage/upkeep/compaction.hpp"
#include "storage/upkeep/settle.hpp"
#include "storage/upkeep/store_view.hpp"

#include <boost/json.hpp>
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <ostream>

namespace tocsin::cli {

namespace {

using boost::json::array;
using boost::json::object;
using storage::store_view;

struct store_options {
  std::string config_file;
  std::string data_dir;
  /// A backup to be checked instead.
  std::string file;
  /// Where a backup goes.
  std::string destination;
};

/// One run of a command: what was said, the settings as `tocsind` would have them, the streams.
struct store_run {
  const store_options& options;
  const app::config& settings;
  bool as_json;
  surroundings& around;

  /// Prints `as_object`, or else `as_text`.
  void print(const object& as_object, const std::string& as_text) {
    if (as_json)
      around.out << indented(boost::json::serialize(as_object)) << '\n';
    else
      around.out << as_text;
  }
};

using store_command = exit_code (*)(store_run&);

/// A service that is well has its journal in the database within milliseconds.
constexpr std::chrono::seconds longest_wait_for_service{1};

/// A storage that is in use or damaged refuses what was asked; otherwise a file is wrong that the
/// command line names.
exit_code report_storage_failure(const failure& x, surroundings& around) {
  around.err << "tocsin: " << clean_line(x.detail) << '\n';
  switch (x.code) {
  case errc::unavailable:
  case errc::storage_corrupt:
  case errc::storage_full:
  case errc::conflict: return exit_code::refused;
  default: return exit_code::usage;
  }
}

// -- check ----------------------------------------------------------------------------------------

exit_code check(store_run& run) {
  const auto& named = run.options.file;
  auto view = store_view::open(named.empty() ? run.settings.storage.data_dir.string() : named);
  if (!view)
    return report_storage_failure(view.error(), run.around);
  array faults;
  auto report_all = view->check([&](const std::string& fault) {
    auto line = clean_line(fault);
    if (run.as_json)
      faults.emplace_back(line);
    else
      run.around.out << line << '\n';
  });
  if (!report_all)
    return report_storage_failure(report_all.error(), run.around);
  auto is_sound = report_all->faults == 0;
  run.print({{"ok", is_sound},
             {"entries", report_all->entries},
             {"pages", report_all->pages},
             {"faults", std::move(faults)}},
            is_sound ? fmt::format("sound: {} entries on {} pages\n", report_all->entries,
                                   report_all->pages)
                     : fmt::format("{} {} in {} entries on {} pages\n", report_all->faults,
                                   report_all->faults == 1 ? "fault" : "faults",
                                   report_all->entries, report_all->pages));
  return is_sound ? exit_code::ok : exit_code::refused;
}

// -- stats ----------------------------------------------------------------------------------------

object to_object(const storage::store_stats& x, uint64_t map_limit_bytes) {
  array databases;
  for (const auto& each : x.databases)
    databases.push_back(object{{"name", each.name},
                               {"entries", each.entries},
                               {"pages", each.pages},
                               {"bytes", each.pages * x.page_bytes}});
  array readers;
  for (const auto& each : x.readers)
    readers.push_back(
      object{{"process", each.process},
             {"transaction", each.transaction ? boost::json::value(*each.transaction) : nullptr}});
  return {{"schema_version", x.schema_version},
          {"node_id", to_string(x.node_id)},
          {"transaction", x.transaction},
          {"page_bytes", x.page_bytes},
          {"file_bytes", x.file_bytes},
          {"used_bytes", x.used_pages * x.page_bytes},
          {"free_bytes", x.free_pages * x.page_bytes},
          {"map_bytes", x.map_bytes},
          {"map_limit_bytes", map_limit_bytes},
          {"databases", std::move(databases)},
          {"readers", std::move(readers)}};
}

std::string to_text(const storage::store_stats& x, uint64_t map_limit_bytes) {
  auto fields = table::of_fields();
  fields.add({"schema version", std::to_string(x.schema_version)});
  fields.add({"node", to_string(x.node_id)});
  fields.add({"transaction", std::to_string(x.transaction)});
  fields.add({"file", size_text(x.file_bytes)});
  fields.add({"used", size_text(x.used_pages * x.page_bytes)});
  fields.add({"free in it",
              fmt::format("{} ({} pages)", size_text(x.free_pages * x.page_bytes), x.free_pages)});
  fields.add({"map", size_text(x.map_bytes)});
  fields.add({"map limit", size_text(map_limit_bytes)});
  table databases{
    {{"DATABASE"}, {"ENTRIES", align::right}, {"PAGES", align::right}, {"SIZE", align::right}}};
  for (const auto& each : x.databases)
    databases.add({each.name, std::to_string(each.entries), std::to_string(each.pages),
                   size_text(each.pages * x.page_bytes)});
  auto result = fields.text() + '\n' + databases.text();
  if (x.readers.empty())
    return result;
  table readers{{{"PROCESS", align::right}, {"READS TRANSACTION", align::right}}};
  for (const auto& each : x.readers)
    readers.add(
      {std::to_string(each.process), each.transaction ? std::to_string(*each.transaction) : "-"});
  return result + '\n' + readers.text();
}

exit_code stats(store_run& run) {
  auto view = store_view::open(run.settings.storage.data_dir);
  if (!view)
    return report_storage_failure(view.error(), run.around);
  auto found = view->stats();
  if (!found)
    return report_storage_failure(found.error(), run.around);
  auto limit = run.settings.storage.map_limit_bytes;
  run.print(to_object(*found, limit), to_text(*found, limit));
  return exit_code::ok;
}

// -- backup and compact ---------------------------------------------------------------------------

exit_code backup(store_run& run) {
  const auto& destination = run.options.destination;
  if (destination == "-") {
    run.around.err << "tocsin: a backup needs a file, and cannot go to the standard output\n";
    return exit_code::usage;
  }
  auto place = storage_options(run.settings.storage);
  place.reader_patience = longest_wait_for_service;
  auto settled = storage::settle(place);
  if (!settled && settled.error().code != errc::unavailable)
    return report_storage_failure(settled.error(), run.around);
  // When a disk fails, a copy that lacks something is better than none.
  if (!settled)
    run.around.err << "tocsin: warning: " << clean_line(settled.error().detail) << '\n';
  auto view = store_view::open(run.settings.storage.data_dir);
  if (!view)
    return report_storage_failure(view.error(), run.around);
  auto bytes = view->copy_to(destination);
  if (!bytes)
    return report_storage_failure(bytes.error(), run.around);
  run.print({{"file", destination}, {"bytes", *bytes}},
            fmt::format("wrote {}, {}; it does not contain the key: keep a copy of {} elsewhere\n",
                        destination, size_text(*bytes), app::key_file_path(run.settings).string()));
  return exit_code::ok;
}

exit_code compact(store_run& run) {
  auto done = storage::compact(storage_options(run.settings.storage));
  if (!done)
    return report_storage_failure(done.error(), run.around);
  run.print({{"before_bytes", done->before_bytes}, {"after_bytes", done->after_bytes}},
            fmt::format("before {}\nafter  {}\n", size_text(done->before_bytes),
                        size_text(done->after_bytes)));
  return exit_code::ok;
}

// -- token ----------------------------------------------------------------------------------------

/// Returns the token's text.
expected<std::string> make_token(storage::environment& env, timestamp now) {
  auto tx = env.write();
  if (!tx)
    return tx.error();
  ulid_generator ids;
  auto text = storage::put_full_token(*tx, "created by tocsin store token", ids, now);
  if (!text)
    return text;
  if (auto done = tx->commit(); !done)
    return done.error();
  return text;
}

exit_code token(store_run& run) {
  auto env = open_stopped_storage(run.settings.storage);
  if (!env)
    return report_storage_failure(env.error(), run.around);
  auto text
    = storage::write_with_room(**env, [&] { return make_token(**env, system_wall_clock()()); });
  if (!text)
    return report_storage_failure(text.error(), run.around);
  run.print({{"token", *text}}, *text + '\n');
  return exit_code::ok;
}

// -- the command line -----------------------------------------------------------------------------

exit_code run_with_settings(store_command what, const store_options& options,
                            const global_options& globals, surroundings& around) {
  auto said = read_service_settings(options.config_file, options.data_dir, around);
  if (!said) {
    around.err << said.error().text;
    return exit_code::usage;
  }
  store_run run{options, said->settings, globals.format == "json", around};
  return what(run);
}

} // namespace

void add_store_commands(CLI::App& root, command_line& line) {
  auto* group = root.add_subcommand("store", "The database of a tocsind on this machine");
  group->require_subcommand(1);
  auto options = std::make_shared<store_options>();
  auto add = [&line, group, options](const char* name, const char* help, store_command what) {
    auto* command = group->add_subcommand(name, help);
    command->add_option("--data-dir", options->data_dir,
                        "Its directory, if it is not the one in the settings");
    command->add_option("--config", options->config_file, "Settings file of tocsind");
    command->callback([&line, options, what] {
      line.chosen = [options, what](const global_options& globals, surroundings& around) {
        return run_with_settings(what, *options, globals, around);
      };
    });
    return command;
  };
  add("check", "Check every page, record and index; tocsind may run", check)
    ->add_option("file", options->file, "A backup to check instead");
  add("stats", "Entries and pages of every database; tocsind may run", stats);
  add("backup", "Copy the database; tocsind may run", backup)
    ->add_option("file", options->destination, "The copy, a new file")
    ->required();
  add("token", "Create a token with every scope, the way back in; tocsind must be stopped", token);
  add("compact", "Rewrite the database without its free pages; tocsind must be stopped", compact);
}

} // namespace tocsin::cli
