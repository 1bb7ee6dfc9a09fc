#pragma once

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace tocsin::gate {

/// A panel's certificate for the name `tocsin://panel/shop` that an intermediate authority has
/// issued, and the root that has issued that one's. Made by the program `openssl`.
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
                                                 "subjectAltName = URI:tocsin://panel/shop\n";
    make("root", "authority", "");
    make("middle", "authority", "-CA root.crt -CAkey root.key");
    make("panel", "panel", "-CA middle.crt -CAkey middle.key");
    // What the panel shows: its certificate, and the one above it.
    std::ofstream{certificate(), std::ios::app} << std::ifstream{directory_ / "middle.crt"}.rdbuf();
  }

  std::filesystem::path root() const { return directory_ / "root.crt"; }
  std::filesystem::path certificate() const { return directory_ / "panel.crt"; }
  std::filesystem::path key() const { return directory_ / "panel.key"; }

private:
  void make(const std::string& name, const std::string& extensions, const std::string& issuer) {
    auto line = fmt::format("cd '{}' && openssl req -config openssl.cnf -x509 -days 1 -newkey ec "
                            "-pkeyopt ec_paramgen_curve:P-256 -noenc -extensions {} -subj /CN={} "
                            "-keyout {}.key -out {}.crt {} 2>/dev/null",
                            directory_.string(), extensions, name, name, name, issuer);
    if (std::system(line.c_str()) != 0)
      throw std::runtime_error("failed: " + line);
  }

  std::filesystem::path directory_;
};

} // namespace tocsin::gate
