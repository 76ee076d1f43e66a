#include "check.h"
#include "esp_ota_ops.h"
#include "flash.h"
#include "slot_writer.h"

#define IMAGE_SIZE (3 * SECTOR + 1000)

static uint8_t image[IMAGE_SIZE];

static void start(void)
{
    flash_reset();
    ota_slot_abort();
    for (size_t i = 0; i < sizeof image; i++) image[i] = (uint8_t)(i * 7 + i / 251);
}

/** In pieces that meet no sector's edge. */
static esp_err_t write_from(size_t from, size_t piece)
{
    for (size_t at = from; at < sizeof image; at += piece) {
        size_t len = sizeof image - at < piece ? sizeof image - at : piece;
        esp_err_t err = ota_slot_write(image + at, len);
        if (err != ESP_OK) return err;
    }
    return ESP_OK;
}

static const uint8_t *slot(void) { return FLASH.bytes + SLOT_0.address; }
static unsigned erases(unsigned sector) { return FLASH.erases[SLOT_0.address / SECTOR + sector]; }

static void writes_in_order(void)
{
    start();
    CHECK_EQ(ota_slot_begin(&SLOT_0), ESP_OK);
    CHECK_EQ(erases(0), 0);
    CHECK_EQ(write_from(0, 999), ESP_OK);
    CHECK_EQ(ota_slot_end(), ESP_OK);
    CHECK(memcmp(slot(), image, sizeof image) == 0);
    CHECK(!FLASH.unerased);
    for (unsigned sector = 0; sector < 4; sector++) CHECK_EQ(erases(sector), 1);
    CHECK_EQ(erases(4), 0);
    CHECK_EQ(erases(5), 0);
}

static void resumes_behind_what_stays(void)
{
    start();
    CHECK_EQ(ota_slot_begin(&SLOT_0), ESP_OK);
    CHECK_EQ(ota_slot_write(image, 2 * SECTOR + 500), ESP_OK);
    ota_slot_abort();
    CHECK_EQ(ota_slot_write(image, 1), ESP_ERR_INVALID_STATE);
    CHECK_EQ(ota_slot_resume(&SLOT_0, 2 * SECTOR), ESP_OK);
    CHECK_EQ(write_from(2 * SECTOR, 4096), ESP_OK);
    CHECK_EQ(ota_slot_end(), ESP_OK);
    CHECK(memcmp(slot(), image, sizeof image) == 0);
    CHECK(!FLASH.unerased);
    CHECK_EQ(erases(0), 1);
    CHECK_EQ(erases(1), 1);
    CHECK_EQ(erases(2), 2);
}

static void resumes_at_sectors_only(void)
{
    start();
    CHECK_EQ(ota_slot_resume(&SLOT_0, 100), ESP_ERR_INVALID_ARG);
    CHECK_EQ(ota_slot_resume(&SLOT_0, SLOT_0.size + SECTOR), ESP_ERR_INVALID_ARG);
    CHECK_EQ(ota_slot_end(), ESP_ERR_INVALID_STATE);
}

static bool entry_is_there(unsigned index) { return FLASH.bytes[OTADATA.address + index * SECTOR] != 0xFF; }

static void forgets_the_slot(void)
{
    start();
    flash_entry(0, 1, true);
    flash_entry(1, 2, true);
    CHECK_EQ(ota_slot_begin(&SLOT_0), ESP_OK);
    CHECK(!entry_is_there(0));
    CHECK(entry_is_there(1));

    start();
    flash_entry(0, 4, true);
    flash_entry(1, 3, true);
    CHECK_EQ(ota_slot_begin(&SLOT_0), ESP_OK);
    CHECK(entry_is_there(0));
    CHECK(!entry_is_there(1));
}

static void leaves_entries_that_name_nothing(void)
{
    start();
    flash_entry(0, 1, false);
    flash_entry(1, 2, true);
    CHECK_EQ(ota_slot_begin(&SLOT_0), ESP_OK);
    CHECK(entry_is_there(0));
    CHECK_EQ(FLASH.erases[0] + FLASH.erases[1], 0);
}

static void resuming_leaves_otadata(void)
{
    start();
    flash_entry(0, 1, true);
    CHECK_EQ(ota_slot_resume(&SLOT_0, 0), ESP_OK);
    CHECK(entry_is_there(0));
}

static void keeps_off_what_runs(void)
{
    start();
    CHECK_EQ(ota_slot_begin(&SLOT_1), ESP_ERR_OTA_PARTITION_CONFLICT);
    CHECK_EQ(ota_slot_resume(&SLOT_1, 0), ESP_ERR_OTA_PARTITION_CONFLICT);
    FLASH.running_state = ESP_OTA_IMG_PENDING_VERIFY;
    flash_entry(0, 1, true);
    CHECK_EQ(ota_slot_begin(&SLOT_0), ESP_ERR_OTA_ROLLBACK_INVALID_STATE);
    CHECK(entry_is_there(0));
}

static void ends_at_the_slot(void)
{
    start();
    CHECK_EQ(ota_slot_resume(&SLOT_0, 5 * SECTOR), ESP_OK);
    CHECK_EQ(ota_slot_write(image, SECTOR), ESP_OK);
    CHECK_EQ(ota_slot_write(image, 1), ESP_ERR_INVALID_SIZE);
    CHECK_EQ(FLASH.bytes[SLOT_0.address + SLOT_0.size], 0xFF);
}

static void writes_blocks_where_encrypted(void)
{
    esp_partition_t encrypted = SLOT_0;
    encrypted.encrypted = true;
    start();
    CHECK_EQ(ota_slot_begin(&encrypted), ESP_OK);
    CHECK_EQ(write_from(0, 7), ESP_OK);
    CHECK_EQ(ota_slot_end(), ESP_OK);
    CHECK(!FLASH.unaligned);
    CHECK(!FLASH.unerased);
    CHECK(memcmp(slot(), image, sizeof image) == 0);
    CHECK_EQ(slot()[sizeof image], 0xFF);

    start();
    CHECK_EQ(ota_slot_begin(&encrypted), ESP_OK);
    CHECK_EQ(write_from(0, 1000), ESP_OK);
    CHECK_EQ(ota_slot_end(), ESP_OK);
    CHECK(!FLASH.unaligned);
    CHECK(memcmp(slot(), image, sizeof image) == 0);
}

static void says_what_does_not_verify(void)
{
    start();
    CHECK_EQ(ota_slot_begin(&SLOT_0), ESP_OK);
    CHECK_EQ(write_from(0, 4096), ESP_OK);
    FLASH.verified = ESP_FAIL;
    CHECK_EQ(ota_slot_end(), ESP_ERR_OTA_VALIDATE_FAILED);
    CHECK_EQ(ota_slot_write(image, 1), ESP_ERR_INVALID_STATE);
}

/** Each operation in turn: the error comes out, and nothing is written afterwards that would hide it. */
static void passes_on_what_flash_says(void)
{
    unsigned seen = 0;
    for (unsigned n = 1; n <= 8; n++) {
        start();
        FLASH.fail_at = n;
        esp_err_t err = ota_slot_begin(&SLOT_0);
        if (err == ESP_OK) err = write_from(0, 4096);
        if (err == ESP_FAIL) seen++;
    }
    CHECK_EQ(seen, 8);
}

TEST_LIST(SLOT_WRITER_TESTS) = {
    {"slot writer: writes in order, each sector erased once and only when reached", writes_in_order},
    {"slot writer: goes on behind what stays", resumes_behind_what_stays},
    {"slot writer: goes on at sectors only", resumes_at_sectors_only},
    {"slot writer: makes otadata forget the slot", forgets_the_slot},
    {"slot writer: leaves torn entries", leaves_entries_that_name_nothing},
    {"slot writer: leaves otadata where it goes on", resuming_leaves_otadata},
    {"slot writer: keeps off the running slot, and off all while that is on trial", keeps_off_what_runs},
    {"slot writer: ends at the slot's end", ends_at_the_slot},
    {"slot writer: writes whole blocks to encrypted flash", writes_blocks_where_encrypted},
    {"slot writer: says when the image does not verify", says_what_does_not_verify},
    {"slot writer: passes on every error of flash", passes_on_what_flash_says},
    {NULL, NULL},
};
