#include "http_response.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { START, PROTOCOL, MAJOR, DOT, MINOR, STATUS_START, STATUS, REASON, LINE_END, FIELD_START, FIELD, VALUE_START, VALUE,
       VALUE_LF, VALUE_FOLD, HEAD_LF, BODY, BODY_TO_END, SIZE_START, SIZE, SIZE_EXTENSION, SIZE_LF, CHUNK, CHUNK_CR, CHUNK_LF, DEAD };
enum { OTHER, CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING };
enum { CHUNKED = 1, CLOSE = 2, KEEP_ALIVE = 4, HAS_LENGTH = 8, TRAILER = 16, SKIP_BODY = 32 };
enum { HEAD_MOST = 80 * 1024 };

void http_response_start(http_response *r, const http_response_events *events, void *context) {
  memset(r, 0, sizeof *r);
  r->events = events;
  r->context = context;
  r->length = HTTP_NO_LENGTH;
}

static bool needs_end(const http_response *r) {
  if (r->status / 100 == 1 || r->status == 204 || r->status == 304 || (r->flags & SKIP_BODY)) return false;
  return !(r->flags & CHUNKED) && r->length == HTTP_NO_LENGTH;
}
bool http_response_keeps_alive(const http_response *r) {
  if (r->major > 0 && r->minor > 0 ? (r->flags & CLOSE) != 0 : !(r->flags & KEEP_ALIVE)) return false;
  return !needs_end(r);
}

static bool is_token(unsigned char c) { return isalnum(c) || (c && strchr("!#$%&'*+-.^_`|~", c)); }
static bool fail(http_response *r) {
  r->failed = true;
  return false;
}

static void complete(http_response *r) {
  r->state = http_response_keeps_alive(r) ? START : DEAD;
  r->events->complete(r->context);
}

static void end_of_head(http_response *r) {
  if (r->flags & TRAILER) return complete(r);
  bool skip = r->events->headers(r->context);
  if (skip) r->flags |= SKIP_BODY;
  r->head = 0;
  if (skip) complete(r);
  else if (r->flags & CHUNKED) r->state = SIZE_START;
  else if (r->length == 0) complete(r);
  else if (r->length != HTTP_NO_LENGTH) r->state = BODY;
  else if (!needs_end(r)) complete(r);
  else r->state = BODY_TO_END;
}

// ---- header fields that matter to framing ----

static void name_byte(http_response *r, char c) {
  if (r->index < sizeof r->name - 1) r->name[r->index++] = (char)tolower((unsigned char)c);
  else r->index = sizeof r->name; // too long to be one of ours
}
static void name_done(http_response *r) {
  static const struct {
    const char *name;
    uint8_t header;
  } known[] = {{"connection", CONNECTION}, {"content-length", CONTENT_LENGTH}, {"transfer-encoding", TRANSFER_ENCODING}};
  r->header = OTHER;
  if (r->index < sizeof r->name) r->name[r->index] = 0;
  for (size_t i = 0; i < 3; i++)
    if (r->index < sizeof r->name && strcmp(r->name, known[i].name) == 0) r->header = known[i].header;
  r->index = 0;
}
static bool value_begins(http_response *r) {
  if (r->header != CONTENT_LENGTH) return true;
  if (r->flags & HAS_LENGTH) return fail(r); // a second one
  r->flags |= HAS_LENGTH;
  r->length = 0;
  return true;
}
static bool value_byte(http_response *r, char c) {
  if (r->header == CONTENT_LENGTH) {
    if (c == ' ') return true;
    if (!isdigit((unsigned char)c) || r->length > (HTTP_NO_LENGTH - 10) / 10) return fail(r);
    r->length = r->length * 10 + (uint64_t)(c - '0');
    return true;
  }
  if (r->header == OTHER) return true;
  if (c == ',' && r->header == CONNECTION) {
    r->index = 0;
  } else if (c != ' ' && c != '\t') {
    if (r->index < sizeof r->word - 1) r->word[r->index++] = (char)tolower((unsigned char)c);
    else r->index = sizeof r->word;
  }
  return true;
}
static void word_done(http_response *r) {
  if (r->index >= sizeof r->word) return;
  r->word[r->index] = 0;
  if (r->header == TRANSFER_ENCODING && strcmp(r->word, "chunked") == 0) r->flags |= CHUNKED;
  if (r->header == CONNECTION && strcmp(r->word, "close") == 0) r->flags |= CLOSE;
  if (r->header == CONNECTION && strcmp(r->word, "keep-alive") == 0) r->flags |= KEEP_ALIVE;
}

// ---- one byte of the head ----

static bool first_line(http_response *r, char c) {
  static const char protocol[] = "HTTP/";
  switch (r->state) {
    case START:
      if (c == '\r' || c == '\n') return true;
      r->flags = 0;
      r->length = HTTP_NO_LENGTH;
      r->index = 0;
      r->head = 1;
      r->status = 0;
      r->events->begin(r->context);
      r->state = PROTOCOL;
      // fall through
    case PROTOCOL:
      if (c != protocol[r->index]) return fail(r);
      if (++r->index == sizeof protocol - 1) r->state = MAJOR;
      return true;
    case MAJOR:
      if (!isdigit((unsigned char)c)) return fail(r);
      r->major = (uint8_t)(c - '0');
      r->state = DOT;
      return true;
    case DOT:
      if (c != '.') return fail(r);
      r->state = MINOR;
      return true;
    case MINOR:
      if (!isdigit((unsigned char)c)) return fail(r);
      r->minor = (uint8_t)(c - '0');
      r->state = STATUS_START;
      return true;
    case STATUS_START:
      if (c == ' ') return true;
      if (!isdigit((unsigned char)c)) return fail(r);
      r->status = c - '0';
      r->state = STATUS;
      return true;
    case STATUS:
      if (isdigit((unsigned char)c)) {
        r->status = r->status * 10 + (c - '0');
        return r->status <= 999 ? true : fail(r);
      }
      if (c == ' ') r->state = REASON;
      else if (c == '\r') r->state = LINE_END;
      else if (c == '\n') r->state = FIELD_START;
      else return fail(r);
      return true;
    default: // REASON
      if (c == '\r') r->state = LINE_END;
      else if (c == '\n') r->state = FIELD_START;
      return true;
  }
}

static bool header_line(http_response *r, char c) {
  switch (r->state) {
    case LINE_END:
      if (c != '\n') return fail(r);
      r->state = FIELD_START;
      return true;
    case FIELD_START:
      if (c == '\r') {
        r->state = HEAD_LF;
        return true;
      }
      if (c == '\n') return end_of_head(r), true;
      if (!is_token((unsigned char)c)) return fail(r);
      r->index = 0;
      r->state = FIELD;
      // fall through
    case FIELD:
      if (c == ':') {
        name_done(r);
        r->state = VALUE_START;
        return true;
      }
      if (!is_token((unsigned char)c)) return fail(r);
      name_byte(r, c);
      return true;
    case VALUE_LF:
      if (c != '\n') return fail(r);
      r->state = VALUE_FOLD;
      return true;
    default: // HEAD_LF
      if (c != '\n') return fail(r);
      if ((r->flags & CHUNKED) && (r->flags & HAS_LENGTH) && !(r->flags & TRAILER)) return fail(r);
      end_of_head(r);
      return true;
  }
}

static bool chunk_line(http_response *r, char c) {
  static const char digits[] = "0123456789abcdef";
  const char *digit = c ? strchr(digits, tolower((unsigned char)c)) : NULL;
  switch (r->state) {
    case SIZE_START:
      if (!digit) return fail(r);
      r->length = (uint64_t)(digit - digits);
      r->state = SIZE;
      return true;
    case SIZE:
      if (digit) {
        if (r->length > (HTTP_NO_LENGTH - 16) / 16) return fail(r);
        r->length = r->length * 16 + (uint64_t)(digit - digits);
        return true;
      }
      if (c == '\r') r->state = SIZE_LF;
      else if (c == ';' || c == ' ') r->state = SIZE_EXTENSION;
      else return fail(r);
      return true;
    case SIZE_EXTENSION:
      if (c == '\r') r->state = SIZE_LF;
      return true;
    case SIZE_LF:
      if (c != '\n') return fail(r);
      r->events->chunk(r->context, r->length);
      r->head = 0;
      if (r->length == 0) r->flags |= TRAILER;
      r->state = r->length == 0 ? FIELD_START : CHUNK;
      return true;
    case CHUNK_CR:
      if (c != '\r') return fail(r);
      r->state = CHUNK_LF;
      return true;
    default: // CHUNK_LF
      if (c != '\n') return fail(r);
      r->state = SIZE_START;
      return true;
  }
}

// ---- runs of bytes: names, values and bodies go on as they lie ----

static size_t field_run(http_response *r, const char *data, size_t length) {
  size_t n = 0;
  while (n < length && is_token((unsigned char)data[n])) name_byte(r, data[n++]);
  if (n) r->events->field(r->context, data, n);
  return n;
}

static size_t value_run(http_response *r, const char *data, size_t length) {
  size_t n = 0;
  for (; n < length && data[n] != '\r' && data[n] != '\n'; n++) {
    unsigned char c = (unsigned char)data[n];
    if ((c < 0x20 && c != '\t') || c == 0x7f) return fail(r), n;
    if (c == ',') word_done(r);
    if (!value_byte(r, (char)c)) return n;
  }
  r->events->value(r->context, data, n); // of an empty value, too
  if (n < length) {
    word_done(r);
    r->index = 0;
    r->state = data[n] == '\r' ? VALUE_LF : VALUE_FOLD;
    n++;
  }
  return n;
}

static size_t body_run(http_response *r, const char *data, size_t length) {
  size_t n = r->state == BODY_TO_END || r->length > length ? length : (size_t)r->length;
  uint8_t state = r->state;
  if (state != BODY_TO_END) r->length -= n;
  r->events->body(r->context, data, n);
  if (state == BODY_TO_END || r->length > 0) return n;
  if (state == CHUNK) r->state = CHUNK_CR;
  else complete(r);
  return n;
}

static size_t take_some(http_response *r, const char *data, size_t length) {
  switch (r->state) {
    case FIELD_START: {
      if (*data == '\r' || *data == '\n' || !is_token((unsigned char)*data)) return header_line(r, *data), 1;
      r->index = 0;
      r->state = FIELD;
      return field_run(r, data, length);
    }
    case FIELD: {
      size_t n = field_run(r, data, length);
      return n ? n : (header_line(r, *data), 1);
    }
    case VALUE_START:
      if (*data == ' ' || *data == '\t') return 1;
      r->state = VALUE;
      if (!value_begins(r)) return 1;
      return value_run(r, data, length);
    case VALUE: return value_run(r, data, length);
    case VALUE_FOLD: // a line that begins with a blank belongs to the value before
      r->state = *data == ' ' || *data == '\t' ? VALUE : FIELD_START;
      return r->state == VALUE ? 1 : 0;
    case BODY:
    case BODY_TO_END:
    case CHUNK: return body_run(r, data, length);
    case DEAD:
      if (*data != '\r' && *data != '\n') fail(r);
      return 1;
    default:
      if (r->state <= REASON) first_line(r, *data);
      else if (r->state >= SIZE_START) chunk_line(r, *data);
      else header_line(r, *data);
      return 1;
  }
}

bool http_response_take(http_response *r, const char *data, size_t length) {
  if (r->failed) return false;
  if (length == 0) {
    if (r->state == BODY_TO_END) return complete(r), true;
    return r->state == START || r->state == DEAD ? true : fail(r);
  }
  while (length && !r->failed) {
    bool head = r->state < BODY;
    size_t n = take_some(r, data, length);
    if (head && r->state < BODY && (r->head += (uint32_t)n) > HEAD_MOST) return fail(r);
    data += n;
    length -= n;
  }
  return !r->failed;
}
