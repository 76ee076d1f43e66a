#include "check.h"
#include "world.h"

#include <stdio.h>

/**
 * Every state × {error, power cut, hang, task crash}: at each call that any state makes of any port, from the first check to the last
 * report, each of these happens once. Whatever it is, the device boots a whole image and comes to the target. A power cut
 * also falls in the middle of a call and after it.
 */

static world_t world;

/** True when that call exists. */
static bool play(fault_t fault, uint32_t at, uint32_t again_after, uint32_t points[]) {
    world_start(&world);
    world.fault = fault;
    world.fault_at = at;
    world.again_after = again_after;
    const bool reached = world_reaches(&world, "2.0.0", 12);
    if (world.fault_name == NULL) return false;
    points[world.fault_state]++;
    const bool told = strstr(world.reports, "success") != NULL && world.core.record.reports[0].status == OTA_STATUS_NONE;
    if (!reached || !told || world.running != 1 || world.otadata[1].state != OTA_SLOT_VALID || !world_sound(&world)) {
        printf("# fault %d at call %u (%s): runs %s; %s\n", (int)fault, at, world.fault_name, world_running_version(&world), world.reports);
        check_that(false, __FILE__, __LINE__, "one mishap, and the device is not on its target");
        return false;
    }
    return true;
}

static void all_points(fault_t fault, const char *name) {
    uint32_t points[OTA_STATE_REPORT + 1] = {0};
    uint32_t calls = 0;
    while (play(fault, calls + 1, 0, points)) calls++;
    printf("# matrix: %s at each of %u calls:", name, calls);
    for (int state = OTA_STATE_IDLE; state <= OTA_STATE_REPORT; state++) {
        printf(" %s %u", ota_state_name((ota_state_t)state), points[state]);
    }
    printf("\n");
    CHECK(calls > 60);
    for (int state = OTA_STATE_IDLE; state <= OTA_STATE_REPORT; state++) CHECK(points[state] > 0);
}

static void error_anywhere(void) { all_points(FAULT_ERROR, "an error"); }
static void cut_before_anything(void) { all_points(FAULT_CUT_BEFORE, "a power cut before"); }
static void cut_half_way(void) { all_points(FAULT_CUT_HALF, "a power cut half-way"); }
static void cut_after_anything(void) { all_points(FAULT_CUT_AFTER, "a power cut after"); }
static void hang_anywhere(void) { all_points(FAULT_HANG, "a hang"); }
static void crash_anywhere(void) { all_points(FAULT_CRASH, "a crash"); }

/** A second cut falls into what the device does after the first: every first point, and of the second ones a few by the seed. */
static void two_cuts(void) {
    static const fault_t CUTS[] = {FAULT_CUT_BEFORE, FAULT_CUT_HALF, FAULT_CUT_AFTER};
    uint32_t points[OTA_STATE_REPORT + 1] = {0};
    uint32_t seed = 1;
    uint32_t plays = 0;
    uint32_t twice = 0;
    for (int sample = 0; sample < 5; sample++) {
        for (uint32_t at = 1; at <= 80; at++) {
            seed = seed * 1664525u + 1013904223u;
            if (!play(CUTS[seed % 3], at, 1 + (seed >> 8) % 60, points)) return;
            plays++;
            twice += world.struck == 2;
        }
    }
    printf("# matrix: two power cuts, %u times of %u\n", twice, plays);
    CHECK(twice > plays / 2);
}

TEST_LIST(MATRIX_TESTS) = {
    {"matrix: an error anywhere", error_anywhere},
    {"matrix: a power cut before anything", cut_before_anything},
    {"matrix: a power cut half-way", cut_half_way},
    {"matrix: a power cut after anything", cut_after_anything},
    {"matrix: a second power cut after the first", two_cuts},
    {"matrix: a hang anywhere", hang_anywhere},
    {"matrix: a crash anywhere", crash_anywhere},
    {NULL, NULL},
};
