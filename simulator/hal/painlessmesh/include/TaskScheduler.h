#pragma once
#include "TaskSchedulerDeclarations.h"
