// TaskScheduler 4.0 (github.com/arkhipenko/TaskScheduler) as painlessMesh builds it: _TASK_PRIORITY and
// _TASK_STD_FUNCTION, every other option off. Times are milliseconds. Semantics that sketches feel:
// - enable() runs the task on the next pass; enableDelayed() after its interval;
// - the last iteration's disable (and OnDisable) happens on the pass after it;
// - a late task keeps its phase and catches up, one run a pass.
#pragma once
#include <Arduino.h>
#include <functional>

#define TASK_SCHEDULE 0
#define TASK_SCHEDULE_NC 1
#define TASK_INTERVAL 2
#define TASK_IMMEDIATE 0
#define TASK_FOREVER (-1)
#define TASK_ONCE 1
#define TASK_INTERVAL_KEEP 0
#define TASK_INTERVAL_RECALC 1
#define TASK_INTERVAL_RESET 2
#define TASK_MILLISECOND 1UL
#define TASK_SECOND 1000UL
#define TASK_MINUTE 60000UL
#define TASK_HOUR 3600000UL

typedef std::function<void()> TaskCallback;
typedef std::function<void()> TaskOnDisable;
typedef std::function<bool()> TaskOnEnable;

class Scheduler;

class Task {
  friend class Scheduler;

public:
  Task(unsigned long aInterval = 0, long aIterations = 0, TaskCallback aCallback = NULL, Scheduler *aScheduler = NULL,
       bool aEnable = false, TaskOnEnable aOnEnable = NULL, TaskOnDisable aOnDisable = NULL);
  virtual ~Task();

  bool enable();
  bool enableIfNot(); // answers whether it was enabled before
  bool enableDelayed(unsigned long aDelay = 0);
  bool restart(); // enable() with the iterations it was set to
  bool restartDelayed(unsigned long aDelay = 0);
  void delay(unsigned long aDelay = 0);
  void adjust(long aInterval);
  void forceNextIteration();
  bool disable(); // answers whether it was enabled
  void abort();   // disable without OnDisable
  void cancel();  // disable, marked as cancelled
  bool isEnabled() { return enabled_; }
  bool isCanceled() { return cancelled_; }
  bool canceled() { return isCanceled(); }

  void set(unsigned long aInterval, long aIterations, TaskCallback aCallback, TaskOnEnable aOnEnable = NULL,
           TaskOnDisable aOnDisable = NULL);
  void setInterval(unsigned long aInterval); // also restarts the wait
  void setIntervalNodelay(unsigned long aInterval, unsigned int aOption = TASK_INTERVAL_KEEP);
  unsigned long getInterval() { return interval_; }
  void setIterations(long aIterations) { iterations_ = set_iterations_ = aIterations; }
  long getIterations() { return iterations_; }
  unsigned long getRunCounter() { return run_counter_; }
  void setCallback(TaskCallback aCallback) { callback_ = std::move(aCallback); }
  void setOnEnable(TaskOnEnable aCallback) { on_enable_ = std::move(aCallback); }
  void setOnDisable(TaskOnDisable aCallback) { on_disable_ = std::move(aCallback); }
  void yield(TaskCallback aCallback);
  void yieldOnce(TaskCallback aCallback);
  bool isFirstIteration() { return run_counter_ <= 1; }
  bool isLastIteration() { return iterations_ == 0; }

private:
  bool enabled_ = false, in_on_enable_ = false, cancelled_ = false;
  unsigned long interval_ = 0;
  unsigned long delay_ = 0;    // of the coming run; usually the interval
  unsigned long previous_ = 0; // ms when the task ran or should have run last
  long iterations_ = 0, set_iterations_ = 0;
  unsigned long run_counter_ = 0;
  TaskCallback callback_;
  TaskOnEnable on_enable_;
  TaskOnDisable on_disable_;
  Task *prev_ = nullptr, *next_ = nullptr;
  Scheduler *scheduler_ = nullptr;
};

class Scheduler {
  friend class Task;

public:
  Scheduler() {}
  void init() { *this = Scheduler(); }
  void addTask(Task &aTask); // does nothing when the task has a scheduler already
  void deleteTask(Task &aTask);
  void pause() { paused_ = true; }
  void resume() { paused_ = false; }
  void enable() { enabled_ = true; }
  void disable() { enabled_ = false; }
  void disableAll(bool aRecursive = true);
  void enableAll(bool aRecursive = true);
  void startNow(bool aRecursive = true);
  bool execute(); // one pass over the chain; true = no callback ran
  Task &currentTask() { return *current_; }
  Task *getCurrentTask() { return current_; }
  long timeUntilNextIteration(Task &aTask); // ms; 0 = due, -1 = not enabled
  unsigned long getActiveTasks() { return active_; }
  unsigned long getTotalTasks() { return total_; }
  unsigned long getInvokedTasks() { return invoked_; }
  void setHighPriorityScheduler(Scheduler *aScheduler);
  static Scheduler &currentScheduler() { return *running; }

private:
  bool run(Task &task); // true = its callback ran
  Task *first_ = nullptr, *last_ = nullptr, *current_ = nullptr;
  bool paused_ = false, enabled_ = true;
  unsigned long active_ = 0, total_ = 0, invoked_ = 0;
  Scheduler *high_priority_ = nullptr;
  static Scheduler *running;
};
