#pragma once

#include "link/credentials.hpp"
#include "link/frame.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace tocsin::link {

using tls_stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

/// How often an end that has nothing to say says so.
inline constexpr std::chrono::milliseconds ping_interval{1000};

/// An end that was not heard for this long, or took nothing of what was written to it, is gone.
inline constexpr std::chrono::milliseconds patience{3500};

/// How long the other end has to take the last frames and to close.
inline constexpr std::chrono::milliseconds linger_limit{1000};

/// One authenticated connection, as both ends see it: frames in, frames out, signs of life. What
/// is sent while a write is under way goes out together with the next one. Lives on the one thread
/// that runs its stream's executor; keeps itself alive until it is closed.
class connection : public std::enable_shared_from_this<connection> {
public:
  /// Whoever the connection belongs to. Called on its thread.
  class owner {
  public:
    virtual ~owner() = default;

    /// A frame has come; the payload is valid during the call only.
    virtual void on_frame(frame_kind kind, std::string_view payload) = 0;

    /// All that had been sent by some moment is with the kernel.
    virtual void on_written() = 0;

    /// Nothing can be written any more. Frames that the peer sent before may still be on their way
    /// and are handed over, unless the owner closes.
    virtual void on_write_failed(const std::string& why) = 0;

    /// The connection is over, and why. The last call; never from within another member.
    virtual void on_closed(const std::string& why) = 0;
  };

  /// `stream` has its TLS handshake behind it. `owned_by` must live until `on_closed`, or until it
  /// calls `abandon`.
  connection(tls_stream stream, owner& owned_by);

  /// Begins to read, and to say that this end is alive.
  void start();

  void send(frame_kind kind, std::string_view payload);

  /// How much was sent and is not with the kernel yet.
  size_t unwritten_bytes() const { return waiting_.size() + writing_.size(); }

  /// Whether it was closed as the peer announced a frame larger than there may be.
  bool has_seen_oversize() const { return oversize_; }

  /// Reads no further frames until `resume`; the peer is held up by TCP then. A pause ends no
  /// frame that is being handed over.
  void pause() { paused_ = true; }
  void resume();

  /// Closes at once.
  void close(const std::string& why);

  /// Writes all that was sent, says that no more comes, and closes once the peer has closed, or
  /// after `linger_limit`. What the peer still says is dropped.
  void finish(const std::string& why);

  /// Closes and forgets the owner, which hears nothing any more.
  void abandon();

private:
  using clock = std::chrono::steady_clock;

  void read();
  void hand_over();
  void write();
  void end();
  void watch();

  tls_stream stream_;
  owner* owner_;
  boost::asio::steady_timer timer_;
  /// Bytes that came in; those before `read_from_` are used up.
  std::string incoming_;
  size_t read_from_ = 0;
  std::string waiting_;
  std::string writing_;
  /// Why the connection is being finished; empty: it is not.
  std::string finish_reason_;
  clock::time_point heard_at_ = clock::now();
  clock::time_point said_at_ = clock::now();
  /// When the kernel last took something of what is being written.
  clock::time_point taken_at_{};
  bool paused_ = false;
  bool reading_ = false;
  bool handing_over_ = false;
  /// Whether the peer was told that nothing more comes.
  bool ended_ = false;
  bool closed_ = false;
  bool oversize_ = false;
};

} // namespace tocsin::link
