#pragma once

#include <string>
#include <vector>

namespace tocsin {

/// Two network namespaces of the test's own with a cable (a veth pair) between them: one for the
/// node, one for the panel. They have no names and end with the last process that is in them, so
/// nothing is left over however the test ends. Takes root.
class network_pair {
public:
  enum class side { node, panel };

  static constexpr const char* node_address = "10.86.0.1";
  static constexpr const char* panel_address = "10.86.0.2";
  /// An address on the panel's side of the world that swallows all that is sent to it: no answer,
  /// no refusal.
  static constexpr const char* black_hole = "10.86.0.9";

  /// Throws std::runtime_error with what the kernel or `ip` said where it cannot be made.
  network_pair();

  /// The calling thread is where it was before.
  ~network_pair();

  network_pair(const network_pair&) = delete;
  network_pair& operator=(const network_pair&) = delete;

  /// Puts the calling thread at one side, with all threads and processes it starts from now on.
  void enter(side x) const;

  /// Takes the node's end of the cable down, and up again.
  void unplug() const;
  void plug_in() const;

  /// Makes all that either side sends to the other vanish on the way, with the link up.
  void swallow_all() const;

private:
  void run_at(side x, const std::vector<std::string>& arguments) const;

  int home_ = -1;
  int node_ = -1;
  int panel_ = -1;
};

} // namespace tocsin
