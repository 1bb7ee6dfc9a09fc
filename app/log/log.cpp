#include "app/log/log.hpp"

#include "messages/text.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <memory>
#include <type_traits>

namespace tocsin::app {

namespace {

using fields = std::initializer_list<log_field>;

/// The fields of the message this thread is logging. spdlog carries text only; its sinks run in
/// the thread that logs, so the formatter finds them here.
thread_local const fields* current_fields = nullptr;

std::string_view name_of(spdlog::level::level_enum x) {
  static constexpr std::array<std::string_view, spdlog::level::n_levels> names{
    "trace", "debug", "info", "warning", "error", "critical", "off"};
  return names[static_cast<size_t>(x)];
}

std::string_view view(spdlog::string_view_t x) {
  return {x.data(), x.size()};
}

boost::json::string_view json_view(std::string_view x) {
  return {x.data(), x.size()};
}

/// RFC 3339 in UTC with milliseconds.
std::string in_utc(spdlog::log_clock::time_point x) {
  auto whole = std::chrono::floor<std::chrono::seconds>(x);
  auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(x - whole);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(spdlog::log_clock::to_time_t(whole)), rest.count());
}

/// A text for a log line: some come from strangers, and must neither end the line nor act on the
/// terminal that shows it.
std::string shown(std::string_view text) {
  return clean_line(std::string{text});
}

std::string as_text(const log_field& x) {
  return std::visit(
    [](const auto& v) -> std::string {
      if constexpr (std::is_same_v<std::decay_t<decltype(v)>, std::string>) {
        auto text = shown(v);
        auto needs_quotes = text.empty() || text.find_first_of(" \"=") != text.npos;
        return needs_quotes ? boost::json::serialize(json_view(text)) : text;
      } else {
        return fmt::to_string(v);
      }
    },
    x.value);
}

boost::json::value as_json(const log_field& x) {
  return std::visit(
    [](const auto& v) -> boost::json::value {
      if constexpr (std::is_same_v<std::decay_t<decltype(v)>, std::string>)
        return json_view(shown(v));
      else
        return v;
    },
    x.value);
}

class text_formatter final : public spdlog::formatter {
public:
  void format(const spdlog::details::log_msg& msg, spdlog::memory_buf_t& to) override {
    auto out = fmt::format_to(std::back_inserter(to), "{} {} {}: {}", in_utc(msg.time),
                              name_of(msg.level), view(msg.logger_name), shown(view(msg.payload)));
    if (current_fields != nullptr)
      for (const auto& x : *current_fields)
        out = fmt::format_to(out, " {}={}", x.key, as_text(x));
    to.push_back('\n');
  }

  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<text_formatter>();
  }
};

class json_formatter final : public spdlog::formatter {
public:
  void format(const spdlog::details::log_msg& msg, spdlog::memory_buf_t& to) override {
    boost::json::object line;
    line["time"] = in_utc(msg.time);
    line["level"] = json_view(name_of(msg.level));
    line["logger"] = json_view(view(msg.logger_name));
    line["msg"] = json_view(shown(view(msg.payload)));
    // The four keys above are taken: insert() leaves them as they are.
    if (current_fields != nullptr)
      for (const auto& x : *current_fields)
        line.insert({{json_view(x.key), as_json(x)}});
    auto text = boost::json::serialize(line);
    to.append(text.data(), text.data() + text.size());
    to.push_back('\n');
  }

  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<json_formatter>();
  }
};

spdlog::level::level_enum to_spdlog(log_level x) {
  switch (x) {
  case log_level::debug: return spdlog::level::debug;
  case log_level::info: return spdlog::level::info;
  case log_level::warning: return spdlog::level::warn;
  case log_level::error: return spdlog::level::err;
  }
  return spdlog::level::info;
}

} // namespace

void start_logging(const log_config& settings) {
  auto logger = std::make_shared<spdlog::logger>("tocsind",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
  if (settings.format == log_format::json)
    logger->set_formatter(std::make_unique<json_formatter>());
  else
    logger->set_formatter(std::make_unique<text_formatter>());
  logger->set_level(to_spdlog(settings.level));
  spdlog::set_default_logger(std::move(logger));
}

void log_event(log_level level, std::string_view message, std::initializer_list<log_field> values) {
  current_fields = &values;
  spdlog::log(to_spdlog(level), spdlog::string_view_t{message.data(), message.size()});
  current_fields = nullptr;
}

} // namespace tocsin::app
