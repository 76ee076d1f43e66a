// What is compiled in, how much is logged, and the timings. Set a value with -D for the whole build (platformio.ini
// build_flags); those that a sketch alone may set (#define before the include) are marked.
#pragma once

#ifndef MESHSWARM_ENABLE_DISPLAY  // a sketch may set it; by itself it is on where the display's library is in reach
#if __has_include(<Adafruit_SSD1306.h>)
#define MESHSWARM_ENABLE_DISPLAY 1
#else
#define MESHSWARM_ENABLE_DISPLAY 0
#endif
#endif
#ifndef MESHSWARM_ENABLE_SERIAL
#define MESHSWARM_ENABLE_SERIAL 1
#endif
#ifndef MESHSWARM_ENABLE_TELEMETRY
#define MESHSWARM_ENABLE_TELEMETRY 1
#endif
#ifndef MESHSWARM_ENABLE_OTA
#define MESHSWARM_ENABLE_OTA 1
#endif
#ifndef MESHSWARM_ENABLE_CALLBACKS
#define MESHSWARM_ENABLE_CALLBACKS 1
#endif

// Mesh; a sketch may set these four.
#ifndef MESH_PREFIX
#define MESH_PREFIX "swarm"
#endif
#ifndef MESH_PASSWORD
#define MESH_PASSWORD "swarmnet123"
#endif
#ifndef MESH_PORT
#define MESH_PORT 5555
#endif
#ifndef MESH_CHANNEL
#define MESH_CHANNEL 1  // a gateway's router must be on this channel: painlessMesh scans no other
#endif

// Timings in milliseconds.
#ifndef HEARTBEAT_INTERVAL
#define HEARTBEAT_INTERVAL 5000
#endif
#ifndef STATE_SYNC_INTERVAL
#define STATE_SYNC_INTERVAL 10000
#endif
#ifndef STATE_KEEP_INTERVAL
#define STATE_KEEP_INTERVAL 5000  // between two writes of one kept value to NVS: each wears the flash
#endif
#ifndef DISPLAY_INTERVAL
#define DISPLAY_INTERVAL 500  // between two frames
#endif
#ifndef PEER_TIMEOUT
#define PEER_TIMEOUT 15000
#endif
#ifndef TELEMETRY_INTERVAL
#define TELEMETRY_INTERVAL 30000
#endif
#ifndef STATE_TELEMETRY_MIN_INTERVAL
#define STATE_TELEMETRY_MIN_INTERVAL 2000
#endif
#ifndef MESHSWARM_LOOP_DELAY
#define MESHSWARM_LOOP_DELAY 0  // ms that update() gives away at its end; AsyncTCP gets at the mesh between two updates anyway
#endif

// Over-the-air updates.
#ifndef OTA_POLL_INTERVAL
#define OTA_POLL_INTERVAL 60000
#endif
#ifndef OTA_PART_SIZE
#define OTA_PART_SIZE 1024  // bytes a part; painlessMesh holds one on the stack
#endif
#ifndef OTA_MAX_RECEIVERS
#define OTA_MAX_RECEIVERS 2  // nodes that are sent parts at the same time
#endif
#ifndef OTA_REPORT_INTERVAL
#define OTA_REPORT_INTERVAL 1000  // between two reports of one node's progress to the server
#endif
#ifndef OTA_DEAD_AFTER
#define OTA_DEAD_AFTER 900000  // a node not heard for so long has failed; keep it above MESHSWARM_CONFIRM_DEADLINE
#endif
#ifndef OTA_CHUNK_BUDGET
#define OTA_CHUNK_BUDGET 4000  // a request for a part is dropped after so long: the node asks again in 30 s
#endif
#ifndef OTA_CHUNK_TRIES
#define OTA_CHUNK_TRIES 3
#endif
#ifndef HTTP_CONNECT_TIMEOUT
#define HTTP_CONNECT_TIMEOUT 3000
#endif
#ifndef HTTP_READ_TIMEOUT
#define HTTP_READ_TIMEOUT 4000
#endif
#ifndef HTTP_LEAST_TIMEOUT
#define HTTP_LEAST_TIMEOUT 500  // for a part, however quick the server has been
#endif
#ifndef HTTP_LONGEST_REST
#define HTTP_LONGEST_REST 3600000  // a Retry-After beyond it counts as this
#endif

// Confirmation of a new image; a sketch may set both (they travel in MESHSWARM_IMAGE).
#ifndef MESHSWARM_CONFIRM
#define MESHSWARM_CONFIRM gateway  // gateway: the sender's answer · mesh: peers heard for a minute
#endif
#ifndef MESHSWARM_CONFIRM_DEADLINE
#define MESHSWARM_CONFIRM_DEADLINE 600000  // longer than a gateway takes to restart
#endif
#ifndef MESHSWARM_HANG_AFTER
#define MESHSWARM_HANG_AFTER 30000  // loop() not passing for so long at the deadline is a hang
#endif
#ifndef MESHSWARM_SEEK_AFTER
#define MESHSWARM_SEEK_AFTER 60000  // on trial and not answered for so long: look for another part of the mesh, as often
#endif

#define MESHSWARM_LOG_NONE 0
#define MESHSWARM_LOG_ERROR 1
#define MESHSWARM_LOG_WARN 2
#define MESHSWARM_LOG_INFO 3
#define MESHSWARM_LOG_DEBUG 4
#ifndef MESHSWARM_LOG_LEVEL
#define MESHSWARM_LOG_LEVEL MESHSWARM_LOG_INFO
#endif

#if MESHSWARM_ENABLE_SERIAL
#define MESHSWARM_LOG_AT(level, tag, format, ...)                                                     \
  do {                                                                                                \
    if (MESHSWARM_LOG_LEVEL >= (level)) Serial.printf("[" tag "] " format "\n" __VA_OPT__(, ) __VA_ARGS__); \
  } while (0)
#else
#define MESHSWARM_LOG_AT(level, tag, format, ...) ((void)0)
#endif
#define MESH_LOG_ERROR(...) MESHSWARM_LOG_AT(MESHSWARM_LOG_ERROR, "ERR", __VA_ARGS__)
#define MESH_LOG_WARN(...) MESHSWARM_LOG_AT(MESHSWARM_LOG_WARN, "WARN", __VA_ARGS__)
#define MESH_LOG_INFO(...) MESHSWARM_LOG_AT(MESHSWARM_LOG_INFO, "INFO", __VA_ARGS__)
#define MESH_LOG_DEBUG(...) MESHSWARM_LOG_AT(MESHSWARM_LOG_DEBUG, "DBG", __VA_ARGS__)
#define MESH_LOG_D(...) MESHSWARM_LOG_AT(MESHSWARM_LOG_DEBUG, "MESH", __VA_ARGS__)
#define STATE_LOG_D(...) MESHSWARM_LOG_AT(MESHSWARM_LOG_DEBUG, "STATE", __VA_ARGS__)
#define TELEM_LOG_D(...) MESHSWARM_LOG_AT(MESHSWARM_LOG_DEBUG, "TELEM", __VA_ARGS__)
#define MESH_LOG(...) MESHSWARM_LOG_AT(MESHSWARM_LOG_INFO, "MESH", __VA_ARGS__)
#define STATE_LOG(...) MESHSWARM_LOG_AT(MESHSWARM_LOG_INFO, "STATE", __VA_ARGS__)
#define TELEM_LOG(...) MESHSWARM_LOG_AT(MESHSWARM_LOG_INFO, "TELEM", __VA_ARGS__)
#define OTA_LOG(...) MESHSWARM_LOG_AT(MESHSWARM_LOG_INFO, "OTA", __VA_ARGS__)
#define OTA_LOG_D(...) MESHSWARM_LOG_AT(MESHSWARM_LOG_DEBUG, "OTA", __VA_ARGS__)
#define GATEWAY_LOG(...) MESHSWARM_LOG_AT(MESHSWARM_LOG_INFO, "GATEWAY", __VA_ARGS__)
