#pragma once

/** The name under which first users included the client. */
#include "ota_client.h"
