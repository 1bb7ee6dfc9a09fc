#include "link/certificate.hpp"
#include "tests/unit/app/cli/command_fixture.hpp"

#include <gmock/gmock.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <sys/stat.h>

namespace tocsin::cli {

using testing::HasSubstr;

namespace {

class pki_commands_test : public command_test {
protected:
  command_result pki(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "pki");
    arguments.insert(arguments.end(), {"--dir", path("")});
    return run(arguments);
  }

  std::string path(const std::string& name) const {
    return (directory_.path() / "ca" / name).string();
  }

  std::shared_ptr<X509> certificate(const std::string& name) const {
    std::unique_ptr<FILE, int (*)(FILE*)> file{std::fopen(path(name).c_str(), "r"), std::fclose};
    return {file ? PEM_read_X509(file.get(), nullptr, nullptr, nullptr) : nullptr, X509_free};
  }

  static link::x509_ptr copy_of(const std::shared_ptr<X509>& x) {
    X509_up_ref(x.get());
    return link::x509_ptr{x.get()};
  }

  /// The entries of the revocation list; -1 where it cannot be read.
  int count_revoked() const {
    std::unique_ptr<FILE, int (*)(FILE*)> file{std::fopen(path("revoked.pem").c_str(), "r"),
                                               std::fclose};
    std::unique_ptr<X509_CRL, void (*)(X509_CRL*)> list{
      file ? PEM_read_X509_CRL(file.get(), nullptr, nullptr, nullptr) : nullptr, X509_CRL_free};
    if (!list)
      return -1;
    const auto* entries = X509_CRL_get_REVOKED(list.get());
    return entries ? sk_X509_REVOKED_num(entries) : 0;
  }

  unsigned mode_of(const std::string& name) const {
    struct stat x {};
    EXPECT_EQ(::stat(path(name).c_str(), &x), 0) << name;
    return x.st_mode & 0777;
  }
};

} // namespace

TEST_F(pki_commands_test, keeps_keys_from_the_eyes_of_others) {
  ASSERT_EQ(pki({"init"}).code, exit_code::ok);
  ASSERT_EQ(pki({"issue", "panel", "shop"}).code, exit_code::ok);
  EXPECT_EQ(mode_of(""), 0700u);
  EXPECT_EQ(mode_of("ca.key"), 0600u);
  EXPECT_EQ(mode_of("panel-shop.key"), 0600u);
}

TEST_F(pki_commands_test, issues_certificates_that_serve_their_purpose_only) {
  pki({"init"});
  auto issued = pki({"issue", "panel", "shop"});
  EXPECT_THAT(issued.out, HasSubstr("tocsin://panel/shop, for gate.panels"));
  ASSERT_EQ(pki({"issue", "node", "one", "--host", "a.example.net", "--host", "10.0.0.1"}).code,
            exit_code::ok);
  auto panel = certificate("panel-shop.crt");
  auto node = certificate("node-one.crt");
  ASSERT_TRUE(panel && node);
  EXPECT_EQ(X509_check_purpose(panel.get(), X509_PURPOSE_SSL_CLIENT, 0), 1);
  EXPECT_EQ(X509_check_purpose(panel.get(), X509_PURPOSE_SSL_SERVER, 0), 0);
  EXPECT_EQ(X509_check_purpose(node.get(), X509_PURPOSE_SSL_SERVER, 0), 1);
  EXPECT_EQ(X509_check_host(node.get(), "a.example.net", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_ip_asc(node.get(), "10.0.0.1", 0), 1);
  EXPECT_EQ(X509_check_ca(panel.get()), 0);
  EXPECT_THAT(issued.out, HasSubstr(link::read_certificate(copy_of(panel)).fingerprint));
}

TEST_F(pki_commands_test, overwrites_nothing) {
  pki({"init"});
  pki({"issue", "panel", "shop"});
  EXPECT_EQ(pki({"init"}).code, exit_code::usage);
  auto again = pki({"issue", "panel", "shop"});
  EXPECT_EQ(again.code, exit_code::usage);
  EXPECT_THAT(again.err, HasSubstr("already exists"));
}

TEST_F(pki_commands_test, refuses_names_that_would_say_something_else) {
  pki({"init"});
  for (auto* name : {"../x", "a,DNS:b", "a b", "a/b", ""})
    EXPECT_EQ(pki({"issue", "panel", name}).code, exit_code::usage) << name;
  EXPECT_EQ(pki({"issue", "node", "one", "--host", "x,URI:tocsin://panel/shop"}).code,
            exit_code::usage);
}

TEST_F(pki_commands_test, says_why_a_file_cannot_be_made) {
  // A directory whose own path is just short enough (limits.h, PATH_MAX).
  auto deep = directory_.path();
  while (deep.native().size() < 3800)
    deep /= std::string(150, 'x');
  deep /= std::string(4094 - deep.native().size(), 'y');
  auto refused = run({"pki", "init", "--dir", deep.string()});
  EXPECT_EQ(refused.code, exit_code::usage);
  EXPECT_THAT(refused.err, HasSubstr("File name too long"));
}

TEST_F(pki_commands_test, revokes_only_what_the_authority_has_issued) {
  EXPECT_THAT(pki({"revoke", "x.crt"}).err, HasSubstr("there is no authority"));
  pki({"init"});
  pki({"issue", "panel", "shop"});
  EXPECT_EQ(pki({"revoke", path("none.crt")}).code, exit_code::usage);
  EXPECT_EQ(pki({"revoke", path("panel-shop.crt")}).code, exit_code::ok);
  EXPECT_EQ(pki({"revoke", path("panel-shop.crt")}).code, exit_code::ok);
  EXPECT_EQ(count_revoked(), 1);
}

TEST_F(pki_commands_test, does_not_revoke_the_authority_itself) {
  pki({"init"});
  auto refused = pki({"revoke", path("ca.crt")});
  EXPECT_EQ(refused.code, exit_code::usage);
  EXPECT_THAT(refused.err, HasSubstr("is the authority's own certificate"));
  EXPECT_EQ(count_revoked(), 0);
}

} // namespace tocsin::cli
