#include "app/cli/event_parser.hpp"

#include <algorithm>
#include <utility>

namespace tocsin::cli {

void event_parser::read(std::string_view piece) {
  while (!piece.empty()) {
    auto end = std::min(piece.find('\n'), piece.size());
    line_ += piece.substr(0, end);
    if (end == piece.size())
      return;
    piece.remove_prefix(end + 1);
    if (line_.ends_with('\r'))
      line_.pop_back();
    read_line(std::exchange(line_, {}));
  }
}

void event_parser::begin_anew() {
  line_.clear();
  event_ = {};
  id_ = last_id_;
}

void event_parser::read_line(std::string_view line) {
  if (line.empty())
    return complete();
  auto colon = std::min(line.find(':'), line.size());
  auto field = line.substr(0, colon);
  auto value = line.substr(std::min(colon + 1, line.size()));
  if (value.starts_with(' '))
    value.remove_prefix(1);
  if (field == "event")
    event_.name = value;
  else if (field == "data")
    event_.data.append(value).append("\n");
  else if (field == "id")
    id_ = value;
}

void event_parser::complete() {
  last_id_ = id_;
  auto done = std::exchange(event_, {});
  if (done.data.empty())
    return;
  done.data.pop_back();
  on_event_(done);
}

} // namespace tocsin::cli
