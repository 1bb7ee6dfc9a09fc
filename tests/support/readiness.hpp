#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>

namespace tocsin {

/// The status of `/readyz` of the service at `url`, which is not below the API's own path; 0
/// without an answer.
inline int status_of_readiness(const std::string& url) {
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy{curl_easy_init(), curl_easy_cleanup};
  curl_easy_setopt(easy.get(), CURLOPT_URL, (url + "/readyz").c_str());
  curl_easy_setopt(
    easy.get(), CURLOPT_WRITEFUNCTION,
    +[](char*, size_t size, size_t count, void*) { return size * count; });
  curl_easy_perform(easy.get());
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  return static_cast<int>(status);
}

} // namespace tocsin
