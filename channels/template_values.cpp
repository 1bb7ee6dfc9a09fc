#include "channels/template_values.hpp"

#include "messages/text.hpp"

#include <boost/json/basic_parser_impl.hpp>
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
class details_reader {
public:
  static constexpr size_t max_object_size = static_cast<size_t>(-1);
  static constexpr size_t max_array_size = static_cast<size_t>(-1);
  static constexpr size_t max_key_size = static_cast<size_t>(-1);
  static constexpr size_t max_string_size = static_cast<size_t>(-1);

  explicit details_reader(const value_writer& write) : write_{write} {}

  km::data take() { return std::move(result_); }

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }

  bool on_object_begin(json::error_code&) { return open(false); }
  bool on_object_end(size_t, json::error_code&) { return close(); }
  bool on_array_begin(json::error_code&) { return open(true); }
  bool on_array_end(size_t, json::error_code&) { return close(); }

  bool on_key_part(json::string_view s, size_t, json::error_code&) { return gather(s); }
  bool on_key(json::string_view s, size_t, json::error_code&) {
    gather(s);
    levels_.back().key = std::exchange(buffer_, {});
    return true;
  }

  bool on_string_part(json::string_view s, size_t, json::error_code&) { return gather(s); }
  bool on_string(json::string_view s, size_t, json::error_code&) { return on_scalar(s); }
  bool on_number_part(json::string_view s, json::error_code&) { return gather(s); }
  bool on_int64(int64_t, json::string_view s, json::error_code&) { return on_scalar(s); }
  bool on_uint64(uint64_t, json::string_view s, json::error_code&) { return on_scalar(s); }
  bool on_double(double, json::string_view s, json::error_code&) { return on_scalar(s); }
  bool on_bool(bool x, json::error_code&) { return add(x ? write_("true") : km::data{false}); }
  bool on_null(json::error_code&) { return add(km::data{false}); }

  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

private:
  /// An object or a list that is being read.
  struct level {
    bool is_list = false;
    std::string key;
    km::object members;
    km::list entries;
  };

  bool gather(json::string_view s) {
    buffer_.append(s.data(), s.size());
    return true;
  }

  bool on_scalar(json::string_view s) {
    gather(s);
    return add(write_(std::exchange(buffer_, {})));
  }

  bool open(bool is_list) {
    if (levels_.size() >= max_template_depth)
      ++too_deep_;
    else
      levels_.push_back({is_list, {}, {}, {}});
    return true;
  }

  bool close() {
    if (too_deep_ > 0) {
      --too_deep_;
      return true;
    }
    auto whole = std::move(levels_.back());
    levels_.pop_back();
    auto made = whole.is_list ? km::data{whole.entries} : km::data{whole.members};
    if (!levels_.empty())
      return add(std::move(made));
    result_ = std::move(made);
    return true;
  }

  bool add(km::data x) {
    if (too_deep_ > 0 || levels_.empty() || ++values_ > max_template_values)
      return true;
    auto& inner = levels_.back();
    if (!inner.is_list)
      inner.members[inner.key] = std::move(x);
    else if (inner.entries.size() < write_.allowance.entries)
      inner.entries.push_back(std::move(x));
    return true;
  }

  const value_writer& write_;
  std::vector<level> levels_;
  size_t too_deep_ = 0;
  size_t values_ = 0;
  std::string buffer_;
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
