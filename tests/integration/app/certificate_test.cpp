#include "app/cli/http_client.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/service_process.hpp"
#include "tests/support/standin/certificate.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>

namespace tocsin {

namespace {

/// A tocsind that serves its API over TLS.
class certificate_test : public testing::Test {
protected:
  certificate_test() {
    store(first_);
    service_ = std::make_unique<service_process>(
      std::vector<std::string>{"server.certificate_file=" + certificate_file(),
                               "server.key_file=" + key_file(), "log.level=info"});
    service_->start();
  }

  std::string certificate_file() const { return (directory_.path() / "certificate.pem").string(); }
  std::string key_file() const { return (directory_.path() / "key.pem").string(); }

  void store(const standin::key_pair& x) {
    write(key_file(), x.key);
    write(certificate_file(), x.certificate);
  }

  /// Replaces the file in one step, as those do who renew certificates.
  static void write(const std::string& path, const std::string& text) {
    std::ofstream{path + ".new"} << text;
    std::filesystem::rename(path + ".new", path);
  }

  /// Whether a client that trusts `x` alone gets an answer over a new connection.
  bool answers_who_trusts(const standin::key_pair& x) {
    auto authority = (directory_.path() / "authority.pem").string();
    write(authority, x.certificate);
    auto reply = cli::http_client{service_->url(), service_->token(), authority}.send(
      {"GET", "/event-types", "", {}});
    return reply && reply->status == 200;
  }

  bool soon_answers_who_trusts(const standin::key_pair& x) {
    return eventually([&] { return answers_who_trusts(x); });
  }

  temporary_directory directory_;
  standin::key_pair first_ = standin::make_certificate();
  standin::key_pair second_ = standin::make_certificate();
  std::unique_ptr<service_process> service_;
};

TEST_F(certificate_test, is_shown_and_checked) {
  EXPECT_EQ(service_->url().rfind("https://127.0.0.1:", 0), 0u) << service_->url();
  EXPECT_TRUE(answers_who_trusts(first_));
  EXPECT_FALSE(answers_who_trusts(second_));
  EXPECT_EQ(service_->stop(), 0);
}

TEST_F(certificate_test, is_taken_anew_when_the_files_change) {
  store(second_);
  EXPECT_TRUE(soon_answers_who_trusts(second_));
  EXPECT_FALSE(answers_who_trusts(first_));
}

TEST_F(certificate_test, is_taken_anew_at_a_signal_even_if_the_files_have_not_changed) {
  ::kill(service_->pid(), SIGHUP);
  EXPECT_TRUE(eventually(
    [&] { return service_->log().find("reloaded the certificate") != std::string::npos; }))
    << service_->log();
}

TEST_F(certificate_test, that_cannot_be_read_leaves_the_one_before_in_use) {
  write(certificate_file(), "no certificate\n");
  // The signal makes it look at once; afterwards the file is good again, and is taken.
  ::kill(service_->pid(), SIGHUP);
  EXPECT_TRUE(eventually(
    [&] { return service_->log().find("keeping the current one") != std::string::npos; }))
    << service_->log();
  EXPECT_TRUE(answers_who_trusts(first_));
  store(second_);
  ::kill(service_->pid(), SIGHUP);
  EXPECT_TRUE(soon_answers_who_trusts(second_));
  EXPECT_EQ(service_->stop(), 0);
}

} // namespace

} // namespace tocsin
