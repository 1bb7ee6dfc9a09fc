#include "channels/template_values.hpp"

#include "messages/json_handler.hpp"
#include "messages/text.hpp"

#include <fmt/format.h>

#include <utility>

namespace tocsin::channels {

namespace {

namespace json = boost::json;
namespace km = kainjow::mustache;

/// Writes values for one medium.
struct value_writer {
  escape_function escape;
  template_allowance allowance;

  km::data operator()(std::string text) const {
    auto cleaned = cut(clean_text(std::move(text)), allowance.value, text_unit::utf16);
    return cleaned.empty() ? km::data{false} : km::data{escape(cleaned)};
  }
};

/// Receives the pieces of the details and makes nested values of them, in one pass.
class details_reader : public json_handler<details_reader> {
public:
  explicit details_reader(const value_writer& write) : write_{write} {}

  km::data take() { return std::move(result_); }

  void open(char bracket, json::error_code&) {
    if (levels_.size() >= max_template_depth)
      ++too_deep_;
    else
      levels_.push_back({bracket == '[', {}, {}, {}});
  }

  void close(char) {
    if (too_deep_ > 0) {
      --too_deep_;
      return;
    }
    auto whole = std::move(levels_.back());
    levels_.pop_back();
    auto made = whole.is_list ? km::data{whole.entries} : km::data{whole.members};
    if (levels_.empty())
      result_ = std::move(made);
    else
      add(std::move(made));
  }

  void key(std::string&& x) { levels_.back().key = std::move(x); }
  void text(std::string&& x, json::error_code&) { add(write_(std::move(x))); }
  void number(std::string&& x, json::error_code&) { add(write_(std::move(x))); }
  void boolean(bool x, json::error_code&) { add(x ? write_("true") : km::data{false}); }
  void null(json::error_code&) { add(km::data{false}); }

private:
  /// An object or a list that is being read.
  struct level {
    bool is_list = false;
    std::string key;
    km::object members;
    km::list entries;
  };

  void add(km::data x) {
    if (too_deep_ > 0 || levels_.empty() || ++values_ > max_template_values)
      return;
    auto& inner = levels_.back();
    if (!inner.is_list)
      inner.members[inner.key] = std::move(x);
    else if (inner.entries.size() < write_.allowance.entries)
      inner.entries.push_back(std::move(x));
  }

  const value_writer& write_;
  std::vector<level> levels_;
  size_t too_deep_ = 0;
  size_t values_ = 0;
  km::data result_{false};
};

km::data nested_details(const std::string& details, const value_writer& write) {
  json::parse_options options;
  // Ingress refuses what is deeper; this only keeps the parser's stack small.
  options.max_depth = 128;
  options.allow_invalid_utf8 = true;
  json::basic_parser<details_reader> parser{options, write};
  json::error_code ec;
  parser.write_some(false, details.data(), details.size(), ec);
  return ec ? km::data{false} : parser.handler().take();
}

km::data facts_list(const std::vector<fact>& facts, const value_writer& write) {
  km::data result{km::data::type::list};
  auto count = std::min(facts.size(), write.allowance.entries);
  for (size_t i = 0; i < count; ++i) {
    km::data entry;
    entry.set("name", write(facts[i].label));
    entry.set("value", write(facts[i].value));
    entry.set("last", km::data{i + 1 == count});
    result.push_back(entry);
  }
  return result;
}

} // namespace

km::data template_values(const render_context& x, const message_content& content,
                         escape_function escape, const template_allowance& allowance) {
  auto& value = x.event.value;
  value_writer write{escape, allowance};
  km::data result;
  result.set("event", write(value.type));
  result.set("title", write(content.title));
  result.set("headline", write(content.headline));
  result.set("service", write(clean_line(value.service)));
  result.set("customer", write(clean_line(value.customer)));
  result.set("timestamp", write(value.timestamp.empty() ? to_rfc3339(x.event.accepted_at)
                                                        : clean_line(value.timestamp)));
  result.set("time", write(content.time));
  result.set("message", write(content.message));
  result.set("severity", write(std::string{to_string(content.severity)}));
  result.set("color", write(fmt::format("#{:06x}", colour_of(content.severity))));
  result.set("event_id", write(value.id.empty() ? to_string(x.event.id) : value.id));
  result.set("delivery_id", write(to_string(x.id)));
  result.set("public_name", write(std::string{x.public_name}));
  result.set("facts", facts_list(content.facts, write));
  auto omitted
    = content.omitted + content.facts.size() - std::min(content.facts.size(), allowance.entries);
  result.set("omitted", write(omitted > 0 ? fmt::format("{}", omitted) : std::string{}));
  result.set("details", nested_details(value.details, write));
  result.set("details_json", km::data{value.details.empty() ? "{}" : clean_text(value.details)});
  return result;
}

} // namespace tocsin::channels
