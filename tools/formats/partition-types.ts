/** Names of partition types and subtypes (ESP_FORMATS §2, esp_partition.h). */
export const PARTITION_TYPE = { app: 0, data: 1, bootloader: 2, partition_table: 3 } as const;

const otaSubtypes = Object.fromEntries(
  Array.from({ length: 16 }, (_, slot) => [`ota_${slot}`, 0x10 + slot]),
);

/** Subtype numbers by type number. */
export const PARTITION_SUBTYPES: Readonly<Record<number, Readonly<Record<string, number>>>> = {
  [PARTITION_TYPE.app]: { factory: 0x00, test: 0x20, ...otaSubtypes, tee_0: 0x30, tee_1: 0x31 },
  [PARTITION_TYPE.data]: {
    ota: 0x00,
    phy: 0x01,
    nvs: 0x02,
    coredump: 0x03,
    nvs_keys: 0x04,
    efuse: 0x05,
    undefined: 0x06,
    esphttpd: 0x80,
    fat: 0x81,
    spiffs: 0x82,
    littlefs: 0x83,
    tee_ota: 0x90,
  },
  [PARTITION_TYPE.bootloader]: { primary: 0x00, ota: 0x01, recovery: 0x02 },
  [PARTITION_TYPE.partition_table]: { primary: 0x00, ota: 0x01 },
};

/** "app" … or undefined for a number without a name. */
export function partitionTypeName(type: number): string | undefined {
  return Object.entries(PARTITION_TYPE).find(([, value]) => value === type)?.[0];
}

/** "ota_0" … or undefined for a number without a name. */
export function partitionSubtypeName(type: number, subtype: number): string | undefined {
  const names = Object.entries(PARTITION_SUBTYPES[type] ?? {});
  return names.find(([, value]) => value === subtype)?.[0];
}
