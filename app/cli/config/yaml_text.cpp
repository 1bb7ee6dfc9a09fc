#include "app/cli/config/yaml_text.hpp"

#include "app/cli/config/scalar.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <yaml-cpp/yaml.h>

namespace tocsin::cli {

namespace {

namespace json = boost::json;

void write_text(YAML::Emitter& out, const std::string& text) {
  if (needs_quotes(text) || text.find('\n') != std::string::npos)
    out << YAML::DoubleQuoted;
  out << text;
}

void write(YAML::Emitter& out, const json::value& x) {
  switch (x.kind()) {
  case json::kind::null: out << YAML::Null; break;
  case json::kind::bool_: out << x.get_bool(); break;
  case json::kind::int64: out << x.get_int64(); break;
  case json::kind::uint64: out << x.get_uint64(); break;
  case json::kind::double_: out << x.get_double(); break;
  case json::kind::string: write_text(out, std::string{x.get_string()}); break;
  case json::kind::array:
    out << YAML::Flow << YAML::BeginSeq;
    for (const auto& element : x.get_array())
      write(out, element);
    out << YAML::EndSeq;
    break;
  case json::kind::object:
    out << YAML::BeginMap;
    for (const auto& [key, value] : x.get_object()) {
      out << YAML::Key;
      write_text(out, std::string{key});
      out << YAML::Value;
      write(out, value);
    }
    out << YAML::EndMap;
    break;
  }
}

} // namespace

std::string to_yaml(const json::object& x) {
  YAML::Emitter out;
  write(out, x);
  return std::string{out.c_str()} + '\n';
}

} // namespace tocsin::cli
