#include "app/bench/conversation.hpp"
#include "app/bench/http_frame.hpp"

namespace tocsin::bench {

namespace {

constexpr std::string_view ok_answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
constexpr std::string_view out_of_order_answer
  = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";

class webhook final : public conversation {
public:
  explicit webhook(const sink_state& state) : state_(state) {}

  bool take(byte_buffer& buffer, std::string& answers) override {
    for (;;) {
      auto text = buffer.text();
      auto frame = find_frame(text);
      if (frame.state != http_frame::standing::complete)
        return frame.state == http_frame::standing::incomplete;
      if (!state_.is_out_of_order)
        state_.on_arrival(frame.body(text));
      buffer.consume(frame.bytes());
      answers += state_.is_out_of_order ? out_of_order_answer : ok_answer;
    }
  }

private:
  const sink_state& state_;
};

} // namespace

std::unique_ptr<conversation> webhook_conversation(const sink_state& state) {
  return std::make_unique<webhook>(state);
}

} // namespace tocsin::bench
