#pragma once

#include "app/cli/surroundings.hpp"
#include "messages/failure.hpp"

#include <filesystem>
#include <string>

namespace tocsin::cli {

inline constexpr const char* default_url = "http://127.0.0.1:8420";

/// What a context file holds: `{"url":…,"token":…,"ca_file":…}`. Each may be empty.
struct context {
  std::string url;
  std::string token;
  std::string ca_file;
};

/// What the command line says about the service to talk to; empty if nothing.
struct connection_flags {
  std::string url;
  /// As `value_input` reads it.
  std::string token;
  /// PEM file with the authorities to trust for `https`.
  std::string ca_file;
  std::string context_file;
};

/// What to use, and where it came from: `--url`, `TOCSIN_TOKEN`, the file, `default`.
struct connection {
  std::string url;
  std::string token;
  /// Empty: the authorities of the system.
  std::string ca_file;
  std::string url_source;
  std::string token_source;
  std::string ca_file_source;
};

/// The context file to use: the flag's, `$TOCSIN_CONTEXT`, `$XDG_CONFIG_HOME/tocsin/context.json`,
/// or `~/.config/tocsin/context.json`. Empty if none of them can be named.
std::filesystem::path context_path(const connection_flags& flags, const surroundings& around);

/// Reads the context file; an empty context if there is none.
/// Errors: invalid_argument, for a file that is not such JSON, and for one that holds a token and
/// that anyone but its owner can read or write.
expected<context> load_context(const std::filesystem::path& path);

/// Replaces the context file at once and durably, with mode 0600; makes its directory (0700).
/// Errors: invalid_argument if that fails.
expected<void> save_context(const std::filesystem::path& path, const context& x);

/// Flags over the environment (`TOCSIN_URL`, `TOCSIN_TOKEN`, `TOCSIN_CA_FILE`) over the context
/// file over `default_url`. The file's authorities belong to its URL: with a URL from elsewhere
/// they mean nothing. The file is not read where URL and token are said elsewhere. Errors: as
/// `load_context`, `check_base_url` and `value_input::resolve`.
expected<connection> find_connection(const connection_flags& flags, const surroundings& around);

} // namespace tocsin::cli
