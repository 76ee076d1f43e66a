// malloc on the guest's linear memory above the static data, as small and strict as the chip's multi_heap:
// 8-byte aligned blocks with boundary tags, free lists by size class, neighbours merged on free, pages taken from the
// host only when needed. malloc answers NULL when the board's heap is used up; a corrupt block ends the guest.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "hal_internal.h"
#include "host.h"

typedef struct block {
  uint32_t size;     // bytes of the whole block, a multiple of 8; bit 0 = in use, bit 1 = the block before is in use
  uint32_t guard;    // GUARD ^ size while in use: a header overwritten by the block before shows at free()
  struct block *next, *prev; // only while free; a free block's size is repeated in its last four bytes
} block;

enum { HEADER = 8, MIN_BLOCK = 24, IN_USE = 1, PREV_IN_USE = 2, FLAGS = 7, CLASSES = 28, PAGE = 65536 };
#define GUARD 0xC0FFEE00u

extern unsigned char __heap_base;
static block *free_lists[CLASSES];
static unsigned char *heap_start, *heap_end; // heap_end: where the last block's successor would start
static size_t limit;
hal_heap_t hal_heap;

static inline uint32_t size_of(const block *b) { return b->size & ~(uint32_t)FLAGS; }
static inline block *after(block *b) { return (block *)((unsigned char *)b + size_of(b)); }
static inline void *payload(block *b) { return (unsigned char *)b + HEADER; }
static inline block *header(void *p) { return (block *)((unsigned char *)p - HEADER); }
static inline unsigned class_of(uint32_t size) { return 31 - __builtin_clz(size) - 4; } // 24…31 → 0, 32…63 → 1, …

static void set_foot(block *b) { ((uint32_t *)after(b))[-1] = size_of(b); }
static void seal(block *b) { b->guard = GUARD ^ size_of(b); }

static void list_add(block *b) {
  block **head = &free_lists[class_of(size_of(b))];
  b->prev = NULL;
  b->next = *head;
  if (*head) (*head)->prev = b;
  *head = b;
  b->guard = 0;
  set_foot(b);
}

static void list_remove(block *b) {
  if (b->next) b->next->prev = b->prev;
  if (b->prev) b->prev->next = b->next;
  else free_lists[class_of(size_of(b))] = b->next;
}

// The end of the heap is a header of size 0 that counts as in use, so merging stops there.
static void write_end(unsigned char *at, uint32_t flags) {
  ((block *)at)->size = IN_USE | flags;
  ((block *)at)->guard = GUARD;
}

static block *merge(block *b) {
  block *next = after(b);
  if (!(next->size & IN_USE)) {
    list_remove(next);
    b->size += size_of(next);
  }
  if (!(b->size & PREV_IN_USE)) {
    block *prev = (block *)((unsigned char *)b - ((uint32_t *)b)[-1]);
    list_remove(prev);
    prev->size += size_of(b);
    b = prev;
  }
  after(b)->size &= ~(uint32_t)PREV_IN_USE;
  list_add(b);
  return b;
}

static int start(void) {
  heap_start = (unsigned char *)(((uintptr_t)&__heap_base + 7) & ~(uintptr_t)7);
  limit = host_heap_free(0);
  heap_end = (unsigned char *)((size_t)__builtin_wasm_memory_size(0) * PAGE);
  if (heap_end < heap_start + 2 * MIN_BLOCK) {
    if (__builtin_wasm_memory_grow(0, 1) == (size_t)-1) return 0;
    heap_end = (unsigned char *)((size_t)__builtin_wasm_memory_size(0) * PAGE);
  }
  heap_end -= HEADER;
  write_end(heap_end, 0);
  block *all = (block *)heap_start;
  all->size = (uint32_t)(heap_end - heap_start) | PREV_IN_USE;
  list_add(all);
  return 1;
}

static int grow(uint32_t need) {
  size_t pages = ((size_t)need + HEADER + PAGE - 1) / PAGE;
  if (__builtin_wasm_memory_grow(0, pages) == (size_t)-1) return 0;
  block *fresh = (block *)heap_end; // takes the place of the old end mark and inherits its flag
  fresh->size = (uint32_t)(pages * PAGE) | (fresh->size & PREV_IN_USE);
  heap_end += pages * PAGE;
  write_end(heap_end, 0);
  merge(fresh);
  return 1;
}

static block *find(uint32_t size) {
  for (unsigned c = class_of(size); c < CLASSES; c++)
    for (block *b = free_lists[c]; b; b = b->next)
      if (size_of(b) >= size) return b;
  return NULL;
}

static void split(block *b, uint32_t size) {
  uint32_t rest = size_of(b) - size;
  if (rest < MIN_BLOCK) return;
  b->size = size | (b->size & FLAGS);
  block *tail = after(b);
  tail->size = rest | PREV_IN_USE;
  merge(tail);
}

static void take(block *b) {
  b->size |= IN_USE;
  after(b)->size |= PREV_IN_USE;
  seal(b);
  hal_heap.in_use += size_of(b);
  if (hal_heap.in_use > hal_heap.peak) hal_heap.peak = hal_heap.in_use;
}

static uint32_t block_size(size_t bytes) {
  size_t size = (bytes + HEADER + 7) & ~(size_t)7;
  return size < MIN_BLOCK ? MIN_BLOCK : (uint32_t)size;
}

static void check(block *b) {
  if (!(b->size & IN_USE) || b->guard != (GUARD ^ size_of(b)) || (unsigned char *)b < heap_start ||
      (unsigned char *)b >= heap_end)
    hal_panic("CORRUPT HEAP: Bad head at %p. Expected 0x%08lx got 0x%08lx", (void *)b,
              (unsigned long)(GUARD ^ size_of(b)), (unsigned long)b->guard);
}

// What waits in the network's buffers stands on the same heap, so the host is asked; while much is free, now and then.
static bool may_take(uint32_t size) {
  hal_heap.allocations++;
  if (--hal_heap.unasked >= 0 && hal_heap.in_use + size < hal_heap.plenty) return true;
  return host_alloc(size, hal_heap.in_use);
}

void *malloc(size_t bytes) {
  if (!heap_start && !start()) return NULL;
  if (bytes > 0x7fffff00u) goto none;
  {
    uint32_t size = block_size(bytes);
    if (limit && !may_take(size)) goto none;
    block *b = find(size);
    if (!b && (!grow(size) || !(b = find(size)))) goto none;
    list_remove(b);
    split(b, size);
    take(b);
    return payload(b);
  }
none:
  errno = ENOMEM;
  return NULL;
}

void free(void *p) {
  if (!p) return;
  block *b = header(p);
  check(b);
  hal_heap.in_use -= size_of(b);
  b->size &= ~(uint32_t)IN_USE;
  merge(b);
}

void *calloc(size_t count, size_t bytes) {
  size_t total;
  if (__builtin_mul_overflow(count, bytes, &total)) {
    errno = ENOMEM;
    return NULL;
  }
  void *p = malloc(total);
  if (p) memset(p, 0, total);
  return p;
}

void *realloc(void *p, size_t bytes) {
  if (!p) return malloc(bytes);
  if (bytes == 0) {
    free(p);
    return NULL;
  }
  block *b = header(p);
  check(b);
  size_t held = size_of(b) - HEADER;
  if (bytes <= held) {
    uint32_t before = size_of(b);
    split(b, block_size(bytes));
    hal_heap.in_use -= before - size_of(b);
    seal(b);
    return p;
  }
  void *moved = malloc(bytes);
  if (!moved) return NULL;
  memcpy(moved, p, held);
  free(p);
  return moved;
}

// Alignments above 8 are rare in firmware: over-allocate, then cut the front off as a free block.
void *aligned_alloc(size_t alignment, size_t bytes) {
  if (alignment <= 8) return malloc(bytes);
  if ((alignment & (alignment - 1)) != 0) return NULL;
  unsigned char *p = malloc(bytes + alignment + MIN_BLOCK);
  if (!p) return NULL;
  unsigned char *aligned = (unsigned char *)(((uintptr_t)p + alignment - 1) & ~(uintptr_t)(alignment - 1));
  if (aligned == p) return p;
  while ((size_t)(aligned - p) < MIN_BLOCK) aligned += alignment;
  block *front = header(p), *b = header(aligned);
  uint32_t cut = (uint32_t)(aligned - p);
  b->size = (size_of(front) - cut) | IN_USE;
  seal(b);
  front->size = cut | (front->size & PREV_IN_USE);
  hal_heap.in_use -= cut;
  merge(front);
  return aligned;
}

int posix_memalign(void **out, size_t alignment, size_t bytes) {
  void *p = aligned_alloc(alignment, bytes);
  if (!p) return ENOMEM;
  *out = p;
  return 0;
}
void *memalign(size_t alignment, size_t bytes) { return aligned_alloc(alignment, bytes); }
size_t malloc_usable_size(void *p) { return p ? size_of(header(p)) - HEADER : 0; }

size_t hal_heap_in_use(void) { return hal_heap.in_use; }
size_t hal_heap_in_use_peak(void) { return hal_heap.peak; }

size_t hal_heap_largest_free(void) {
  size_t unused = host_heap_free(hal_heap.in_use), largest = 0;
  for (unsigned c = 0; c < CLASSES; c++)
    for (block *b = free_lists[c]; b; b = b->next)
      if (size_of(b) > largest) largest = size_of(b);
  size_t committed = heap_start ? (size_t)(heap_end - heap_start) : 0;
  size_t unmapped = limit > committed ? limit - committed : 0; // pages not yet taken count as one block
  if (unmapped > largest) largest = unmapped;
  if (largest > unused) largest = unused;
  return largest > HEADER ? largest - HEADER : 0;
}

// The names by which libc's own files allocate.
void *__libc_malloc(size_t bytes) { return malloc(bytes); }
void *__libc_calloc(size_t count, size_t bytes) { return calloc(count, bytes); }
void __libc_free(void *p) { free(p); }
