#include "app/config/command_line.hpp"

#include "app/config/config_file.hpp"
#include "app/config/nearest_name.hpp"
#include "app/config/option_table.hpp"
#include "app/config/parse_arguments.hpp"
#include "app/config/version.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <regex>
#include <stdexcept>
#include <unistd.h>

namespace tocsin::app {

namespace {

using boost::system::result;

/// A flag with a separate name for an option.
struct short_flag {
  std::string_view flag;
  std::string_view option;
};

constexpr std::array<short_flag, 4> short_flags{{
  {"--listen", "server.listen"},
  {"--data-dir", "storage.data_dir"},
  {"--log-level", "log.level"},
  {"--log-format", "log.format"},
}};

/// What the command line said, not yet looked at.
struct parsed_flags {
  std::string config_file;
  std::string ready_file;
  std::array<std::optional<std::string>, short_flags.size()> values;
  std::vector<std::string> assignments;
  bool check_only = false;
};

std::string footer() {
  std::string result
    = "Settings come from the file; TOCSIN_<SECTION>_<KEY> variables override it, and "
      "flags override both.\nThe file is that of --config, else of TOCSIN_CONFIG, else ";
  result += fmt::format("{} if it exists.\n\nExit codes:", system_config_file);
  for (const auto& x : exit_codes())
    result += fmt::format("\n  {:>2}  {}", static_cast<unsigned>(x.code), x.meaning);
  return result;
}

/// Returns an early exit for --help, --version and what cannot be read.
std::optional<early_exit> parse(std::vector<std::string> arguments, parsed_flags& flags) {
  CLI::App cli{"tocsind: the notification service of a hosting panel", "tocsind"};
  cli.set_version_flag("--version", fmt::format("tocsind {}", version()));
  cli.add_option("--config", flags.config_file, "Read the settings from this file")
    ->type_name("FILE");
  for (size_t i = 0; i < short_flags.size(); ++i)
    cli
      .add_option(std::string{short_flags[i].flag}, flags.values[i],
                  fmt::format("The same as --set {}=VALUE", short_flags[i].option))
      ->type_name("VALUE");
  cli.add_option("--set", flags.assignments, "Set one option; may be repeated")
    ->type_name("SECTION.KEY=VALUE")
    ->allow_extra_args(false);
  cli.add_option("--ready-file", flags.ready_file, "Write pid, port and URL there once ready")
    ->type_name("FILE");
  cli.add_flag("--check-config", flags.check_only, "Check the settings and exit");
  cli.footer(footer());
  try {
    parse_arguments(cli, std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    return early_exit{exit_code::ok, cli.help()};
  } catch (const CLI::CallForVersion& x) {
    return early_exit{exit_code::ok, fmt::format("{}\n", x.what())};
  } catch (const CLI::ParseError& x) {
    return early_exit{exit_code::usage,
                      fmt::format("tocsind: {}\nTry 'tocsind --help'.\n", x.what())};
  }
  return std::nullopt;
}

/// Whether Kubernetes sets this variable for one of its services, such as one called `tocsin-gate`.
bool is_of_kubernetes(const std::string& variable, const std::string& value) {
  static const std::regex names{
    "TOCSIN_.*_(SERVICE_(HOST|PORT(_.*)?)|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)"};
  return std::regex_match(variable, names)
         || (variable.ends_with("_PORT") && value.find("://") != value.npos);
}

/// Collects the settings and every fault on the way.
class assembly {
public:
  void read_file(const std::filesystem::path& path) {
    read_config_file(path, values_, from_, faults_);
    std::ranges::sort(faults_);
  }

  void read_variables(const environment& variables) {
    for (const auto& [name, value] : variables)
      if (name.starts_with("TOCSIN_"))
        read_variable(name, value);
  }

  void read_flags(const parsed_flags& flags) {
    for (size_t i = 0; i < short_flags.size(); ++i)
      if (const auto& value = flags.values[i])
        set(*find_option(short_flags[i].option), *value, std::string{short_flags[i].flag});
    for (const auto& x : flags.assignments)
      read_assignment(x);
  }

  /// Faults that no single value has.
  void compare() {
    at_most("delivery.first_retry", values_.delivery.first_retry, "delivery.max_retry",
            values_.delivery.max_retry);
    at_most("delivery.max_retry", values_.delivery.max_retry, "delivery.give_up",
            values_.delivery.give_up);
    at_most("transport.connect_timeout", values_.transport.connect_timeout,
            "transport.total_timeout", values_.transport.total_timeout);
    at_most("storage.map_size", values_.storage.map_size_bytes, "storage.map_limit",
            values_.storage.map_limit_bytes);
    together("server.certificate_file", values_.server.certificate_file, "server.key_file",
             values_.server.key_file);
    complete_gate();
  }

  const config& values() const { return values_; }

  const std::vector<problem>& faults() const { return faults_; }

private:
  void read_variable(const std::string& name, const std::string& value) {
    std::string nearest;
    unsigned best = 3;
    for (const auto& x : option_table()) {
      auto known = variable_name(x);
      if (known == name)
        return set(x, value, name);
      auto distance = edit_distance(name, known);
      if (distance < best) {
        best = distance;
        nearest = known;
      }
    }
    // Other programs have variables with this prefix too: only what looks like ours is a fault.
    if (is_of_kubernetes(name, value))
      return;
    if (!nearest.empty())
      report(name, fmt::format("unknown variable; did you mean '{}'?", nearest));
    else if (names_a_section(name))
      report(name, "unknown variable");
  }

  static bool names_a_section(const std::string& variable) {
    return std::ranges::any_of(option_table(), [&variable](const option& x) {
      auto known = variable_name(x);
      return variable.starts_with(known.substr(0, known.size() - x.key.size()));
    });
  }

  void read_assignment(const std::string& text) {
    auto equals = text.find('=');
    auto name = text.substr(0, equals);
    auto source = fmt::format("--set {}", text);
    const auto* known = find_option(name);
    if (equals == text.npos)
      report(source, "expected SECTION.KEY=VALUE");
    else if (known != nullptr)
      set(*known, text.substr(equals + 1), source);
    else if (auto nearest = nearest_option(name); !nearest.empty())
      report(source, fmt::format("unknown key '{}'; did you mean '{}'?", name, nearest));
    else
      report(source, fmt::format("unknown key '{}'", name));
  }

  void set(const option& x, const std::string& text, const std::string& source) {
    auto fault = assign(x, raw_from_text(x, text), values_);
    if (fault)
      report(source, *fault);
    from_[full_name(x)] = {source, 0, 0, fault.value_or("")};
  }

  template <class T>
  void at_most(std::string_view less, const T& low, std::string_view more, const T& high) {
    auto place_of_low = from_.find(less);
    auto place_of_high = from_.find(more);
    auto none = from_.end();
    auto is_faulty = [none](auto place) { return place != none && !place->second.text.empty(); };
    if (low <= high || is_faulty(place_of_low) || is_faulty(place_of_high))
      return;
    // The defaults are in order, so one of the two was set.
    auto fault = (place_of_high != none ? place_of_high : place_of_low)->second;
    fault.text
      = fmt::format("{} ({}) must not be more than {} ({})", less, shown(less), more, shown(more));
    faults_.push_back(std::move(fault));
  }

  /// Two files of which one is of no use without the other.
  void together(std::string_view first, const std::filesystem::path& one, std::string_view second,
                const std::filesystem::path& other) {
    if (one.empty() == other.empty())
      return;
    auto [given, missing] = one.empty() ? std::pair{second, first} : std::pair{first, second};
    auto place = from_.find(given);
    if (place == from_.end() || !place->second.text.empty())
      return;
    auto fault = place->second;
    fault.text = fmt::format("{} is set, but {} is not", given, missing);
    faults_.push_back(std::move(fault));
  }

  /// What an open gate needs to let anybody in.
  void complete_gate() {
    const auto& gate = values_.gate;
    auto enabled = from_.find("gate.enabled");
    if (!gate.enabled || enabled == from_.end())
      return;
    auto report_lack = [&](std::string text) {
      auto fault = enabled->second;
      fault.text = std::move(text);
      faults_.push_back(std::move(fault));
    };
    auto needs = [&](const char* name, const std::filesystem::path& value) {
      auto place = from_.find(name);
      auto is_faulty = place != from_.end() && !place->second.text.empty();
      if (value.empty() && !is_faulty)
        report_lack(fmt::format("gate.enabled is true, but {} is not set", name));
    };
    needs("gate.authority_file", gate.authority_file);
    needs("gate.certificate_file", gate.certificate_file);
    needs("gate.key_file", gate.key_file);
    if (gate.panels.empty() && gate.nodes.empty())
      report_lack("gate.enabled is true, but neither gate.panels nor gate.nodes names a peer");
  }

  std::string shown(std::string_view name) const {
    return value_as_toml(*find_option(name), values_);
  }

  void report(const std::string& source, std::string text) {
    faults_.push_back({source, 0, 0, std::move(text)});
  }

  config values_;
  origins from_;
  std::vector<problem> faults_;
};

std::string listed(const std::vector<problem>& faults) {
  auto result
    = fmt::format("tocsind: {} in the configuration:\n",
                  faults.size() == 1 ? "1 fault" : fmt::format("{} faults", faults.size()));
  for (const auto& x : faults)
    result += fmt::format("{}\n", to_string(x));
  return result;
}

} // namespace

environment process_environment() {
  environment result;
  for (char** x = environ; *x != nullptr; ++x) {
    std::string_view line{*x};
    auto equals = line.find('=');
    if (equals != line.npos)
      result.emplace(line.substr(0, equals), line.substr(equals + 1));
  }
  return result;
}

result<launch, early_exit> read_command_line(std::vector<std::string> arguments,
                                             const environment& variables) {
  parsed_flags flags;
  if (auto end = parse(std::move(arguments), flags))
    return *std::move(end);
  assembly all;
  auto by_variable = variables.find("TOCSIN_CONFIG");
  auto file = find_config_file(flags.config_file,
                               by_variable != variables.end() ? by_variable->second : "");
  if (!file.empty())
    all.read_file(file);
  all.read_variables(variables);
  all.read_flags(flags);
  all.compare();
  if (!all.faults().empty())
    return early_exit{exit_code::bad_configuration, listed(all.faults())};
  return launch{all.values(), file, flags.ready_file, flags.check_only};
}

void throw_exception_from_error(const early_exit& x, const boost::source_location&) {
  throw std::logic_error{x.text};
}

} // namespace tocsin::app
