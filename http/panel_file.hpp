#pragma once

#include <span>
#include <string_view>

namespace tocsin::http {

/// One file of the web panel as the build left it. All texts live as long as the program.
struct panel_file {
  /// Relative to `/ui/`, for example `assets/app-3QZ5T2XK.js`.
  std::string_view path;
  std::string_view content_type;
  /// A strong entity tag, quotes included.
  std::string_view tag;
  std::string_view plain;
  /// The same, compressed with gzip.
  std::string_view compressed;
};

/// Every file of the panel, by path. They are built of `web/` and compiled in
/// (`scripts/make_panel_files.py`).
std::span<const panel_file> panel_files();

/// The file `path`; nullptr if there is none.
const panel_file* find_panel_file(std::string_view path);

} // namespace tocsin::http
