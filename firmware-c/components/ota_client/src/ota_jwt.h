#pragma once

#include <stdbool.h>
#include <stdint.h>

/** When a token was issued and when it ends, Unix seconds; 0 where it does not say. */
typedef struct {
    int64_t issued_s;
    int64_t expires_s;
} ota_jwt_times_t;

/** Whether this can stand in an Authorization header: three base64url parts with dots between (RFC 7519). */
bool ota_jwt_valid(const char *token);

/** Whether this can stand behind "Bearer " (RFC 6750, 2.1): a server of one's own may hand out what is no JWT. */
bool ota_jwt_sendable(const char *token);

/** Reads the payload of a token without judging its signature, which is the server's business. False where there is none to read. */
bool ota_jwt_times(const char *token, ota_jwt_times_t *times);

/**
 * Whether a token should be renewed now: in the last quarter of its life, at most 7 days before its end, and until 30 days behind it,
 * after which the server renews it no more. Never while the clock is not set (`now_s` 0), nor for a token without an end.
 */
bool ota_jwt_due(const ota_jwt_times_t *times, int64_t now_s);
