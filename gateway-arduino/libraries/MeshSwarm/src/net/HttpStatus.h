// What an HTTP status means for whoever repeats requests.
#pragma once

namespace meshswarm {

inline bool httpSucceeded(int status) { return status >= 200 && status < 300; }

// A refusal that repeating does not change. Credentials and limits may be set right while we wait.
inline bool httpRefused(int status) {
  return status >= 400 && status < 500 && status != 401 && status != 403 && status != 408 && status != 429;
}

}  // namespace meshswarm
