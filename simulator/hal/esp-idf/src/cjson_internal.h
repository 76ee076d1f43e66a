// Shared by the cJSON sources.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "cJSON.h"

// Memory through the hooks; null answers are passed on as failures.
void *hal_cjson_alloc(size_t size);
void hal_cjson_release(void *p);
char *hal_cjson_copy(const char *text);
cJSON *hal_cjson_new(int type);

// Appends item to a container's children.
void hal_cjson_append(cJSON *container, cJSON *item);

// Sets both number fields; valueint saturates.
void hal_cjson_set_number(cJSON *item, double number);

// Equal within one unit in the last place.
bool hal_cjson_same_number(double a, double b);
