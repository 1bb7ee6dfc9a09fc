#pragma once

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace tocsin::gate {

/// A panel's certificate for the name `tocsin://panel/shop` that an intermediate authority has
/// issued, the root that has issued that one's, and the lists of what both have taken back. Made by
/// the program `openssl`.
class certificate_chain {
public:
  /// Makes the files in a new directory.
  explicit certificate_chain(std::filesystem::path directory) : directory_(std::move(directory)) {
    std::filesystem::create_directory(directory_);
    std::ofstream{directory_ / "openssl.cnf"} << "[req]\ndistinguished_name = name\n[name]\n"
                                                 "[authority]\n"
                                                 "basicConstraints = critical,CA:TRUE\n"
                                                 "subjectKeyIdentifier = hash\n"
                                                 "[panel]\n"
                                                 "basicConstraints = critical,CA:FALSE\n"
                                                 "extendedKeyUsage = clientAuth\n"
                                                 "subjectAltName = URI:tocsin://panel/shop\n"
                                                 "[ca]\ndefault_ca = issuer\n[issuer]\n"
                                                 "default_md = sha256\n"
                                                 "default_crl_days = 1\n"
                                                 "database = $ENV::ISSUER.index\n"
                                                 "certificate = $ENV::ISSUER.crt\n"
                                                 "private_key = $ENV::ISSUER.key\n";
    make("root", "authority", "");
    make("middle", "authority", "-CA root.crt -CAkey root.key");
    make("panel", "panel", "-CA middle.crt -CAkey middle.key");
    // What the panel shows: its certificate, and the one above it.
    std::ofstream{certificate(), std::ios::app} << std::ifstream{directory_ / "middle.crt"}.rdbuf();
    for (auto* issuer : {"root", "middle"}) {
      std::ofstream{directory_ / (std::string{issuer} + ".index")}.flush();
      list(issuer);
    }
  }

  /// Has the root take the intermediate authority's certificate back.
  void revoke_middle() {
    run("ISSUER=root openssl ca -config openssl.cnf -revoke middle.crt");
    list("root");
  }

  /// The current list of the authority `root` or `middle`.
  std::string list_of(const std::string& issuer) const {
    std::ostringstream text;
    text << std::ifstream{directory_ / (issuer + ".crl")}.rdbuf();
    return text.str();
  }

  std::filesystem::path root() const { return directory_ / "root.crt"; }
  std::filesystem::path certificate() const { return directory_ / "panel.crt"; }
  std::filesystem::path key() const { return directory_ / "panel.key"; }

private:
  void make(const std::string& name, const std::string& extensions, const std::string& issuer) {
    run(fmt::format("openssl req -config openssl.cnf -x509 -days 1 -newkey ec -pkeyopt "
                    "ec_paramgen_curve:P-256 -noenc -extensions {} -subj /CN={} -keyout {}.key "
                    "-out {}.crt {}",
                    extensions, name, name, name, issuer));
  }

  void list(const std::string& issuer) {
    run(fmt::format("ISSUER={0} openssl ca -config openssl.cnf -gencrl -out {0}.crl", issuer));
  }

  void run(const std::string& command) const {
    // The part of the configuration that names an issuer is read by all.
    auto line = fmt::format("cd '{}' && export ISSUER=none && {} 2>/dev/null", directory_.string(),
                            command);
    if (std::system(line.c_str()) != 0)
      throw std::runtime_error("failed: " + line);
  }

  std::filesystem::path directory_;
};

} // namespace tocsin::gate
