// The app image in the slot that does not run.
#pragma once
#include <string>

namespace meshswarm {

// Whether the bootloader has given up on the image in the other slot: INVALID, ABORTED, or still PENDING_VERIFY while we
// run, which means that it could not even be loaded.
bool otherSlotFell();

// MD5 of that image's bytes, header to appended hash, as ESP.getSketchMD5() computes it for the running one.
// "" when there is no whole image. Reads the image once from flash.
std::string otherSlotMd5();

}  // namespace meshswarm
