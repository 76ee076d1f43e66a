#pragma once

#include <stdbool.h>
#include <stdint.h>

/**
 * The first 288 bytes of an application image: esp_image_header_t (24), esp_image_segment_header_t (8), esp_app_desc_t (256), as
 * ESP-IDF's esp_app_format.h and esp_app_desc.h lay them out. Enough to refuse a wrong file before anything is erased.
 */

#define OTA_IMAGE_HEAD_SIZE 288u

typedef struct {
    uint16_t chip_id;
    /** Revisions that it runs on, major * 100 + minor; max 0 or 65535: no limit. */
    uint16_t min_revision;
    uint16_t max_revision;
    uint32_t secure_version;
    /** NUL-terminated, as long as the fields are. */
    char version[33];
    char project[33];
} ota_image_t;

/** OTA_ERR_IMAGE_INVALID where this cannot be the head of an application image. */
int ota_image_parse(const uint8_t head[OTA_IMAGE_HEAD_SIZE], ota_image_t *image);

/** What a new image must fit. */
typedef struct {
    uint16_t chip_id;
    uint16_t chip_revision;
    uint32_t secure_version;
    const char *project;
    /** The version that was offered; NULL where images of this project do not carry it. */
    const char *version;
} ota_image_rules_t;

/**
 * OTA_OK, or why the image must not be written. Chip and project are those of the running image: an image for another chip does not
 * boot, one of another project boots and never updates again. The version must be the offered one: an image that calls itself
 * anything else would be offered again after each update, for ever.
 */
int ota_image_judge(const ota_image_t *image, const ota_image_rules_t *rules);
