#include "app/cli/config/member_changes.hpp"

#include "app/cli/json_text.hpp"

#include <boost/json/value.hpp>

#include <map>

namespace tocsin::cli {

namespace {

using named_texts = std::map<std::string, std::string>;

void add_members(named_texts& out, const std::string& name, const boost::json::value& x) {
  if (const auto* object = x.if_object()) {
    for (const auto& [key, value] : *object)
      add_members(out, name.empty() ? std::string{key} : name + '.' + std::string{key}, value);
    return;
  }
  auto text = cell(x);
  if (!text.empty() && !x.is_null())
    out[name] = std::move(text);
}

std::string text_at(const named_texts& all, const std::string& name) {
  auto found = all.find(name);
  return found == all.end() ? "-" : found->second;
}

} // namespace

std::vector<member_change> member_changes(const boost::json::object& before,
                                          const boost::json::object& after) {
  named_texts was;
  named_texts is;
  add_members(was, "", before);
  add_members(is, "", after);
  auto all = was;
  all.insert(is.begin(), is.end());
  std::vector<member_change> result;
  for (const auto& [name, text] : all)
    if (text_at(was, name) != text_at(is, name))
      result.push_back({name, text_at(was, name), text_at(is, name)});
  return result;
}

} // namespace tocsin::cli
