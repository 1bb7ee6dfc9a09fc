#include "storage/files/secret_box.hpp"

#include "storage/files/descriptor.hpp"
#include "storage/files/directory_lock.hpp"

#include <boost/algorithm/hex.hpp>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <iterator>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace tocsin::storage {

namespace {

/// First byte of what is sealed: the layout `version, key id, nonce, tag, ciphertext`.
constexpr char layout_version = 1;
constexpr size_t key_id_bytes = 8;
/// NIST SP 800-38D §8.2.2: 96 random bits.
constexpr size_t nonce_bytes = 12;
constexpr size_t tag_bytes = 16;
constexpr size_t header_bytes = 1 + key_id_bytes + nonce_bytes + tag_bytes;

/// Behind the key file's name and the number of the process that replaces it.
constexpr std::string_view draft_suffix = ".new";

/// Far more keys than anybody rotates through; the rest of a larger file is no key file.
constexpr size_t max_key_file_bytes = 4096;

struct cipher_deleter {
  void operator()(EVP_CIPHER_CTX* x) const { EVP_CIPHER_CTX_free(x); }
};

using cipher_ptr = std::unique_ptr<EVP_CIPHER_CTX, cipher_deleter>;

unsigned char* to_bytes(char* x) {
  return reinterpret_cast<unsigned char*>(x);
}

const unsigned char* to_bytes(const char* x) {
  return reinterpret_cast<const unsigned char*>(x);
}

int to_length(std::string_view x) {
  return static_cast<int>(x.size());
}

/// What the header binds besides the associated data: the layout and the key id.
bool bind_header(EVP_CIPHER_CTX* cipher, std::string_view sealed, std::string_view associated_data,
                 bool is_sealing) {
  auto update = is_sealing ? EVP_EncryptUpdate : EVP_DecryptUpdate;
  int length = 0;
  for (auto part : {sealed.substr(0, 1 + key_id_bytes), associated_data})
    if (!part.empty()
        && update(cipher, nullptr, &length, to_bytes(part.data()), to_length(part)) != 1)
      return false;
  return true;
}

/// A new random key as a line of the key file.
expected<std::string> make_key_line() {
  std::array<unsigned char, 32> secret{};
  if (RAND_bytes(secret.data(), static_cast<int>(secret.size())) != 1)
    return fail(errc::storage_io, "the system has no random numbers for a key");
  std::string line;
  line.reserve(2 * secret.size() + 1);
  boost::algorithm::hex_lower(secret.begin(), secret.end(), std::back_inserter(line));
  OPENSSL_cleanse(secret.data(), secret.size());
  line += '\n';
  return line;
}

/// Gives `file` to the owner of the file at `path`, if there is one of another's: root may rotate
/// the key of a service that runs as somebody else.
bool keep_owner(int file, const std::filesystem::path& path) {
  struct stat replaced {};
  if (stat(path.c_str(), &replaced) != 0)
    return errno == ENOENT;
  return replaced.st_uid == geteuid() || fchown(file, replaced.st_uid, replaced.st_gid) == 0;
}

/// Whether `name` is that of a draft of the key file `key_file`.
bool is_draft(std::string_view name, std::string_view key_file) {
  if (!name.starts_with(key_file) || !name.ends_with(draft_suffix))
    return false;
  name.remove_prefix(key_file.size());
  name.remove_suffix(std::min(name.size(), draft_suffix.size()));
  auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return name.size() > 1 && name.front() == '.'
         && std::all_of(name.begin() + 1, name.end(), is_digit);
}

/// Writes `text` to a file beside `path`, wipes it, and has `move(draft, path)` put the file in its
/// place. Durable on return.
template <class Move>
expected<void> write_key_file(const std::filesystem::path& path, std::string text, Move move) {
  auto draft = path;
  draft += fmt::format(".{}{}", getpid(), draft_suffix);
  // Left by an earlier process that was killed: in a container they all have the same number.
  unlink(draft.c_str());
  descriptor file{open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
  if (!file)
    return io_failure("cannot make the key file", draft);
  auto written = write(file.get(), text.data(), text.size());
  OPENSSL_cleanse(text.data(), text.size());
  auto is_made = written == static_cast<ssize_t>(text.size()) && keep_owner(file.get(), path)
                 && fsync(file.get()) == 0 && move(draft.c_str(), path.c_str());
  expected<void> result;
  if (!is_made)
    result = io_failure("cannot make the key file", path);
  unlink(draft.c_str());
  if (!result)
    return result;
  return sync_directory(std::filesystem::absolute(path).parent_path());
}

/// Makes a key file unless another process was faster.
expected<void> make_key_file(const std::filesystem::path& path) {
  auto line = make_key_line();
  if (!line)
    return line.error();
  return write_key_file(path, std::move(*line), [](auto* draft, auto* place) {
    return link(draft, place) == 0 || errno == EEXIST;
  });
}

/// A link to the file stays one.
expected<void> replace_key_file(const std::filesystem::path& path, std::string text) {
  std::error_code fault;
  auto file = std::filesystem::canonical(path, fault);
  if (fault)
    return fail(errc::storage_io,
                fmt::format("cannot find the key file {}: {}", path.string(), fault.message()));
  return write_key_file(file, std::move(text),
                        [](auto* draft, auto* place) { return rename(draft, place) == 0; });
}

/// Reads the whole file, which must be closed to others.
expected<std::string> read_private_file(const std::filesystem::path& path) {
  descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file)
    return io_failure("cannot open the key file", path);
  struct stat info {};
  if (fstat(file.get(), &info) != 0)
    return io_failure("cannot read the key file", path);
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return fail(errc::bad_key,
                fmt::format("others may use the key file {}: give it mode 0600", path.string()));
  std::string result(max_key_file_bytes, '\0');
  auto size = read(file.get(), result.data(), result.size());
  if (size < 0)
    return io_failure("cannot read the key file", path);
  result.resize(static_cast<size_t>(size));
  return result;
}

} // namespace

secret_box::secret_box(std::vector<key> keys) : keys_(std::move(keys)) {}

secret_box::~secret_box() {
  for (auto& x : keys_)
    OPENSSL_cleanse(x.secret.data(), x.secret.size());
}

expected<secret_box> secret_box::open_key_file(const std::filesystem::path& path) {
  std::error_code ec;
  if (!std::filesystem::exists(path, ec) && !ec)
    if (auto made = make_key_file(path); !made)
      return made.error();
  return read_key_file(path);
}

void secret_box::remove_drafts(const std::filesystem::path& path) {
  std::error_code fault;
  auto file = std::filesystem::canonical(path, fault);
  if (fault)
    file = std::filesystem::absolute(path);
  std::vector<std::filesystem::path> drafts;
  for (std::filesystem::directory_iterator at{file.parent_path(), fault}, end; !fault && at != end;
       at.increment(fault))
    if (is_draft(at->path().filename().native(), file.filename().native()))
      drafts.push_back(at->path());
  for (auto& x : drafts)
    unlink(x.c_str());
}

expected<secret_box> secret_box::read_key_file(const std::filesystem::path& path) {
  auto keys = read_keys(path);
  if (!keys)
    return keys.error();
  return secret_box{std::move(*keys)};
}

expected<std::vector<secret_box::key>> secret_box::read_keys(const std::filesystem::path& path) {
  auto text = read_private_file(path);
  if (!text)
    return text.error();
  std::vector<key> result;
  // No key is left behind in memory that the vector grew out of.
  result.reserve(max_key_file_bytes / 64);
  std::string_view rest{*text};
  auto is_digit = [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; };
  auto is_good = true;
  while (is_good && !rest.empty()) {
    auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    auto& x = result.emplace_back();
    is_good = line.size() == 2 * x.secret.size() && std::all_of(line.begin(), line.end(), is_digit);
    if (!is_good)
      break;
    boost::algorithm::unhex(line.begin(), line.end(), x.secret.begin());
    std::array<unsigned char, 32> digest{};
    EVP_Digest(x.secret.data(), x.secret.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
    std::copy_n(digest.begin(), x.id.size(), x.id.begin());
  }
  OPENSSL_cleanse(text->data(), text->size());
  if (!is_good || result.empty())
    return fail(
      errc::bad_key,
      fmt::format("{} is not a key file: it needs 64 hexadecimal digits per line", path.string()));
  return result;
}

expected<void> secret_box::put_new_key(const std::filesystem::path& path) {
  if (auto keys = read_keys(path); !keys)
    return keys.error();
  auto old = read_private_file(path);
  if (!old)
    return old.error();
  auto text = make_key_line();
  if (!text)
    return text.error();
  if (text->size() + old->size() > max_key_file_bytes)
    return fail(errc::bad_key, path.string() + " holds too many keys to take one more");
  text->reserve(max_key_file_bytes);
  *text += *old;
  OPENSSL_cleanse(old->data(), old->size());
  return replace_key_file(path, std::move(*text));
}

expected<void> secret_box::drop_old_keys(const std::filesystem::path& path) {
  if (auto keys = read_keys(path); !keys)
    return keys.error();
  auto text = read_private_file(path);
  if (!text)
    return text.error();
  auto end = std::min(text->find('\n'), text->size());
  OPENSSL_cleanse(text->data() + end, text->size() - end);
  text->resize(end);
  *text += '\n';
  return replace_key_file(path, std::move(*text));
}

bool secret_box::is_newest(std::string_view sealed) const {
  auto& newest = keys_.front();
  return sealed.size() >= header_bytes && sealed[0] == layout_version
         && std::equal(newest.id.begin(), newest.id.end(), to_bytes(sealed.data() + 1));
}

expected<std::string> secret_box::seal(std::string_view plain,
                                       std::string_view associated_data) const {
  auto& with = keys_.front();
  std::string result(header_bytes + plain.size(), '\0');
  result[0] = layout_version;
  std::copy(with.id.begin(), with.id.end(), result.begin() + 1);
  auto* nonce = to_bytes(result.data() + 1 + key_id_bytes);
  auto* tag = nonce + nonce_bytes;
  auto* text = tag + tag_bytes;
  int length = 0;
  cipher_ptr cipher{EVP_CIPHER_CTX_new()};
  auto ok
    = cipher != nullptr && RAND_bytes(nonce, nonce_bytes) == 1
      && EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, with.secret.data(), nonce)
           == 1
      && bind_header(cipher.get(), result, associated_data, true)
      && EVP_EncryptUpdate(cipher.get(), text, &length, to_bytes(plain.data()), to_length(plain))
           == 1
      && EVP_EncryptFinal_ex(cipher.get(), text + length, &length) == 1
      && EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, tag) == 1;
  if (!ok)
    return fail(errc::bad_key, "a secret cannot be sealed");
  return result;
}

expected<std::string> secret_box::open(std::string_view sealed,
                                       std::string_view associated_data) const {
  if (sealed.size() < header_bytes || sealed[0] != layout_version)
    return fail(errc::bad_key, "what is stored is not a sealed secret of a known layout");
  auto has_id = [&](const key& x) {
    return std::equal(x.id.begin(), x.id.end(), to_bytes(sealed.data() + 1));
  };
  auto with = std::find_if(keys_.begin(), keys_.end(), has_id);
  if (with == keys_.end())
    return fail(errc::bad_key, "a secret was sealed with a key that the key file does not hold");
  auto nonce = sealed.substr(1 + key_id_bytes, nonce_bytes);
  std::string tag{sealed.substr(1 + key_id_bytes + nonce_bytes, tag_bytes)};
  auto text = sealed.substr(header_bytes);
  std::string result(text.size(), '\0');
  int length = 0;
  cipher_ptr cipher{EVP_CIPHER_CTX_new()};
  auto ok = cipher != nullptr
            && EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, with->secret.data(),
                                  to_bytes(nonce.data()))
                 == 1
            && bind_header(cipher.get(), sealed, associated_data, false)
            && EVP_DecryptUpdate(cipher.get(), to_bytes(result.data()), &length,
                                 to_bytes(text.data()), to_length(text))
                 == 1
            && EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()) == 1
            && EVP_DecryptFinal_ex(cipher.get(), to_bytes(result.data()) + length, &length) == 1;
  if (!ok)
    return fail(errc::bad_key, "a secret was tampered with or belongs to another object");
  return result;
}

} // namespace tocsin::storage
