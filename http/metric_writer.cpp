#include "http/metric_writer.hpp"

#include <fmt/format.h>

#include <cmath>

namespace tocsin::http {

namespace {

std::string_view to_string(metric_kind x) {
  switch (x) {
  case metric_kind::counter: return "counter";
  case metric_kind::gauge: return "gauge";
  case metric_kind::histogram: return "histogram";
  }
  return "untyped";
}

/// `text` with backslashes and line feeds escaped, and what else `escaped` names.
std::string escape(std::string_view text, std::string_view escaped) {
  std::string result;
  result.reserve(text.size());
  for (auto c : text) {
    if (c == '\\' || escaped.find(c) != escaped.npos)
      result += '\\';
    if (c == '\n')
      result += "\\n";
    else
      result += c;
  }
  return result;
}

/// Three significant digits tell the bounds apart: each is about 2.1 times the one before.
std::string bound_text(double seconds) {
  return fmt::format("{:.3g}", seconds);
}

} // namespace

metric_writer& metric_writer::family(std::string_view name, metric_kind kind,
                                     std::string_view help) {
  family_ = name;
  fmt::format_to(std::back_inserter(text_), "# HELP {} {}\n# TYPE {} {}\n", name, escape(help, {}),
                 name, to_string(kind));
  return *this;
}

metric_writer& metric_writer::sample(labels of, const latency_metrics& x) {
  for (auto& bound : x.bounds)
    line("_bucket", of, text_of(bound.count), bound_text(bound.seconds));
  line("_bucket", of, text_of(x.count), "+Inf");
  line("_sum", of, text_of(x.sum_seconds));
  return line("_count", of, text_of(x.count));
}

std::string metric_writer::text_of(double x) {
  if (std::isnan(x))
    return "NaN";
  if (std::isinf(x))
    return x > 0 ? "+Inf" : "-Inf";
  return fmt::format("{}", x);
}

metric_writer& metric_writer::line(std::string_view suffix, labels of, std::string_view value,
                                   std::string_view bound) {
  text_ += family_;
  text_ += suffix;
  auto before = '{';
  for (auto& x : of) {
    label(before, x.name, x.value);
    before = ',';
  }
  if (!bound.empty()) {
    label(before, "le", bound);
    before = ',';
  }
  if (before == ',')
    text_ += '}';
  text_ += ' ';
  text_ += value;
  text_ += '\n';
  return *this;
}

void metric_writer::label(char before, std::string_view name, std::string_view value) {
  text_ += before;
  text_ += name;
  text_ += "=\"";
  text_ += escape(value, "\"");
  text_ += '"';
}

} // namespace tocsin::http
