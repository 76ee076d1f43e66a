#include "ota_text.h"

#include <string.h>

void ota_text_start(ota_text_t *text, char *buf, size_t size) {
    text->buf = buf;
    text->size = size;
    text->len = 0;
    text->cut = false;
    buf[0] = '\0';
}

void ota_text_add_n(ota_text_t *text, const char *part, size_t len) {
    const size_t room = text->size - 1 - text->len;
    if (len > room) {
        len = room;
        text->cut = true;
    }
    memcpy(text->buf + text->len, part, len);
    text->len += len;
    text->buf[text->len] = '\0';
}

void ota_text_add(ota_text_t *text, const char *part) { ota_text_add_n(text, part, strlen(part)); }

void ota_text_add_u64(ota_text_t *text, uint64_t number) {
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + (int)(number % 10));
        number /= 10;
    } while (number > 0);
    ota_text_add_n(text, digits + at, sizeof digits - at);
}

void ota_text_add_json(ota_text_t *text, const char *part) {
    static const char HEX[] = "0123456789abcdef";
    ota_text_add(text, "\"");
    for (; *part != '\0'; part++) {
        const unsigned char c = (unsigned char)*part;
        if (c == '"' || c == '\\') {
            ota_text_add(text, "\\");
            ota_text_add_n(text, part, 1);
        } else if (c < 0x20) {
            const char escape[] = {'\\', 'u', '0', '0', HEX[c >> 4], HEX[c & 15]};
            ota_text_add_n(text, escape, sizeof escape);
        } else {
            ota_text_add_n(text, part, 1);
        }
    }
    ota_text_add(text, "\"");
}

bool ota_text_copy(char *to, size_t size, const char *from) {
    const size_t len = strlen(from);
    to[0] = '\0';
    if (len >= size) return false;
    memcpy(to, from, len + 1);
    return true;
}

void ota_text_clean(char *to, size_t size, const char *from) {
    size_t len = strlen(from);
    if (len >= size) {
        len = size - 1;
        while (len > 0 && ((unsigned char)from[len] & 0xC0) == 0x80) len--;
    }
    for (size_t i = 0; i < len; i++) {
        to[i] = from[i];
        if ((unsigned char)from[i] < 0x20) to[i] = ' ';
    }
    to[len] = '\0';
}

char ota_text_lower(char c) {
    if (c < 'A' || c > 'Z') return c;
    return (char)(c + ('a' - 'A'));
}

bool ota_text_begins(const char *text, const char *prefix) {
    for (; *prefix != '\0'; text++, prefix++) {
        if (ota_text_lower(*text) != *prefix) return false;
    }
    return true;
}

bool ota_text_number(const char *text, size_t len, uint64_t max, uint64_t *number) {
    uint64_t n = 0;
    if (len == 0) return false;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9') return false;
        const uint64_t digit = (uint64_t)(text[i] - '0');
        if (n > (UINT64_MAX - digit) / 10) return false;
        n = n * 10 + digit;
    }
    *number = n;
    return n <= max;
}

static int nibble(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = ota_text_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool ota_text_hex(const char *text, uint8_t *bytes, size_t size) {
    if (strlen(text) != 2 * size) return false;
    for (size_t i = 0; i < size; i++) {
        const int high = nibble(text[2 * i]);
        const int low = nibble(text[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}
