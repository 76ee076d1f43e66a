#include "ota_date.h"

#include "ota_text.h"
#include <string.h>

typedef struct {
    uint32_t year, month, day, hour, minute, second;
} when_t;

/** Exactly this text next. */
static bool take(const char **at, const char *expected) {
    const size_t len = strlen(expected);
    if (strncmp(*at, expected, len) != 0) return false;
    *at += len;
    return true;
}

static bool take_digits(const char **at, size_t count, uint32_t max, uint32_t *number) {
    uint64_t n;
    if (!ota_text_number(*at, count, max, &n)) return false;
    *number = (uint32_t)n;
    *at += count;
    return true;
}

static bool take_month(const char **at, uint32_t *month) {
    static const char NAMES[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (uint32_t i = 0; i < 12; i++) {
        if (strncmp(*at, NAMES + (size_t)3 * i, 3) == 0) {
            *month = i + 1;
            *at += 3;
            return true;
        }
    }
    return false;
}

static bool take_time(const char **at, when_t *when) {
    return take_digits(at, 2, 23, &when->hour) && take(at, ":") && take_digits(at, 2, 59, &when->minute) && take(at, ":") &&
           take_digits(at, 2, 60, &when->second);
}

/** 06 Nov 1994 08:49:37 GMT */
static bool fixed(const char *at, when_t *when) {
    return take_digits(&at, 2, 31, &when->day) && take(&at, " ") && take_month(&at, &when->month) && take(&at, " ") &&
           take_digits(&at, 4, 9999, &when->year) && take(&at, " ") && take_time(&at, when) && take(&at, " GMT") && *at == '\0';
}

/** 06-Nov-94 08:49:37 GMT; two digits of a year before 1970 are of the next century. */
static bool rfc850(const char *at, when_t *when) {
    const bool is = take_digits(&at, 2, 31, &when->day) && take(&at, "-") && take_month(&at, &when->month) && take(&at, "-") &&
                    take_digits(&at, 2, 99, &when->year) && take(&at, " ") && take_time(&at, when) && take(&at, " GMT") &&
                    *at == '\0';
    when->year += when->year < 70 ? 2000 : 1900;
    return is;
}

/** Nov  6 08:49:37 1994 */
static bool asctime_form(const char *at, when_t *when) {
    if (!take_month(&at, &when->month) || !take(&at, " ")) return false;
    const bool one_digit = take(&at, " ");
    return take_digits(&at, one_digit ? 1 : 2, 31, &when->day) && take(&at, " ") && take_time(&at, when) && take(&at, " ") &&
           take_digits(&at, 4, 9999, &when->year) && *at == '\0';
}

static uint32_t days_in(uint32_t month, uint32_t year) {
    static const uint8_t DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : DAYS[month - 1];
}

/** Days since 1970-01-01 in the Gregorian calendar. */
static int64_t days_since_1970(const when_t *when) {
    const int64_t before = (int64_t)when->year - 1;
    int64_t days = before * 365 + before / 4 - before / 100 + before / 400 - 719162;
    for (uint32_t month = 1; month < when->month; month++) days += days_in(month, when->year);
    return days + when->day - 1;
}

bool ota_date_parse(const char *text, int64_t *unix_s) {
    when_t when = {0, 0, 0, 0, 0, 0};
    const char *comma = strstr(text, ", ");
    const char *space = strchr(text, ' ');
    const bool read = comma != NULL   ? fixed(comma + 2, &when) || rfc850(comma + 2, &when)
                      : space != NULL ? asctime_form(space + 1, &when)
                                      : false;
    if (!read || when.year < 1970 || when.day < 1 || when.day > days_in(when.month, when.year)) return false;
    *unix_s = ((days_since_1970(&when) * 24 + when.hour) * 60 + when.minute) * 60 + when.second;
    return true;
}

bool ota_retry_after_ms(const char *retry_after, const char *date, int64_t wall_s, uint32_t cap_s, uint32_t *ms) {
    uint64_t seconds;
    int64_t at;
    int64_t now;
    const size_t len = strlen(retry_after);
    if (len > 0 && strspn(retry_after, "0123456789") == len) {
        // Digits without end are a long wait all the same.
        if (!ota_text_number(retry_after, len, cap_s, &seconds)) seconds = cap_s;
    } else {
        if (!ota_date_parse(retry_after, &at)) return false;
        if (!ota_date_parse(date, &now)) now = wall_s;
        if (now <= 0) return false;
        seconds = at <= now ? 0 : (uint64_t)(at - now);
    }
    if (seconds > cap_s) seconds = cap_s;
    if (seconds > UINT32_MAX / 1000) seconds = UINT32_MAX / 1000;
    *ms = (uint32_t)(seconds * 1000);
    return true;
}
