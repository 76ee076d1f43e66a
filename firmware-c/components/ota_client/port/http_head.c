#include "http_head.h"
#include <string.h>
#include <strings.h>

/** Cut values mislead more than missing ones: one that does not fit is left out. False then. */
static bool keep(char *field, size_t size, const char *value)
{
    size_t len = strlen(value);
    if (len >= size) {
        field[0] = '\0';
        return false;
    }
    memcpy(field, value, len + 1);
    return true;
}

void ota_http_head_take(ota_http_response_t *response, const char *name, const char *value)
{
    if (strcasecmp(name, "ETag") == 0)
        keep(response->etag, sizeof(response->etag), value);
    else if (strcasecmp(name, "Content-Range") == 0)
        keep(response->content_range, sizeof(response->content_range), value);
    else if (strcasecmp(name, "Content-Type") == 0)
        keep(response->content_type, sizeof(response->content_type), value);
    else if (strcasecmp(name, "Content-Encoding") == 0)
        keep(response->content_encoding, sizeof(response->content_encoding), value);
    else if (strcasecmp(name, "Retry-After") == 0)
        keep(response->retry_after, sizeof(response->retry_after), value);
    else if (strcasecmp(name, "Date") == 0)
        keep(response->date, sizeof(response->date), value);
    else if (strcasecmp(name, "Location") == 0)
        response->location_too_long = !keep(response->location, sizeof(response->location), value);
}
