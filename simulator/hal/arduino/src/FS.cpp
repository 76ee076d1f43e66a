// Files over the host's file imports, which know whole files: a File that is open for writing collects its content and
// hands it over on flush(), close(), or when its last handle goes.
#include <string>
#include <vector>
#include "LittleFS.h"
#include "SPIFFS.h"
#include "host.h"

namespace fs {

namespace {
enum { PATH_MAX_LENGTH = 255 };
int32_t size_of(const std::string &path) { return host_fs_size(path.c_str(), path.size()); }

// Full path of the index-th file, empty when there are no more.
std::string nth(uint32_t index) {
  char path[PATH_MAX_LENGTH + 1];
  int32_t length = host_fs_list(index, path, sizeof path);
  return length > 0 ? std::string(path, static_cast<size_t>(length) < sizeof path ? length : sizeof path) : std::string();
}
std::string as_directory(const std::string &path) { return path == "/" || path.ends_with('/') ? path : path + "/"; }
bool is_directory(const std::string &path) {
  if (path == "/") return true;
  std::string prefix = as_directory(path);
  for (uint32_t i = 0;; i++) {
    std::string file = nth(i);
    if (file.empty()) return false;
    if (file.starts_with(prefix)) return true;
  }
}
} // namespace

class FileImpl {
public:
  std::string path;
  std::vector<uint8_t> content;
  size_t position = 0;
  bool readable = false, writable = false, append = false, dirty = false, open = true, directory = false;
  uint32_t next = 0;                // directory: index of the next file to look at
  std::string last;                 // directory: the entry given last, to skip its other files

  ~FileImpl() { flush(); }

  bool load() {
    int32_t size = size_of(path);
    if (size < 0) return false;
    content.resize(static_cast<size_t>(size));
    return size == 0 || host_fs_read(path.c_str(), path.size(), 0, content.data(), content.size()) == size;
  }
  bool flush() {
    if (!open || !dirty) return true;
    dirty = host_fs_write(path.c_str(), path.size(), content.data(), content.size()) == 0;
    if (dirty) log_e("%s: not enough space for %u bytes", path.c_str(), static_cast<unsigned>(content.size()));
    return !dirty;
  }
};

File::operator bool() const { return _p && _p->open; }

size_t File::write(const uint8_t *buf, size_t size) {
  if (!*this || !_p->writable) return 0;
  if (_p->append) _p->position = _p->content.size();
  if (_p->position + size > _p->content.size()) _p->content.resize(_p->position + size);
  memcpy(_p->content.data() + _p->position, buf, size);
  _p->position += size;
  _p->dirty = true;
  return size;
}
int File::available() { return *this && !_p->directory ? static_cast<int>(_p->content.size() - _p->position) : 0; }
size_t File::read(uint8_t *buf, size_t size) {
  if (!*this || !_p->readable) return 0;
  size_t left = _p->content.size() - _p->position, n = size < left ? size : left;
  memcpy(buf, _p->content.data() + _p->position, n);
  _p->position += n;
  return n;
}
int File::read() {
  uint8_t c;
  return read(&c, 1) == 1 ? c : -1;
}
int File::peek() {
  return *this && _p->readable && _p->position < _p->content.size() ? _p->content[_p->position] : -1;
}
void File::flush() {
  if (*this) _p->flush();
}
bool File::seek(uint32_t pos, SeekMode mode) {
  if (!*this) return false;
  size_t base = mode == SeekSet ? 0 : mode == SeekCur ? _p->position : _p->content.size();
  if (base + pos > _p->content.size()) return false;
  _p->position = base + pos;
  return true;
}
size_t File::position() const { return *this ? _p->position : 0; }
size_t File::size() const { return *this ? _p->content.size() : 0; }
void File::close() {
  if (!_p) return;
  _p->flush();
  _p->open = false;
  _p.reset();
}
const char *File::path() const { return *this ? _p->path.c_str() : nullptr; }
const char *File::name() const {
  if (!*this) return nullptr;
  size_t slash = _p->path.rfind('/');
  return _p->path.c_str() + (slash == std::string::npos || _p->path == "/" ? 0 : slash + 1);
}
boolean File::isDirectory(void) { return *this && _p->directory; }
void File::rewindDirectory(void) {
  if (!*this) return;
  _p->next = 0;
  _p->last.clear();
}

static File open_file(const std::string &path, const char *mode);

// Direct children only: files as such, deeper ones as their directory, once.
File File::openNextFile(const char *mode) {
  if (!isDirectory()) return File();
  std::string prefix = as_directory(_p->path);
  for (;;) {
    std::string file = nth(_p->next++);
    if (file.empty()) return File();
    if (!file.starts_with(prefix)) continue;
    size_t slash = file.find('/', prefix.size());
    std::string entry = slash == std::string::npos ? file : file.substr(0, slash);
    if (entry == _p->last) continue;
    _p->last = entry;
    return open_file(entry, mode);
  }
}

static File open_file(const std::string &path, const char *mode) {
  auto file = std::make_shared<FileImpl>();
  file->path = path;
  bool plus = strchr(mode, '+') != nullptr;
  bool there = size_of(path) >= 0;
  file->readable = *mode == 'r' || plus;
  file->writable = *mode != 'r' || plus;
  file->append = *mode == 'a';
  if (*mode == 'w' || (*mode == 'a' && !there)) {
    file->dirty = true; // an empty file exists from now on
    if (!file->flush()) return File();
    return File(file);
  }
  if (!there && is_directory(path)) {
    file->directory = true;
    return File(file);
  }
  if (!there || !file->load()) {
    log_e("%s does not exist, no permits for creation", path.c_str());
    return File();
  }
  return File(file);
}

File FS::open(const char *path, const char *mode, const bool) {
  if (!_mounted || !path || path[0] != '/' || strlen(path) > PATH_MAX_LENGTH || !mode || !strchr("rwa", *mode) || !*mode) {
    log_e("%s: not mounted, bad path or bad mode", path ? path : "(null)");
    return File();
  }
  return open_file(path, mode);
}
bool FS::exists(const char *path) { return _mounted && path && (size_of(path) >= 0 || is_directory(path)); }
bool FS::remove(const char *path) { return _mounted && path && host_fs_remove(path, strlen(path)) != 0; }
bool FS::rename(const char *from, const char *to) {
  return _mounted && from && to && exists(from) && host_fs_rename(from, strlen(from), to, strlen(to)) != 0;
}
bool FS::mkdir(const char *path) { return _mounted && path && path[0] == '/' && size_of(path) < 0; }
bool FS::rmdir(const char *path) { return _mounted && path && path[0] == '/' && size_of(path) < 0 && !is_directory(path); }

static size_t totals(int which) {
  uint32_t figures[2] = {0, 0};
  host_fs_totals(figures);
  return figures[which];
}
bool SPIFFSFS::begin(bool formatOnFail, const char *, uint8_t, const char *) { return _mounted = host_fs_mount(formatOnFail) != 0; }
bool SPIFFSFS::format() { return host_fs_format() != 0; }
size_t SPIFFSFS::totalBytes() { return totals(0); }
size_t SPIFFSFS::usedBytes() { return totals(1); }
void SPIFFSFS::end() { _mounted = false; }
bool LittleFSFS::begin(bool formatOnFail, const char *, uint8_t, const char *) { return _mounted = host_fs_mount(formatOnFail) != 0; }
bool LittleFSFS::format() { return host_fs_format() != 0; }
size_t LittleFSFS::totalBytes() { return totals(0); }
size_t LittleFSFS::usedBytes() { return totals(1); }
void LittleFSFS::end() { _mounted = false; }

} // namespace fs

fs::SPIFFSFS SPIFFS;
fs::LittleFSFS LittleFS;
