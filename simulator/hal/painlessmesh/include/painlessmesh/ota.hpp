// OTA packages (src/painlessmesh/ota.hpp, v1.5.6): announce, request for a part, the part. The receiver runs in the
// protocol engine on the host.
#pragma once
#include <Update.h>
#include <functional>
#include "painlessmesh/plugin.hpp"

namespace painlessmesh {
namespace plugin {
namespace ota {

enum class OTA_OP_CODES { ANNOUNCE = 10, DATA_REQUEST = 11, DATA = 12 };

HAL_MESH_PACKAGES {

class Announce : public BroadcastPackage {
public:
  TSTRING md5;
  TSTRING hardware;
  TSTRING role;
  bool forced = false;
  bool broadcasted = false;
  size_t noPart = 0;

  Announce() : BroadcastPackage(10) {}
  Announce(json_object jsonObj) : BroadcastPackage(jsonObj) {
    md5 = jsonObj["md5"].template as<TSTRING>();
    hardware = jsonObj["hardware"].template as<TSTRING>();
    role = jsonObj["role"].template as<TSTRING>();
    if (jsonObj["forced"].template is<bool>()) forced = jsonObj["forced"].template as<bool>();
    if (jsonObj["broadcasted"].template is<bool>()) broadcasted = jsonObj["broadcasted"].template as<bool>();
    noPart = jsonObj["noPart"].template as<size_t>();
  }
  json_object addTo(json_object &&jsonObj) const override {
    jsonObj = BroadcastPackage::addTo(std::move(jsonObj));
    jsonObj["md5"] = md5;
    jsonObj["hardware"] = hardware;
    jsonObj["role"] = role;
    if (forced) jsonObj["forced"] = forced;
    jsonObj["noPart"] = noPart;
    jsonObj["broadcasted"] = broadcasted;
    return jsonObj;
  }

protected:
  Announce(int type, router::Type routing) : BroadcastPackage(type) { this->routing = routing; }
};

class Data;

class DataRequest : public Announce {
public:
  size_t partNo = 0;
  uint32_t dest = 0;

  DataRequest() : Announce(11, router::SINGLE) {}
  DataRequest(json_object jsonObj) : Announce(jsonObj) {
    dest = jsonObj["dest"].template as<uint32_t>();
    partNo = jsonObj["partNo"].template as<size_t>();
  }
  json_object addTo(json_object &&jsonObj) const override {
    jsonObj = Announce::addTo(std::move(jsonObj));
    jsonObj["dest"] = dest;
    jsonObj["partNo"] = partNo;
    return jsonObj;
  }
  static DataRequest replyTo(const Announce &ann, uint32_t from, size_t partNo) {
    DataRequest req;
    req.copyOffer(ann);
    req.dest = ann.from;
    req.from = from;
    req.partNo = partNo;
    return req;
  }
  static DataRequest replyTo(const Data &d, size_t partNo);

protected:
  DataRequest(int type) : Announce(type, router::SINGLE) {}
  void copyOffer(const Announce &other) {
    md5 = other.md5;
    hardware = other.hardware;
    role = other.role;
    forced = other.forced;
    noPart = other.noPart;
    broadcasted = other.broadcasted;
  }
};

class Data : public DataRequest {
public:
  TSTRING data; // base64

  Data() : DataRequest(12) {}
  Data(json_object jsonObj) : DataRequest(jsonObj) { data = jsonObj["data"].template as<TSTRING>(); }
  json_object addTo(json_object &&jsonObj) const override {
    jsonObj = DataRequest::addTo(std::move(jsonObj));
    jsonObj["data"] = data;
    return jsonObj;
  }
  static Data replyTo(const DataRequest &req, TSTRING data, size_t partNo) {
    Data d;
    d.copyOffer(req);
    d.from = req.dest;
    d.dest = req.from;
    d.partNo = partNo;
    d.data = data;
    return d;
  }
};

inline DataRequest DataRequest::replyTo(const Data &d, size_t partNo) {
  DataRequest req;
  req.copyOffer(d);
  req.from = d.dest;
  req.dest = d.from;
  req.partNo = partNo;
  return req;
}

// Answers bytes of the part in buffer (partSize + 1, zeroed); 0 = no answer is sent.
typedef std::function<size_t(painlessmesh::plugin::ota::DataRequest, char *buffer)> otaDataPacketCallbackType_t;

} // HAL_MESH_PACKAGES
} // namespace ota
} // namespace plugin
} // namespace painlessmesh
