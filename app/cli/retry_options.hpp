#pragma once

#include <boost/json/object.hpp>
#include <CLI/CLI.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace tocsin::cli {

/// What a command says of how a channel tries again; nothing of it leaves that as it is.
struct retry_options {
  std::optional<int64_t> first_retry_seconds;
  std::optional<int64_t> max_retry_seconds;
  std::optional<int64_t> give_up_seconds;
  std::string on_ambiguous;
};

/// Adds `--first-retry`, `--max-retry`, `--give-up` and `--on-ambiguous`. `target` must outlive the
/// parsing.
void add_retry_options(CLI::App& command, retry_options& target);

/// The channel's `delivery` as a JSON Merge Patch; empty where nothing is said.
boost::json::object retry_patch(const retry_options& x);

} // namespace tocsin::cli
