#include "ota_image.h"

#include "ota_err.h"
#include "ota_version.h"
#include <string.h>

enum {
    MAGIC = 0xE9,
    SEGMENTS_MAX = 16,
    AT_CHIP_ID = 12,
    AT_MIN_REVISION = 15,
    AT_MAX_REVISION = 17,
    AT_FIRST_SEGMENT_LENGTH = 28,
    AT_DESC = 32,
    AT_SECURE_VERSION = AT_DESC + 4,
    AT_VERSION = AT_DESC + 16,
    AT_PROJECT = AT_DESC + 48,
    DESC_SIZE = 256,
    TEXT_SIZE = 32
};
#define DESC_MAGIC 0xABCD5432u

static uint16_t u16(const uint8_t *at) { return (uint16_t)(at[0] | at[1] << 8); }
static uint32_t u32(const uint8_t *at) { return u16(at) | (uint32_t)u16(at + 2) << 16; }

static void text(char to[TEXT_SIZE + 1], const uint8_t *from) {
    memcpy(to, from, TEXT_SIZE);
    to[TEXT_SIZE] = '\0';
}

int ota_image_parse(const uint8_t head[OTA_IMAGE_HEAD_SIZE], ota_image_t *image) {
    if (head[0] != MAGIC || head[1] == 0 || head[1] > SEGMENTS_MAX) return OTA_ERR_IMAGE_INVALID;
    // The description opens the first segment, so that one must hold it.
    if (u32(head + AT_FIRST_SEGMENT_LENGTH) < DESC_SIZE || u32(head + AT_DESC) != DESC_MAGIC) return OTA_ERR_IMAGE_INVALID;
    image->chip_id = u16(head + AT_CHIP_ID);
    image->min_revision = u16(head + AT_MIN_REVISION);
    image->max_revision = u16(head + AT_MAX_REVISION);
    image->secure_version = u32(head + AT_SECURE_VERSION);
    text(image->version, head + AT_VERSION);
    text(image->project, head + AT_PROJECT);
    return OTA_OK;
}

int ota_image_judge(const ota_image_t *image, const ota_image_rules_t *rules) {
    const bool limited = image->max_revision != 0 && image->max_revision != 0xFFFF;
    if (image->chip_id != rules->chip_id || rules->chip_revision < image->min_revision ||
        (limited && rules->chip_revision > image->max_revision)) {
        return OTA_ERR_IMAGE_CHIP;
    }
    if (strcmp(image->project, rules->project) != 0) return OTA_ERR_IMAGE_PROJECT;
    if (rules->version != NULL && !ota_version_same(image->version, rules->version)) return OTA_ERR_IMAGE_VERSION;
    if (image->secure_version < rules->secure_version) return OTA_ERR_IMAGE_SECURE_VERSION;
    return OTA_OK;
}
