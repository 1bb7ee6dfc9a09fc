#include "tests/integration/app/event_reader.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>

namespace tocsin {

namespace json = boost::json;

std::string sent_event::text(std::string_view pointer) const {
  json::error_code ec;
  auto found = data.find_pointer(pointer, ec);
  return found && found->is_string() ? json::value_to<std::string>(*found) : std::string{};
}

event_reader::event_reader(const std::string& url)
  : line_(static_cast<uint16_t>(std::stoul(url.substr(url.rfind(':') + 1)))) {}

unsigned event_reader::open(const std::string& path, const std::string& headers) {
  line_.send("GET /api/v1" + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n");
  auto head = line_.read(false);
  if (head && head->status == 200)
    read_more();
  // The opening tells no event, but where the feed is.
  if (auto id = text_.find("id: "); id != std::string::npos)
    position_ = text_.substr(id + 4, text_.find('\n', id) - id - 4);
  return head ? head->status : 0;
}

std::optional<sent_event> event_reader::next() {
  for (;;) {
    auto end = text_.find("\n\n");
    if (end == std::string::npos) {
      if (!read_more())
        return std::nullopt;
      continue;
    }
    auto block = text_.substr(0, end + 1);
    text_.erase(0, end + 2);
    sent_event result;
    for (size_t at = 0; at < block.size();) {
      auto line = block.substr(at, block.find('\n', at) - at);
      at += line.size() + 1;
      if (line.starts_with("id: "))
        position_ = result.id = line.substr(4);
      else if (line.starts_with("event: "))
        result.name = line.substr(7);
      else if (line.starts_with("data: "))
        result.data = json::parse(line.substr(6));
    }
    if (!result.name.empty() && result.name != "heartbeat")
      return result;
  }
}

bool event_reader::read_more() {
  auto chunk = line_.read_chunk();
  if (!chunk)
    return false;
  has_ended_ = chunk->empty();
  text_ += *chunk;
  return !has_ended_;
}

} // namespace tocsin
