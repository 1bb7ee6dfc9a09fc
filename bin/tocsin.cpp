#include "app/cli/program.hpp"

int main(int argc, char** argv) {
  return static_cast<int>(
    tocsin::cli::run({argv + 1, argv + argc}, tocsin::cli::process_surroundings()));
}
