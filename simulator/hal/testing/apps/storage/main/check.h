// One line a check, PASS or FAIL.
#pragma once
void check(int ok, const char *what);
#define CHECK(condition) check(condition, #condition)
void first_boot(void);
void second_boot(void);
