#include "app/cli/context.hpp"

#include "app/cli/file_text.hpp"
#include "app/cli/http_client.hpp"
#include "app/cli/value_input.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tocsin::cli {

namespace {

failure context_failure(const std::filesystem::path& path, std::string_view what) {
  return fail(errc::invalid_argument, fmt::format("context file {}: {}", path.string(), what));
}

std::string variable_or_empty(const surroundings& around, const char* name) {
  return around.variable(name).value_or(std::string{});
}

/// Reads the member `name` as text into `target`; false if it is something else.
bool read_text(const boost::json::object& from, std::string_view name, std::string& target) {
  const auto* found = from.if_contains(name);
  if (!found)
    return true;
  if (!found->is_string())
    return false;
  target = found->get_string().c_str();
  return true;
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    auto written = ::write(file, text.data(), text.size());
    if (written < 0)
      return false;
    text.remove_prefix(static_cast<size_t>(written));
  }
  return ::fsync(file) == 0;
}

} // namespace

std::filesystem::path context_path(const connection_flags& flags, const surroundings& around) {
  if (!flags.context_file.empty())
    return flags.context_file;
  if (auto path = variable_or_empty(around, "TOCSIN_CONTEXT"); !path.empty())
    return path;
  std::filesystem::path base = variable_or_empty(around, "XDG_CONFIG_HOME");
  // The XDG base directory specification: paths that are not absolute are to be ignored.
  if (!base.is_absolute()) {
    auto home = variable_or_empty(around, "HOME");
    if (home.empty())
      return {};
    base = std::filesystem::path{home} / ".config";
  }
  return base / "tocsin" / "context.json";
}

expected<context> load_context(const std::filesystem::path& path) {
  struct stat status {};
  if (path.empty() || ::stat(path.c_str(), &status) != 0)
    return context{};
  auto text = read_file_text(path);
  if (!text)
    return context_failure(path, text.error().detail);
  boost::json::error_code error;
  auto value = boost::json::parse(*text, error);
  context result;
  if (error || !value.is_object() || !read_text(value.get_object(), "url", result.url)
      || !read_text(value.get_object(), "token", result.token)
      || !read_text(value.get_object(), "ca_file", result.ca_file))
    return context_failure(path, R"(is not {"url":"…","token":"…","ca_file":"…"})");
  if (!result.token.empty() && (status.st_mode & 077) != 0)
    return context_failure(path, "holds a token and others may read it; chmod 600 it");
  return result;
}

expected<void> save_context(const std::filesystem::path& path, const context& x) {
  if (path.empty())
    return fail(errc::invalid_argument, "no place for a context file: HOME is not set");
  auto failed = [&path] { return context_failure(path, std::strerror(errno)); };
  std::error_code error;
  auto directory = path.parent_path();
  if (!directory.empty() && std::filesystem::create_directories(directory, error))
    std::filesystem::permissions(directory, std::filesystem::perms::owner_all, error);
  auto fresh = path.string() + fmt::format(".{}.new", ::getpid());
  auto file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0)
    return failed();
  boost::json::object value;
  if (!x.url.empty())
    value["url"] = x.url;
  if (!x.token.empty())
    value["token"] = x.token;
  if (!x.ca_file.empty())
    value["ca_file"] = x.ca_file;
  bool written = write_all(file, boost::json::serialize(value) + '\n');
  written = ::close(file) == 0 && written;
  if (written && ::rename(fresh.c_str(), path.c_str()) == 0)
    return {};
  auto result = failed();
  ::unlink(fresh.c_str());
  return result;
}

expected<connection> find_connection(const connection_flags& flags, const surroundings& around) {
  connection result;
  auto take = [&around](std::string& value, std::string& source, const std::string& flag,
                        const char* flag_name, const char* variable) {
    value = flag;
    source = flag_name;
    if (!value.empty())
      return;
    value = variable_or_empty(around, variable);
    source = variable;
  };
  take(result.url, result.url_source, flags.url, "--url", "TOCSIN_URL");
  take(result.token, result.token_source, flags.token, "--token", "TOCSIN_TOKEN");
  take(result.ca_file, result.ca_file_source, flags.ca_file, "--ca-file", "TOCSIN_CA_FILE");
  if (!flags.token.empty()) {
    auto token = value_input{around.in}.resolve("--token", flags.token);
    if (!token)
      return token.error();
    result.token = *token;
  }
  if (result.url.empty() || result.token.empty()) {
    auto path = context_path(flags, around);
    auto stored = load_context(path);
    if (!stored)
      return stored.error();
    if (result.url.empty()) {
      result.url = stored->url.empty() ? default_url : stored->url;
      result.url_source = stored->url.empty() ? "default" : path.string();
      if (result.ca_file.empty()) {
        result.ca_file = stored->ca_file;
        result.ca_file_source = path.string();
      }
    }
    if (result.token.empty()) {
      result.token = stored->token;
      result.token_source = stored->token.empty() ? "nowhere" : path.string();
    }
  }
  auto url = check_base_url(result.url);
  if (!url)
    return url.error();
  result.url = *url;
  if (result.token.find_first_of("\r\n") != std::string::npos)
    return fail(errc::invalid_argument, "the token must be one line");
  return result;
}

} // namespace tocsin::cli
