#include "ota_version.h"

#include "ota_text.h"
#include <string.h>

static const char DIGITS[] = "0123456789";
static const char HEX[] = "0123456789abcdefABCDEF";
static const char IDENTIFIER[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-";

/** Cuts `tail` off the end of text[0..*len). */
static bool drop_tail(const char *text, size_t *len, const char *tail) {
    const size_t n = strlen(tail);
    if (*len < n || memcmp(text + *len - n, tail, n) != 0) return false;
    *len -= n;
    return true;
}

/** Where a run of `set` that ends at `end` begins. */
static size_t run_start(const char *text, size_t end, const char *set) {
    while (end > 0 && strchr(set, text[end - 1]) != NULL) end--;
    return end;
}

/** Cuts "-N-g<hex>" off the end, where it stands there. */
static void drop_described(const char *text, size_t *len, uint32_t *ahead) {
    uint64_t n;
    const size_t hex = run_start(text, *len, HEX);
    if (*len - hex < 4 || hex < 2 || text[hex - 1] != 'g' || text[hex - 2] != '-') return;
    const size_t end = hex - 2;
    const size_t digits = run_start(text, end, DIGITS);
    if (digits == 0 || text[digits - 1] != '-' || !ota_text_number(text + digits, end - digits, 999999999, &n)) return;
    *ahead = (uint32_t)n;
    *len = digits - 1;
}

/** Dot-separated identifiers, none empty. */
static bool identifiers_valid(const char *text, size_t len) {
    bool empty = true;
    for (size_t i = 0; i < len; i++) {
        const bool dot = text[i] == '.';
        if (dot ? empty : strchr(IDENTIFIER, text[i]) == NULL) return false;
        empty = dot;
    }
    return !empty;
}

/** One to three numbers with dots between; how far they go. */
static bool read_core(const char *text, size_t len, uint32_t core[3], size_t *used) {
    size_t at = 0;
    for (int i = 0; i < 3; i++) {
        size_t end = at;
        uint64_t n;
        while (end < len && strchr(DIGITS, text[end]) != NULL) end++;
        if (!ota_text_number(text + at, end - at, UINT32_MAX, &n)) return false;
        if (end - at > 1 && text[at] == '0') return false;
        core[i] = (uint32_t)n;
        *used = end;
        if (end == len || text[end] != '.') return true;
        at = end + 1;
    }
    return false;
}

bool ota_version_parse(const char *text, ota_version_t *version) {
    memset(version, 0, sizeof *version);
    if (text[0] == 'v' || text[0] == 'V') text++;
    size_t len = strlen(text);
    size_t at;
    if (len == 0) return false;
    version->dirty = drop_tail(text, &len, "-dirty");
    drop_described(text, &len, &version->ahead);
    const char *plus = memchr(text, '+', len);
    if (plus != NULL) {
        const size_t build_at = (size_t)(plus - text) + 1;
        uint64_t n;
        if (!identifiers_valid(text + build_at, len - build_at)) return false;
        version->has_build = ota_text_number(text + build_at, len - build_at, UINT32_MAX, &n);
        version->build = version->has_build ? (uint32_t)n : 0;
        len = build_at - 1;
    }
    if (!read_core(text, len, version->core, &at)) return false;
    if (at == len) return true;
    version->pre = text + at + 1;
    version->pre_len = len - at - 1;
    return text[at] == '-' && identifiers_valid(version->pre, version->pre_len);
}

static int order(uint64_t a, uint64_t b) { return a < b ? -1 : a > b ? 1 : 0; }

static bool numeric(const char *text, size_t len) {
    for (size_t i = 0; i < len; i++) {
        if (strchr(DIGITS, text[i]) == NULL) return false;
    }
    return true;
}

/** SemVer 11.4: numbers by value and before words, words by ASCII. */
static int compare_identifier(const char *a, size_t a_len, const char *b, size_t b_len) {
    const bool a_number = numeric(a, a_len);
    if (a_number != numeric(b, b_len)) return a_number ? -1 : 1;
    if (a_number && a_len != b_len) return order(a_len, b_len);
    const int first = memcmp(a, b, a_len < b_len ? a_len : b_len);
    return first != 0 ? (first < 0 ? -1 : 1) : order(a_len, b_len);
}

static size_t identifier_length(const char *text, size_t len) {
    const char *dot = memchr(text, '.', len);
    return dot == NULL ? len : (size_t)(dot - text);
}

static int compare_pre(const ota_version_t *a, const ota_version_t *b) {
    const char *x = a->pre;
    const char *y = b->pre;
    size_t x_len = a->pre_len;
    size_t y_len = b->pre_len;
    if (x_len == 0 || y_len == 0) return order(y_len != 0, x_len != 0); // a release is newer than what came before it
    for (;;) {
        const size_t x_part = identifier_length(x, x_len);
        const size_t y_part = identifier_length(y, y_len);
        const int difference = compare_identifier(x, x_part, y, y_part);
        if (difference != 0) return difference;
        if (x_part == x_len || y_part == y_len) return order(x_len - x_part, y_len - y_part);
        x += x_part + 1;
        y += y_part + 1;
        x_len -= x_part + 1;
        y_len -= y_part + 1;
    }
}

int ota_version_compare(const ota_version_t *a, const ota_version_t *b) {
    for (int i = 0; i < 3; i++) {
        if (a->core[i] != b->core[i]) return order(a->core[i], b->core[i]);
    }
    const int pre = compare_pre(a, b);
    if (pre != 0) return pre;
    const int ahead = order(a->ahead, b->ahead);
    return ahead != 0 ? ahead : order(a->dirty, b->dirty);
}

bool ota_version_same(const char *a, const char *b) {
    ota_version_t x;
    ota_version_t y;
    if (!ota_version_parse(a, &x) || !ota_version_parse(b, &y)) return strcmp(a, b) == 0;
    return ota_version_compare(&x, &y) == 0;
}
