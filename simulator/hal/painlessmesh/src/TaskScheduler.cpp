#include <Arduino.h>
#include "TaskSchedulerDeclarations.h"
#include "hal_internal.h"

Scheduler *Scheduler::running = nullptr;

Task::Task(unsigned long interval, long iterations, TaskCallback callback, Scheduler *scheduler, bool enabled,
           TaskOnEnable on_enable, TaskOnDisable on_disable) {
  set(interval, iterations, std::move(callback), std::move(on_enable), std::move(on_disable));
  if (scheduler) scheduler->addTask(*this);
  if (enabled) enable();
}

Task::~Task() {
  if (enabled_) disable();
  if (scheduler_) scheduler_->deleteTask(*this);
}

void Task::set(unsigned long interval, long iterations, TaskCallback callback, TaskOnEnable on_enable,
               TaskOnDisable on_disable) {
  callback_ = std::move(callback);
  on_enable_ = std::move(on_enable);
  on_disable_ = std::move(on_disable);
  setInterval(interval);
  setIterations(iterations);
}

void Task::setInterval(unsigned long interval) {
  interval_ = interval;
  delay();
}

void Task::setIntervalNodelay(unsigned long interval, unsigned int option) {
  if (option == TASK_INTERVAL_RECALC) delay_ += interval - interval_;
  else if (option == TASK_INTERVAL_RESET || interval_ == delay_) delay_ = interval;
  interval_ = interval;
}

bool Task::enable() {
  if (!scheduler_) return false; // a task without a scheduler cannot be active
  run_counter_ = 0;
  cancelled_ = false;
  if (on_enable_ && !in_on_enable_) {
    Task *outer = scheduler_->current_;
    scheduler_->current_ = this;
    in_on_enable_ = true;
    enabled_ = on_enable_();
    in_on_enable_ = false;
    scheduler_->current_ = outer;
  } else {
    enabled_ = true;
  }
  forceNextIteration();
  return enabled_;
}

bool Task::enableIfNot() {
  bool before = enabled_;
  if (!before) enable();
  return before;
}
bool Task::enableDelayed(unsigned long ms) {
  enable();
  delay(ms);
  return enabled_;
}
bool Task::restart() {
  iterations_ = set_iterations_;
  return enable();
}
bool Task::restartDelayed(unsigned long ms) {
  iterations_ = set_iterations_;
  return enableDelayed(ms);
}
void Task::delay(unsigned long ms) {
  delay_ = ms ? ms : interval_;
  previous_ = millis();
}
void Task::adjust(long ms) {
  if (ms < 0) previous_ += ms;
  else delay_ += ms; // moving previous_ into the future would look like an overdue task
}
void Task::forceNextIteration() {
  delay_ = interval_;
  previous_ = millis() - delay_;
}

// The run goes on in another callback on the next pass; together they count as one iteration.
void Task::yield(TaskCallback callback) {
  callback_ = std::move(callback);
  forceNextIteration();
  run_counter_--;
  if (iterations_ >= 0) iterations_++;
}
void Task::yieldOnce(TaskCallback callback) {
  yield(std::move(callback));
  iterations_ = 1;
}

bool Task::disable() {
  bool before = enabled_;
  enabled_ = in_on_enable_ = false;
  if (before && on_disable_) {
    Task *outer = scheduler_->current_;
    scheduler_->current_ = this;
    on_disable_();
    scheduler_->current_ = outer;
  }
  return before;
}
void Task::abort() {
  enabled_ = in_on_enable_ = false;
  cancelled_ = true;
}
void Task::cancel() {
  cancelled_ = true;
  disable();
}

void Scheduler::addTask(Task &task) {
  if (task.scheduler_) return;
  task.scheduler_ = this;
  task.prev_ = last_;
  task.next_ = nullptr;
  (last_ ? last_->next_ : first_) = &task;
  last_ = &task;
}

void Scheduler::deleteTask(Task &task) {
  if (task.scheduler_ != this) return;
  task.scheduler_ = nullptr;
  (task.prev_ ? task.prev_->next_ : first_) = task.next_;
  (task.next_ ? task.next_->prev_ : last_) = task.prev_;
  task.prev_ = task.next_ = nullptr;
}

void Scheduler::disableAll(bool recursive) {
  for (Task *t = first_, *next; t; t = next) {
    next = t->next_;
    t->disable();
  }
  if (recursive && high_priority_) high_priority_->disableAll(true);
}
void Scheduler::enableAll(bool recursive) {
  for (Task *t = first_; t; t = t->next_) t->enable();
  if (recursive && high_priority_) high_priority_->enableAll(true);
}
void Scheduler::startNow(bool recursive) {
  unsigned long now = millis();
  for (Task *t = first_; t; t = t->next_)
    if (t->enabled_) t->previous_ = now - t->delay_;
  if (recursive && high_priority_) high_priority_->startNow(true);
}
void Scheduler::setHighPriorityScheduler(Scheduler *scheduler) {
  if (scheduler != this) high_priority_ = scheduler;
}

long Scheduler::timeUntilNextIteration(Task &task) {
  if (!task.isEnabled()) return -1;
  long left = static_cast<long>(task.delay_) - static_cast<long>(millis() - task.previous_);
  return left < 0 ? 0 : left;
}

bool Scheduler::run(Task &task) {
  if (!task.enabled_) return false;
  active_++;
  if (task.iterations_ == 0) {
    task.disable();
    return false;
  }
  unsigned long now = millis();
  hal_compare(now - task.previous_, task.delay_);
  if (now - task.previous_ < task.delay_) return false;
  if (task.iterations_ > 0) task.iterations_--;
  task.run_counter_++;
  task.previous_ += task.delay_;
  task.delay_ = task.interval_;
  if (!task.callback_) return false;
  // A copy: a callback may replace itself (setCallback, yield) while it runs.
  TaskCallback callback = task.callback_;
  callback();
  invoked_++;
  return true;
}

bool Scheduler::execute() {
  bool idle = true;
  current_ = first_;
  active_ = total_ = invoked_ = 0;
  if (!current_ && high_priority_) high_priority_->execute();
  running = this;
  if (!enabled_) return true;
  while (!paused_ && current_) {
    total_++;
    if (high_priority_) idle = high_priority_->execute() && idle;
    running = this;
    Task *next = current_->next_; // taken first: the task may delete itself
    if (run(*current_)) idle = false;
    current_ = next;
  }
  return idle;
}
