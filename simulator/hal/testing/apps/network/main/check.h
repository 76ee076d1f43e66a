// One line a check, PASS or FAIL.
#pragma once
void check(int ok, const char *what);
#define CHECK(condition) check(condition, #condition)
void event_loops(void);
