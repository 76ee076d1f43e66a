/** The otadata partition (ESP_FORMATS §1): entries, the bootloader's choice, and the writers of
 * esp_ota_ops, from one door. */
export * from './otadata-boot.ts';
export * from './otadata-entry.ts';
export * from './otadata-ops.ts';
