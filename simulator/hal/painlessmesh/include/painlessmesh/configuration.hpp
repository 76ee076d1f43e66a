// Types and limits that every painlessMesh header shares (src/painlessmesh/configuration.hpp, v1.5.6).
#pragma once
#include <list>
#include "painlessTaskOptions.h"
#include <TaskSchedulerDeclarations.h>

// The vendor's plugin classes speak ArduinoJson. It is not part of the HAL: with the user's own copy (--library) they do,
// without it the classes here keep the same fields and write themselves.
#if __has_include(<ArduinoJson.h>)
#define ARDUINOJSON_USE_LONG_LONG 1
#include <ArduinoJson.h>
#define HAL_MESH_ARDUINOJSON 1
#endif

#define PAINLESSMESH_ENABLE_ARDUINO_WIFI
#define PAINLESSMESH_ENABLE_OTA
#define MIN_FREE_MEMORY 4000
#define MAX_MESSAGE_QUEUE 50
#define NODE_TIMEOUT 10 * TASK_SECOND
#define SCAN_INTERVAL 30 * TASK_SECOND
#ifndef MAX_CONN
#define MAX_CONN 10
#endif

#include <WiFi.h>
#include "esp_mac.h"

typedef String TSTRING;

template <typename T> using SimpleList = std::list<T>;

namespace painlessmesh {
namespace wifi {
class Mesh;
}
} // namespace painlessmesh
using painlessMesh = painlessmesh::wifi::Mesh;
