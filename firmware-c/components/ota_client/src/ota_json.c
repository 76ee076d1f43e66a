#include "ota_json.h"

#include "ota_text.h"
#include <string.h>

enum state {
    START,
    VALUE,
    VALUE_OR_END,
    KEY,
    KEY_OR_END,
    COLON,
    AFTER,
    STRING,
    ESCAPE,
    HEX,
    /** Between the halves of a surrogate pair: a backslash, then its u. */
    LOW_ESCAPE,
    LOW_U,
    MINUS,
    ZERO,
    INTEGER,
    POINT,
    FRACTION,
    EXPONENT,
    EXPONENT_SIGN,
    EXPONENT_DIGITS,
    LITERAL,
    DONE,
    BAD
};

void ota_json_start(ota_json_t *json, char *value, size_t size, ota_json_take_t take, void *ctx) {
    memset(json, 0, sizeof *json);
    json->value = value;
    json->size = size;
    json->take = take;
    json->ctx = ctx;
    json->state = START;
    value[0] = '\0';
}

bool ota_json_done(const ota_json_t *json) { return json->state == DONE; }

static bool is_space(uint8_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
static bool is_digit(uint8_t c) { return c >= '0' && c <= '9'; }
static bool in_object(const ota_json_t *json) { return (json->objects >> json->depth & 1u) != 0; }

/** One byte of a key or a value. Only the outermost object's are kept. */
static void keep(ota_json_t *json, uint8_t c) {
    if (json->depth != 1) return;
    char *to = json->in_key ? json->key : json->value;
    const size_t size = json->in_key ? sizeof json->key : json->size;
    if (json->len + 1 >= size) {
        json->cut = true;
        return;
    }
    to[json->len++] = (char)c;
    to[json->len] = '\0';
}

static void keep_code_point(ota_json_t *json, uint32_t c) {
    if (c == 0) c = 0xFFFD; // a NUL would end the text early
    if (c < 0x80) {
        keep(json, (uint8_t)c);
        return;
    }
    if (c < 0x800) {
        keep(json, (uint8_t)(0xC0 | c >> 6));
    } else {
        if (c < 0x10000) {
            keep(json, (uint8_t)(0xE0 | c >> 12));
        } else {
            keep(json, (uint8_t)(0xF0 | c >> 18));
            keep(json, (uint8_t)(0x80 | (c >> 12 & 0x3F)));
        }
        keep(json, (uint8_t)(0x80 | (c >> 6 & 0x3F)));
    }
    keep(json, (uint8_t)(0x80 | (c & 0x3F)));
}

static void begin_text(ota_json_t *json, bool key) {
    json->in_key = key;
    if (json->depth == 1) {
        json->len = 0;
        json->cut = false;
        if (key) json->key[0] = '\0';
        json->value[0] = '\0';
    }
}

/** A scalar is whole. A key that was cut is none that anybody asks for. */
static enum state end_value(ota_json_t *json) {
    if (json->depth == 1 && json->key[0] != '\0') {
        const ota_json_member_t member = {json->key, json->kind, json->value, json->len, json->cut};
        json->take(json->ctx, &member);
    }
    return AFTER;
}

static enum state open_level(ota_json_t *json, bool object) {
    if (json->depth == OTA_JSON_DEPTH) return BAD;
    json->depth++;
    json->objects = (json->objects & ~(1u << json->depth)) | (uint32_t)object << json->depth;
    return object ? KEY_OR_END : VALUE_OR_END;
}

static enum state close_level(ota_json_t *json, bool object) {
    if (in_object(json) != object) return BAD;
    json->depth--;
    return json->depth == 0 ? DONE : AFTER;
}

static enum state begin_literal(ota_json_t *json, const char *rest, ota_json_kind_t kind) {
    json->literal = rest;
    json->kind = kind;
    begin_text(json, false);
    return LITERAL;
}

static enum state begin_value(ota_json_t *json, uint8_t c) {
    switch (c) {
        case '{': return open_level(json, true);
        case '[': return open_level(json, false);
        case '"': begin_text(json, false); json->kind = OTA_JSON_STRING; return STRING;
        case 't': return begin_literal(json, "rue", OTA_JSON_TRUE);
        case 'f': return begin_literal(json, "alse", OTA_JSON_FALSE);
        case 'n': return begin_literal(json, "ull", OTA_JSON_NULL);
        default: break;
    }
    if (c != '-' && !is_digit(c)) return BAD;
    begin_text(json, false);
    json->kind = OTA_JSON_NUMBER;
    keep(json, c);
    return c == '-' ? MINUS : c == '0' ? ZERO : INTEGER;
}

/** Begins a character of several bytes: no overlong forms, no surrogates, nothing above U+10FFFF (RFC 3629). */
static enum state begin_utf8(ota_json_t *json, uint8_t c) {
    if (c < 0xC2 || c > 0xF4) return BAD;
    json->utf8_left = c < 0xE0 ? 1 : c < 0xF0 ? 2 : 3;
    json->utf8_min = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80;
    json->utf8_max = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
    keep(json, c);
    return STRING;
}

static enum state in_string(ota_json_t *json, uint8_t c) {
    if (json->utf8_left > 0) {
        if (c < json->utf8_min || c > json->utf8_max) return BAD;
        json->utf8_left--;
        json->utf8_min = 0x80;
        json->utf8_max = 0xBF;
        keep(json, c);
        return STRING;
    }
    if (c == '\\') return ESCAPE;
    if (c < 0x20) return BAD;
    if (c >= 0x80) return begin_utf8(json, c);
    if (c != '"') {
        keep(json, c);
        return STRING;
    }
    if (!json->in_key) return end_value(json);
    if (json->depth == 1 && json->cut) json->key[0] = '\0';
    return COLON;
}

static enum state in_escape(ota_json_t *json, uint8_t c) {
    static const char FROM[] = "\"\\/bfnrt";
    static const char TO[] = "\"\\/\b\f\n\r\t";
    if (c == 'u') {
        json->hex_left = 4;
        json->unit = 0;
        return HEX;
    }
    const char *found = c == '\0' ? NULL : strchr(FROM, c);
    if (found == NULL) return BAD;
    keep(json, (uint8_t)TO[found - FROM]);
    return STRING;
}

/** Half a pair alone is no character; RFC 8259 leaves open what to make of it, the client refuses. */
static enum state end_unit(ota_json_t *json) {
    const uint16_t unit = json->unit;
    const bool low = unit >= 0xDC00 && unit <= 0xDFFF;
    if (json->high != 0) {
        if (!low) return BAD;
        keep_code_point(json, 0x10000u + ((uint32_t)(json->high - 0xD800) << 10) + (unit - 0xDC00u));
        json->high = 0;
        return STRING;
    }
    if (low) return BAD;
    if (unit >= 0xD800 && unit <= 0xDBFF) {
        json->high = unit;
        return LOW_ESCAPE;
    }
    keep_code_point(json, unit);
    return STRING;
}

static enum state in_hex(ota_json_t *json, uint8_t c) {
    const uint8_t small = (uint8_t)(c | 0x20);
    if (!is_digit(c) && (small < 'a' || small > 'f')) return BAD;
    json->unit = (uint16_t)(json->unit << 4 | (is_digit(c) ? c - '0' : small - 'a' + 10));
    return --json->hex_left > 0 ? HEX : end_unit(json);
}

/** The state after `c` in a number; AFTER when `c` ends it and is not part of it. */
static enum state number_goes_on(enum state state, uint8_t c) {
    const bool digit = is_digit(c);
    const bool e = c == 'e' || c == 'E';
    switch (state) {
        case MINUS: return !digit ? BAD : c == '0' ? ZERO : INTEGER;
        case ZERO: return c == '.' ? POINT : e ? EXPONENT : digit ? BAD : AFTER;
        case INTEGER: return digit ? INTEGER : c == '.' ? POINT : e ? EXPONENT : AFTER;
        case POINT: return digit ? FRACTION : BAD;
        case FRACTION: return digit ? FRACTION : e ? EXPONENT : AFTER;
        case EXPONENT: return digit ? EXPONENT_DIGITS : c == '+' || c == '-' ? EXPONENT_SIGN : BAD;
        case EXPONENT_SIGN: return digit ? EXPONENT_DIGITS : BAD;
        default: return digit ? EXPONENT_DIGITS : AFTER;
    }
}

static enum state after_value(ota_json_t *json, uint8_t c) {
    if (is_space(c)) return AFTER;
    if (c == ',') return in_object(json) ? KEY : VALUE;
    if (c == '}') return close_level(json, true);
    return c == ']' ? close_level(json, false) : BAD;
}

static enum state in_number(ota_json_t *json, uint8_t c) {
    const enum state next = number_goes_on((enum state)json->state, c);
    if (next == AFTER) {
        end_value(json);
        return after_value(json, c);
    }
    keep(json, c);
    return next;
}

static enum state in_literal(ota_json_t *json, uint8_t c) {
    if (c != (uint8_t)*json->literal) return BAD;
    json->literal++;
    return *json->literal != '\0' ? LITERAL : end_value(json);
}

static enum state begin_key(ota_json_t *json, uint8_t c) {
    if (c != '"') return BAD;
    begin_text(json, true);
    return STRING;
}

/** Where white space may stand. */
static enum state between(ota_json_t *json, uint8_t c) {
    const enum state state = (enum state)json->state;
    if (is_space(c)) return state;
    switch (state) {
        case START: return c == '{' ? open_level(json, true) : BAD;
        case VALUE: return begin_value(json, c);
        case VALUE_OR_END: return c == ']' ? close_level(json, false) : begin_value(json, c);
        case KEY: return begin_key(json, c);
        case KEY_OR_END: return c == '}' ? close_level(json, true) : begin_key(json, c);
        case COLON: return c == ':' ? VALUE : BAD;
        default: return BAD; // behind the object
    }
}

static enum state step(ota_json_t *json, uint8_t c) {
    switch ((enum state)json->state) {
        case STRING: return in_string(json, c);
        case ESCAPE: return in_escape(json, c);
        case HEX: return in_hex(json, c);
        case LOW_ESCAPE: return c == '\\' ? LOW_U : BAD;
        case LOW_U:
            json->hex_left = 4;
            json->unit = 0;
            return c == 'u' ? HEX : BAD;
        case MINUS:
        case ZERO:
        case INTEGER:
        case POINT:
        case FRACTION:
        case EXPONENT:
        case EXPONENT_SIGN:
        case EXPONENT_DIGITS: return in_number(json, c);
        case LITERAL: return in_literal(json, c);
        case AFTER: return after_value(json, c);
        case BAD: return BAD;
        default: return between(json, c);
    }
}

bool ota_json_feed(ota_json_t *json, const uint8_t *bytes, size_t len) {
    for (size_t i = 0; i < len; i++) {
        json->state = (uint8_t)step(json, bytes[i]);
    }
    return json->state != BAD;
}

bool ota_json_uint(const ota_json_member_t *member, uint64_t max, uint64_t *number) {
    return member->kind == OTA_JSON_NUMBER && !member->cut && ota_text_number(member->value, member->len, max, number);
}
