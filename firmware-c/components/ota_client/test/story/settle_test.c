#include "check.h"
#include "world.h"

#include <stdio.h>

static world_t world;

/** Up to the first boot of 2.0.0, which is on trial. */
static int on_trial(void) {
    world_start(&world);
    int err = world_boot(&world);
    if (err == OTA_OK) err = world_round(&world);
    return err == OTA_OK ? world_boot(&world) : err;
}

/** The old image's first round after a rollback. */
static int back(void) {
    world.tamper = NULL;
    world.self_test = NULL;
    const int err = world_boot(&world);
    return err == OTA_OK ? ota_core_settle(&world.core) : err;
}

static bool is_back(const char *cause) {
    const ota_report_t *report = &world.core.record.reports[0];
    return world.running == 0 && report->status == OTA_STATUS_ROLLED_BACK && strcmp(report->text, cause) == 0 &&
           world.core.record.trial.stage == OTA_TRIAL_NONE;
}

static bool refuses(world_t *w) {
    (void)w;
    return false;
}
static bool crashes(world_t *w) {
    world_cut(w, OTA_RESET_PANIC);
    return true;
}
static bool hangs(world_t *w) {
    world_cut(w, OTA_RESET_TASK_WATCHDOG);
    return true;
}
static bool hangs_till_the_deadline(world_t *w) {
    world_cut(w, OTA_RESET_SOFTWARE);
    return true;
}

static void no_server(world_t *w, route_t route, uint32_t nth, const ota_http_request_t *request, reply_t *reply) {
    (void)w;
    (void)nth;
    (void)request;
    if (route == ROUTE_CHECK) reply->opened = OTA_PORT_CONNECT;
}

static void confirms_after_test_and_server(void) {
    CHECK_EQ(on_trial(), OTA_OK);
    CHECK_EQ(world.otadata[1].state, OTA_SLOT_PENDING);
    CHECK_EQ(ota_core_settle(&world.core), OTA_OK);
    CHECK_EQ(world.otadata[1].state, OTA_SLOT_VALID);
    CHECK_EQ(world.core.record.reports[0].status, OTA_STATUS_SUCCESS);
    CHECK_EQ(world.core.record.reports[0].bytes, WORLD_IMAGE_SIZE);
    CHECK(!world.deadline_armed && world_log_has(&world, "2.0.0 is confirmed"));
}

static char confirmed[16];

static void remembers_what_is_confirmed(const ota_event_t *event, void *user) {
    (void)user;
    if (event->state == OTA_STATE_CONFIRM) snprintf(confirmed, sizeof confirmed, "%s", event->version);
}

/** The server offers the next release already in the check that confirms this one. */
static void the_event_names_what_is_confirmed(void) {
    CHECK_EQ(on_trial(), OTA_OK);
    world.offered = &world.images[2];
    world.core.config.on_event = remembers_what_is_confirmed;
    CHECK_EQ(ota_core_settle(&world.core), OTA_OK);
    CHECK_STR(confirmed, "2.0.0");
    CHECK_STR(world.core.offer.version, "3.0.0");
}

static bool sees_pending(world_t *w) { return w->otadata[1].state == OTA_SLOT_PENDING && w->deadline_armed; }
static bool pending_at_check;
static void looks_at_check(world_t *w, route_t route, uint32_t nth, const ota_http_request_t *request, reply_t *reply) {
    (void)nth;
    (void)request;
    (void)reply;
    if (route == ROUTE_CHECK) pending_at_check = w->otadata[1].state == OTA_SLOT_PENDING;
}

static void nothing_is_confirmed_early(void) {
    CHECK_EQ(on_trial(), OTA_OK);
    world.self_test = sees_pending;
    world.tamper = looks_at_check;
    CHECK_EQ(ota_core_settle(&world.core), OTA_OK);
    CHECK(pending_at_check);
}

static void a_refused_image_goes_back(void) {
    CHECK_EQ(on_trial(), OTA_OK);
    world.self_test = refuses;
    CHECK_EQ(ota_core_settle(&world.core), OTA_ERR_SELF_TEST);
    CHECK(world.dead && world.otadata[1].state == OTA_SLOT_INVALID);
    CHECK_EQ(back(), OTA_OK);
    CHECK(is_back("its self-test failed; reset: software"));
    CHECK_EQ(world.core.record.ledger[0].failures, 4);
}

static void a_crash_goes_back(void) {
    CHECK_EQ(on_trial(), OTA_OK);
    world.self_test = crashes;
    (void)ota_core_settle(&world.core);
    CHECK_EQ(back(), OTA_OK);
    CHECK(is_back("it crashed before it was confirmed; reset: panic"));
}

static void a_hang_goes_back(void) {
    CHECK_EQ(on_trial(), OTA_OK);
    world.self_test = hangs;
    (void)ota_core_settle(&world.core);
    CHECK_EQ(back(), OTA_OK);
    CHECK(is_back("it hung before it was confirmed; reset: task watchdog"));
    CHECK_EQ(on_trial(), OTA_OK);
    world.self_test = hangs_till_the_deadline;
    (void)ota_core_settle(&world.core);
    CHECK_EQ(back(), OTA_OK);
    CHECK(is_back("it hung in its self-test; reset: software"));
}

static void no_server_goes_back(void) {
    CHECK_EQ(on_trial(), OTA_OK);
    world.tamper = no_server;
    const uint64_t from = world.now_ms;
    CHECK_EQ(ota_core_settle(&world.core), OTA_ERR_CONNECT);
    CHECK(world.now_ms - from <= 600000 && world.now_ms - from > 400000);
    CHECK_EQ(world.otadata[1].state, OTA_SLOT_INVALID);
    CHECK_EQ(back(), OTA_OK);
    CHECK(is_back("it could not reach the server; reset: software"));
}

static void every_reset_is_told(void) {
    static const struct {
        ota_reset_t reset;
        const char *cause;
        uint32_t weight;
    } RESETS[] = {
        {OTA_RESET_POWER_ON, "the power went before it was confirmed; reset: power on", 1},
        {OTA_RESET_BROWNOUT, "the supply broke down before it was confirmed; reset: brownout", 4},
        {OTA_RESET_INTERRUPT_WATCHDOG, "it hung before it was confirmed; reset: interrupt watchdog", 4},
        {OTA_RESET_OTHER_WATCHDOG, "it hung before it was confirmed; reset: watchdog", 4},
        {OTA_RESET_SOFTWARE, "it did not come to its self-test; reset: software", 4},
        {OTA_RESET_DEEP_SLEEP, "it did not come to its self-test; reset: deep sleep", 4},
        {OTA_RESET_EXTERNAL, "it did not come to its self-test; reset: external", 4},
        {OTA_RESET_UNKNOWN, "it did not come to its self-test; reset: unknown", 4},
    };
    for (size_t i = 0; i < sizeof RESETS / sizeof *RESETS; i++) {
        CHECK_EQ(on_trial(), OTA_OK);
        world_cut(&world, RESETS[i].reset);
        CHECK_EQ(back(), OTA_OK);
        CHECK_STR(world.core.record.reports[0].text, RESETS[i].cause);
        CHECK_EQ(world.core.record.ledger[0].failures, RESETS[i].weight);
    }
}

static void the_deadline_strikes_while_reaching(void) {
    CHECK_EQ(on_trial(), OTA_OK);
    world.core.record.trial.stage = OTA_TRIAL_REACHING;
    CHECK_EQ(ota_record_save(&world.port.kv, &world.core.record), OTA_OK);
    world_cut(&world, OTA_RESET_SOFTWARE);
    CHECK_EQ(back(), OTA_OK);
    CHECK(is_back("it could not reach the server; reset: software"));
}

static void a_rollback_is_reported_first(void) {
    CHECK_EQ(on_trial(), OTA_OK);
    world.self_test = crashes;
    (void)ota_core_settle(&world.core);
    world.self_test = NULL;
    CHECK_EQ(world_boot(&world), OTA_OK);
    world.offered = NULL;
    CHECK_EQ(world_round(&world), OTA_ERR_NO_UPDATE);
    CHECK_STR(world.reports, "downloading installing rolled_back ");
    CHECK_STR(world.last_report, "{\"device_id\":9007199254740991,\"firmware_id\":2,\"status\":\"rolled_back\",\"bytes_downloaded\":20000,"
                                 "\"error_message\":\"it crashed before it was confirmed; reset: panic\",\"log_id\":70}");
}

static void twice_is_enough(void) {
    world_start(&world);
    world.self_test = refuses;
    for (int i = 0; i < 12; i++) {
        if (world_boot(&world) != OTA_OK) break;
        (void)world_round(&world);
        if (!world.dead) (void)world_round(&world);
    }
    CHECK_EQ(world.served[ROUTE_DOWNLOAD], 2);
    CHECK_EQ(world.running, 0);
    CHECK_EQ(world_round(&world), OTA_ERR_GIVEN_UP);
    world.self_test = NULL;
    world.offered = &world.images[2];
    CHECK(world_reaches(&world, "3.0.0", 5));
}

static void a_cut_before_the_switch_is_no_rollback(void) {
    world_start(&world);
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK_EQ(world_round(&world), OTA_OK);
    world.otadata[1].present = false; // as if the power had gone before the entry was written
    CHECK_EQ(back(), OTA_OK);
    CHECK_EQ(world.core.record.reports[0].status, OTA_STATUS_NONE);
    CHECK_EQ(world.core.record.ledger[0].failures, 1);
    CHECK(world_reaches(&world, "2.0.0", 4));
}

static void a_bootloader_that_refuses_the_image(void) {
    world_start(&world);
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK_EQ(world_round(&world), OTA_OK);
    world.flash[1][9999] ^= 1; // the flash lost a bit over the reboot
    CHECK_EQ(back(), OTA_OK);
    CHECK(is_back("it did not come to its self-test; reset: software"));
}

static void a_mark_that_fails_is_tried_again(void) {
    uint32_t n = 0;
    do {
        CHECK_EQ(on_trial(), OTA_OK);
        world.fault = FAULT_ERROR;
        world.fault_at = world.calls + ++n;
        (void)ota_core_settle(&world.core);
        CHECK(world.fault_name != NULL);
    } while (strcmp(world.fault_name, "flash.mark_valid") != 0);
    CHECK(!world.core.settled && world.deadline_armed);
    CHECK_EQ(world.otadata[1].state, OTA_SLOT_PENDING);
    CHECK_EQ(ota_core_settle(&world.core), OTA_OK);
    CHECK_EQ(world.tests_run, 1);
    CHECK_EQ(world.otadata[1].state, OTA_SLOT_VALID);
}

static void a_bootloader_without_rollback_is_said(void) {
    world_start(&world);
    world.no_rollback = true;
    world.otadata[0].state = OTA_SLOT_NONE;
    CHECK(world_reaches(&world, "2.0.0", 4));
    CHECK(world_log_has(&world, "the bootloader has no rollback"));
}

static void without_another_image_it_stays(void) {
    CHECK_EQ(on_trial(), OTA_OK);
    world.otadata[0].present = false;
    memset(world.flash[0], 0xFF, WORLD_SLOT_SIZE);
    world.self_test = refuses;
    CHECK_EQ(ota_core_settle(&world.core), OTA_ERR_SELF_TEST);
    CHECK(world.dead && world_log_has(&world, "no image to roll back to"));
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK_EQ(world.running, 1);
    CHECK_EQ(world.otadata[1].state, OTA_SLOT_ABORTED);
    CHECK_EQ(ota_core_settle(&world.core), OTA_OK);
    CHECK_EQ(world.core.record.reports[0].status, OTA_STATUS_FAILED);
    CHECK_EQ(world.otadata[1].state, OTA_SLOT_VALID);
    CHECK(world_log_has(&world, "but there is no other image"));
}

static void refused_without_rollback_it_stays(void) {
    world_start(&world);
    world.no_rollback = true;
    world.otadata[0].state = OTA_SLOT_NONE;
    world.self_test = refuses;
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK_EQ(world_round(&world), OTA_OK);
    CHECK_EQ(world_boot(&world), OTA_OK);
    world.otadata[0].present = false;
    CHECK_EQ(ota_core_settle(&world.core), OTA_ERR_SELF_TEST);
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK_EQ(world.running, 1);
    CHECK_EQ(ota_core_settle(&world.core), OTA_OK);
    CHECK_EQ(world.tests_run, 1);
}

static void what_another_updater_brought_is_tested_too(void) {
    world_start(&world);
    memcpy(world.flash[1], world.images[1].bytes, WORLD_IMAGE_SIZE);
    world.otadata[1] = (otadata_entry_t){true, 2, OTA_SLOT_NEW};
    world.core.record.trial.stage = OTA_TRIAL_NONE;
    CHECK(world_reaches(&world, "2.0.0", 2));
    CHECK_STR(world.reports, "");
    CHECK_EQ(world.tests_run, 1);
    // with a trial of ours about the other slot still open
    CHECK_EQ(on_trial(), OTA_OK);
    world.core.record.trial.slot = SLOT_A;
    CHECK_EQ(ota_core_settle(&world.core), OTA_OK);
    CHECK_EQ(world.core.record.reports[0].status, OTA_STATUS_NONE);
}

static void busy(world_t *w, route_t route, uint32_t nth, const ota_http_request_t *request, reply_t *reply) {
    (void)w;
    (void)request;
    if (route != ROUTE_CHECK || nth > 4) return;
    reply->head.status = 503;
    strcpy(reply->head.retry_after, "500");
}

static void a_long_retry_after_does_not_use_up_the_trial(void) {
    CHECK_EQ(on_trial(), OTA_OK);
    world.served[ROUTE_CHECK] = 0;
    world.tamper = busy;
    CHECK_EQ(ota_core_settle(&world.core), OTA_OK);
    CHECK_EQ(world.otadata[1].state, OTA_SLOT_VALID);
}

static void stopped_on_trial(void) {
    CHECK_EQ(on_trial(), OTA_OK);
    world.tamper = no_server;
    world.sleep_limit = 1;
    CHECK_EQ(ota_core_settle(&world.core), OTA_ERR_STOPPED);
    CHECK_EQ(world.otadata[1].state, OTA_SLOT_PENDING);
    CHECK(world.deadline_armed);
}

TEST_LIST(SETTLE_TESTS) = {
    {"settle: confirms after test and server", confirms_after_test_and_server},
    {"settle: the event names what is confirmed", the_event_names_what_is_confirmed},
    {"settle: nothing is confirmed early", nothing_is_confirmed_early},
    {"settle: a refused image goes back", a_refused_image_goes_back},
    {"settle: a crash goes back", a_crash_goes_back},
    {"settle: a hang goes back", a_hang_goes_back},
    {"settle: no server goes back", no_server_goes_back},
    {"settle: every reset is told", every_reset_is_told},
    {"settle: the deadline strikes while reaching", the_deadline_strikes_while_reaching},
    {"settle: a rollback is reported first", a_rollback_is_reported_first},
    {"settle: twice is enough", twice_is_enough},
    {"settle: a cut before the switch is no rollback", a_cut_before_the_switch_is_no_rollback},
    {"settle: a bootloader that refuses the image", a_bootloader_that_refuses_the_image},
    {"settle: a mark that fails is tried again", a_mark_that_fails_is_tried_again},
    {"settle: a bootloader without rollback is said", a_bootloader_without_rollback_is_said},
    {"settle: without another image it stays", without_another_image_it_stays},
    {"settle: refused without rollback it stays", refused_without_rollback_it_stays},
    {"settle: what another updater brought is tested too", what_another_updater_brought_is_tested_too},
    {"settle: a long Retry-After does not use up the trial", a_long_retry_after_does_not_use_up_the_trial},
    {"settle: stopped on trial", stopped_on_trial},
    {NULL, NULL},
};
