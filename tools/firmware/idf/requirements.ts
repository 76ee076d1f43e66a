import { basename } from 'node:path';
import { buildErrorAt } from '../build-error.ts';
import type { Component } from './component.ts';

/** Components of ESP-IDF 5 and 6, for REQUIRES. What the HAL has of them is decided by their headers. */
const IDF_COMPONENTS = new Set(
  `app_trace app_update bootloader bootloader_support bt cmock console cxx driver efuse esp-tls esp_adc esp_adc_cal esp_app_format
  esp_bootloader_format esp_bootloader_plus esp_coex esp_common esp_driver_ana_cmpr esp_driver_cam esp_driver_dac esp_driver_gpio
  esp_driver_gptimer esp_driver_i2c esp_driver_i2s esp_driver_isp esp_driver_jpeg esp_driver_ledc esp_driver_mcpwm
  esp_driver_parlio esp_driver_pcnt esp_driver_ppa esp_driver_rmt esp_driver_sdio esp_driver_sdm esp_driver_sdmmc
  esp_driver_sdspi esp_driver_spi esp_driver_touch_sens esp_driver_tsens esp_driver_twai esp_driver_uart
  esp_driver_usb_serial_jtag esp_eth esp_event esp_gdbstub esp_hid esp_http_client esp_http_server esp_https_ota
  esp_https_server esp_hw_support esp_lcd esp_libc esp_local_ctrl esp_mm esp_netif esp_netif_stack esp_partition esp_phy esp_pm
  esp_psram esp_ringbuf esp_rom esp_security esp_system esp_timer esp_vfs_console esp_wifi espcoredump esptool_py fatfs freertos
  hal heap http_parser idf_test ieee802154 json linux log lwip main mbedtls mqtt newlib nvs_flash nvs_sec_provider openthread
  partition_table perfmon protobuf-c protocomm pthread riscv rt sdmmc soc spi_flash spiffs tcp_transport tcpip_adapter touch_element
  ulp unity usb vfs wear_levelling wifi_provisioning wpa_supplicant xtensa`.split(/\s+/),
);

/** Components of the registry whose code the HAL carries. */
const CARRIED = new Set(['espressif__cjson', 'cjson']);

/**
 * The components of a build, main last, each with those whose headers it sees: its own requirements, and what these require
 * publicly. `only` limits the build to some and what they need.
 * @throws BuildError for a requirement that is nowhere
 */
export function resolveComponents(
  components: readonly Component[],
  only: readonly string[] | undefined,
): { component: Component; sees: Component[] }[] {
  const byName = new Map<string, Component>();
  for (const component of components)
    if (!byName.has(component.name)) byName.set(component.name, component);
  const main = byName.get('main');
  // ESP-IDF gives main everything else where it requires nothing itself.
  if (main && main.requires.length === 0 && main.privateRequires.length === 0) {
    main.privateRequires = [...byName.keys()].filter((name) => name !== 'main');
  }
  const find = (from: Component, name: string): Component | undefined => {
    const found = byName.get(name) ?? byName.get(name.replace('/', '__')) ?? named(byName, name);
    if (found || IDF_COMPONENTS.has(name) || CARRIED.has(name.replace('/', '__'))) return found;
    throw buildErrorAt(
      from.file,
      from.line,
      `component ${from.name} requires ${name}, and there is no such component`,
      'a component stands in components/, in a folder of EXTRA_COMPONENT_DIRS, or in managed_components/; nothing is downloaded',
    );
  };
  const publicly = (component: Component, seen: Set<Component>): Set<Component> => {
    if (seen.has(component)) return seen;
    seen.add(component);
    for (const name of component.requires) {
      const next = find(component, name);
      if (next) publicly(next, seen);
    }
    return seen;
  };
  const seesOf = (component: Component): Component[] => {
    const seen = publicly(component, new Set());
    for (const name of component.privateRequires) {
      const next = find(component, name);
      if (next) publicly(next, seen);
    }
    seen.delete(component);
    return [...seen];
  };
  const taken = only ? closure(only, byName, find) : [...byName.values()];
  return taken
    .toSorted((a, b) => Number(a.name === 'main') - Number(b.name === 'main'))
    .map((component) => ({ component, sees: seesOf(component) }));
}

/** managed_components/vendor__name answers to "name" too. */
function named(byName: ReadonlyMap<string, Component>, name: string): Component | undefined {
  return [...byName.values()].find(
    (component) => basename(component.dir).split('__').at(-1) === name,
  );
}

function closure(
  only: readonly string[],
  byName: ReadonlyMap<string, Component>,
  find: (from: Component, name: string) => Component | undefined,
): Component[] {
  const taken = new Set<Component>();
  const take = (component: Component | undefined): void => {
    if (!component || taken.has(component)) return;
    taken.add(component);
    for (const name of [...component.requires, ...component.privateRequires])
      take(find(component, name));
  };
  for (const name of only) take(byName.get(name));
  return [...taken];
}
