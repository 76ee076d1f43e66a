// cJSON: finding, adding, detaching, replacing, copying and comparing items of arrays and objects.
#include <ctype.h>
#include <string.h>
#include "cjson_internal.h"

void hal_cjson_append(cJSON *container, cJSON *item) {
  cJSON *first = container->child;
  item->next = NULL;
  if (!first) {
    container->child = item;
    item->prev = item;
    return;
  }
  item->prev = first->prev;
  first->prev->next = item;
  first->prev = item;
}

int cJSON_GetArraySize(const cJSON *array) {
  int size = 0;
  for (const cJSON *child = array ? array->child : NULL; child; child = child->next) size++;
  return size;
}
cJSON *cJSON_GetArrayItem(const cJSON *array, int index) {
  if (!array || index < 0) return NULL;
  cJSON *child = array->child;
  while (child && index-- > 0) child = child->next;
  return child;
}

static bool same_key(const char *a, const char *b, bool case_sensitive) {
  if (!a || !b) return false;
  if (case_sensitive) return strcmp(a, b) == 0;
  for (; tolower((unsigned char)*a) == tolower((unsigned char)*b); a++, b++)
    if (!*a) return true;
  return false;
}
static cJSON *find(const cJSON *object, const char *key, bool case_sensitive) {
  cJSON *child = object && key ? object->child : NULL;
  while (child && !same_key(child->string, key, case_sensitive)) child = child->next;
  return child;
}
cJSON *cJSON_GetObjectItem(const cJSON *const object, const char *const key) { return find(object, key, false); }
cJSON *cJSON_GetObjectItemCaseSensitive(const cJSON *const object, const char *const key) { return find(object, key, true); }
cJSON_bool cJSON_HasObjectItem(const cJSON *object, const char *key) { return find(object, key, false) != NULL; }

cJSON_bool cJSON_AddItemToArray(cJSON *array, cJSON *item) {
  if (!array || !item || array == item) return 0;
  hal_cjson_append(array, item);
  return 1;
}

static void set_key(cJSON *item, char *key, bool constant) {
  if (!(item->type & cJSON_StringIsConst)) hal_cjson_release(item->string);
  item->string = key;
  item->type = constant ? item->type | cJSON_StringIsConst : item->type & ~cJSON_StringIsConst;
}
static cJSON_bool add(cJSON *object, const char *key, cJSON *item, bool constant) {
  if (!object || !key || !item || object == item) return 0;
  char *own = constant ? (char *)key : hal_cjson_copy(key);
  if (!own) return 0;
  set_key(item, own, constant);
  hal_cjson_append(object, item);
  return 1;
}
cJSON_bool cJSON_AddItemToObject(cJSON *object, const char *key, cJSON *item) { return add(object, key, item, false); }
cJSON_bool cJSON_AddItemToObjectCS(cJSON *object, const char *key, cJSON *item) { return add(object, key, item, true); }

static cJSON *reference_to(const cJSON *item) {
  cJSON *reference = item ? hal_cjson_new(cJSON_Invalid) : NULL;
  if (!reference) return NULL;
  *reference = *item;
  reference->string = NULL;
  reference->type |= cJSON_IsReference;
  reference->next = reference->prev = NULL;
  return reference;
}
cJSON_bool cJSON_AddItemReferenceToArray(cJSON *array, cJSON *item) {
  return array ? cJSON_AddItemToArray(array, reference_to(item)) : 0;
}
cJSON_bool cJSON_AddItemReferenceToObject(cJSON *object, const char *key, cJSON *item) {
  return object && key ? add(object, key, reference_to(item), false) : 0;
}

static cJSON *add_new(cJSON *object, const char *name, cJSON *item) {
  if (add(object, name, item, false)) return item;
  cJSON_Delete(item);
  return NULL;
}
cJSON *cJSON_AddNullToObject(cJSON *const o, const char *const n) { return add_new(o, n, cJSON_CreateNull()); }
cJSON *cJSON_AddTrueToObject(cJSON *const o, const char *const n) { return add_new(o, n, cJSON_CreateTrue()); }
cJSON *cJSON_AddFalseToObject(cJSON *const o, const char *const n) { return add_new(o, n, cJSON_CreateFalse()); }
cJSON *cJSON_AddBoolToObject(cJSON *const o, const char *const n, const cJSON_bool b) { return add_new(o, n, cJSON_CreateBool(b)); }
cJSON *cJSON_AddNumberToObject(cJSON *const o, const char *const n, const double d) { return add_new(o, n, cJSON_CreateNumber(d)); }
cJSON *cJSON_AddStringToObject(cJSON *const o, const char *const n, const char *const s) { return add_new(o, n, cJSON_CreateString(s)); }
cJSON *cJSON_AddRawToObject(cJSON *const o, const char *const n, const char *const r) { return add_new(o, n, cJSON_CreateRaw(r)); }
cJSON *cJSON_AddObjectToObject(cJSON *const o, const char *const n) { return add_new(o, n, cJSON_CreateObject()); }
cJSON *cJSON_AddArrayToObject(cJSON *const o, const char *const n) { return add_new(o, n, cJSON_CreateArray()); }

cJSON *cJSON_DetachItemViaPointer(cJSON *parent, cJSON *const item) {
  if (!parent || !item || (item != parent->child && !item->prev)) return NULL;
  if (item != parent->child) item->prev->next = item->next;
  if (item->next) item->next->prev = item->prev;
  if (item == parent->child) parent->child = item->next;
  else if (!item->next) parent->child->prev = item->prev;
  item->next = item->prev = NULL;
  return item;
}
cJSON *cJSON_DetachItemFromArray(cJSON *array, int which) {
  return which < 0 ? NULL : cJSON_DetachItemViaPointer(array, cJSON_GetArrayItem(array, which));
}
cJSON *cJSON_DetachItemFromObject(cJSON *object, const char *key) {
  return cJSON_DetachItemViaPointer(object, find(object, key, false));
}
cJSON *cJSON_DetachItemFromObjectCaseSensitive(cJSON *object, const char *key) {
  return cJSON_DetachItemViaPointer(object, find(object, key, true));
}
void cJSON_DeleteItemFromArray(cJSON *array, int which) { cJSON_Delete(cJSON_DetachItemFromArray(array, which)); }
void cJSON_DeleteItemFromObject(cJSON *object, const char *key) { cJSON_Delete(cJSON_DetachItemFromObject(object, key)); }
void cJSON_DeleteItemFromObjectCaseSensitive(cJSON *object, const char *key) {
  cJSON_Delete(cJSON_DetachItemFromObjectCaseSensitive(object, key));
}

cJSON_bool cJSON_InsertItemInArray(cJSON *array, int which, cJSON *item) {
  if (which < 0 || !item) return 0;
  cJSON *after = cJSON_GetArrayItem(array, which);
  if (!after) return cJSON_AddItemToArray(array, item);
  if (after != array->child && !after->prev) return 0;
  item->next = after;
  item->prev = after->prev;
  after->prev = item;
  if (after == array->child) array->child = item;
  else item->prev->next = item;
  return 1;
}

cJSON_bool cJSON_ReplaceItemViaPointer(cJSON *const parent, cJSON *const item, cJSON *replacement) {
  if (!parent || !parent->child || !item || !replacement) return 0;
  if (item == replacement) return 1;
  replacement->next = item->next;
  replacement->prev = item->prev;
  if (replacement->next) replacement->next->prev = replacement;
  if (parent->child == item) {
    if (item->prev == item) replacement->prev = replacement;
    parent->child = replacement;
  } else {
    if (replacement->prev) replacement->prev->next = replacement;
    if (!replacement->next) parent->child->prev = replacement;
  }
  item->next = item->prev = NULL;
  cJSON_Delete(item);
  return 1;
}
cJSON_bool cJSON_ReplaceItemInArray(cJSON *array, int which, cJSON *item) {
  return which < 0 ? 0 : cJSON_ReplaceItemViaPointer(array, cJSON_GetArrayItem(array, which), item);
}
static cJSON_bool replace_key(cJSON *object, const char *key, cJSON *item, bool case_sensitive) {
  if (!item || !key) return 0;
  char *own = hal_cjson_copy(key);
  if (!own) return 0;
  set_key(item, own, false);
  return cJSON_ReplaceItemViaPointer(object, find(object, key, case_sensitive), item);
}
cJSON_bool cJSON_ReplaceItemInObject(cJSON *object, const char *key, cJSON *item) { return replace_key(object, key, item, false); }
cJSON_bool cJSON_ReplaceItemInObjectCaseSensitive(cJSON *object, const char *key, cJSON *item) {
  return replace_key(object, key, item, true);
}

static cJSON *duplicate(const cJSON *item, size_t depth, bool recurse) {
  cJSON *copy = item && depth < CJSON_CIRCULAR_LIMIT ? hal_cjson_new(item->type & ~cJSON_IsReference) : NULL;
  if (!copy) return NULL;
  copy->valueint = item->valueint;
  copy->valuedouble = item->valuedouble;
  if (item->valuestring && !(copy->valuestring = hal_cjson_copy(item->valuestring))) goto fail;
  if (item->string) {
    copy->string = item->type & cJSON_StringIsConst ? item->string : hal_cjson_copy(item->string);
    if (!copy->string) goto fail;
  }
  for (const cJSON *child = recurse ? item->child : NULL; child; child = child->next) {
    cJSON *own = duplicate(child, depth + 1, true);
    if (!own) goto fail;
    hal_cjson_append(copy, own);
  }
  return copy;
fail:
  cJSON_Delete(copy);
  return NULL;
}
cJSON *cJSON_Duplicate(const cJSON *item, cJSON_bool recurse) { return duplicate(item, 0, recurse != 0); }

static bool all_in(const cJSON *a, const cJSON *b, cJSON_bool case_sensitive) {
  for (const cJSON *child = a->child; child; child = child->next) {
    const cJSON *other = find(b, child->string, case_sensitive != 0);
    if (!other || !cJSON_Compare(child, other, case_sensitive)) return false;
  }
  return true;
}
static bool same_elements(const cJSON *a, const cJSON *b, cJSON_bool case_sensitive) {
  const cJSON *x = a->child, *y = b->child;
  for (; x && y; x = x->next, y = y->next)
    if (!cJSON_Compare(x, y, case_sensitive)) return false;
  return x == y;
}
cJSON_bool cJSON_Compare(const cJSON *const a, const cJSON *const b, const cJSON_bool case_sensitive) {
  if (!a || !b || (a->type & 0xFF) != (b->type & 0xFF)) return 0;
  switch (a->type & 0xFF) {
    case cJSON_False:
    case cJSON_True:
    case cJSON_NULL: return 1;
    case cJSON_Number: return hal_cjson_same_number(a->valuedouble, b->valuedouble);
    case cJSON_String:
    case cJSON_Raw: return a->valuestring && b->valuestring && strcmp(a->valuestring, b->valuestring) == 0;
    case cJSON_Array: return same_elements(a, b, case_sensitive);
    case cJSON_Object: return all_in(a, b, case_sensitive) && all_in(b, a, case_sensitive);
    default: return 0;
  }
}
