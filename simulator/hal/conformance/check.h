// One line of output for each check: "PASS name" or "FAIL name: got … want …".
#pragma once
#include <Arduino.h>

inline int checks = 0, failures = 0;

inline void report(const char *name, bool ok, const String &got, const String &want) {
  checks++;
  if (ok) {
    Serial.printf("PASS %s\n", name);
  } else {
    failures++;
    Serial.printf("FAIL %s: got %s want %s\n", name, got.c_str(), want.c_str());
  }
}

inline void check(const char *name, bool ok) { report(name, ok, "false", "true"); }
inline void equal(const char *name, const String &got, const char *want) { report(name, got == want, got, want); }
inline void equal(const char *name, long got, long want) { report(name, got == want, String(got), String(want)); }

void check_types();
void check_string();
void check_print();
void check_json();
void check_json_tree();
void check_tasks();
void check_rtos();
void check_storage();
void check_memory();
