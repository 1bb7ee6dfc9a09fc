#include "app/cli/confirmation.hpp"

#include <istream>
#include <ostream>
#include <string>

namespace tocsin::cli {

bool is_confirmed(surroundings& around, std::string_view question) {
  around.err << question << " [y/N] " << std::flush;
  std::string line;
  std::getline(around.in, line);
  return line == "y" || line == "Y" || line == "yes";
}

} // namespace tocsin::cli
