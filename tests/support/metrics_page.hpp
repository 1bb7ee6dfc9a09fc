#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin {

using metric_labels = std::map<std::string, std::string>;

struct metric_sample {
  std::string name;
  metric_labels labels;
  double value = 0;
};

struct metric_family {
  std::string type;
  std::vector<metric_sample> samples;
};

/// A text in Prometheus' format, version 0.0.4, read more strictly than Prometheus does: each
/// family has its help, then its type, then all its samples; no series stands twice; counters are
/// named so and no others; units are base units; histograms are whole and rise.
class metrics_page {
public:
  explicit metrics_page(std::string_view text);

  /// What is wrong with it, with the line.
  const std::vector<std::string>& faults() const { return faults_; }

  const std::map<std::string, metric_family>& families() const { return families_; }

  /// The value of the series; nothing if there is none.
  std::optional<double> find(std::string_view name, const metric_labels& labels = {}) const;

private:
  void read_line(std::string_view line);
  void read_comment(std::string_view line);
  void read_sample(std::string_view line);
  void begin_family(std::string_view name, std::string_view type);
  void check_family(const std::string& name, const metric_family& x);
  void check_histogram(const std::string& name, const metric_family& x);
  void blame(std::string what) { faults_.push_back(std::move(what)); }

  std::map<std::string, metric_family> families_;
  /// The family of the last help and the last type.
  std::string helped_;
  std::string open_;
  std::vector<std::string> faults_;
};

} // namespace tocsin
