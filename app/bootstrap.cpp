#include "app/bootstrap.hpp"

#include "storage/commands/apply.hpp"
#include "storage/commands/full_token.hpp"
#include "storage/files/directory_lock.hpp"
#include "storage/repositories/recipient_repository.hpp"
#include "storage/repositories/session_repository.hpp"
#include "storage/repositories/token_repository.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <unistd.h>

namespace tocsin::app {

namespace {

/// Writes a new file that only its owner can read, durable on return.
expected<void> write_private_file(const std::filesystem::path& path, const std::string& text) {
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
  auto fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  auto good = fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size())
              && ::fsync(fd) == 0;
  auto why = std::strerror(errno);
  if (fd >= 0)
    ::close(fd);
  if (!good)
    return fail(errc::storage_io, fmt::format("cannot write {}: {}", path.string(), why));
  return storage::sync_directory(std::filesystem::absolute(path).parent_path());
}

/// Whether anybody can change anything through the API: a token does that is good and has `write`,
/// or an admin who can sign in.
expected<bool> has_way_in(const storage::transaction& tx, timestamp now) {
  auto tokens = storage::token_repository{tx}.all();
  if (!tokens)
    return tokens.error();
  for (auto& x : *tokens)
    if (x.allows(token_scope::write) && !x.is_expired(now))
      return true;
  auto admins = storage::recipient_repository{tx}.admins();
  if (!admins)
    return admins.error();
  for (auto& x : *admins) {
    auto password = storage::session_repository{tx}.find_password(x.id.name);
    if (!password)
      return password.error();
    if (*password)
      return true;
  }
  return false;
}

} // namespace

expected<std::optional<std::filesystem::path>>
bootstrap(storage::environment& env, const std::filesystem::path& data_dir, timestamp now) {
  auto tx = env.write();
  if (!tx)
    return tx.error();
  ulid_generator ids;
  recipient_id admin{recipient_kind::admin, "admin"};
  auto known_admin = storage::recipient_repository{*tx}.admins();
  if (!known_admin)
    return known_admin.error();
  if (known_admin->empty()) {
    recipient value{admin, "Administrator", {}, false, now, now, 0};
    authorship as_service{{}, audit_id{ids.next(now)}, now};
    if (auto made = storage::apply(*tx, put_recipient{std::move(value), 0}, as_service); !made)
      return made.error();
  }
  auto has_way = has_way_in(*tx, now);
  if (!has_way)
    return has_way.error();
  std::optional<std::filesystem::path> written;
  if (!*has_way) {
    auto text = storage::put_full_token(*tx, "initial admin token", ids, now);
    if (!text)
      return text.error();
    // The file comes before the commit: after a crash in between, the next start makes a new token.
    written = data_dir / initial_token_file;
    if (auto done = write_private_file(*written, *text + "\n"); !done)
      return done.error();
  }
  if (auto done = tx->commit(); !done)
    return done.error();
  return written;
}

} // namespace tocsin::app
