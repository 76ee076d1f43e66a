// The only door between a guest (firmware compiled to WebAssembly) and its virtual board.
//
// Everything the HAL offers to firmware is built on these imports. Rules:
// - one import module per concern; the host implements each in simulator/guest/imports/<module>.ts;
// - (S) marks an import that may suspend the calling FreeRTOS task (JSPI): other tasks, timers and boards run meanwhile;
//   every other import returns at once;
// - strings go as (pointer, length), never NUL-terminated; the guest owns every buffer; the host writes only into
//   buffers that the guest names, within the capacity that the guest states;
// - times are microseconds since this boot, as double (exact up to 2^53);
// - sizes and ids are 32-bit; booleans are 0 or 1; esp_err_t values are those of ESP-IDF's esp_err.h.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HOST_IMPORT(module, name) __attribute__((import_module(#module), import_name(#name)))

// ---- core: time, chance, life and death ------------------------------------------------------------------
HOST_IMPORT(core, micros) double host_micros(void);           // charges a little virtual time, so busy waits end
HOST_IMPORT(core, wall_clock) double host_wall_clock(void);   // since 1970; 0 at power-on, kept across other resets
HOST_IMPORT(core, set_wall_clock) void host_set_wall_clock(double us);
HOST_IMPORT(core, delay) void host_delay(double us);          // (S) vTaskDelay/delay
HOST_IMPORT(core, yield) void host_yield(void);               // taskYIELD: a little time passes. Not (S): one that suspends does so even when nobody waits
HOST_IMPORT(core, loop_again) int host_loop_again(void);         // a pass of loop() has ended: 1 = the next one begins at once
HOST_IMPORT(core, budget) void host_budget(void);             // (S) called by __sanitizer_cov_trace_pc when hal_edges_left < 0
HOST_IMPORT(core, random) uint32_t host_random(void);         // esp_random
HOST_IMPORT(core, restart) void host_restart(void);           // (S) esp_restart: never returns
HOST_IMPORT(core, panic) void host_panic(const char *reason, size_t length); // abort/assert: never returns (the host traps)
HOST_IMPORT(core, reset_reason) int host_reset_reason(void);  // esp_reset_reason_t
HOST_IMPORT(core, mac) void host_mac(uint8_t out[6]);         // base MAC (efuse): the WiFi station's; SoftAP = last byte + 1
HOST_IMPORT(core, alloc) int host_alloc(uint32_t bytes, uint32_t in_use);    // may the heap give this block? also where a test lets an allocation fail
HOST_IMPORT(core, sntp) double host_sntp(const char *server, size_t length); // (S) asks a time server: µs since 1970, or < 0: no answer
HOST_IMPORT(core, secure_version) uint32_t host_secure_version(int32_t burn); // eFuse; burn >= 0 raises it first
HOST_IMPORT(core, heap_free) uint32_t host_heap_free(uint32_t in_use); // bytes an ordinary ESP32 would still have
HOST_IMPORT(core, chip) uint32_t host_chip(int what);         // 0 chip id (real id), 1 cores, 2 revision (major*100+minor), 3 CPU MHz, 4 flash bytes
HOST_IMPORT(core, log) void host_log(int level, const char *text, size_t length); // one line for the simulator's own diagnostics
// The task watchdog. idle: which cores' idle tasks are watched (bit 0 = core 0), whether a timeout is a panic or a warning. watch: the subscribed tasks and
// users have until us from now (< 0: nobody is subscribed); names = who has not reset yet, lines to print.
HOST_IMPORT(core, wdt_idle) void host_wdt_idle(double timeout_us, uint32_t core_mask, int panic);
HOST_IMPORT(core, wdt_watch) void host_wdt_watch(double us, const char *names, size_t length);
HOST_IMPORT(core, loop_wdt) void host_loop_wdt(int what);     // 0 disableLoopWDT, 1 enableLoopWDT, 2 feedLoopWDT

// ---- task: FreeRTOS tasks besides loopTask. The host runs hal_task_entry(id) on a JSPI stack of its own with the C
//      shadow stack [stack, stack+size). -----------------------------------------------------------------------------
HOST_IMPORT(task, create) uint32_t host_task_create(uint32_t id, int priority, int core, void *stack, uint32_t stack_size, const char *name, size_t length); // core -1 = any
HOST_IMPORT(task, main) void host_task_main(const char *name, size_t length, int core); // what task 0 is called, and its core
HOST_IMPORT(task, priority) void host_task_priority(uint32_t id, int priority);
HOST_IMPORT(task, suspend) void host_task_suspend(uint32_t id); // it does not run from its next switch on, until resume
HOST_IMPORT(task, resume) void host_task_resume(uint32_t id);
HOST_IMPORT(task, exit) void host_task_exit(uint32_t id);     // (S) vTaskDelete(self): never returns
HOST_IMPORT(task, kill) void host_task_kill(uint32_t id);     // vTaskDelete(another)
HOST_IMPORT(task, current) uint32_t host_task_current(void);  // 0 = loopTask, 1 = esp_timer task, else id of hal_task_entry
HOST_IMPORT(task, wait) int host_task_wait(uint32_t channel, double timeout_us); // (S) 1 = notified, 0 = timed out; timeout < 0 = for ever
HOST_IMPORT(task, notify) void host_task_notify(uint32_t channel); // wakes the waiters of that channel (semaphores, queues, events)

// ---- timer: esp_timer. The host calls hal_timer_fire(id) in the esp_timer task. ------------------------------------
HOST_IMPORT(timer, start) void host_timer_start(uint32_t id, double us, int periodic);
HOST_IMPORT(timer, stop) void host_timer_stop(uint32_t id);

// ---- gpio ---------------------------------------------------------------------------------------------------------
HOST_IMPORT(gpio, mode) void host_gpio_mode(int pin, int mode);            // Arduino's INPUT 0x01, OUTPUT 0x03, INPUT_PULLUP 0x05, …
HOST_IMPORT(gpio, write) void host_gpio_write(int pin, int level);
HOST_IMPORT(gpio, read) int host_gpio_read(int pin);
HOST_IMPORT(gpio, analog_read) int host_gpio_analog_read(int pin);         // 0…4095
HOST_IMPORT(gpio, analog_write) void host_gpio_analog_write(int pin, int duty); // PWM duty 0…255
HOST_IMPORT(gpio, attach) void host_gpio_attach(int pin, int mode);        // RISING 1, FALLING 2, CHANGE 3; 0 detaches. Host calls hal_gpio_isr(pin)

// ---- uart ---------------------------------------------------------------------------------------------------------
HOST_IMPORT(uart, begin) void host_uart_begin(int port, uint32_t baud);
HOST_IMPORT(uart, write) void host_uart_write(int port, const uint8_t *data, size_t length);
HOST_IMPORT(uart, available) uint32_t host_uart_available(int port);
HOST_IMPORT(uart, read) int host_uart_read(int port, uint8_t *out, size_t capacity); // bytes taken
HOST_IMPORT(uart, peek) int host_uart_peek(int port);                      // -1 when empty

// ---- ota: partitions and esp_ota_ops. A partition is named by its row in the partition table. ----------------------
typedef struct { uint32_t type, subtype, address, size, erase_size, encrypted, readonly; char label[17]; } host_partition_t;
HOST_IMPORT(ota, partition_count) uint32_t host_partition_count(void);
HOST_IMPORT(ota, partition_info) int host_partition_info(uint32_t row, host_partition_t *out); // 0 = no such row
HOST_IMPORT(ota, partition_read) int32_t host_partition_read(uint32_t row, uint32_t offset, void *out, uint32_t size);   // esp_err_t
HOST_IMPORT(ota, partition_write) int32_t host_partition_write(uint32_t row, uint32_t offset, const void *data, uint32_t size);
HOST_IMPORT(ota, partition_erase) int32_t host_partition_erase(uint32_t row, uint32_t offset, uint32_t size);
HOST_IMPORT(ota, running) int32_t host_ota_running(void);                  // row
HOST_IMPORT(ota, boot) int32_t host_ota_boot(void);                        // row that otadata now selects, -1 none
HOST_IMPORT(ota, next) int32_t host_ota_next(int32_t start_row);           // next update partition's row, -1 none; start -1 = running
HOST_IMPORT(ota, last_invalid) int32_t host_ota_last_invalid(void);
HOST_IMPORT(ota, state) int32_t host_ota_state(uint32_t row, uint32_t *state); // esp_err_t; esp_ota_img_states_t
HOST_IMPORT(ota, set_boot) int32_t host_ota_set_boot(uint32_t row);        // verifies the image as esp_ota_set_boot_partition does
HOST_IMPORT(ota, mark_valid) int32_t host_ota_mark_valid(void);
HOST_IMPORT(ota, mark_invalid) int32_t host_ota_mark_invalid(void);        // without the reboot; the HAL restarts afterwards
HOST_IMPORT(ota, rollback_possible) int host_ota_rollback_possible(void);
HOST_IMPORT(ota, rollback_enabled) int host_ota_rollback_enabled(void);    // CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE of this board's bootloader
HOST_IMPORT(ota, begin) int32_t host_ota_begin(uint32_t row, uint32_t image_size, uint32_t *handle); // esp_ota_begin, all its checks
HOST_IMPORT(ota, resume) int32_t host_ota_resume(uint32_t row, uint32_t erase_size, uint32_t offset, uint32_t *handle);
HOST_IMPORT(ota, erase_last) int32_t host_ota_erase_last(int keep_app);    // esp_ota_erase_last_boot_app_partition; keep_app: the otadata entry alone
HOST_IMPORT(ota, image_length) uint32_t host_ota_image_length(uint32_t row); // of the verified image, hash included; 0 = invalid
HOST_IMPORT(ota, write) int32_t host_ota_write(uint32_t handle, const void *data, uint32_t size);
HOST_IMPORT(ota, write_at) int32_t host_ota_write_at(uint32_t handle, const void *data, uint32_t size, uint32_t offset);
HOST_IMPORT(ota, end) int32_t host_ota_end(uint32_t handle);
HOST_IMPORT(ota, abort) int32_t host_ota_abort(uint32_t handle);
HOST_IMPORT(ota, app_desc) int32_t host_ota_app_desc(uint32_t row, void *out256); // esp_app_desc_t of the image in that slot
HOST_IMPORT(ota, sketch_md5) void host_ota_sketch_md5(char out[32]);       // ESP.getSketchMD5: hex MD5 of the running image's bytes
HOST_IMPORT(ota, sketch_size) uint32_t host_ota_sketch_size(void);

// ---- update: Arduino's Update (UpdateClass), whose flash operations the board performs in the vendor's order ---------
HOST_IMPORT(update, begin) int host_update_begin(uint32_t size, int command);   // size 0xFFFFFFFF = UPDATE_SIZE_UNKNOWN; U_FLASH 0
HOST_IMPORT(update, set_md5) int host_update_set_md5(const char *hex, size_t length);
HOST_IMPORT(update, write) uint32_t host_update_write(const uint8_t *data, size_t length);
HOST_IMPORT(update, end) int host_update_end(int even_if_remaining);
HOST_IMPORT(update, abort) void host_update_abort(void);
HOST_IMPORT(update, query) uint32_t host_update_query(int what); // 0 running, 1 error code, 2 progress, 3 size, 4 remaining, 5 finished
HOST_IMPORT(update, md5) int host_update_md5(char out[32]);      // MD5 so far/at end; 0 = none

// ---- nvs: nvs.h on the NVS partition (page format of ESP-IDF). type = nvs_type_t (U8 0x01, I8 0x11, … STR 0x21, BLOB 0x42) ----
HOST_IMPORT(nvs, init) int32_t host_nvs_init(const char *partition, size_t length);
HOST_IMPORT(nvs, erase_all_partition) int32_t host_nvs_flash_erase(const char *partition, size_t length);
HOST_IMPORT(nvs, open) int32_t host_nvs_open(const char *ns, size_t length, int readwrite, uint32_t *handle);
HOST_IMPORT(nvs, close) void host_nvs_close(uint32_t handle);
HOST_IMPORT(nvs, get) int32_t host_nvs_get(uint32_t handle, const char *key, size_t key_length, int type, void *out, uint32_t *length); // out NULL = length only; STR length includes NUL
HOST_IMPORT(nvs, set) int32_t host_nvs_set(uint32_t handle, const char *key, size_t key_length, int type, const void *data, uint32_t length);
HOST_IMPORT(nvs, find) int32_t host_nvs_find(uint32_t handle, const char *key, size_t key_length, int *type); // esp_err_t
HOST_IMPORT(nvs, erase_key) int32_t host_nvs_erase_key(uint32_t handle, const char *key, size_t key_length);
HOST_IMPORT(nvs, erase_all) int32_t host_nvs_erase_all(uint32_t handle);
HOST_IMPORT(nvs, commit) int32_t host_nvs_commit(uint32_t handle);
typedef struct { char namespace_name[16], key[16]; int type; } host_nvs_entry_t;
HOST_IMPORT(nvs, deinit) int32_t host_nvs_deinit(void);
HOST_IMPORT(nvs, used) int32_t host_nvs_used(uint32_t handle, uint32_t *entries);
HOST_IMPORT(nvs, namespace) int32_t host_nvs_namespace(uint32_t handle, char out[16]);
HOST_IMPORT(nvs, entry) int32_t host_nvs_entry(const char *ns, size_t length, int type, uint32_t index, host_nvs_entry_t *out); // index-th key; ns empty = all, type 0xff = any
HOST_IMPORT(nvs, stats) int32_t host_nvs_stats(uint32_t out[4]);  // used, free, total, namespaces

// ---- fs: files of the file system partition (SPIFFS, LittleFS). Whole files: they are small. -------------------------
HOST_IMPORT(fs, mount) int host_fs_mount(int format_on_fail);
HOST_IMPORT(fs, format) int host_fs_format(void);
HOST_IMPORT(fs, size) int32_t host_fs_size(const char *path, size_t length);     // -1 = no such file
HOST_IMPORT(fs, read) int32_t host_fs_read(const char *path, size_t length, uint32_t offset, void *out, uint32_t size);
HOST_IMPORT(fs, write) int host_fs_write(const char *path, size_t length, const void *data, uint32_t size); // replaces the file
HOST_IMPORT(fs, remove) int host_fs_remove(const char *path, size_t length);
HOST_IMPORT(fs, rename) int host_fs_rename(const char *from, size_t from_length, const char *to, size_t to_length);
HOST_IMPORT(fs, list) int32_t host_fs_list(uint32_t index, char *path, uint32_t capacity); // path length of the index-th file, -1 = no more
HOST_IMPORT(fs, totals) void host_fs_totals(uint32_t out[2]);     // total, used bytes

// ---- wifi: the station that a sketch drives itself (WiFi.begin); painlessMesh drives its own through `mesh` ---------
//      esp_wifi hears of the station's fate by events: after watch() they wait for event(), and HOST_CHANNEL_WIFI is notified.
enum { HOST_CHANNEL_WIFI = 1 }; // channels of task.wait below 16 are the host's
enum { HOST_WIFI_CONNECTED = 1, HOST_WIFI_DISCONNECTED = 2 };
typedef struct { uint32_t kind, reason /* wifi_err_reason_t */, ip, netmask, gateway, channel, ssid_length; int32_t rssi; uint8_t bssid[8], ssid[32]; } host_wifi_event_t;
HOST_IMPORT(wifi, watch) void host_wifi_watch(void);
HOST_IMPORT(wifi, event) int host_wifi_event(host_wifi_event_t *out); // 1 = filled
HOST_IMPORT(wifi, mode) void host_wifi_mode(int mode);
HOST_IMPORT(wifi, begin) void host_wifi_begin(const char *ssid, size_t ssid_length, const char *pass, size_t pass_length, int channel);
HOST_IMPORT(wifi, disconnect) void host_wifi_disconnect(void);
HOST_IMPORT(wifi, status) int host_wifi_status(void);             // wl_status_t: 3 WL_CONNECTED, 6 WL_DISCONNECTED, …
HOST_IMPORT(wifi, ip) uint32_t host_wifi_ip(int which);           // 0 station, 1 SoftAP, 2 gateway; network order in memory as IPAddress stores it
HOST_IMPORT(wifi, rssi) int host_wifi_rssi(void);
HOST_IMPORT(wifi, channel) int host_wifi_channel(void);
HOST_IMPORT(wifi, ssid) uint32_t host_wifi_ssid(char *out, uint32_t capacity);

// ---- tcp: sockets over the station. Descriptors are > 0. ------------------------------------------------------------
HOST_IMPORT(tcp, connect) int host_tcp_connect(const char *host, size_t length, int port, double timeout_us); // (S) descriptor, or -1 refused, -2 timed out, -3 no network, -4 no such host
HOST_IMPORT(tcp, write) int32_t host_tcp_write(int fd, const void *data, uint32_t length);   // bytes accepted, -1 = closed
HOST_IMPORT(tcp, available) uint32_t host_tcp_available(int fd);
HOST_IMPORT(tcp, read) int32_t host_tcp_read(int fd, void *out, uint32_t capacity);          // 0 = nothing now, -1 = closed and drained
HOST_IMPORT(tcp, read_line) int32_t host_tcp_read_line(int fd, void *out, uint32_t capacity); // the same, but nothing that stands behind a '\n'
HOST_IMPORT(tcp, peek) int host_tcp_peek(int fd);
HOST_IMPORT(tcp, wait) int host_tcp_wait(int fd, double timeout_us); // (S) 1 = readable, 0 = timed out, -1 = closed and drained
HOST_IMPORT(tcp, connected) int host_tcp_connected(int fd);       // open, or bytes left to read
HOST_IMPORT(tcp, reset) int host_tcp_reset(int fd);               // 1 = the connection broke, 0 = it is open or was closed in order
// TLS as policy: may a client that trusts `ca` (PEM; empty = the bundle) and expects `name` (empty = any) trust the host that fd leads to, at `now` (s since 1970)?
HOST_IMPORT(tcp, handshake) int host_tls_handshake(int fd, const char *name, size_t name_length, const char *ca, size_t ca_length, double now, double timeout_us); // (S) 0 = yes; > 0 MBEDTLS_X509_BADCERT_ flags; -1 closed, -2 timed out, -3 no TLS there
HOST_IMPORT(tcp, close) void host_tcp_close(int fd);

// ---- mesh: painlessMesh. The protocol engine runs on the host, and only inside mesh.update(): ------------------------
//   the HAL's update() calls poll() until it answers 0; each answer is one callback to run before the next poll().
enum { HOST_MESH_NONE = 0, HOST_MESH_RECEIVE = 1 /* a=from, text */, HOST_MESH_NEW = 2 /* a=id */, HOST_MESH_DROPPED = 3 /* a=id */,
       HOST_MESH_CHANGED = 4, HOST_MESH_TIME_ADJUSTED = 5 /* a=offset */, HOST_MESH_DELAY = 6 /* a=id b=delay */,
       HOST_MESH_PACKAGE = 7 /* a=type, text=json */, HOST_MESH_OTA_REQUEST = 8 /* a=handler b=partSize, text=json of the request; answer by mesh.reply */,
       HOST_MESH_OTA_PROGRESS = 9 /* a=part b=parts */, HOST_MESH_RESTART = 10 /* ESP.restart() now */ };
typedef struct { uint32_t kind, a, b, text_length; } host_mesh_event_t;
HOST_IMPORT(mesh, init) void host_mesh_init(const char *ssid, size_t ssid_length, const char *pass, size_t pass_length, int port, int mode, int channel, int hidden, int maxconn);
HOST_IMPORT(mesh, stop) void host_mesh_stop(void);
HOST_IMPORT(mesh, poll) int host_mesh_poll(host_mesh_event_t *event);       // 1 = event filled; 0 = this update() pass is done
HOST_IMPORT(mesh, text) void host_mesh_text(char *out);                    // copies the event's text (text_length bytes)
HOST_IMPORT(mesh, reply) void host_mesh_reply(const void *data, uint32_t length); // answer to OTA_REQUEST (0 bytes = no answer)
HOST_IMPORT(mesh, send_single) int host_mesh_send_single(uint32_t dest, const char *text, size_t length);
HOST_IMPORT(mesh, send_broadcast) int host_mesh_send_broadcast(const char *text, size_t length, int include_self);
HOST_IMPORT(mesh, send_package) int host_mesh_send_package(const char *json, size_t length);
HOST_IMPORT(mesh, subscribe) void host_mesh_subscribe(int type);           // onPackage(type)
HOST_IMPORT(mesh, ota_init_send) int host_mesh_ota_init_send(uint32_t part_size); // handler index
HOST_IMPORT(mesh, ota_init_receive) void host_mesh_ota_init_receive(const char *role, size_t length);
HOST_IMPORT(mesh, station_manual) void host_mesh_station_manual(const char *ssid, size_t ssid_length, const char *pass, size_t pass_length, int port, uint32_t ip);
HOST_IMPORT(mesh, delay_meas) int host_mesh_delay_meas(uint32_t id);
HOST_IMPORT(mesh, is_connected) int host_mesh_is_connected(uint32_t id);
HOST_IMPORT(mesh, node_list) uint32_t host_mesh_node_list(uint32_t *out, uint32_t capacity, int include_self); // total count, may exceed capacity
HOST_IMPORT(mesh, sub_connection_json) uint32_t host_mesh_sub_connection_json(char *out, uint32_t capacity, int pretty); // length; written only if it fits
HOST_IMPORT(mesh, query) uint32_t host_mesh_query(int what); // 0 nodeId, 1 nodeTime, 2 stability, 3 isRoot, 4 station IP, 5 AP IP
HOST_IMPORT(mesh, set) void host_mesh_set(int what, int value); // 0 root, 1 containsRoot, 2 debug mask, 3 stability
HOST_IMPORT(mesh, hostname) void host_mesh_hostname(const char *name, size_t length);

// ---- what the guest exports to the host (the HAL defines these) ------------------------------------------------------
// void hal_start(void)                static constructors are run by the host before (__wasm_call_ctors); then: initArduino (confirm unless verifyRollbackLater()), setup()
// void hal_loop_pass(void)            loop(), and what loopTask does around it, until host_loop_again() says no
// uint32_t hal_pauses                 (exported global's address) calls of hal_loop_pass that have ended
// void hal_task_entry(uint32_t id)    body of a FreeRTOS task
// void hal_timer_fire(uint32_t id)    one esp_timer callback
// void hal_gpio_isr(int pin)
// hal_heap_t hal_heap                 (exported global's address) what malloc counts, and may give without host_alloc: hal_internal.h
// hal_comparisons_t hal_comparisons   (exported global's address) what a pass of loop() compared: hal_internal.h; sketches only
// int32_t hal_edges_left              (exported global's address) basic blocks left before host_budget is called
// uint8_t hal_timer_stack[]           C shadow stack of the esp_timer task, with hal_timer_stack_size
// memory, __stack_pointer, __heap_base, __data_end

#ifdef __cplusplus
}
#endif
