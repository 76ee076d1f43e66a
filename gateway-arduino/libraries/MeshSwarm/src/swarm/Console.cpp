// MeshSwarm: serial commands. Lines are collected as bytes come: nothing here waits for the rest of one.
#include "../MeshSwarm.h"
#include "../SwarmParts.h"
#include "../core/NodeIds.h"

using namespace meshswarm;

#if MESHSWARM_ENABLE_SERIAL

static const size_t kLongestLine = 256;

void MeshSwarm::readConsole() {
  while (Serial.available() > 0) {
    const int byte = Serial.read();
    if (byte < 0) return;
    if (byte != '\n' && byte != '\r') {
      if (consoleLine_.length() < kLongestLine) consoleLine_ += static_cast<char>(byte);
      continue;
    }
    String line = consoleLine_;
    consoleLine_ = "";
    line.trim();
    if (line.length() > 0) runCommand(line);
  }
}

void MeshSwarm::printStatus() {
  const Trial& trial = parts_->trial;
  Serial.println("\n--- NODE STATUS ---");
  Serial.printf("ID: %lu (%s)\n", static_cast<unsigned long>(id_), name_.c_str());
  Serial.printf("Role: %s\n", role_.c_str());
  Serial.printf("Peers: %d\n", getPeerCount());
  Serial.printf("States: %u\n", static_cast<unsigned>(parts_->state.entries().size()));
  Serial.printf("Heap: %lu\n", static_cast<unsigned long>(ESP.getFreeHeap()));
  Serial.printf("Image: %s %s, MD5 %s, %s\n", imageIdentity().role, imageIdentity().version, trial.md5().c_str(),
                trial.confirm());
  if (!trial.fallenMd5().empty()) {
    Serial.printf("Fell back from: %s (%s)\n", trial.fallenMd5().c_str(), trial.fallenWhy().c_str());
  }
  if (statusLine_.length() > 0) Serial.println(statusLine_);
  Serial.println();
}

bool MeshSwarm::runStateCommand(const String& line) {
  if (line == "state") {
    Serial.println("\n--- SHARED STATE ---");
    for (const auto& [key, entry] : parts_->state.entries()) {
      Serial.printf("  %s = %s (v%lu from %s)\n", key.c_str(), entry.value.c_str(),
                    static_cast<unsigned long>(entry.version), nodeIdName(entry.origin).c_str());
    }
    Serial.println();
  } else if (line.startsWith("set ")) {
    const int space = line.indexOf(' ', 4);
    if (space < 0) {
      Serial.println("Usage: set <key> <value>");
      return true;
    }
    const String key = line.substring(4, space);
    const String value = line.substring(space + 1);
    setState(key, value);
    Serial.printf("[SET] %s = %s\n", key.c_str(), value.c_str());
  } else if (line.startsWith("get ")) {
    const String key = line.substring(4);
    Serial.printf("[GET] %s = %s\n", key.c_str(), getState(key, "(not set)").c_str());
  } else if (line == "sync") {
    broadcastFullState();
    Serial.println("[SYNC] Broadcast full state");
  } else {
    return false;
  }
  return true;
}

void MeshSwarm::runCommand(const String& line) {
  for (size_t i = 0; i < serialHandlers_.size(); i++) {
    if (serialHandlers_[i](line)) return;
  }
  if (runStateCommand(line)) return;
  if (line == "status") {
    printStatus();
  } else if (line == "peers") {
    Serial.println("\n--- PEERS ---");
    for (const auto& [id, peer] : peers_) {
      Serial.printf("  %s [%s] %s %s %s\n", peer.name.c_str(), peer.role.c_str(), peer.alive ? "OK" : "DEAD",
                    peer.firmware.c_str(), peer.confirm.c_str());
    }
    Serial.println();
  } else if (line == "telem") {
    Serial.printf("\n--- TELEMETRY STATUS ---\nEnabled: %s\nGateway: %s\nURL: %s\nWiFi: %s\nInterval: %lu ms\n\n",
                  telemetry_ ? "YES" : "NO", gateway_ ? "YES" : "NO", parts_->link.url().c_str(),
                  isWiFiConnected() ? "Connected" : "Not connected", telemetryInterval_);
  } else if (line == "push") {
    pushTelemetry();
    Serial.println(telemetry_ ? "[TELEM] Manual push triggered" : "[TELEM] Telemetry not enabled");
  } else if (line == "reboot") {
    leaveAndRestart();
  } else {
    Serial.println("Commands: status, peers, state, set <k> <v>, get <k>, sync, telem, push, reboot");
  }
}

#else

void MeshSwarm::readConsole() {}

#endif
