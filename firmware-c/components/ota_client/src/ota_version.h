#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A version as boards and servers write it; points into the text it was read from. */
typedef struct {
    uint32_t core[3];
    /** Behind the "-" of a pre-release; length 0 for a release. */
    const char *pre;
    size_t pre_len;
    /** Commits after the tag, by git describe. */
    uint32_t ahead;
    bool dirty;
    /** Number behind "+", where that is one. */
    uint32_t build;
    bool has_build;
} ota_version_t;

/**
 * Reads SemVer 2.0, and what ESP-IDF's default version (git describe --dirty) adds to it, by the same rules as the server: a leading
 * "v", a missing minor or patch is 0, "-N-g<hex>" and "-dirty" rank after their tag. False for anything else.
 */
bool ota_version_parse(const char *text, ota_version_t *version);

/** Below zero where `a` is the older one (SemVer 11, then commits after the tag, then dirty after clean); build numbers do not count. */
int ota_version_compare(const ota_version_t *a, const ota_version_t *b);

/** Whether both texts name one version; texts that are no versions must be equal as they are. */
bool ota_version_same(const char *a, const char *b);
