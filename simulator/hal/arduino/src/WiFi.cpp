#include "WiFi.h"
#include "esp_mac.h"
#include "host.h"

WiFiClass WiFi;

static String mac_text(const uint8_t *mac) {
  char text[18];
  snprintf(text, sizeof text, "%02X:%02X:%02X:%02X:%02X:%02X", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
  return String(text);
}

wl_status_t WiFiClass::begin(const char *ssid, const char *passphrase, int32_t channel, const uint8_t *, bool connect) {
  if (!ssid || !*ssid || strlen(ssid) > 32 || (passphrase && strlen(passphrase) > 64)) return WL_CONNECT_FAILED;
  enableSTA(true);
  _ssid = ssid;
  _passphrase = passphrase ? passphrase : "";
  if (connect) host_wifi_begin(_ssid.c_str(), _ssid.length(), _passphrase.c_str(), _passphrase.length(), channel);
  return status();
}
bool WiFiClass::disconnect(bool wifioff, bool eraseap, unsigned long) {
  host_wifi_disconnect();
  if (eraseap) _ssid = _passphrase = "";
  if (wifioff) enableSTA(false);
  return true;
}
bool WiFiClass::reconnect() {
  if (_ssid.isEmpty()) return false;
  host_wifi_disconnect();
  host_wifi_begin(_ssid.c_str(), _ssid.length(), _passphrase.c_str(), _passphrase.length(), 0);
  return true;
}
wl_status_t WiFiClass::status() { return static_cast<wl_status_t>(host_wifi_status()); }
uint8_t WiFiClass::waitForConnectResult(unsigned long timeout) {
  unsigned long start = millis();
  while ((status() == WL_IDLE_STATUS || status() >= WL_DISCONNECTED) && millis() - start < timeout) delay(100);
  return static_cast<uint8_t>(status());
}

bool WiFiClass::mode(wifi_mode_t m) {
  _mode = m;
  host_wifi_mode(m);
  return true;
}
bool WiFiClass::enableSTA(bool enable) {
  return mode(static_cast<wifi_mode_t>(enable ? _mode | WIFI_MODE_STA : _mode & ~WIFI_MODE_STA));
}
bool WiFiClass::enableAP(bool enable) {
  return mode(static_cast<wifi_mode_t>(enable ? _mode | WIFI_MODE_AP : _mode & ~WIFI_MODE_AP));
}

IPAddress WiFiClass::localIP() { return IPAddress(host_wifi_ip(0)); }
IPAddress WiFiClass::softAPIP() { return IPAddress(host_wifi_ip(1)); }
IPAddress WiFiClass::gatewayIP() { return IPAddress(host_wifi_ip(2)); }
IPAddress WiFiClass::subnetMask() { return isConnected() ? IPAddress(255, 255, 255, 0) : IPAddress(); }
uint8_t *WiFiClass::macAddress(uint8_t *mac) {
  esp_read_mac(mac, ESP_MAC_WIFI_STA);
  return mac;
}
String WiFiClass::macAddress() {
  uint8_t mac[6];
  return mac_text(macAddress(mac));
}
uint8_t *WiFiClass::softAPmacAddress(uint8_t *mac) {
  esp_read_mac(mac, ESP_MAC_WIFI_SOFTAP);
  return mac;
}
String WiFiClass::softAPmacAddress() {
  uint8_t mac[6];
  return mac_text(softAPmacAddress(mac));
}
String WiFiClass::SSID() {
  char text[33];
  uint32_t length = host_wifi_ssid(text, sizeof text);
  return String(text, length < sizeof text ? length : sizeof text);
}
int8_t WiFiClass::RSSI() { return static_cast<int8_t>(host_wifi_rssi()); }
int32_t WiFiClass::channel() { return host_wifi_channel(); }
const char *WiFiClass::getHostname() {
  if (_hostname.isEmpty()) {
    uint8_t mac[6];
    macAddress(mac);
    char text[16];
    snprintf(text, sizeof text, "esp32-%02X%02X%02X", mac[3], mac[4], mac[5]);
    _hostname = text;
  }
  return _hostname.c_str();
}
bool WiFiClass::setHostname(const char *hostname) {
  if (!hostname || strlen(hostname) > 32) return false;
  _hostname = hostname;
  return true;
}
