#include "check.h"
#include "ota_err.h"
#include "ota_image.h"
#include "world.h"

static image_t image;
static ota_image_t head;
static ota_image_rules_t rules;

static void start(void) {
    world_make_image(&image, 1, "v1.2.0", "scales", 0x8012, 5);
    rules = (ota_image_rules_t){.chip_id = 0x8012, .chip_revision = 101, .secure_version = 2, .project = "scales", .version = "1.2.0"};
    image.bytes[36] = 2;
}

static int judged(void) {
    const int err = ota_image_parse(image.bytes, &head);
    return err != OTA_OK ? err : ota_image_judge(&head, &rules);
}

static void reads_the_head(void) {
    start();
    image.bytes[15] = 100;
    image.bytes[17] = 0xC7; // 199
    CHECK_EQ(judged(), OTA_OK);
    CHECK(head.chip_id == 0x8012 && head.min_revision == 100 && head.max_revision == 199 && head.secure_version == 2);
    CHECK_STR(head.version, "v1.2.0");
    CHECK_STR(head.project, "scales");
    memset(image.bytes + 48, 'x', 32);
    CHECK_EQ(ota_image_parse(image.bytes, &head), OTA_OK);
    CHECK_EQ(strlen(head.version), 32);
}

static void refuses_other_files(void) {
    static const struct {
        uint32_t at;
        uint8_t value;
    } WRONG[] = {{0, 0xE8}, {1, 0}, {1, 17}, {29, 0}, {32, 0}, {35, 0}};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        start();
        image.bytes[WRONG[i].at] = WRONG[i].value;
        CHECK_EQ(judged(), OTA_ERR_IMAGE_INVALID);
    }
}

static void refuses_other_chips(void) {
    start();
    image.bytes[12] = 9;
    CHECK_EQ(judged(), OTA_ERR_IMAGE_CHIP);
    start();
    image.bytes[15] = 102;
    CHECK_EQ(judged(), OTA_ERR_IMAGE_CHIP);
    start();
    image.bytes[17] = 100;
    CHECK_EQ(judged(), OTA_ERR_IMAGE_CHIP);
    image.bytes[17] = image.bytes[18] = 0xFF;
    CHECK_EQ(judged(), OTA_OK);
    image.bytes[17] = 101;
    image.bytes[18] = 0;
    CHECK_EQ(judged(), OTA_OK);
}

static void refuses_other_projects_and_versions(void) {
    start();
    rules.project = "scale";
    CHECK_EQ(judged(), OTA_ERR_IMAGE_PROJECT);
    start();
    rules.version = "1.2.1";
    CHECK_EQ(judged(), OTA_ERR_IMAGE_VERSION);
    rules.version = NULL;
    CHECK_EQ(judged(), OTA_OK);
}

static void respects_the_secure_version(void) {
    start();
    image.bytes[36] = 1;
    CHECK_EQ(judged(), OTA_ERR_IMAGE_SECURE_VERSION);
    image.bytes[36] = 3;
    CHECK_EQ(judged(), OTA_OK);
}

TEST_LIST(IMAGE_TESTS) = {
    {"image: reads the head", reads_the_head},
    {"image: refuses other files", refuses_other_files},
    {"image: refuses other chips and revisions", refuses_other_chips},
    {"image: refuses other projects and versions", refuses_other_projects_and_versions},
    {"image: respects the secure version", respects_the_secure_version},
    {NULL, NULL},
};
