// cJSON: memory, creation, types, numbers and strings.
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "cjson_internal.h"

static void *(*allocate)(size_t) = malloc;
static void (*release)(void *) = free;

const char *cJSON_Version(void) { return "1.7.19"; }

void cJSON_InitHooks(cJSON_Hooks *hooks) {
  allocate = hooks && hooks->malloc_fn ? hooks->malloc_fn : malloc;
  release = hooks && hooks->free_fn ? hooks->free_fn : free;
}
void *cJSON_malloc(size_t size) { return allocate(size); }
void cJSON_free(void *p) { release(p); }

void *hal_cjson_alloc(size_t size) { return allocate(size); }
void hal_cjson_release(void *p) {
  if (p) release(p);
}
char *hal_cjson_copy(const char *text) {
  if (!text) return NULL;
  size_t size = strlen(text) + 1;
  char *copy = allocate(size);
  if (copy) memcpy(copy, text, size);
  return copy;
}
cJSON *hal_cjson_new(int type) {
  cJSON *item = allocate(sizeof *item);
  if (!item) return NULL;
  memset(item, 0, sizeof *item);
  item->type = type;
  return item;
}

void cJSON_Delete(cJSON *item) {
  while (item) {
    cJSON *next = item->next;
    if (!(item->type & cJSON_IsReference)) {
      cJSON_Delete(item->child);
      hal_cjson_release(item->valuestring);
    }
    if (!(item->type & cJSON_StringIsConst)) hal_cjson_release(item->string);
    release(item);
    item = next;
  }
}

void hal_cjson_set_number(cJSON *item, double number) {
  item->valuedouble = number;
  if (number >= INT_MAX) item->valueint = INT_MAX;
  else if (number <= (double)INT_MIN) item->valueint = INT_MIN;
  else item->valueint = isnan(number) ? 0 : (int)number;
}
bool hal_cjson_same_number(double a, double b) {
  double largest = fabs(a) > fabs(b) ? fabs(a) : fabs(b);
  return fabs(a - b) <= largest * DBL_EPSILON;
}

cJSON *cJSON_CreateNull(void) { return hal_cjson_new(cJSON_NULL); }
cJSON *cJSON_CreateTrue(void) { return hal_cjson_new(cJSON_True); }
cJSON *cJSON_CreateFalse(void) { return hal_cjson_new(cJSON_False); }
cJSON *cJSON_CreateBool(cJSON_bool boolean) { return hal_cjson_new(boolean ? cJSON_True : cJSON_False); }
cJSON *cJSON_CreateArray(void) { return hal_cjson_new(cJSON_Array); }
cJSON *cJSON_CreateObject(void) { return hal_cjson_new(cJSON_Object); }
cJSON *cJSON_CreateNumber(double number) {
  cJSON *item = hal_cjson_new(cJSON_Number);
  if (item) hal_cjson_set_number(item, number);
  return item;
}

static cJSON *with_text(int type, const char *text) {
  cJSON *item = hal_cjson_new(type);
  if (!item) return NULL;
  item->valuestring = hal_cjson_copy(text);
  if (item->valuestring) return item;
  cJSON_Delete(item);
  return NULL;
}
cJSON *cJSON_CreateString(const char *text) { return with_text(cJSON_String, text); }
cJSON *cJSON_CreateRaw(const char *raw) { return with_text(cJSON_Raw, raw); }
cJSON *cJSON_CreateStringReference(const char *text) {
  cJSON *item = hal_cjson_new(cJSON_String | cJSON_IsReference);
  if (item) item->valuestring = (char *)text;
  return item;
}
static cJSON *with_children(int type, const cJSON *child) {
  cJSON *item = hal_cjson_new(type | cJSON_IsReference);
  if (item) item->child = (cJSON *)child;
  return item;
}
cJSON *cJSON_CreateObjectReference(const cJSON *child) { return with_children(cJSON_Object, child); }
cJSON *cJSON_CreateArrayReference(const cJSON *child) { return with_children(cJSON_Array, child); }

#define CREATE_ARRAY(numbers, count, create)        \
  if ((count) < 0 || !(numbers)) return NULL;       \
  cJSON *array = cJSON_CreateArray();               \
  for (int i = 0; array && i < (count); i++) {      \
    cJSON *item = create((numbers)[i]);             \
    if (!item) {                                    \
      cJSON_Delete(array);                          \
      return NULL;                                  \
    }                                               \
    hal_cjson_append(array, item);                  \
  }                                                 \
  return array
cJSON *cJSON_CreateIntArray(const int *numbers, int count) { CREATE_ARRAY(numbers, count, cJSON_CreateNumber); }
cJSON *cJSON_CreateFloatArray(const float *numbers, int count) { CREATE_ARRAY(numbers, count, cJSON_CreateNumber); }
cJSON *cJSON_CreateDoubleArray(const double *numbers, int count) { CREATE_ARRAY(numbers, count, cJSON_CreateNumber); }
cJSON *cJSON_CreateStringArray(const char *const *strings, int count) { CREATE_ARRAY(strings, count, cJSON_CreateString); }

static cJSON_bool is(const cJSON *item, int types) { return item && (item->type & 0xFF & types) != 0; }
cJSON_bool cJSON_IsInvalid(const cJSON *const item) { return item && (item->type & 0xFF) == cJSON_Invalid; }
cJSON_bool cJSON_IsFalse(const cJSON *const item) { return is(item, cJSON_False); }
cJSON_bool cJSON_IsTrue(const cJSON *const item) { return is(item, cJSON_True); }
cJSON_bool cJSON_IsBool(const cJSON *const item) { return is(item, cJSON_True | cJSON_False); }
cJSON_bool cJSON_IsNull(const cJSON *const item) { return is(item, cJSON_NULL); }
cJSON_bool cJSON_IsNumber(const cJSON *const item) { return is(item, cJSON_Number); }
cJSON_bool cJSON_IsString(const cJSON *const item) { return is(item, cJSON_String); }
cJSON_bool cJSON_IsArray(const cJSON *const item) { return is(item, cJSON_Array); }
cJSON_bool cJSON_IsObject(const cJSON *const item) { return is(item, cJSON_Object); }
cJSON_bool cJSON_IsRaw(const cJSON *const item) { return is(item, cJSON_Raw); }

char *cJSON_GetStringValue(const cJSON *const item) { return cJSON_IsString(item) ? item->valuestring : NULL; }
double cJSON_GetNumberValue(const cJSON *const item) { return cJSON_IsNumber(item) ? item->valuedouble : (double)NAN; }

double cJSON_SetNumberHelper(cJSON *item, double number) {
  hal_cjson_set_number(item, number);
  return item->valuedouble;
}
char *cJSON_SetValuestring(cJSON *item, const char *text) {
  if (!item || !(item->type & cJSON_String) || (item->type & cJSON_IsReference)) return NULL;
  if (!item->valuestring || !text) return NULL;
  size_t length = strlen(text), held = strlen(item->valuestring);
  if (length <= held) {
    if (text + length >= item->valuestring && item->valuestring + held >= text) return NULL; // they overlap
    return strcpy(item->valuestring, text);
  }
  char *copy = hal_cjson_copy(text);
  if (!copy) return NULL;
  hal_cjson_release(item->valuestring);
  return item->valuestring = copy;
}
