#include "app/bootstrap.hpp"

#include "storage/apply.hpp"
#include "storage/recipient_repository.hpp"
#include "storage/token_repository.hpp"

#include <fmt/format.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <unistd.h>

namespace tocsin::app {

namespace {

constexpr uint8_t all_scopes = 0x0f;

/// 256 random bits after a prefix by which scanners for leaked secrets can know a token.
expected<std::string> make_token_text() {
  std::array<unsigned char, 32> secret{};
  if (RAND_bytes(secret.data(), secret.size()) != 1)
    return fail(errc::unavailable, "the system has no random numbers");
  std::string result = "tocsin_";
  for (auto byte : secret)
    result += fmt::format("{:02x}", byte);
  return result;
}

sha256_digest digest_of(const std::string& text) {
  sha256_digest result{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), result.data());
  return result;
}

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
  return {};
}

} // namespace

expected<std::optional<std::filesystem::path>>
bootstrap(storage::environment& env, const std::filesystem::path& data_dir, timestamp now) {
  auto tx = env.write();
  if (!tx)
    return tx.error();
  recipient_id admin{recipient_kind::admin, "admin"};
  auto known_admin = storage::recipient_repository{*tx}.admins();
  if (!known_admin)
    return known_admin.error();
  if (known_admin->empty()) {
    recipient value{admin, "Administrator", {}, false, now, now, 0};
    if (auto made = storage::apply(*tx, put_recipient{std::move(value), 0}); !made)
      return made.error();
  }
  auto tokens = storage::token_repository{*tx}.all();
  if (!tokens)
    return tokens.error();
  std::optional<std::filesystem::path> written;
  if (tokens->empty()) {
    auto text = make_token_text();
    if (!text)
      return text.error();
    // The file comes first: after a crash in between, the next start makes a new token.
    written = data_dir / initial_token_file;
    if (auto done = write_private_file(*written, *text + "\n"); !done)
      return done.error();
    token value{token_id{ulid_generator{}.next(static_cast<uint64_t>(to_unix_ms(now)))},
                "initial admin token", digest_of(*text), all_scopes, now};
    if (auto made = storage::apply(*tx, put_token{std::move(value)}); !made)
      return made.error();
  }
  if (auto done = tx->commit(); !done)
    return done.error();
  return written;
}

} // namespace tocsin::app
