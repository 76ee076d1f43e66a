// The two TaskScheduler options that painlessMesh needs.
#pragma once
#ifndef _TASK_PRIORITY
#define _TASK_PRIORITY
#endif
#ifndef _TASK_STD_FUNCTION
#define _TASK_STD_FUNCTION
#endif
#include "Arduino.h"
