#pragma once
#include <stdlib.h>
class Print;
// What Print::print can print by asking it to print itself.
class Printable {
public:
  virtual ~Printable() {}
  virtual size_t printTo(Print &p) const = 0;
};
