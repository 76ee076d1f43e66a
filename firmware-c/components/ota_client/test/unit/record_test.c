#include "check.h"
#include "ota_ledger.h"
#include "ota_reports.h"
#include "world.h"

static world_t world;
static ota_record_t record;

static void start(void) {
    world_start(&world);
    world_kv_port(&world);
    memset(&record, 0, sizeof record);
}

static void survives(void) {
    ota_record_t read;
    start();
    record.trial.stage = OTA_TRIAL_TESTING;
    strcpy(record.trial.version, "2.0.0");
    CHECK_EQ(ota_record_save(&world.port.kv, &record), OTA_OK);
    ota_record_load(&world.port.kv, &read);
    CHECK(memcmp(&read, &record, sizeof read) == 0);
}

/** Writes one byte of the stored state. */
static void spoil(size_t at, uint8_t value) { world_kv(&world, "state")->value[at] = value; }

static void is_empty_when_unsound(void) {
    static const size_t AT[] = {0, 3, offsetof(ota_record_t, trial), offsetof(ota_record_t, reports)};
    ota_record_t read;
    for (size_t i = 0; i < sizeof AT / sizeof *AT; i++) {
        start();
        record.trial.stage = OTA_TRIAL_TESTING;
        CHECK_EQ(ota_record_save(&world.port.kv, &record), OTA_OK);
        spoil(AT[i], 0x77);
        ota_record_load(&world.port.kv, &read);
        CHECK_EQ(read.trial.stage, OTA_TRIAL_NONE);
    }
    start();
    memset(record.trial.version, 'x', sizeof record.trial.version);
    record.trial.stage = OTA_TRIAL_TESTING;
    CHECK_EQ(ota_record_save(&world.port.kv, &record), OTA_OK);
    ota_record_load(&world.port.kv, &read);
    CHECK_EQ(read.trial.stage, OTA_TRIAL_NONE);
    start();
    record.trial.stage = OTA_TRIAL_TESTING;
    memset(record.reports[1].text, 'x', sizeof record.reports[1].text);
    CHECK_EQ(ota_record_save(&world.port.kv, &record), OTA_OK);
    ota_record_load(&world.port.kv, &read);
    CHECK_EQ(read.trial.stage, OTA_TRIAL_NONE);
    world_kv(&world, "state")->len--;
    ota_record_load(&world.port.kv, &read);
    CHECK_EQ(read.trial.stage, OTA_TRIAL_NONE);
}

static void resume_must_be_sound(void) {
    ota_resume_t resume = {.slot = SLOT_B, .file_size = 20000, .offset = 8192, .etag = "\"a\""};
    ota_resume_t read;
    start();
    CHECK(!ota_resume_load(&world.port.kv, &read));
    CHECK_EQ(ota_resume_save(&world.port.kv, &resume), OTA_OK);
    CHECK(ota_resume_load(&world.port.kv, &read) && memcmp(&read, &resume, sizeof read) == 0);
    world_kv(&world, "resume")->len--;
    CHECK(!ota_resume_load(&world.port.kv, &read));
    resume.offset = 8000;
    CHECK_EQ(ota_resume_save(&world.port.kv, &resume), OTA_OK);
    CHECK(!ota_resume_load(&world.port.kv, &read));
    resume.offset = 20480;
    CHECK_EQ(ota_resume_save(&world.port.kv, &resume), OTA_OK);
    CHECK(!ota_resume_load(&world.port.kv, &read));
    resume.offset = 4096;
    memset(resume.etag, 'x', sizeof resume.etag);
    CHECK_EQ(ota_resume_save(&world.port.kv, &resume), OTA_OK);
    CHECK(!ota_resume_load(&world.port.kv, &read));
    world_kv(&world, "resume")->value[0] ^= 1;
    CHECK(!ota_resume_load(&world.port.kv, &read));
    ota_resume_erase(&world.port.kv);
    CHECK(world_kv(&world, "resume") == NULL);
    world.fault = FAULT_ERROR;
    world.fault_at = world.calls + 1;
    CHECK_EQ(ota_resume_save(&world.port.kv, &resume), OTA_ERR_STORE);
}

static void two_clear_failures_end_it(void) {
    uint8_t file[6][32] = {{1}, {2}, {3}, {4}, {5}, {6}};
    start();
    ota_ledger_add(&record, file[0], OTA_FAILURE_CLEAR);
    CHECK(!ota_ledger_given_up(&record, file[0]));
    ota_ledger_add(&record, file[0], OTA_FAILURE_CLEAR);
    CHECK(ota_ledger_given_up(&record, file[0]) && !ota_ledger_given_up(&record, file[1]));
    for (int i = 0; i < 20; i++) ota_ledger_add(&record, file[0], OTA_FAILURE_CLEAR);
    CHECK(record.ledger[0].failures < 20);
    ota_ledger_forgive(&record, file[0]);
    ota_ledger_forgive(&record, file[1]);
    CHECK(!ota_ledger_given_up(&record, file[0]));
    for (int i = 0; i < 8; i++) {
        CHECK(!ota_ledger_given_up(&record, file[1]));
        ota_ledger_add(&record, file[1], OTA_FAILURE_DOUBTFUL);
    }
    CHECK(ota_ledger_given_up(&record, file[1]));
    for (int i = 2; i < 5; i++) ota_ledger_add(&record, file[i], OTA_FAILURE_CLEAR);
    CHECK(ota_ledger_given_up(&record, file[1]));
    ota_ledger_add(&record, file[1], OTA_FAILURE_CLEAR); // newest again
    ota_ledger_add(&record, file[5], OTA_FAILURE_CLEAR);
    CHECK(ota_ledger_given_up(&record, file[1]));
    ota_ledger_add(&record, file[2], OTA_FAILURE_CLEAR);
    CHECK(!ota_ledger_given_up(&record, file[2])); // it had been forgotten
}

static void reports_wait_in_order(void) {
    ota_report_t report = {OTA_STATUS_FAILED, 1, 10, 0, "a"};
    start();
    CHECK(ota_reports_first(&record) == NULL);
    ota_reports_queue(&record, &report);
    ota_reports_queue(&record, &report);
    CHECK_EQ(record.reports[1].status, OTA_STATUS_NONE);
    report.log_id = 11;
    ota_reports_queue(&record, &report);
    report.status = OTA_STATUS_SUCCESS;
    ota_reports_queue(&record, &report);
    report.firmware_id = 2;
    ota_reports_queue(&record, &report);
    CHECK_EQ(ota_reports_first(&record)->log_id, 10);
    report.firmware_id = 3;
    ota_reports_queue(&record, &report);
    CHECK_EQ(ota_reports_first(&record)->log_id, 11);
    CHECK_EQ(record.reports[3].firmware_id, 3);
    for (int i = 0; i < 4; i++) ota_reports_drop_first(&record);
    CHECK(ota_reports_first(&record) == NULL);
}

static void statuses_have_names(void) {
    for (int i = OTA_STATUS_PENDING; i <= OTA_STATUS_ROLLED_BACK; i++) {
        CHECK_EQ(ota_status_of(ota_status_name((ota_status_t)i)), i);
        CHECK_EQ(ota_status_final((ota_status_t)i), i >= OTA_STATUS_SUCCESS);
    }
    CHECK_EQ(ota_status_of("done"), OTA_STATUS_NONE);
}

TEST_LIST(RECORD_TESTS) = {
    {"record: survives", survives},
    {"record: is empty when unsound", is_empty_when_unsound},
    {"record: a resume record must be sound", resume_must_be_sound},
    {"record: two clear failures end a version's trials", two_clear_failures_end_it},
    {"record: reports wait in order", reports_wait_in_order},
    {"record: statuses have names", statuses_have_names},
    {NULL, NULL},
};
