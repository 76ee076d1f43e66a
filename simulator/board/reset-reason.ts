/** Why a chip starts, as esp_system.h's esp_reset_reason_t numbers it. */
export const RESET = {
  POWERON: 1,
  EXT: 2,
  SW: 3,
  PANIC: 4,
  INT_WDT: 5,
  TASK_WDT: 6,
  WDT: 7,
  DEEPSLEEP: 8,
  BROWNOUT: 9,
} as const;

export type ResetReason = (typeof RESET)[keyof typeof RESET];

/** What the ROM of an ESP32 prints for it: `rst:0x… (…)` (rom/rtc.h, RESET_REASON). */
const ROM_TEXT: Record<ResetReason, string> = {
  [RESET.POWERON]: '0x1 (POWERON_RESET)',
  [RESET.EXT]: '0x1 (POWERON_RESET)',
  [RESET.SW]: '0xc (SW_CPU_RESET)',
  [RESET.PANIC]: '0xc (SW_CPU_RESET)',
  [RESET.INT_WDT]: '0x8 (TG1WDT_SYS_RESET)',
  [RESET.TASK_WDT]: '0xc (SW_CPU_RESET)',
  [RESET.WDT]: '0x10 (RTCWDT_RTC_RESET)',
  [RESET.DEEPSLEEP]: '0x5 (DEEPSLEEP_RESET)',
  [RESET.BROWNOUT]: '0xf (RTCWDT_BROWN_OUT_RESET)',
};

export function romResetText(reason: ResetReason): string {
  return ROM_TEXT[reason];
}

export function resetName(reason: ResetReason): string {
  return Object.keys(RESET).find((name) => RESET[name as keyof typeof RESET] === reason)!;
}
