import { stripAnsi } from './ansi.ts';

/** As esp_log.h orders them; a higher one says more. */
export const LEVELS = { N: 0, E: 1, W: 2, I: 3, D: 4, V: 5 } as const;
export type LevelLetter = keyof typeof LEVELS;

/** A line of a logging library, taken apart. */
export interface LogLine {
  level: LevelLetter;
  tag: string;
  message: string;
}

/** ESP-IDF: `I (1234) tag: text`, with `(12:34:56.789)` where the system time is logged (esp_log.h, LOG_FORMAT). */
const ESP_IDF = /^([EWIDV]) \([^)]+\) ([^:]+): ?(.*)$/;
/** Arduino-ESP32: `[  1234][I][file.cpp:56] function(): text` (esp32-hal-log.h). The file counts as the tag. */
const ARDUINO = /^\[\s*\d+\]\[([EWIDV])\]\[([^\]:]+)(?::\d+)?\] ?(.*)$/;

/** The parts of a log line; undefined for text that no logging library wrote. Colours are ignored. */
export function parseLogLine(text: string): LogLine | undefined {
  const plain = stripAnsi(text);
  const match = ESP_IDF.exec(plain) ?? ARDUINO.exec(plain);
  if (!match) return undefined;
  return { level: match[1] as LevelLetter, tag: match[2]!, message: match[3]! };
}
