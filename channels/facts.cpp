#include "channels/facts.hpp"

#include "channels/signature.hpp"
#include "channels/text_pipeline.hpp"
#include "messages/hex.hpp"
#include "messages/json_handler.hpp"
#include "messages/text.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tocsin::channels {

namespace {

namespace json = boost::json;

/// `duration_seconds` becomes `Duration seconds`, and `__proto__` stays what it is.
std::string label_of(std::string key) {
  key = or_placeholder(clean_line(std::move(key)), "(no name)");
  auto is_edge = [&key](size_t i) { return i >= key.size() || key[i] == '_' || key[i] == ' '; };
  for (size_t i = 1; i + 1 < key.size(); ++i)
    if (key[i] == '_' && !is_edge(i - 1) && !is_edge(i + 1))
      key[i] = ' ';
  if (key.front() >= 'a' && key.front() <= 'z')
    key.front() = static_cast<char>(key.front() - 'a' + 'A');
  for (std::string_view word : {"Url", "Id", "Ip", "Cpu"})
    if (key == word)
      std::transform(key.begin(), key.end(), key.begin(),
                     [](char c) { return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c; });
  return key;
}

/// Receives the pieces of the details and makes facts of them, in one pass.
class details_handler : public json_handler<details_handler> {
public:
  explicit details_handler(std::vector<fact>& facts) : facts_{facts}, first_{facts.size()} {}

  size_t omitted() const { return omitted_; }

  void open(char bracket, json::error_code&) {
    if (levels_.size() == max_detail_depth)
      add("\xe2\x80\xa6");
    else if (!levels_.empty())
      ++levels_.back().position;
    levels_.push_back({bracket == '[', {}, 0, no_fact});
  }

  void close(char) { levels_.pop_back(); }

  void key(std::string&& x) { levels_.back().key = std::move(x); }
  void text(std::string&& x, json::error_code&) { add(clean_text(std::move(x))); }
  void number(const std::string& x, json::error_code&) { add(x); }
  void boolean(bool x, json::error_code&) { add(x ? "true" : "false"); }
  void null(json::error_code&) { add("null"); }

private:
  /// An object or a list that is being read.
  struct level {
    bool is_list = false;
    /// The member that is being read.
    std::string key;
    /// In lists: counts the elements from 1.
    size_t position = 0;
    /// In lists: the fact that its plain values are joined in; none yet where it is `no_fact`.
    size_t joined = no_fact;
  };

  static constexpr size_t no_fact = static_cast<size_t>(-1);

  void add(const std::string& value) {
    if (levels_.size() > max_detail_depth || levels_.empty())
      return;
    auto& inner = levels_.back();
    ++inner.position;
    if (inner.is_list && inner.joined != no_fact) {
      auto& joined = facts_[inner.joined].value;
      if (joined.size() < max_fact_bytes)
        joined += ", " + value;
      joined = cut(joined, max_fact_bytes, text_unit::bytes);
    } else if (facts_.size() - first_ >= max_details) {
      ++omitted_;
    } else {
      if (inner.is_list)
        inner.joined = facts_.size();
      facts_.push_back({path(), cut(value, max_fact_bytes, text_unit::bytes)});
    }
  }

  /// The keys from the outermost level to where the parser is, without the place in a list of
  /// plain values.
  std::string path() const {
    std::string result;
    for (auto& x : levels_) {
      auto is_last = &x == &levels_.back();
      if (x.is_list && is_last)
        break;
      if (!result.empty())
        result += '.';
      result += x.is_list ? fmt::format("{}", x.position) : x.key;
    }
    return cut(label_of(std::move(result)), 200, text_unit::bytes);
  }

  std::vector<fact>& facts_;
  size_t first_;
  size_t omitted_ = 0;
  std::vector<level> levels_;
};

/// The sender's time for people; as it was written where it is no time.
std::string readable_time(const std::string& text) {
  auto at = parse_rfc3339(text);
  if (!at)
    return clean_line(text);
  // By whole seconds: the nanoseconds of `system_clock` know no years before 1678 or after 2262.
  auto seconds = std::chrono::floor<std::chrono::seconds>(*at).time_since_epoch().count();
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

} // namespace

size_t append_details(std::vector<fact>& facts, std::string_view details) {
  json::parse_options options;
  // Ingress refuses what is deeper; this only keeps the parser's stack small.
  options.max_depth = 128;
  options.allow_invalid_utf8 = true;
  json::basic_parser<details_handler> parser{options, facts};
  json::error_code ec;
  auto before = facts.size();
  parser.write_some(false, details.data(), details.size(), ec);
  if (!ec)
    return parser.handler().omitted();
  // Not JSON after all: shown as it is rather than lost.
  facts.resize(before);
  facts.push_back(
    {"Details", cut(clean_text(std::string{details}), max_fact_bytes, text_unit::bytes)});
  return 0;
}

message_content content_of(const accepted_event& x) {
  message_content result;
  auto& value = x.value;
  auto* type = find_event_type(value.type);
  result.title = type ? std::string{type->title} : or_placeholder(clean_line(value.type), "Event");
  if (type)
    result.severity = type->severity;
  auto service = or_placeholder(clean_line(value.service), "");
  auto customer = or_placeholder(clean_line(value.customer), "");
  result.headline = service.empty() ? result.title : result.title + ": " + service;
  result.message = or_placeholder(clean_text(value.message), "");
  if (!service.empty())
    result.facts.push_back({"Service", cut(service, max_fact_bytes, text_unit::bytes)});
  if (!customer.empty())
    result.facts.push_back({"Customer", cut(customer, max_fact_bytes, text_unit::bytes)});
  if (!value.details.empty())
    result.omitted = append_details(result.facts, value.details);
  auto time = value.timestamp.empty() ? to_rfc3339(x.accepted_at) : value.timestamp;
  result.time = cut(readable_time(time), 100, text_unit::bytes);
  result.facts.push_back({"Time", result.time});
  return result;
}

std::string plain_text(const message_content& x) {
  auto result = x.headline + "\n\n";
  if (!x.message.empty())
    result += x.message + "\n\n";
  for (auto& fact : x.facts)
    result += fmt::format("{}: {}\n", fact.label, or_placeholder(fact.value, "-"));
  if (x.omitted > 0)
    result += fmt::format("{} more not shown\n", x.omitted);
  result.pop_back();
  return result;
}

std::string_view event_family(std::string_view type) {
  auto dot = type.rfind('.');
  return dot == std::string_view::npos ? type : type.substr(0, dot);
}

std::string incident_key(const event& x) {
  static const hmac_sha256 hash{"tocsin-thread"};
  constexpr std::string_view end{"\0", 1};
  auto digest = hash.sign({x.customer, end, x.service, end, event_family(x.type)});
  return to_hex(std::span{digest}.first(12));
}

uint32_t colour_of(event_severity x) {
  switch (x) {
  case event_severity::success: return 0x2e9e5b;
  case event_severity::info: return 0x3b82c4;
  case event_severity::warning: return 0xd99a1c;
  case event_severity::error: return 0xd1453b;
  case event_severity::critical: return 0xb3122a;
  }
  return 0x808080;
}

} // namespace tocsin::channels
