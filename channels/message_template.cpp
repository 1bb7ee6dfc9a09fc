#include "channels/message_template.hpp"

#include "channels/template_values.hpp"
#include "messages/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tocsin::channels {

namespace {

namespace km = kainjow::mustache;

/// How much a template may write before it is stopped and tried with less to say, its own text
/// counted once per section.
constexpr size_t max_work_bytes = 4 * 1024 * 1024;

/// What a value has left at most once a template was stopped.
constexpr size_t max_value_after_stop = 1024;

/// Looking up a name, or going through a section once, takes as long as writing this many bytes.
constexpr size_t step_bytes = 64;

/// Every mark that some medium gives a meaning to.
constexpr std::string_view marks
  = "a \"b\" 'c' \\ <d> & *e* _f_ `g` [h](i) {{x}} {y} \xf0\x9f\x9a\x80\nj";

/// Leaves the library, whose callbacks cannot say that it is enough.
struct too_much {};

/// Where the template looks its names up; counts the work that is done.
class counting_context : public km::context<std::string> {
public:
  /// With `substitute`, that stands for every name there is not.
  counting_context(const km::data& root, size_t section_bytes, const km::data* substitute)
    : context{&root}, section_bytes_{section_bytes}, substitute_{substitute} {}

  void push(const km::data* x) override {
    ++steps_;
    charge(section_bytes_);
    context::push(x);
  }

  const km::data* get(const std::string& name) const override {
    ++steps_;
    auto* found = context::get(name);
    if (found == nullptr)
      found = substitute_;
    if (found != nullptr && found->is_string())
      charge(found->string_value().size());
    return found;
  }

  /// How many names were looked up, and sections gone through.
  size_t steps() const { return steps_; }

private:
  void charge(size_t bytes) const {
    work_ += bytes;
    if (work_ > max_work_bytes)
      throw too_much{};
  }

  size_t section_bytes_;
  const km::data* substitute_;
  mutable size_t work_ = 0;
  mutable size_t steps_ = 0;
};

accepted_event bare_sample(std::string_view type) {
  accepted_event result;
  result.value.type = type;
  return result;
}

accepted_event full_sample(std::string_view type) {
  auto result = bare_sample(type);
  result.value.service = result.value.customer = result.value.message = marks;
  result.value.timestamp = "2026-03-29T14:30:00Z";
  result.value.details
    = R"({"image":"a\"b\\c","seconds":12345678901234567890.10,"on":true,"off":false,"none":null,)"
      R"("steps":[1,"two",{"name":"<three>"}],"host":{"name":"h1","disks":["sda","sdb"]}})";
  return result;
}

} // namespace

struct message_template::parsed {
  explicit parsed(const std::string& source) : bytes{source.size()}, text{source} {
    // Values come escaped already.
    text.set_custom_escape([](const std::string& x) { return x; });
  }

  size_t bytes;
  /// Rendering changes nothing in it but the error text, which only partials and lambdas set: there
  /// are none, so that several threads may use it.
  km::mustache text;
};

message_template::message_template(std::shared_ptr<parsed> text, const template_form& form)
  : text_{std::move(text)}, form_{form} {}

expected<message_template> message_template::parse(std::string source, const template_form& form) {
  // What was written on Windows or in a browser.
  std::erase(source, '\r');
  if (auto fault = find_template_fault(source, form.kind))
    return fail(errc::invalid_argument, std::move(*fault));
  auto text = std::make_shared<parsed>(source);
  if (!text->text.is_valid())
    return fail(errc::invalid_argument, text->text.error_message());
  return message_template{std::move(text), form};
}

expected<std::string> message_template::fill(const render_context& x,
                                             const message_content& content) const {
  size_t work = 0;
  return fill(x, content, false, work);
}

expected<std::string> message_template::fill(const render_context& x,
                                             const message_content& content, bool with_all_details,
                                             size_t& work) const {
  km::data substitute{form_.escape(marks)};
  size_t rounds = 0;
  auto entries = max_template_entries;
  for (auto allowed = form_.limit; allowed > 0 && entries > 0;) {
    // Where values are cut to a few words, long lists say little.
    template_allowance allowance{allowed, std::min(entries, allowed / 2)};
    auto values = template_values(x, content, form_.escape, allowance);
    counting_context context{values, text_->bytes, with_all_details ? &substitute : nullptr};
    std::string text;
    try {
      text = text_->text.render(context);
      work += context.steps() * step_bytes + text.size();
    } catch (const too_much&) {
      work += max_work_bytes;
      // Whichever it was, lists or values: few rounds have to do, as each is as much work again.
      entries /= 2;
      allowed = std::min(allowed / 2, max_value_after_stop);
      continue;
    }
    if (form_.one_line)
      text = clean_line(std::move(text));
    if (auto length = measure(text, form_.unit); length > form_.limit) {
      // By the share that is too much; where that does not help, as it is many short values, by
      // large steps.
      allowed = std::min(allowed - 1, ++rounds < 4 ? allowed * form_.limit / length : allowed / 2);
      continue;
    }
    if (auto fault = form_.examine == nullptr ? std::nullopt : form_.examine(text))
      return fail(errc::invalid_argument, std::move(*fault));
    return text;
  }
  return fail(errc::invalid_argument, "the text is too long, however short its values are");
}

expected<void> message_template::try_out(std::string_view event_type, size_t& work) const {
  auto refusal = [&](const failure& x) {
    return fail(errc::invalid_argument,
                fmt::format("tried on a sample of '{}': {}", event_type, x.detail));
  };
  auto full = full_sample(event_type);
  auto bare = bare_sample(event_type);
  for (auto* sample : {&full, &bare}) {
    auto content = content_of(*sample);
    for (auto with_all_details : {false, true}) {
      auto text = fill({{}, *sample, {}, sample->accepted_at}, content, with_all_details, work);
      if (!text)
        return refusal(text.error());
    }
  }
  return {};
}

} // namespace tocsin::channels
