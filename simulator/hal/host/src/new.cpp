// operator new and delete over malloc. Guests are compiled without exceptions: where the vendor's build throws
// std::bad_alloc, which no sketch catches, and ends in abort(), this one aborts directly.
#include <cstdlib>
#include <new>

namespace {
void *allocate(std::size_t size) {
  void *p = std::malloc(size ? size : 1);
  if (!p) std::abort();
  return p;
}
void *allocate_aligned(std::size_t size, std::align_val_t alignment) {
  void *p = aligned_alloc(static_cast<std::size_t>(alignment), size ? size : 1);
  if (!p) std::abort();
  return p;
}
} // namespace

void *operator new(std::size_t size) { return allocate(size); }
void *operator new[](std::size_t size) { return allocate(size); }
void *operator new(std::size_t size, const std::nothrow_t &) noexcept { return std::malloc(size ? size : 1); }
void *operator new[](std::size_t size, const std::nothrow_t &) noexcept { return std::malloc(size ? size : 1); }
void *operator new(std::size_t size, std::align_val_t a) { return allocate_aligned(size, a); }
void *operator new[](std::size_t size, std::align_val_t a) { return allocate_aligned(size, a); }
void operator delete(void *p) noexcept { std::free(p); }
void operator delete[](void *p) noexcept { std::free(p); }
void operator delete(void *p, std::size_t) noexcept { std::free(p); }
void operator delete[](void *p, std::size_t) noexcept { std::free(p); }
void operator delete(void *p, std::align_val_t) noexcept { std::free(p); }
void operator delete[](void *p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void *p, std::size_t, std::align_val_t) noexcept { std::free(p); }
void operator delete[](void *p, std::size_t, std::align_val_t) noexcept { std::free(p); }

// libc++ reports violated preconditions here (std::function without target, and the like).
namespace std {
inline namespace __1 {
[[noreturn]] void __libcpp_verbose_abort(const char *, ...) noexcept { std::abort(); }
} // namespace __1
} // namespace std
