#include "app/directory_access.hpp"

#include <sys/stat.h>

namespace tocsin::app {

std::optional<std::string> find_strange_writers(const std::filesystem::path& directory) {
  struct stat info {};
  if (stat(directory.c_str(), &info) != 0 || (info.st_mode & (S_IWGRP | S_IWOTH)) == 0)
    return std::nullopt;
  std::string who = (info.st_mode & S_IWOTH) != 0 ? "everybody" : "its group";
  return (info.st_mode & S_ISVTX) != 0 ? who + " may add files" : who + " may replace its files";
}

} // namespace tocsin::app
