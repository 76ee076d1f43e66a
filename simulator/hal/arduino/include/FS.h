// Files (libraries/FS/src/FS.h). A File is a handle: copies share position and content; closing it, or the last copy
// going, writes the content back to the board's file system partition.
#pragma once
#include <Arduino.h>
#include <memory>
#include <time.h>

#define FILE_READ "r"
#define FILE_WRITE "w"
#define FILE_APPEND "a"

namespace fs {

enum SeekMode { SeekSet = 0, SeekCur = 1, SeekEnd = 2 };

class FileImpl;
typedef std::shared_ptr<FileImpl> FileImplPtr;

class File : public Stream {
public:
  File(FileImplPtr p = FileImplPtr()) : _p(p) { _timeout = 0; }
  size_t write(uint8_t c) override { return write(&c, 1); }
  size_t write(const uint8_t *buf, size_t size) override;
  using Print::write;
  int available() override;
  int read() override;
  int peek() override;
  void flush() override;
  size_t read(uint8_t *buf, size_t size);
  size_t readBytes(char *buffer, size_t length) override { return read(reinterpret_cast<uint8_t *>(buffer), length); }
  bool seek(uint32_t pos, SeekMode mode);
  bool seek(uint32_t pos) { return seek(pos, SeekSet); }
  size_t position() const;
  size_t size() const;
  bool setBufferSize(size_t size) { return (void)size, static_cast<bool>(*this); }
  void close();
  operator bool() const;
  time_t getLastWrite() { return 0; } // the board's file systems keep no times
  const char *path() const;
  const char *name() const;
  boolean isDirectory(void);
  File openNextFile(const char *mode = FILE_READ);
  void rewindDirectory(void);

protected:
  FileImplPtr _p;
};

class FS {
public:
  File open(const char *path, const char *mode = FILE_READ, const bool create = false);
  File open(const String &path, const char *mode = FILE_READ, const bool create = false) { return open(path.c_str(), mode, create); }
  bool exists(const char *path);
  bool exists(const String &path) { return exists(path.c_str()); }
  bool remove(const char *path);
  bool remove(const String &path) { return remove(path.c_str()); }
  bool rename(const char *pathFrom, const char *pathTo);
  bool rename(const String &pathFrom, const String &pathTo) { return rename(pathFrom.c_str(), pathTo.c_str()); }
  bool mkdir(const char *path);
  bool mkdir(const String &path) { return mkdir(path.c_str()); }
  bool rmdir(const char *path);
  bool rmdir(const String &path) { return rmdir(path.c_str()); }

protected:
  bool _mounted = false;
};

} // namespace fs

#ifndef FS_NO_GLOBALS
using fs::File;
using fs::FS;
using fs::SeekCur;
using fs::SeekEnd;
using fs::SeekMode;
using fs::SeekSet;
#endif
