#pragma once

#include "messages/protocol/metrics.hpp"

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>

namespace tocsin::http {

enum class metric_kind { counter, gauge, histogram };

struct metric_label {
  std::string_view name;
  std::string_view value;
};

/// Writes Prometheus' text format, version 0.0.4, family by family in the order of the calls.
/// The caller gives each family once and each set of labels once within it; nothing is checked.
class metric_writer {
public:
  using labels = std::initializer_list<metric_label>;

  static constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

  /// Begins a family. `help` says in one line what it is.
  metric_writer& family(std::string_view name, metric_kind kind, std::string_view help);

  metric_writer& sample(labels of, std::integral auto x) { return line({}, of, text_of(x)); }
  metric_writer& sample(labels of, double x) { return line({}, of, text_of(x)); }

  /// One histogram of the family.
  metric_writer& sample(labels of, const latency_metrics& x);

  /// A family with one sample and no labels.
  metric_writer& single(std::string_view name, metric_kind kind, std::string_view help, auto x) {
    return family(name, kind, help).sample({}, x);
  }

  std::string take() { return std::move(text_); }

private:
  static std::string text_of(std::integral auto x) { return std::to_string(x); }
  static std::string text_of(double x);

  metric_writer& line(std::string_view suffix, labels of, std::string_view value,
                      std::string_view bound = {});
  void label(char before, std::string_view name, std::string_view value);

  std::string text_;
  std::string_view family_;
};

} // namespace tocsin::http
