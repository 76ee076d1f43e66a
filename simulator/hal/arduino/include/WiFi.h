// WiFi (libraries/WiFi/src/WiFi.h): the station as far as a sketch drives it itself. painlessMesh drives the same radio
// through its own interface.
#pragma once
#include <stdint.h>
#include "Arduino.h"
#include "IPAddress.h"
#include "NetworkClient.h"
#include "WiFiType.h"

class WiFiClass {
public:
  wl_status_t begin(const char *ssid, const char *passphrase = NULL, int32_t channel = 0, const uint8_t *bssid = NULL,
                    bool connect = true);
  wl_status_t begin(const String &ssid, const String &passphrase = (const char *)NULL, int32_t channel = 0,
                    const uint8_t *bssid = NULL, bool connect = true) {
    return begin(ssid.c_str(), passphrase.c_str(), channel, bssid, connect);
  }
  bool disconnect(bool wifioff = false, bool eraseap = false, unsigned long timeoutLength = 0);
  bool reconnect();
  bool isConnected() { return status() == WL_CONNECTED; }
  wl_status_t status();
  // Waits up to timeoutLength ms for a connection or its failure.
  uint8_t waitForConnectResult(unsigned long timeoutLength = 60000);

  bool mode(wifi_mode_t m);
  wifi_mode_t getMode() { return _mode; }
  bool enableSTA(bool enable);
  bool enableAP(bool enable);

  IPAddress localIP();
  IPAddress gatewayIP();
  IPAddress subnetMask();
  IPAddress softAPIP();
  uint8_t *macAddress(uint8_t *mac);
  String macAddress();
  uint8_t *softAPmacAddress(uint8_t *mac);
  String softAPmacAddress();
  String SSID();
  int8_t RSSI();
  int32_t channel();
  const char *getHostname();
  bool setHostname(const char *hostname);

  bool setAutoReconnect(bool autoReconnect) { return _auto_reconnect = autoReconnect, true; }
  bool getAutoReconnect() { return _auto_reconnect; }
  void persistent(bool persistent) { _persistent = persistent; }
  bool setSleep(bool enabled) { return _sleep = enabled ? WIFI_PS_MIN_MODEM : WIFI_PS_NONE, true; }
  bool setSleep(wifi_ps_type_t sleepType) { return _sleep = sleepType, true; }
  wifi_ps_type_t getSleep() { return _sleep; }


private:
  wifi_mode_t _mode = WIFI_MODE_NULL;
  bool _auto_reconnect = true, _persistent = true;
  wifi_ps_type_t _sleep = WIFI_PS_MIN_MODEM;
  String _ssid, _passphrase, _hostname;
};

extern WiFiClass WiFi;
