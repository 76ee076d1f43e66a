#pragma once

#include "ota_core.h"
#include "ota_json.h"

/** What the core's files know of each other. Those that talk to the world return OTA_OK or an error of ota_err.h. */

/* ota_tell.c: what the device's log and the application hear */

/** One line at that level, its parts joined; NULL ends them early. */
void ota_say(const ota_core_t *core, ota_log_level_t level, const char *a, const char *b, const char *c);
void ota_enter(ota_core_t *core, ota_state_t state);
/** The error that ended the present state, and the wait until the next try. */
void ota_failed(const ota_core_t *core, int err, uint32_t wait_ms);

/* ota_http.c: one request with its redirects */

typedef struct {
    /** NULL: a GET. */
    const char *body;
    bool post;
    bool with_token;
    uint32_t range_from;
    const char *if_range;
    /** When the whole must be over. */
    uint64_t end_ms;
} ota_ask_t;

/**
 * Asks core->url, follows redirects, and leaves the head of the answer in core->response with its body to be read. POSTs are
 * repeated by 307 and 308 alone: what turns one into a GET is a login page. The token never follows to another origin. On an
 * error nothing is open.
 */
int ota_http_open(ota_core_t *core, const ota_ask_t *ask);
/** Some of the body; *got is 0 at its end. */
int ota_http_read(ota_core_t *core, uint8_t *buf, size_t size, size_t *got, uint64_t end_ms);
void ota_http_close(ota_core_t *core);
/** Error of a status that is no success; for 429 and 503 core->asked_wait_ms is set. */
int ota_http_refusal(ota_core_t *core);
/** Whether the answer says that it is a web page. */
bool ota_http_is_page(const ota_http_response_t *response);

/* ota_api.c: the server's JSON interface */

/** POSTs core->body (or nothing) to `path` of the server and hands over the answer's members; renews the token once on a 401. */
int ota_api_post(ota_core_t *core, const char *path, bool with_body, ota_json_take_t take, void *ctx);
/** The same without renewing. */
int ota_api_post_once(ota_core_t *core, const char *path, bool with_body, ota_json_take_t take, void *ctx);

/* ota_token.c */

/** The stored token where it descends from the configured one, else that. */
void ota_token_load(ota_core_t *core);
int ota_token_renew(ota_core_t *core);
/** Renews where the token is near its end; failing that the old one stays. */
void ota_token_tend(ota_core_t *core);

/* ota_check.c, ota_plan.c, ota_download.c, ota_report.c */

/** Asks for an update with what runs now; OTA_ERR_NO_UPDATE also means that the server has been reached. */
int ota_check(ota_core_t *core);
/** Whether core->offer may be installed here and now, before anything is touched. */
int ota_plan(ota_core_t *core, ota_flash_facts_t *facts);
/** Brings the file into the slot, hash-correct and verified. */
int ota_download(ota_core_t *core, const ota_flash_facts_t *facts);
/** Tells the server about core->offer, once; nothing is kept when it fails. */
void ota_report_now(ota_core_t *core, ota_status_t status, uint32_t bytes);
/** Delivers what waits, oldest first. */
int ota_report_deliver(ota_core_t *core);
int ota_report_send(ota_core_t *core, const ota_report_t *report);
/** Whether an error of ota_report_send will be the same for ever. */
bool ota_report_hopeless(const ota_core_t *core, int err);

/* Time */

/** Milliseconds until `end_ms`, 0 when it is over. */
uint32_t ota_left_ms(const ota_core_t *core, uint64_t end_ms);
/** `base_ms` of the configuration, grown by `failures`, spread. */
uint32_t ota_retry_wait_ms(const ota_core_t *core, uint32_t failures);
/** After OTA_ERR_BUSY what the server asked for, else the backoff. */
uint32_t ota_next_wait_ms(const ota_core_t *core, int err, uint32_t failures);
