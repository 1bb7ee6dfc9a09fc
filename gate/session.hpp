#pragma once

#include "gate/desk.hpp"
#include "gate/peer_list.hpp"
#include "link/connection.hpp"
#include "messages/admission.hpp"

#include <functional>
#include <memory>
#include <string>

namespace tocsin::gate {

/// What all sessions need. Owned by the server.
struct session_services {
  admission& door;
  /// Puts an inquiry to the actor it is for.
  std::function<void(inquiry_ptr)> put;
  /// Tells that a session is over, and why; the session may be destroyed by the call.
  std::function<void(uint64_t session, const std::string& why)> on_closed;
  std::string version;
};

/// A peer that was let in. It reads no further while it has much under way, be it at the ledger or
/// on the way back, so its memory is bounded whatever the peer does. On the I/O thread.
class session final : public link::connection::owner {
public:
  session(uint64_t id, link::certificate peer, peer_role role, link::tls_stream stream,
          session_services& services);
  ~session() override;

  session(const session&) = delete;
  session& operator=(const session&) = delete;

  /// Welcomes the peer and begins to read.
  void start();

  /// Passes an answer on.
  void answer(const inquiry& x);

  /// Tells the peer why it has to go, and closes.
  void dismiss(errc code, const std::string& why);

  /// Whether the peer did what no peer does: it spoke out of its role, or what cannot be read.
  bool has_misbehaved() const { return misbehaved_ || connection_->has_seen_oversize(); }

  const link::certificate& peer() const { return peer_; }

private:
  void on_frame(link::frame_kind kind, std::string_view payload) override;
  void on_written() override;
  void on_write_failed(const std::string& why) override;
  void on_closed(const std::string& why) override;

  void take_submission(std::string_view payload);
  void take_stats_question(std::string_view payload);
  void throw_out(errc code, const std::string& why);
  void put(inquiry x);
  void refuse(uint64_t number, failure why);
  void pace();

  uint64_t id_;
  link::certificate peer_;
  peer_role role_;
  session_services& services_;
  std::shared_ptr<link::connection> connection_;
  size_t unanswered_bytes_ = 0;
  size_t unanswered_ = 0;
  bool misbehaved_ = false;
};

} // namespace tocsin::gate
