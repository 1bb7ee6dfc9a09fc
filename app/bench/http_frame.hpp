#pragma once

#include <cstddef>
#include <string_view>

namespace tocsin::bench {

/// The extent of one HTTP/1.1 message at the begin of some bytes.
struct http_frame {
  enum class standing { incomplete, complete, unreadable };

  standing state = standing::incomplete;
  size_t head_bytes = 0;
  size_t body_bytes = 0;

  size_t bytes() const { return head_bytes + body_bytes; }
  std::string_view body(std::string_view text) const { return text.substr(head_bytes, body_bytes); }
};

/// Finds the end of the message that begins `text`: by `Content-Length`, and without a body where
/// there is none. Chunked messages are unreadable: neither `tocsind` nor libcurl sends them here.
http_frame find_frame(std::string_view text);

/// The status code of the answer that begins `text`; 0 if there is none.
int status_of(std::string_view text);

} // namespace tocsin::bench
