import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { World } from '../../simulator/scenario/world.ts';
import { buildFirmware, closeCompilers } from '../../tools/firmware/index.ts';
import { HAL, serial } from '../support/bench.ts';
import { clientPartitionTable } from './firmware.ts';

/** Somebody's own project, outside of this repository. */
const FILES = {
  'CMakeLists.txt':
    'cmake_minimum_required(VERSION 3.16)\ninclude($ENV{IDF_PATH}/tools/cmake/project.cmake)\nproject(counter VERSION 1.4.0)\n',
  'sdkconfig.defaults': 'CONFIG_COUNTER_STEP=5\n',
  'main/CMakeLists.txt': 'idf_component_register(SRCS app.c PRIV_REQUIRES counter nvs_flash)\n',
  'main/app.c': `#include "counter.h"
#include "esp_app_desc.h"
#include "esp_log.h"
#include "esp_system.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"

void app_main(void)
{
    ESP_LOGI("app", "version %s, %d Hz, start %d", esp_app_get_description()->version, CONFIG_FREERTOS_HZ, counter_next());
    vTaskDelay(pdMS_TO_TICKS(1000));
    esp_restart();
}
`,
  'components/counter/CMakeLists.txt': `file(GLOB srcs "*.c")\nidf_component_register(SRCS \${srcs} INCLUDE_DIRS . PRIV_REQUIRES nvs_flash)\n`,
  'components/counter/Kconfig':
    'config COUNTER_STEP\n    int "Step"\n    default 1\n    help\n        How far each start counts.\n',
  'components/counter/counter.h': 'int counter_next(void);\n',
  'components/counter/counter.c': `#include "counter.h"
#include "nvs.h"
#include "nvs_flash.h"

int counter_next(void)
{
    nvs_handle_t nvs;
    int32_t count = 0;
    nvs_flash_init();
    nvs_open("counter", NVS_READWRITE, &nvs);
    nvs_get_i32(nvs, "n", &count);
    count += CONFIG_COUNTER_STEP;
    nvs_set_i32(nvs, "n", count);
    nvs_commit(nvs);
    nvs_close(nvs);
    return count;
}
`,
};

const dir = mkdtempSync(join(tmpdir(), 'idf-project-'));
beforeAll(() => {
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
});
afterAll(() => {
  closeCompilers();
  rmSync(dir, { recursive: true });
});

it('an ESP-IDF project of one’s own runs on a virtual board: options, tasks, NVS over restarts', async () => {
  const { image, project } = await buildFirmware({ sketch: dir, halDir: HAL });
  expect(project).toBe('counter');
  const world = new World({
    seed: 'user',
    partitionTable: clientPartitionTable(),
    rssi: () => -50,
    boards: [{ name: 'board', image }],
  });
  world.powerOn();
  await world.run(5_000_000);
  const text = serial(world.board('board'));
  const starts = [...text.matchAll(/app: version 1\.4\.0, 100 Hz, start (\d+)/g)].map(([, n]) => n);
  expect(starts.slice(0, 3)).toEqual(['5', '10', '15']);
}, 300_000);
