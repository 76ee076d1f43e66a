#include "Trial.h"

#include <Arduino.h>
#include <esp_ota_ops.h>
#include <esp_system.h>

#include "../MeshSwarmImage.h"
#include "../Store.h"
#include "Deadline.h"
#include "OtaRecord.h"
#include "SlotImage.h"

namespace meshswarm {

static ResetKind resetKind() {
  switch (esp_reset_reason()) {
    case ESP_RST_POWERON:
    case ESP_RST_BROWNOUT:
    case ESP_RST_EXT: return ResetKind::Power;
    case ESP_RST_PANIC: return ResetKind::Panic;
    case ESP_RST_INT_WDT:
    case ESP_RST_TASK_WDT:
    case ESP_RST_WDT: return ResetKind::Watchdog;
    default: return ResetKind::Software;
  }
}

const char* Trial::confirm() const {
  switch (state_) {
    case State::Pending: return "pending";
    case State::None: return "none";
    case State::Valid: break;
  }
  return "valid";
}

void Trial::begin(Millis now) {
  startedAt_ = soughtAt_ = now;
  gate_.setPolicy(imageIdentity().policy);
  md5_ = ESP.getSketchMD5().c_str();
  rejected_.parse(Store::get("rejected"));
  fallenMd5_ = Store::get("rb_md5");
  fallenWhy_ = Store::get("rb_why");

  esp_ota_img_states_t state;
  const esp_partition_t* running = esp_ota_get_running_partition();
  if (running == nullptr || esp_ota_get_state_partition(running, &state) != ESP_OK) state = ESP_OTA_IMG_UNDEFINED;
  if (state == ESP_OTA_IMG_PENDING_VERIFY) return startTrial(now);
  // A bootloader with rollback turns NEW into PENDING_VERIFY before it starts an image. INVALID or ABORTED runs only
  // when there is nothing else to run. In both cases there is nothing to confirm and nothing to fall back to.
  if (state != ESP_OTA_IMG_VALID && state != ESP_OTA_IMG_UNDEFINED) {
    state_ = State::None;
    MESH_LOG_WARN("Image state %d: this bootloader has no rollback, a bad update would stay", static_cast<int>(state));
  }
  settleTrial();
}

void Trial::startTrial(Millis now) {
  state_ = State::Pending;
  triedAt_ = now;
  armDeadline();
  // Written ahead: if the image hangs before its loop runs, nobody can write it later.
  test_.storage = Store::put("trial", md5_) && Store::put("why", "hang") && Store::get("trial") == md5_;
}

// Which image fell back without having written a record: it ended before begin().
std::string Trial::triedWithoutRecord() const {
  const std::string named = otaRecordMd5("");
  if (isMd5(named) && named != md5_) return named == fallenMd5_ ? std::string() : named;
  // What fell stays in its slot until something else is written there: it is no news once noted, or lifted by an order.
  const std::string found = otherSlotMd5();
  const bool known = found == md5_ || found == fallenMd5_ || found == Store::get("lifted");
  return known ? std::string() : found;
}

void Trial::settleTrial() {
  std::string tried = Store::get("trial");
  const bool recorded = !tried.empty();
  // The record alone is enough: power that fails while an image is being confirmed leaves otadata with no entry of it.
  if (!recorded && otherSlotFell()) tried = triedWithoutRecord();
  if (!tried.empty() && tried != md5_) noteFallback(tried);
  if (recorded) Store::remove("trial");
  Store::remove("why");
}

void Trial::noteFallback(const std::string& tried) {
  const Reason reason = fallbackReason(resetKind(), Store::get("why"));
  bool reject = !mayRetry(reason);
  if (mayRetry(reason)) {
    RetryCount count;
    count.parse(Store::get("retried"));
    reject = count.exhaustedBy(tried);
    Store::put("retried", count.text());
  }
  if (reject && rejected_.add(tried)) Store::put("rejected", rejected_.text());
  fallenMd5_ = tried;
  fallenWhy_ = reasonText(reason);
  Store::put("rb_md5", fallenMd5_);
  Store::put("rb_why", fallenWhy_);
  Store::remove("lifted");
  MESH_LOG_ERROR("Fell back from image %s: %s%s", tried.c_str(), fallenWhy_.c_str(), reject ? ", rejected" : "");
}

void Trial::acknowledge(const std::string& md5) {
  if (pending() && md5 == md5_) gate_.acknowledged();
}

bool Trial::retry(const std::string& md5) {
  if (!isMd5(md5)) return false;
  if (rejected_.remove(md5)) Store::put("rejected", rejected_.text());
  Store::remove("retried");
  Store::put("lifted", md5);
  if (fallenMd5_ == md5) {
    fallenMd5_.clear();
    fallenWhy_.clear();
    Store::remove("rb_md5");
    Store::remove("rb_why");
  }
  return !pending() && !receiveRole_.empty() && md5 != md5_ && otaRecordMd5(receiveRole_) == md5;
}

const SelfTest& Trial::selfTest() {
  if (tested_) return test_;
  tested_ = true;
  const ImageIdentity& image = imageIdentity();
  test_.files = receiveRole_.empty() || otaFilesAnswer();
  test_.identity = image.role[0] != '\0' && image.version[0] != '\0' &&
                   (receiveRole_.empty() || receiveRole_ == image.role);
  if (test_.missing().empty()) {
    OTA_LOG("Self-test passed, waiting for %s", gate_.policy() == ConfirmPolicy::gateway ? "an answer" : "peers");
  } else {
    MESH_LOG_ERROR("Self-test failed, this image will not be kept: %s", test_.missing().c_str());
  }
  return test_;
}

bool Trial::tick(Millis now) {
  if (!pending()) return false;
  if (!loopNoted_ && now - startedAt_ >= MESHSWARM_HANG_AFTER) {
    loopNoted_ = true;
    Store::put("why", "no_ack");  // from here on the loop is known to run
  }
  if (!gate_.open(selfTest(), now) || (triedAt_ != startedAt_ && now - triedAt_ < 1000)) return false;
  triedAt_ = now;
  const esp_err_t error = esp_ota_mark_app_valid_cancel_rollback();
  if (error != ESP_OK) {
    MESH_LOG_ERROR("Cannot confirm the image: %s", esp_err_to_name(error));
    return false;
  }
  disarmDeadline();
  state_ = State::Valid;
  Store::remove("trial");
  Store::remove("why");
  Store::remove("retried");
  OTA_LOG("Image %s confirmed", md5_.c_str());
  return true;
}

bool Trial::seeksGateway(Millis now) {
  if (!pending() || gate_.policy() != ConfirmPolicy::gateway || now - soughtAt_ < MESHSWARM_SEEK_AFTER) return false;
  soughtAt_ = now;
  return true;
}

void Trial::prepareRecord() {
  const std::string named = otaRecordMd5(receiveRole_);
  if (fileRule(named, md5_, rejected_.contains(named)) == FileRule::Leave) return;
  if (!writeOtaRecord(receiveRole_, md5_)) MESH_LOG_ERROR("Cannot write /ota_fw.json");
}

}  // namespace meshswarm
