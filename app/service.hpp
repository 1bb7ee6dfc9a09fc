#pragma once

#include "app/config/config.hpp"
#include "app/config/exit_code.hpp"
#include "messages/failure.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace tocsin::app {

/// Why the service could not start.
struct start_failure {
  exit_code code = exit_code::internal_error;
  std::string text;
};

/// The whole service in one object: storage, actors, transport and HTTP server, wired together.
/// A library, so that tests run it within their own process. Use it from one thread, but for
/// `cut_short`.
class service {
public:
  /// Opens the storage, starts everything and takes events when it returns. `on_fatal` is called,
  /// on an actor's thread, when an actor dies that the service cannot go on without; the owner
  /// then stops it. When it is started again, for example by systemd, nothing is lost.
  /// Errors: storage_unusable, port_taken, bad_configuration, internal_error.
  static boost::system::result<std::unique_ptr<service>, start_failure>
  start(const config& settings, std::function<void(const std::string&)> on_fatal);

  /// Stops as `stop` does, where it was not called.
  ~service();

  service(const service&) = delete;
  service& operator=(const service&) = delete;

  /// The port the HTTP server listens on.
  uint16_t port() const;

  /// The port of the CAF door; 0 where it is not enabled.
  uint16_t gate_port() const;

  /// Loads the certificate and key of the HTTP API again, if the files have changed since or with
  /// `always`. Open connections go on with what they began with.
  /// Returns whether anything was loaded; never without TLS.
  /// Errors: invalid_argument; what was loaded before stays in use.
  expected<bool> reload_certificate(bool always);

  /// Takes no more events, lets attempts in flight end within the drain timeout, records them, and
  /// stops everything.
  void stop();

  /// Ends what `stop` waits for: attempts in flight are cut short, and recorded as ones of which
  /// nobody knows whether they arrived. Any thread, while `stop` runs or before.
  void cut_short();

private:
  struct parts;

  explicit service(std::unique_ptr<parts> parts);

  /// Keeps `parts_` while somebody else than the owner needs it.
  std::mutex mutex_;
  std::unique_ptr<parts> parts_;
};

/// Makes `result::value()` on a failure throw; only a bug gets there.
[[noreturn]] void throw_exception_from_error(const start_failure& x,
                                             const boost::source_location& where);

} // namespace tocsin::app
