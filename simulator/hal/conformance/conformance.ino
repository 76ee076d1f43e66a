// Asserts what a guest shares with the chip, and by name what differs (see ../README.md). Prints one line a check.
#include "check.h"


int twice(int x) { return 2 * x; }
static int sum(int a, int b) { return a + b; }

void setup() {
  Serial.begin(115200);
  equal("sketch.prototype", sum(1, twice(2)), 5);
  check_types();
  check_string();
  check_print();
  check_json();
  check_json_tree();
  check_tasks();
  check_rtos();
  check_storage();
  check_memory();
  Serial.printf("DONE %d checks, %d failures\n", checks, failures);
}

void loop() { delay(1000); }
