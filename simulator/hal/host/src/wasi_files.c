// libc's file calls. There is no POSIX view of the board's file system (on the chip it would be ESP-IDF's VFS): fopen,
// open and opendir fail with ENOSYS instead of failing to link. Sketches use SPIFFS.h and LittleFS.h.
#include <wasi/api.h>

#define NO_FILES(name, ...) \
  __wasi_errno_t __wasi_##name(__VA_ARGS__) { return __WASI_ERRNO_NOSYS; }

// No preopened directory: BADF ends libc's enumeration.
__wasi_errno_t __wasi_fd_prestat_get(__wasi_fd_t fd, __wasi_prestat_t *out) {
  (void)fd, (void)out;
  return __WASI_ERRNO_BADF;
}
#pragma clang diagnostic ignored "-Wunused-parameter"
NO_FILES(fd_prestat_dir_name, __wasi_fd_t fd, uint8_t *path, __wasi_size_t length)
NO_FILES(path_open, __wasi_fd_t fd, __wasi_lookupflags_t dirflags, const char *path, __wasi_oflags_t oflags,
         __wasi_rights_t base, __wasi_rights_t inheriting, __wasi_fdflags_t fdflags, __wasi_fd_t *out)
NO_FILES(path_filestat_get, __wasi_fd_t fd, __wasi_lookupflags_t flags, const char *path, __wasi_filestat_t *out)
NO_FILES(path_create_directory, __wasi_fd_t fd, const char *path)
NO_FILES(path_remove_directory, __wasi_fd_t fd, const char *path)
NO_FILES(path_unlink_file, __wasi_fd_t fd, const char *path)
NO_FILES(path_rename, __wasi_fd_t fd, const char *old_path, __wasi_fd_t new_fd, const char *new_path)
NO_FILES(fd_filestat_get, __wasi_fd_t fd, __wasi_filestat_t *out)
NO_FILES(fd_fdstat_set_flags, __wasi_fd_t fd, __wasi_fdflags_t flags)
NO_FILES(fd_readdir, __wasi_fd_t fd, uint8_t *buf, __wasi_size_t length, __wasi_dircookie_t cookie, __wasi_size_t *out)
NO_FILES(fd_renumber, __wasi_fd_t fd, __wasi_fd_t to)
NO_FILES(fd_sync, __wasi_fd_t fd)
NO_FILES(fd_tell, __wasi_fd_t fd, __wasi_filesize_t *out)
