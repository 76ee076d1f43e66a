#include "check.h"
#include "http_head.h"

static void keeps_what_is_asked_for(void)
{
    ota_http_response_t response = {0};
    ota_http_head_take(&response, "etag", "\"abc\"");
    ota_http_head_take(&response, "CONTENT-RANGE", "bytes 5-9/10");
    ota_http_head_take(&response, "Content-type", "application/octet-stream");
    ota_http_head_take(&response, "Content-Encoding", "gzip");
    ota_http_head_take(&response, "retry-after", "120");
    ota_http_head_take(&response, "Date", "Sat, 21 Nov 2026 12:00:00 GMT");
    ota_http_head_take(&response, "Location", "/login");
    ota_http_head_take(&response, "X-Other", "nothing");
    CHECK_STR(response.etag, "\"abc\"");
    CHECK_STR(response.content_range, "bytes 5-9/10");
    CHECK_STR(response.content_type, "application/octet-stream");
    CHECK_STR(response.content_encoding, "gzip");
    CHECK_STR(response.retry_after, "120");
    CHECK_STR(response.date, "Sat, 21 Nov 2026 12:00:00 GMT");
    CHECK_STR(response.location, "/login");
    CHECK(!response.location_too_long);
}

static void leaves_out_what_does_not_fit(void)
{
    char value[OTA_URL_SIZE + 1];
    ota_http_response_t response = {0};
    memset(value, 'a', sizeof value - 1);
    value[sizeof value - 1] = '\0';
    ota_http_head_take(&response, "ETag", value);
    ota_http_head_take(&response, "Location", value);
    CHECK_STR(response.etag, "");
    CHECK_STR(response.location, "");
    CHECK(response.location_too_long);

    value[OTA_URL_SIZE - 1] = '\0';
    ota_http_head_take(&response, "Location", value);
    CHECK_STR(response.location, value);
    CHECK(!response.location_too_long);
}

TEST_LIST(HEAD_TESTS) = {
    {"head: keeps what the core asks for, whatever its letters", keeps_what_is_asked_for},
    {"head: leaves out what does not fit, and says so of an address", leaves_out_what_does_not_fit},
    {NULL, NULL},
};
