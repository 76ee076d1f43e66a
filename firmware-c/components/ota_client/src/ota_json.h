#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Reads one JSON object as its bytes come (RFC 8259), and hands over its own scalar members. Bounded memory whatever is sent: an
 * offer's description may be longer than all RAM the client has. Strict: anything that is not JSON ends the reading, nesting
 * deeper than OTA_JSON_DEPTH too.
 */

#define OTA_JSON_DEPTH 16
#define OTA_JSON_KEY_SIZE 24

typedef enum { OTA_JSON_STRING, OTA_JSON_NUMBER, OTA_JSON_TRUE, OTA_JSON_FALSE, OTA_JSON_NULL } ota_json_kind_t;

/** A member of the outermost object. Strings are unescaped, numbers as written, the others empty. */
typedef struct {
    const char *key;
    ota_json_kind_t kind;
    const char *value;
    size_t len;
    /** The value was longer than its buffer; what is here is its beginning. */
    bool cut;
} ota_json_member_t;

typedef void (*ota_json_take_t)(void *ctx, const ota_json_member_t *member);

typedef struct {
    char *value;
    size_t size;
    size_t len;
    bool cut;
    ota_json_take_t take;
    void *ctx;
    char key[OTA_JSON_KEY_SIZE];
    uint8_t state;
    /** Where a string goes on to: a key or a value. */
    bool in_key;
    uint8_t depth;
    /** One bit a level: an object, else an array. */
    uint32_t objects;
    ota_json_kind_t kind;
    const char *literal;
    /** A \u escape under way, and the first half of a pair. */
    uint8_t hex_left;
    uint16_t unit;
    uint16_t high;
    /** UTF-8: bytes still to come of a character, and the range of the next. */
    uint8_t utf8_left;
    uint8_t utf8_min;
    uint8_t utf8_max;
} ota_json_t;

/** `value` holds one string or number at a time, with its NUL. */
void ota_json_start(ota_json_t *json, char *value, size_t size, ota_json_take_t take, void *ctx);

/** False once it cannot become an object any more; stays so. */
bool ota_json_feed(ota_json_t *json, const uint8_t *bytes, size_t len);

/** Whether exactly one whole object has come. */
bool ota_json_done(const ota_json_t *json);

/** A whole number from 0 to `max` as a member's value. */
bool ota_json_uint(const ota_json_member_t *member, uint64_t max, uint64_t *number);
