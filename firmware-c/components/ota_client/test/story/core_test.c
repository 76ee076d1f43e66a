#include "check.h"
#include "world.h"

static world_t world;

static void one_update_from_check_to_report(void) {
    world_start(&world);
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK_EQ(world_round(&world), OTA_OK);
    CHECK(world.dead && world_holds(&world, 1, &world.images[1]));
    CHECK_EQ(world.otadata[1].state, OTA_SLOT_NEW);
    CHECK_EQ(world.last_done, WORLD_IMAGE_SIZE);
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK_STR(world_running_version(&world), "2.0.0");
    CHECK_EQ(world_round(&world), OTA_ERR_NO_UPDATE);
    CHECK_EQ(world.otadata[1].state, OTA_SLOT_VALID);
    CHECK_EQ(world.tests_run, 1);
    CHECK_STR(world.reports, "downloading installing success ");
    CHECK(!world.deadline_armed);
    CHECK(world_kv(&world, "resume") == NULL);
    CHECK_EQ(world.last_event.state, OTA_STATE_CHECK);
}

static void walks_through_versions(void) {
    world_start(&world);
    CHECK(world_reaches(&world, "2.0.0", 4));
    world.offered = &world.images[2];
    CHECK(world_reaches(&world, "3.0.0", 4));
    CHECK_EQ(world.running, 0);
    CHECK_STR(world.reports, "downloading installing success downloading installing success ");
}

static int init_with(void (*change)(ota_core_config_t *config)) {
    world_start(&world);
    change(&world.config);
    return world_boot(&world);
}

static void no_type(ota_core_config_t *config) { config->device_type = NULL; }
static void empty_type(ota_core_config_t *config) { config->device_type = ""; }
static void long_type(ota_core_config_t *config) {
    config->device_type = "01234567890123456789012345678901234567890123456789012345678901234";
}
static void large_id(ota_core_config_t *config) { config->device_id = 9007199254740992u; }
static void no_url(ota_core_config_t *config) { config->server_url = NULL; }
static void other_url(ota_core_config_t *config) { config->server_url = "ota.example"; }
static void url_with_query(ota_core_config_t *config) { config->server_url = "https://ota.example/?a=b"; }
static void long_url(ota_core_config_t *config) {
    static char url[260];
    memset(url, 'a', sizeof url - 1);
    memcpy(url, "http://", 7);
    config->server_url = url;
}
static void bad_token(ota_core_config_t *config) { config->token = "se cret"; }
static void long_token(ota_core_config_t *config) {
    static char token[OTA_TOKEN_SIZE + 1];
    memset(token, 'a', OTA_TOKEN_SIZE);
    token[5] = token[9] = '.';
    config->token = token;
}
static void long_version(ota_core_config_t *config) {
    config->current_version = "1.0.0-01234567890123456789012345678901234567890123456789012345678901";
}
static void no_buffer(ota_core_config_t *config) { config->buffer = NULL; }
static void small_buffer(ota_core_config_t *config) { config->buffer_size = 1023; }
static void long_confirm(ota_core_config_t *config) { config->confirm_timeout_s = 86401; }
static void long_interval(ota_core_config_t *config) { config->check_interval_s = 4000001; }

static void names_a_wrong_field(void) {
    static const struct {
        void (*change)(ota_core_config_t *config);
        const char *field;
    } WRONG[] = {
        {no_type, "device_type"},   {empty_type, "device_type"},          {long_type, "device_type"}, {large_id, "device_id"},
        {no_url, "server_url"},     {other_url, "server_url"},            {url_with_query, "server_url"}, {long_url, "server_url"},
        {bad_token, "token"},       {long_token, "token"},                {long_version, "current_version"}, {no_buffer, "buffer_size"},
        {small_buffer, "buffer_size"}, {long_confirm, "confirm_timeout_s"}, {long_interval, "check_interval_s"},
    };
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        CHECK_EQ(init_with(WRONG[i].change), OTA_ERR_CONFIG);
        CHECK(world_log_has(&world, WRONG[i].field));
    }
}

static void fills_in_defaults(void) {
    world_start(&world);
    world.config.resume_step_bytes = 0;
    world.config.jitter_percent = OTA_NONE;
    world.config.retry_max = OTA_NONE;
    world.config.redirect_max = OTA_NONE;
    world.config.first_check_spread_ms = OTA_NONE;
    world.config.buffer_size = 4000;
    CHECK_EQ(world_boot(&world), OTA_OK);
    const ota_core_config_t *config = &world.core.config;
    CHECK(config->check_interval_s == 86400 && config->request_timeout_ms == 30000 && config->download_timeout_ms == 1800000);
    CHECK(config->jitter_percent == 0 && config->retry_max == 1 && config->redirect_max == 0 && config->first_check_spread_ms == 0);
    CHECK(config->resume_step_bytes == 65536 && config->buffer_size == 3840 && config->confirm_timeout_s == 600);
    CHECK_STR(world.core.version, "1.0.0");
    CHECK(!world.core.build_known);
}

static void takes_the_build_from_the_version(void) {
    world_start(&world);
    world.config.current_version = "1.0.0+41";
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK(world.core.build_known && world.core.build == 41);
    world.config.current_build = 7;
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK_EQ(world.core.build, 7);
    world.config.current_build = 0;
    world.config.current_version = "main";
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK(!world.core.build_known);
}

static void needs_a_running_image(void) {
    world_start(&world);
    world.fault = FAULT_ERROR;
    world.fault_at = 1;
    CHECK_EQ(world_boot(&world), OTA_ERR_FLASH);
    world.fault_at = world.calls + 2;
    CHECK_EQ(world_boot(&world), OTA_ERR_FLASH);
    world.images[0].bytes[0] = 0;
    memcpy(world.flash[0], world.images[0].bytes, WORLD_IMAGE_SIZE);
    CHECK_EQ(world_boot(&world), OTA_ERR_IMAGE_INVALID);
}

static void works_without_callbacks(void) {
    world_start(&world);
    world.config.on_event = NULL;
    world.config.on_progress = NULL;
    world.config.self_test = NULL;
    CHECK(world_reaches(&world, "2.0.0", 4));
}

static void forgets_everything(void) {
    world_start(&world);
    CHECK(world_reaches(&world, "2.0.0", 4));
    CHECK(world_kv(&world, "state") != NULL);
    CHECK_EQ(ota_core_forget(&world.core), OTA_OK);
    CHECK(world_kv(&world, "state") == NULL && world.core.record.installed_slot == 0);
    world.fault = FAULT_ERROR;
    world.fault_at = world.calls + 1;
    CHECK_EQ(ota_core_forget(&world.core), OTA_ERR_STORE);
}

TEST_LIST(CORE_TESTS) = {
    {"core: one update from check to report", one_update_from_check_to_report},
    {"core: walks through versions", walks_through_versions},
    {"core: names a wrong field", names_a_wrong_field},
    {"core: fills in defaults", fills_in_defaults},
    {"core: takes the build from the version", takes_the_build_from_the_version},
    {"core: needs a running image", needs_a_running_image},
    {"core: works without callbacks", works_without_callbacks},
    {"core: forgets everything", forgets_everything},
    {NULL, NULL},
};
