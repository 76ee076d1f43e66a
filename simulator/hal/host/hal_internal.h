// What the HAL's own translation units share. Firmware never includes this.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "esp_partition.h"

#ifdef __cplusplus
extern "C" {
#endif

// Ends the guest with the text that ESP-IDF would print on the console; never returns.
void hal_panic(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

// Bytes that the guest's heap holds now, the most it ever held, and the largest block it could still give.
size_t hal_heap_in_use(void);
size_t hal_heap_in_use_peak(void);
size_t hal_heap_largest_free(void);

// What malloc counts, and how long it may go on without host_alloc: while `unasked` lasts and less than `plenty` is in use.
// All zero, it asks each time.
typedef struct {
  uint32_t in_use, peak, allocations;
  int32_t unasked;
  uint32_t plenty;
} hal_heap_t;
extern hal_heap_t hal_heap;

// Static stack for tasks that the host runs on our behalf.
extern uint8_t hal_timer_stack[];
extern const uint32_t hal_timer_stack_size;

// Calls of hal_loop_pass that have ended.
extern uint32_t hal_pauses;

// Differences of the sides of this pass's comparisons, in their order; count goes on past the end.
#define HAL_COMPARISONS 1024
typedef struct {
  uint32_t watching, count;
  double difference[HAL_COMPARISONS];
} hal_comparisons_t;
extern hal_comparisons_t hal_comparisons;
// For code of the HAL that compares times on a sketch's behalf: it is not instrumented.
void hal_compare(uint32_t a, uint32_t b);

// Task 0 is loopTask on core 1 unless the app says otherwise, before anything else.
void hal_name_main_task(const char *name, int core);
// Starts the task watchdog as sdkconfig says (ESP-IDF apps).
void hal_task_wdt_start(void);
// A task is gone: it is no longer subscribed.
struct tskTaskControlBlock;
void hal_task_wdt_forget(struct tskTaskControlBlock *task);

// Partitions by their row in the table: NULL and -1 for none.
const esp_partition_t *hal_partition(int32_t row);
int32_t hal_partition_row(const esp_partition_t *partition);

// Does anybody listen for events of this base on the default loop?
bool hal_event_wanted(const char *base);

// Microseconds since 1970.
double hal_wall_clock_us(void);

// The station's address came or went: what esp_netif does about it. Addresses in network order in memory.
void hal_netif_got_ip(uint32_t ip, uint32_t netmask, uint32_t gateway);
void hal_netif_lost_ip(void);

// Body of a FreeRTOS task, one esp_timer callback: called by the exports in host/src/entry.
void hal_freertos_run(uint32_t id);
void hal_esp_timer_run(uint32_t id);
void hal_gpio_run(int pin);
// A handler that Arduino's attachInterrupt gave; nothing in an app without the core.
void hal_gpio_attached(int pin);
void hal_set_isr(bool inside);

#ifdef __cplusplus
}
#endif
