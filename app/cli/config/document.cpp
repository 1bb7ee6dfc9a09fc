#include "app/cli/config/document.hpp"

#include "app/cli/config/expansion.hpp"
#include "app/cli/config/scalar.hpp"
#include "messages/json_pointer.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <yaml-cpp/yaml.h>

namespace tocsin::cli {

namespace {

namespace json = boost::json;

/// A configuration is about eight levels deep; an alias within its own anchor would never end.
constexpr size_t max_depth = 32;

/// Aliases of aliases grow without bound; this many values are some ten thousand customers.
constexpr size_t max_values = 1'000'000;

constexpr std::string_view file_suffix = "_file";

size_t line_of(const YAML::Mark& at) {
  return at.is_null() ? 0 : static_cast<size_t>(at.line) + 1;
}

class reader {
public:
  reader(const value_sources& sources, config_faults& faults)
    : sources_(sources), faults_(faults) {}

  config_document read(const YAML::Node& node) {
    result_.root = value(node, "", 0);
    return std::move(result_);
  }

private:
  json::value value(const YAML::Node& node, const std::string& pointer, size_t depth) {
    auto line = line_of(node.Mark());
    result_.lines.emplace(pointer, line);
    if (depth > max_depth || ++values_ > max_values) {
      if (!std::exchange(overflowed_, true))
        faults_.push_back({line, pointer, "the file is nested too deeply or too large"});
      return nullptr;
    }
    switch (node.Type()) {
    case YAML::NodeType::Map: return map(node, pointer, depth);
    case YAML::NodeType::Sequence: return sequence(node, pointer, depth);
    case YAML::NodeType::Scalar: return scalar(node, pointer);
    case YAML::NodeType::Null:
    case YAML::NodeType::Undefined: break;
    }
    return nullptr;
  }

  json::value map(const YAML::Node& node, const std::string& pointer, size_t depth) {
    json::object result;
    bool are_settings = pointer.ends_with("/settings");
    for (const auto& entry : node) {
      if (overflowed_)
        break;
      auto line = line_of(entry.first.Mark());
      if (!entry.first.IsScalar()) {
        faults_.push_back({line, pointer, "a key has to be a text"});
        continue;
      }
      auto key = entry.first.Scalar();
      auto at = extend_pointer(pointer, key);
      json::value read;
      if (are_settings && key.ends_with(file_suffix)) {
        result_.lines.emplace(at, line);
        read = content(entry.second, at);
        key.resize(key.size() - file_suffix.size());
        at = extend_pointer(pointer, key);
        result_.from_outside.insert(at);
        result_.lines.emplace(at, line);
      } else {
        read = value(entry.second, at, depth + 1);
      }
      // The key's line is where people look.
      result_.lines[at] = line;
      if (!result.emplace(key, std::move(read)).second)
        faults_.push_back({line, at, fmt::format("'{}' appears twice", key)});
    }
    return result;
  }

  json::value sequence(const YAML::Node& node, const std::string& pointer, size_t depth) {
    json::array result;
    size_t place = 0;
    for (const auto& entry : node) {
      if (overflowed_)
        break;
      result.push_back(value(entry, fmt::format("{}/{}", pointer, place++), depth + 1));
    }
    return result;
  }

  json::value scalar(const YAML::Node& node, const std::string& pointer) {
    const auto& tag = node.Tag();
    bool is_text = tag == "!" || tag == "tag:yaml.org,2002:str";
    if (!is_text && !tag.empty() && tag != "?") {
      faults_.push_back(
        {line_of(node.Mark()), pointer, fmt::format("the tag {} is not known", tag)});
      return nullptr;
    }
    auto result = is_text ? json::value(node.Scalar()) : plain_scalar(node.Scalar());
    if (!result.is_string())
      return result;
    auto expanded = expand(node.Scalar(), sources_);
    if (!expanded) {
      faults_.push_back({line_of(node.Mark()), pointer, expanded.error().detail});
      // It is there, so that nobody asks for it too.
      return result;
    }
    if (expanded->from_outside)
      result_.from_outside.insert(pointer);
    return json::value(expanded->text);
  }

  /// What the file holds that `node` names.
  json::value content(const YAML::Node& node, const std::string& pointer) {
    auto path = node.IsScalar() ? scalar(node, pointer) : json::value{};
    if (!path.is_string()) {
      faults_.push_back({line_of(node.Mark()), pointer, "expected the path of a file"});
      return json::value("");
    }
    auto text = read_value_file(std::string{path.get_string()}, sources_);
    if (!text) {
      faults_.push_back({line_of(node.Mark()), pointer, text.error().detail});
      return json::value("");
    }
    return json::value(*text);
  }

  const value_sources& sources_;
  config_faults& faults_;
  config_document result_;
  size_t values_ = 0;
  bool overflowed_ = false;
};

} // namespace

size_t config_document::line_of(std::string_view pointer) const {
  for (;;) {
    if (auto found = lines.find(pointer); found != lines.end())
      return found->second;
    if (pointer.empty())
      return 0;
    pointer = pointer.substr(0, pointer.rfind('/'));
  }
}

config_document read_document(const std::string& text, const value_sources& sources,
                              config_faults& faults) {
  try {
    auto documents = YAML::LoadAll(text);
    if (documents.size() > 1)
      faults.push_back({line_of(documents[1].Mark()), "", "there is more than one document"});
    return reader{sources, faults}.read(documents.empty() ? YAML::Node{} : documents.front());
  } catch (const YAML::Exception& x) {
    faults.push_back({line_of(x.mark), "", "not YAML: " + x.msg});
    return {};
  }
}

} // namespace tocsin::cli
