import type { ChipModel } from '../chip-model.ts';
import { RESET, type ResetReason, romResetText } from '../reset-reason.ts';

interface RomText {
  /** Printed before the reset's cause. */
  banner: readonly string[];
  /** Strapping pins and their meaning, when the app is booted and when the loader is. */
  app: string;
  loader: string;
  resets: Partial<Record<ResetReason, string>>;
}

const NEWER_RESETS: RomText['resets'] = {
  [RESET.POWERON]: '0x1 (POWERON)',
  [RESET.EXT]: '0x1 (POWERON)',
  [RESET.SW]: '0xc (RTC_SW_CPU_RST)',
  [RESET.PANIC]: '0xc (RTC_SW_CPU_RST)',
  [RESET.TASK_WDT]: '0xc (RTC_SW_CPU_RST)',
  [RESET.INT_WDT]: '0x8 (TG1WDT_SYS_RST)',
  [RESET.WDT]: '0x10 (RTCWDT_RTC_RST)',
};

/** As the ROMs of these chips print it (boot logs in public issues of espressif/esptool and espressif/esp-idf). */
const TEXTS: Record<number, RomText> = {
  0: {
    banner: ['ets Jul 29 2019 12:21:46', ''],
    app: '0x13 (SPI_FAST_FLASH_BOOT)',
    loader: '0x3 (DOWNLOAD_BOOT(UART0/UART1/SDIO_REI_REO_V2))',
    resets: {},
  },
  5: {
    banner: ['ESP-ROM:esp32c3-api1-20210207', 'Build:Feb  7 2021'],
    app: '0xc (SPI_FAST_FLASH_BOOT)',
    loader: '0x4 (DOWNLOAD(USB/UART0/1))',
    resets: NEWER_RESETS,
  },
  9: {
    banner: ['ESP-ROM:esp32s3-20210327', 'Build:Mar 27 2021'],
    app: '0x8 (SPI_FAST_FLASH_BOOT)',
    loader: '0x0 (DOWNLOAD(USB/UART0))',
    resets: NEWER_RESETS,
  },
  13: {
    banner: ['ESP-ROM:esp32c6-20220919', 'Build:Sep 19 2022'],
    app: '0xc (SPI_FAST_FLASH_BOOT)',
    loader: '0x4 (DOWNLOAD(USB/UART0/SDIO_FEI_FEO))',
    resets: { ...NEWER_RESETS, [RESET.SW]: '0xc (SW_CPU)', [RESET.WDT]: '0x10 (LP_WDT_SYS)' },
  },
  18: {
    banner: ['ESP-ROM:esp32p4-eco2-20240710', 'Build:Jul 10 2024'],
    app: '0x20f (SPI_FAST_FLASH_BOOT)',
    loader: '0x207 (DOWNLOAD(USB/UART0/SPI))',
    resets: NEWER_RESETS,
  },
};

/** What the ROM prints when the chip comes out of reset, line by line. */
export function bootLog(chip: ChipModel, reason: ResetReason, loader: boolean): string[] {
  const text = TEXTS[chip.id] ?? TEXTS[0]!;
  const cause = text.resets[reason] ?? romResetText(reason);
  const lines = [...text.banner, `rst:${cause},boot:${loader ? text.loader : text.app}`];
  return loader ? [...lines, 'waiting for download'] : lines;
}
