#include "app/check_files.hpp"

#include "app/part_options.hpp"
#include "http/tls_identity.hpp"
#include "link/credentials.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include <memory>

namespace tocsin::app {

namespace {

/// The authorities, read as libcurl reads them. What it cannot use fails every delivery over TLS.
expected<void> check_authorities(const std::filesystem::path& path) {
  std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store{X509_STORE_new(), X509_STORE_free};
  ERR_clear_error();
  if (store && X509_STORE_load_file(store.get(), path.c_str()) == 1)
    return {};
  // The first reason is the nearest to the file.
  auto reason = ERR_reason_error_string(ERR_get_error());
  ERR_clear_error();
  return fail(errc::invalid_argument,
              fmt::format("transport.ca_file: {} contains no usable authorities in PEM: {}",
                          path.string(), reason ? reason : "it cannot be read"));
}

} // namespace

expected<void> check_files(const config& settings) {
  auto& server = settings.server;
  if (!server.certificate_file.empty()) {
    http::tls_identity identity{server.certificate_file, server.key_file};
    if (auto loaded = identity.load(); !loaded)
      return loaded;
  }
  if (!settings.transport.ca_file.empty())
    if (auto usable = check_authorities(settings.transport.ca_file); !usable)
      return usable;
  if (!settings.gate.enabled)
    return {};
  auto loaded = link::load_credentials(gate_options(settings).files, link::link_end::node);
  if (!loaded)
    return loaded.error();
  return {};
}

} // namespace tocsin::app
