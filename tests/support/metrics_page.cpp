#include "tests/support/metrics_page.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>

namespace tocsin {

namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_name(std::string_view x, bool may_have_colons) {
  auto is_fit = [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || (may_have_colons && c == ':');
  };
  return !x.empty() && !(x[0] >= '0' && x[0] <= '9') && std::all_of(x.begin(), x.end(), is_fit);
}

/// Takes what stands before `end`, and `end`, off `line`; everything if it is not there.
std::string_view take_until(std::string_view& line, char end) {
  auto at = std::min(line.find(end), line.size());
  auto result = line.substr(0, at);
  line.remove_prefix(std::min(at + 1, line.size()));
  return result;
}

std::optional<double> value_of(std::string_view x) {
  if (x == "+Inf")
    return std::numeric_limits<double>::infinity();
  if (x == "-Inf")
    return -std::numeric_limits<double>::infinity();
  if (x == "NaN")
    return std::nan("");
  double result = 0;
  auto [at, ec] = std::from_chars(x.data(), x.data() + x.size(), result);
  if (ec != std::errc{} || at != x.data() + x.size() || !std::isfinite(result))
    return std::nullopt;
  return result;
}

/// The text within quotes at the begin of `line`, which is taken off; nothing if it is wrong.
std::optional<std::string> take_quoted(std::string_view& line) {
  if (!line.starts_with('"'))
    return std::nullopt;
  std::string result;
  for (size_t i = 1; i < line.size(); ++i) {
    if (line[i] == '"') {
      line.remove_prefix(i + 1);
      return result;
    }
    if (line[i] != '\\') {
      result += line[i];
      continue;
    }
    if (++i == line.size() || (line[i] != '\\' && line[i] != '"' && line[i] != 'n'))
      return std::nullopt;
    result += line[i] == 'n' ? '\n' : line[i];
  }
  return std::nullopt;
}

/// The labels within braces at the begin of `line`, which are taken off; nothing if they are wrong.
std::optional<metric_labels> take_labels(std::string_view& line) {
  metric_labels result;
  if (!line.starts_with('{'))
    return result;
  line.remove_prefix(1);
  for (;;) {
    std::string name{take_until(line, '=')};
    auto value = take_quoted(line);
    if (!is_name(name, false) || !value || !result.emplace(name, *value).second || line.empty())
      return std::nullopt;
    auto next = line.front();
    line.remove_prefix(1);
    if (next == '}')
      return result;
    if (next != ',')
      return std::nullopt;
  }
}

bool is_of(std::string_view sample, std::string_view family, std::string_view type) {
  if (sample == family)
    return type != "histogram";
  if (type != "histogram" || !sample.starts_with(family))
    return false;
  auto suffix = sample.substr(family.size());
  return suffix == "_bucket" || suffix == "_sum" || suffix == "_count";
}

} // namespace

metrics_page::metrics_page(std::string_view text) {
  if (!text.ends_with('\n'))
    blame("the last line does not end");
  while (!text.empty())
    read_line(take_until(text, '\n'));
  for (auto& [name, x] : families_)
    check_family(name, x);
}

std::optional<double> metrics_page::find(std::string_view name, const metric_labels& labels) const {
  for (auto& [family, x] : families_)
    for (auto& sample : x.samples)
      if (sample.name == name && sample.labels == labels)
        return sample.value;
  return std::nullopt;
}

void metrics_page::read_line(std::string_view line) {
  if (line.starts_with('#'))
    read_comment(line);
  else
    read_sample(line);
}

void metrics_page::read_comment(std::string_view line) {
  auto rest = line;
  take_until(rest, ' ');
  auto what = take_until(rest, ' ');
  auto name = take_until(rest, ' ');
  if (!is_name(name, true) || rest.empty())
    blame("a comment says nothing: " + std::string{line});
  else if (what == "HELP")
    helped_ = name;
  else if (what == "TYPE")
    begin_family(name, rest);
  else
    blame("neither help nor type: " + std::string{line});
}

void metrics_page::begin_family(std::string_view name, std::string_view type) {
  open_ = name;
  if (helped_ != name)
    blame(open_ + " has no help before its type");
  if (type != "counter" && type != "gauge" && type != "histogram")
    blame(open_ + " is of an unknown type");
  if (!families_.emplace(open_, metric_family{std::string{type}, {}}).second)
    blame(open_ + " stands there twice");
}

void metrics_page::read_sample(std::string_view line) {
  std::string shown{line};
  auto end = std::min(line.find_first_of("{ "), line.size());
  std::string name{line.substr(0, end)};
  line.remove_prefix(end);
  auto labels = take_labels(line);
  if (!labels || !line.starts_with(' '))
    return blame("labels are wrong: " + shown);
  auto value = value_of(line.substr(1));
  auto family = families_.find(open_);
  if (!is_name(name, true) || !value)
    return blame("no sample: " + shown);
  if (family == families_.end() || !is_of(name, open_, family->second.type))
    return blame("a sample of no family: " + shown);
  family->second.samples.push_back({name, *labels, *value});
}

void metrics_page::check_family(const std::string& name, const metric_family& x) {
  std::set<std::pair<std::string, metric_labels>> seen;
  for (auto& sample : x.samples)
    if (!seen.emplace(sample.name, sample.labels).second)
      blame("a series of " + sample.name + " stands there twice");
  if (name.ends_with("_total") != (x.type == "counter"))
    blame(name + " is not named as what it is");
  for (auto unit : {"_ms", "_us", "_milliseconds", "_kb", "_mb", "_minutes", "_percent"})
    if ((name + "_").find(std::string{unit} + "_") != std::string::npos)
      blame(name + " is in no base unit");
  for (auto& sample : x.samples)
    if (x.type != "gauge" && !(sample.value >= 0))
      blame("a count of " + name + " is negative");
  if (x.type == "histogram")
    check_histogram(name, x);
}

/// The buckets of a histogram stand in the order of their bounds, with its sum and count behind.
void metrics_page::check_histogram(const std::string& name, const metric_family& x) {
  auto bound = -std::numeric_limits<double>::infinity();
  double count = 0;
  for (auto& sample : x.samples) {
    auto labels = sample.labels;
    auto le = labels.extract("le");
    if (sample.name == name + "_bucket") {
      auto next = le ? value_of(le.mapped()) : std::nullopt;
      if (!next || *next <= bound || sample.value < count)
        blame(name + " does not rise");
      bound = next.value_or(bound);
      count = sample.value;
      continue;
    }
    if (le || !std::isinf(bound) || !find(name + "_sum", labels))
      blame(name + " is not whole");
    if (sample.name != name + "_count")
      continue;
    if (sample.value != count)
      blame(name + " counts otherwise than its last bucket");
    bound = -std::numeric_limits<double>::infinity();
    count = 0;
  }
  if (!x.samples.empty() && x.samples.back().name != name + "_count")
    blame(name + " has no count");
}

} // namespace tocsin
