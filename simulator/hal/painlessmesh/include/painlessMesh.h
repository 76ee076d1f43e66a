// painlessMesh 1.5.6 for guests: the sketch's interface (src/painlessMesh.h). `painlessMesh` is painlessmesh::wifi::Mesh.
#pragma once
#include "painlessTaskOptions.h"
#include <Arduino.h>
#include <functional>
#include <list>
#include <memory>
#include "painlessmesh/configuration.hpp"
#include "painlessmesh/logger.hpp"
#include "painlessmesh/mesh.hpp"
#include "painlessmesh/ota.hpp"
#include "painlessmesh/plugin.hpp"
#include "painlessmesh/protocol.hpp"
using namespace painlessmesh::logger;
