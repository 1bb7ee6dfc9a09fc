#include "app/pki/authority.hpp"
#include "link/credentials.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include <csignal>
#include <cstdio>
#include <memory>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tocsin::link {

namespace {

using file_ptr = std::unique_ptr<FILE, int (*)(FILE*)>;

file_ptr open_file(const std::filesystem::path& path, const char* mode) {
  return {std::fopen(path.c_str(), mode), std::fclose};
}

/// Puts a passphrase before the key in this file.
void lock(const std::filesystem::path& path) {
  pki::key_ptr key{PEM_read_PrivateKey(open_file(path, "r").get(), nullptr, nullptr, nullptr)};
  ASSERT_TRUE(key);
  ASSERT_EQ(PEM_write_PKCS8PrivateKey(open_file(path, "w").get(), key.get(), EVP_aes_128_cbc(),
                                      "open", 4, nullptr, nullptr),
            1);
}

TEST(credentials, with_a_passphrase_are_refused_without_a_question) {
  temporary_directory directory;
  auto authority = pki::authority::init(directory.path() / "pki").value();
  auto issued = authority.issue({pki::holder::panel, "shop", {}}).value();
  lock(issued.key);
  // On a terminal, where OpenSSL would ask for it.
  int terminal = -1;
  auto child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto read = load_credentials({authority.certificate_path(), {}, issued.certificate, issued.key},
                                 link_end::panel);
    ::_exit(!read && read.error().code == errc::bad_key ? 0 : 1);
  }
  int status = -1;
  auto has_ended = eventually([&] { return ::waitpid(child, &status, WNOHANG) == child; },
                              std::chrono::seconds{10});
  if (!has_ended) {
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
  }
  ::close(terminal);
  ASSERT_TRUE(has_ended) << "it waits for an answer";
  EXPECT_EQ(status, 0);
}

} // namespace

} // namespace tocsin::link
