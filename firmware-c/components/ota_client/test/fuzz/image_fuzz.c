#include "fuzz.h"
#include "ota_err.h"
#include "ota_image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint8_t head[OTA_IMAGE_HEAD_SIZE] = {0};
    ota_image_t image;
    memcpy(head, data, size < sizeof head ? size : sizeof head);
    if (ota_image_parse(head, &image) != OTA_OK) return 0;
    if (strlen(image.version) > 32 || strlen(image.project) > 32) abort();
    const ota_image_rules_t rules = {image.chip_id, image.min_revision, image.secure_version, image.project, image.version};
    const int err = ota_image_judge(&image, &rules);
    if (err != OTA_OK && err != OTA_ERR_IMAGE_CHIP) abort(); // a maximum below the minimum fits no chip
    return 0;
}
