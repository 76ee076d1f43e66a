/** The otadata partition (ESP_FORMATS §1): entries, the bootloader's choice, the writers of
 * esp_ota_ops, and entries in words, from one door. */
export * from './otadata-boot.ts';
export * from './otadata-entry.ts';
export * from './otadata-ops.ts';
export * from './otadata-report.ts';
