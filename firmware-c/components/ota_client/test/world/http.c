#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static route_t route_of(const char *url) {
    if (strstr(url, "/base/api/ota/check") != NULL) return ROUTE_CHECK;
    if (strstr(url, "/base/api/ota/status") != NULL) return ROUTE_STATUS;
    if (strstr(url, "/base/api/ota/token") != NULL) return ROUTE_TOKEN;
    return strstr(url, "/api/ota/download/") != NULL ? ROUTE_DOWNLOAD : ROUTE_OTHER;
}

/** The text between `before` and the next quote. */
static void text_after(const char *body, const char *before, char *to, size_t size) {
    const char *at = strstr(body, before);
    const size_t len = at == NULL ? 0 : strcspn(at + strlen(before), "\"");
    snprintf(to, size, "%.*s", (int)len, at == NULL ? "" : at + strlen(before));
}

static void answer_json(world_t *world, reply_t *reply, int status) {
    reply->head.status = status;
    strcpy(reply->head.content_type, "application/json");
    reply->body = (const uint8_t *)world->json;
    reply->len = strlen(world->json);
    reply->head.content_length = (int64_t)reply->len;
}

static void answer_check(world_t *world, const ota_http_request_t *request, reply_t *reply) {
    char version[64];
    char hash[65];
    const image_t *image = world->offered;
    text_after(request->body, "\"current_version\":\"", version, sizeof version);
    if (image == NULL || strcmp(version, image->version) == 0) {
        strcpy(world->json, "{\"update_available\":false,\"reason\":\"up to date\"}");
    } else {
        for (int i = 0; i < 32; i++) sprintf(hash + 2 * i, "%02x", image->sha256[i]);
        snprintf(world->json, sizeof world->json,
                 "{\"update_available\":true,\"firmware_id\":%u,\"version\":\"%s\",\"build_number\":%u,\"file_size\":%u,"
                 "\"file_hash\":\"%s\",\"download_url\":\"https://cdn.example/api/ota/download/%u?expires=99&sig=ab\","
                 "\"min_current_version\":null,\"description\":\"\\u041f\\ud83d\\ude00\",%s\"log_id\":%u}",
                 image->id, image->version, image->build, image->size, hash, image->id,
                 world->offer_downgrade ? "\"downgrade\":true," : "", world->log_id);
    }
    answer_json(world, reply, 200);
}

static void answer_status(world_t *world, const ota_http_request_t *request, reply_t *reply) {
    char status[32];
    const size_t len = strlen(world->reports);
    snprintf(world->last_report, sizeof world->last_report, "%s", request->body);
    text_after(request->body, "\"status\":\"", status, sizeof status);
    snprintf(world->reports + len, sizeof world->reports - len, "%s ", status);
    snprintf(world->json, sizeof world->json, "{\"log_id\":%u,\"status\":\"%s\",\"bytes_downloaded\":0}", world->log_id, status);
    answer_json(world, reply, 200);
}

static void answer_token(world_t *world, reply_t *reply) {
    snprintf(world->json, sizeof world->json, "{\"token\":\"%s\",\"expires_at\":null}", world->renewed_token);
    answer_json(world, reply, 200);
}

static void answer_download(world_t *world, const ota_http_request_t *request, reply_t *reply) {
    const image_t *image = &world->images[0];
    const char *id = strstr(request->url, "/download/") + strlen("/download/");
    while (image < world->images + 2 && image->id != (uint32_t)atoi(id)) image++;
    snprintf(reply->head.etag, sizeof reply->head.etag, "\"%02x%02x\"", image->sha256[0], image->sha256[1]);
    strcpy(reply->head.content_type, "application/octet-stream");
    const bool whole = request->range_from == 0 ||
                       (request->if_range != NULL && strcmp(request->if_range, reply->head.etag) != 0);
    const uint32_t from = whole ? 0 : request->range_from;
    reply->head.status = whole ? 200 : 206;
    if (from >= image->size) {
        reply->head.status = 416;
        return;
    }
    if (!whole) {
        snprintf(reply->head.content_range, sizeof reply->head.content_range, "bytes %u-%u/%u", from, image->size - 1, image->size);
    }
    reply->body = image->bytes + from;
    reply->len = image->size - from;
    reply->head.content_length = (int64_t)reply->len;
}

static void answer(world_t *world, route_t route, const ota_http_request_t *request, reply_t *reply) {
    const bool api = route == ROUTE_CHECK || route == ROUTE_STATUS;
    if (api && world->accepted_token[0] != '\0' &&
        (request->bearer == NULL || strcmp(request->bearer, world->accepted_token) != 0)) {
        strcpy(world->json, "{\"detail\":\"no\"}");
        answer_json(world, reply, 401);
    } else if (route == ROUTE_CHECK) {
        answer_check(world, request, reply);
    } else if (route == ROUTE_STATUS) {
        answer_status(world, request, reply);
    } else if (route == ROUTE_TOKEN) {
        answer_token(world, reply);
    } else if (route == ROUTE_DOWNLOAD) {
        answer_download(world, request, reply);
    } else {
        reply->head.status = 404;
    }
}

static ota_port_result_t open(void *ctx, const ota_http_request_t *request, ota_http_response_t *response) {
    world_t *world = ctx;
    const fault_t fault = world_step(world, "http.open");
    if (fault != FAULT_NONE && fault != FAULT_CUT_AFTER) {
        if (fault == FAULT_CUT_HALF) world_after(world, fault);
        return OTA_PORT_CONNECT;
    }
    const route_t route = route_of(request->url);
    reply_t *reply = &world->reply;
    memset(reply, 0, sizeof *reply);
    reply->head.content_length = -1;
    reply->stop_at = SIZE_MAX;
    reply->piece = 1436;
    snprintf(world->last_url, sizeof world->last_url, "%s", request->url);
    snprintf(world->last_bearer, sizeof world->last_bearer, "%s", request->bearer == NULL ? "" : request->bearer);
    if (route == ROUTE_DOWNLOAD) {
        world->last_range = request->range_from;
        snprintf(world->last_if_range, sizeof world->last_if_range, "%s", request->if_range == NULL ? "" : request->if_range);
    }
    answer(world, route, request, reply);
    world->served[route]++;
    if (world->tamper != NULL) world->tamper(world, route, world->served[route], request, reply);
    world_after(world, fault);
    if (reply->opened == OTA_PORT_TIMEOUT) world->now_ms += request->timeout_ms;
    if (reply->opened != OTA_PORT_OK) return reply->opened;
    *response = reply->head;
    world->sent = 0;
    world->http_open = true;
    return OTA_PORT_OK;
}

static ota_port_result_t read(void *ctx, uint8_t *buf, size_t size, size_t *got, uint32_t timeout_ms) {
    world_t *world = ctx;
    const reply_t *reply = &world->reply;
    if (world_fails(world, "http.read") || !world->http_open) return OTA_PORT_DROPPED;
    if (reply->read_ms > timeout_ms || (world->sent >= reply->stop_at && reply->end == OTA_PORT_TIMEOUT)) {
        world->now_ms += timeout_ms;
        return OTA_PORT_TIMEOUT;
    }
    world->now_ms += reply->read_ms;
    if (world->sent >= reply->stop_at) {
        *got = 0;
        return reply->end;
    }
    const size_t until = reply->stop_at < reply->len ? reply->stop_at : reply->len;
    size_t n = until - world->sent;
    if (n > size) n = size;
    if (n > reply->piece) n = reply->piece;
    memcpy(buf, reply->body + world->sent, n);
    world->sent += n;
    *got = n;
    return OTA_PORT_OK;
}

static void close(void *ctx) {
    world_t *world = ctx;
    (void)world_step(world, "http.close");
    world->http_open = false;
}

void world_http_port(world_t *world) { world->port.http = (ota_http_port_t){world, open, read, close}; }
