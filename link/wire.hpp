#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace tocsin::link {

/// A list on the wire has at most this many elements, whatever it is a list of. It bounds what a
/// small frame can make its reader allocate.
inline constexpr uint32_t max_list_elements = 10'000;

/// Appends values to a text: numbers big-endian in their own width, `bool` as one byte, `double`
/// as the bits of IEEE 754, texts as their length (32 bits) and bytes, lists as their length (32
/// bits) and elements, structs as what their `inspect` names, in its order.
class wire_writer {
public:
  using result_type = void;

  explicit wire_writer(std::string& out) : out_(out) {}

  template <class... Ts>
  void operator()(const Ts&... xs) {
    (put(xs), ...);
  }

private:
  void put(bool x) { out_.push_back(x ? '\1' : '\0'); }

  void put(double x) { put(std::bit_cast<uint64_t>(x)); }

  template <class T>
  requires std::is_unsigned_v<T>
  void put(T x) {
    for (auto shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8)
      out_.push_back(static_cast<char>(x >> shift & 0xff));
  }

  void put(const std::string& x) {
    put(static_cast<uint32_t>(x.size()));
    out_ += x;
  }

  template <class T>
  void put(const std::vector<T>& xs) {
    put(static_cast<uint32_t>(xs.size()));
    for (auto& x : xs)
      put(x);
  }

  template <class T>
  requires std::is_class_v<T>
  void put(const T& x) {
    // `inspect` serves both ways and so takes what it may change; a writer does not.
    inspect(*this, const_cast<T&>(x));
  }

  std::string& out_;
};

/// Reads what a `wire_writer` wrote. Trusts nothing: after the first value that does not fit into
/// what is left, nothing more is read and `is_good` stays false.
class wire_reader {
public:
  using result_type = void;

  explicit wire_reader(std::string_view in) : in_(in) {}

  template <class... Ts>
  void operator()(Ts&... xs) {
    (get(xs), ...);
  }

  bool is_good() const { return good_; }

  /// Whether everything was read, and nothing was left over.
  bool is_finished() const { return good_ && in_.empty(); }

private:
  void get(bool& x) {
    uint8_t byte = 0;
    get(byte);
    good_ = good_ && byte <= 1;
    x = byte == 1;
  }

  void get(double& x) {
    uint64_t bits = 0;
    get(bits);
    x = std::bit_cast<double>(bits);
  }

  template <class T>
  requires std::is_unsigned_v<T>
  void get(T& x) {
    auto bytes = take(sizeof(T));
    uint64_t value = 0;
    for (char c : bytes)
      value = value << 8 | static_cast<uint8_t>(c);
    x = static_cast<T>(value);
  }

  void get(std::string& x) {
    uint32_t size = 0;
    get(size);
    x = take(size);
  }

  template <class T>
  void get(std::vector<T>& xs) {
    uint32_t count = 0;
    get(count);
    good_ = good_ && count <= max_list_elements;
    xs.clear();
    for (uint32_t i = 0; good_ && i < count; ++i)
      get(xs.emplace_back());
  }

  template <class T>
  requires std::is_class_v<T>
  void get(T& x) { inspect(*this, x); }

  std::string_view take(size_t count) {
    good_ = good_ && count <= in_.size();
    if (!good_)
      return {};
    auto result = in_.substr(0, count);
    in_.remove_prefix(count);
    return result;
  }

  std::string_view in_;
  bool good_ = true;
};

/// The values one after the other, as they stand in a frame.
template <class... Ts>
std::string to_wire(const Ts&... xs) {
  std::string result;
  wire_writer out{result};
  out(xs...);
  return result;
}

/// Reads the values out of `in`; false if it does not hold exactly these.
template <class... Ts>
bool from_wire(std::string_view in, Ts&... xs) {
  wire_reader reader{in};
  reader(xs...);
  return reader.is_finished();
}

} // namespace tocsin::link
