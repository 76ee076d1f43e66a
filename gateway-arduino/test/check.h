// A test is a named function; CHECK and SAME note the first thing that does not hold and end it.
#pragma once
#include <string>
#include <vector>

struct Test {
  const char* name;
  void (*run)();
};

inline std::vector<Test>& tests() {
  static std::vector<Test> all;
  return all;
}

inline std::string& failure() {
  static std::string text;
  return text;
}

inline std::string describe(const std::string& value) { return value; }
inline std::string describe(long long value) { return std::to_string(value); }

struct Register {
  Register(const char* name, void (*run)()) { tests().push_back(Test{name, run}); }
};

#define TEST_JOIN2(a, b) a##b
#define TEST_JOIN(a, b) TEST_JOIN2(a, b)
#define TEST(name) TEST_NAMED(name, TEST_JOIN(test_, __COUNTER__))
#define TEST_NAMED(name, function)                           \
  static void function();                                    \
  static const Register TEST_JOIN(registered_, function)(name, function); \
  static void function()

#define CHECK(condition)                                                    \
  do {                                                                      \
    if (!(condition)) {                                                     \
      failure() = std::string(__FILE_NAME__) + ":" + std::to_string(__LINE__) + ": " + #condition; \
      return;                                                               \
    }                                                                       \
  } while (0)

#define SAME(actual, expected)                                              \
  do {                                                                      \
    const auto actualValue = (actual);                                      \
    const decltype(actualValue) expectedValue = (expected);                 \
    if (!(actualValue == expectedValue)) {                                  \
      failure() = std::string(__FILE_NAME__) + ":" + std::to_string(__LINE__) + ": " + #actual + " is " +  \
                  describe(actualValue) + ", not " + describe(expectedValue);                              \
      return;                                                               \
    }                                                                       \
  } while (0)
