#pragma once

#include "app/config/config.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace tocsin::app {

/// Where an option's value lives in a `config`. Its type says how the value is written:
/// `uint32_t` is a plain number, `uint64_t` a number of bytes.
using setting = std::variant<bool*, uint32_t*, uint64_t*, std::chrono::milliseconds*, std::string*,
                             std::filesystem::path*, endpoint*, log_level*, log_format*>;

/// What a text or a path must be, beyond its type.
enum class text_rule : uint8_t {
  any,
  not_empty,
  one_line,
  existing_file,
  base_url,
  optional_base_url,
  proxy_url,
  host_name,
  networks,
  origins,
  peers
};

/// One key of the configuration. Its default is what a default-constructed `config` holds.
struct option {
  std::string_view section;
  std::string_view key;
  setting (*find)(config&);
  /// One or two sentences for the shipped file and the manual.
  std::string_view doc;
  /// Limits of numbers, bytes and milliseconds, both allowed themselves.
  uint64_t least = 0;
  uint64_t most = 0;
  text_rule rule = text_rule::any;
};

/// A value as a file, a variable or a flag gave it. `other` is one that no option takes, in words.
struct other_value {
  std::string description;
};
using raw_value = std::variant<bool, int64_t, std::string, other_value>;

/// Every option, by section, in the order in which people are shown them.
std::span<const option> option_table();

/// `server.listen`
std::string full_name(const option& x);

/// `TOCSIN_SERVER_LISTEN`
std::string variable_name(const option& x);

/// Finds an option by its full name; nullptr if there is none.
const option* find_option(std::string_view name);

/// The full name of the option that was probably meant by `name`; empty if none is near.
std::string nearest_option(std::string_view name);

/// The limits of the option in words: `from 1 to 64`, `"text" or "json"`; empty where it has none.
std::string limits(const option& x);

/// What values the option takes, in words: `a whole number from 1 to 64`.
std::string expectation(const option& x);

/// The value of the option in `values` as TOML: `"5s"`, `64`, `true`.
std::string value_as_toml(const option& x, const config& values);

/// Puts `value` into `values`.
/// Returns nothing if that went well, else one sentence without a full stop.
std::optional<std::string> assign(const option& x, const raw_value& value, config& values);

/// What a variable or a flag gave for the option, as the type it should have if it can be read so.
raw_value raw_from_text(const option& x, const std::string& text);

} // namespace tocsin::app
