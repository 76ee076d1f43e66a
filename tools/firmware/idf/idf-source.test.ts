import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFirmware, closeCompilers } from '../build.ts';
import { type BuildSpace, buildSpace, errorsOf } from '../testing/builds.ts';
import { readAppDesc } from '../testing/descriptor.ts';
import { HAL_MINI, runGuest } from '../testing/workspace.ts';
import type { BuildOptions, BuildResult } from '../types.ts';

let space: BuildSpace;

beforeAll(() => {
  space = buildSpace();
});
afterAll(() => {
  closeCompilers();
  space.remove();
});

const TOP = `cmake_minimum_required(VERSION 3.16)
include($ENV{IDF_PATH}/tools/cmake/project.cmake)
project(my_app)
`;

/** Builds `files` as a new project folder. */
function build(
  files: Record<string, string>,
  options: Partial<BuildOptions> = {},
): Promise<BuildResult> {
  const name = space.next();
  const inFolder = Object.fromEntries(
    Object.entries({ 'CMakeLists.txt': TOP, ...files }).map(([path, text]) => [
      `${name}/${path}`,
      text,
    ]),
  );
  return buildFirmware({
    sketch: space.write(inFolder),
    halDir: HAL_MINI,
    cacheDir: space.cacheDir,
    ...options,
  });
}

describe('an ESP-IDF project with two components', () => {
  const files = {
    'CMakeLists.txt': `${TOP.replace('project(', 'set(PROJECT_VER "2.3.4")\nproject(')}`,
    'sdkconfig.defaults':
      '# ours\nCONFIG_LAMP_WATTS=60\nCONFIG_LAMP_NAME="desk \\"A\\""\n# CONFIG_LAMP_DIM is not set\nCONFIG_ESP_WIFI_SOMETHING_NEW=y\n',
    'main/CMakeLists.txt': `
set(srcs "app.c")
if(CONFIG_LAMP_DIM)
  list(APPEND srcs "missing_file.c")
else()
  list(APPEND srcs "bright.cpp")
endif()
idf_component_register(SRCS \${srcs} INCLUDE_DIRS "." PRIV_REQUIRES lamp esp_wifi nvs_flash EMBED_TXTFILES ca.pem)
target_compile_definitions(\${COMPONENT_LIB} PRIVATE GREETING="hello")
`,
    'main/app.c': `#include "mini.h"
#include "lamp.h"
extern const char pem[] asm("_binary_ca_pem_start");
extern const char pem_end[] asm("_binary_ca_pem_end");
extern const unsigned int ca_pem_length;
void bright(void);
void app_main(void) {
  print(GREETING); print(lamp_name()); bright(); print(pem); print(__FILE__);
  print(pem_end - pem == 5 && ca_pem_length == 5 ? "5 bytes" : "wrong length");
#ifdef CONFIG_ESP_WIFI_SOMETHING_NEW
  print("taken as given");
#endif
}`,
    'main/bright.cpp': '#include "mini.h"\nextern "C" void bright(void) { print("bright"); }',
    'main/ca.pem': 'CERT',
    'components/lamp/CMakeLists.txt': `file(GLOB sources "src/*.c")\nidf_component_register(SRCS \${sources} INCLUDE_DIRS include PRIV_INCLUDE_DIRS src)\n`,
    'components/lamp/Kconfig': `menu "Lamp"
config LAMP_WATTS
    int "Watts"
    range 1 100
    default 40
    help
        How bright. Text with config words:
        config NOT_AN_OPTION
config LAMP_NAME
    string "Name"
    default "lamp"
config LAMP_DIM
    bool "Dim"
    default y if LAMP_WATTS > 10
endmenu
`,
    'components/lamp/include/lamp.h': '#pragma once\nconst char *lamp_name(void);',
    'components/lamp/src/lamp.c': `#include "lamp.h"
#include "../src/inner.h"
#include "sdkconfig.h"
#if CONFIG_LAMP_WATTS != 60
#error
#endif
#ifdef CONFIG_LAMP_DIM
#error
#endif
#ifdef GREETING
#error
#endif
const char *lamp_name(void) { return CONFIG_LAMP_NAME INNER; }`,
    'components/lamp/src/inner.h': '#define INNER "!"',
  };
  let built: BuildResult;
  beforeAll(async () => {
    built = await build(files);
  }, 120_000);

  it('runs: options, generated header, conditions, embedded files, C and C++', async () => {
    const { prints } = await runGuest(built.wasm);
    expect(prints).toEqual([
      '100 Hz',
      'hello',
      'desk "A"!',
      'bright',
      'CERT',
      'main/app.c',
      '5 bytes',
      'taken as given',
    ]);
  });

  it('is an image whose descriptor says what the project says', () => {
    expect(readAppDesc(built.image)).toMatchObject({
      projectName: 'my_app',
      version: '2.3.4',
      secureVersion: 0,
    });
    expect([built.project, built.version, built.cached]).toEqual(['my_app', '2.3.4', false]);
  });

  it('gives the same bytes in another folder, and comes from the cache', async () => {
    const again = await build(files);
    expect(again.cached).toBe(true);
    const anew = await build(files, { cacheDir: false });
    expect(Buffer.compare(anew.image, built.image)).toBe(0);
  }, 120_000);

  it('takes version, build number and options from the command line', async () => {
    const other = await build(files, {
      version: '3.0.0',
      build: 7,
      settings: { LAMP_NAME: 'hall', CONFIG_LAMP_WATTS: '60' },
    });
    expect(readAppDesc(other.image).version).toBe('3.0.0+7');
    expect((await runGuest(other.wasm)).prints).toContain('hall!');
  }, 60_000);
});

describe('what a project states', () => {
  const main = {
    'main/CMakeLists.txt': 'idf_component_register(SRCS a.c)',
    'main/a.c': '#include "mini.h"\nvoid app_main(void) { print("up"); }',
  };
  it.each([
    ['version.txt', { 'version.txt': '0.9.1\n' }, {}, '0.9.1'],
    [
      'project(VERSION)',
      { 'CMakeLists.txt': TOP.replace('my_app', 'my_app VERSION 4.5.6') },
      {},
      '4.5.6',
    ],
    [
      'the configuration',
      {
        'sdkconfig.defaults':
          'CONFIG_APP_PROJECT_VER_FROM_CONFIG=y\nCONFIG_APP_PROJECT_VER="7.0.0"\n',
        'version.txt': '0.1.0',
      },
      {},
      '7.0.0',
    ],
    ['nobody', {}, {}, '1'],
  ])(
    'takes the version from %s',
    async (_, files, options, version) => {
      expect((await build({ ...main, ...files }, options)).version).toBe(version);
    },
    60_000,
  );

  it('puts the secure version into the descriptor', async () => {
    const { image } = await build({
      ...main,
      'sdkconfig.defaults':
        'CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE=y\nCONFIG_BOOTLOADER_APP_ANTI_ROLLBACK=y\nCONFIG_BOOTLOADER_APP_SECURE_VERSION=3\n',
    });
    expect(readAppDesc(image).secureVersion).toBe(3);
  });

  it('finds components beside the project, and those that a manifest has a path to', async () => {
    const shared = space.next();
    space.write({
      [`${shared}/bell/CMakeLists.txt`]: 'idf_component_register(SRCS bell.c INCLUDE_DIRS .)',
      [`${shared}/bell/bell.c`]: '#include "bell.h"\nconst char *bell(void) { return "ring"; }',
      [`${shared}/bell/bell.h`]: 'const char *bell(void);',
      [`${shared}-gong/CMakeLists.txt`]: 'idf_component_register(INCLUDE_DIRS .)',
      [`${shared}-gong/gong.h`]: '#define GONG "gong"',
    });
    const { wasm } = await build({
      'CMakeLists.txt': `set(EXTRA_COMPONENT_DIRS "../${shared}")\n${TOP}`,
      'main/CMakeLists.txt': 'idf_component_register(SRCS a.c)',
      'main/idf_component.yml': `dependencies:\n  idf: ">=5.1"\n  espressif/cjson: "^1.7"\n  espressif/esp_hosted:\n    version: "*"\n    rules:\n      - if: "target in [esp32p4]"\n  gong:\n    path: "../../${shared}-gong"\n`,
      'main/a.c':
        '#include "mini.h"\n#include "bell.h"\n#include "gong.h"\nvoid app_main(void) { print(bell()); print(GONG); }',
    });
    expect((await runGuest(wasm)).prints).toEqual(['100 Hz', 'ring', 'gong']);
  }, 60_000);
});

describe('what is wrong or not supported is said with file and line', () => {
  const app = { 'main/a.c': 'void app_main(void) {}' };
  const register = { 'main/CMakeLists.txt': 'idf_component_register(SRCS a.c)', ...app };
  const cases: [string, Record<string, string>, string, number, RegExp][] = [
    [
      'a missing source',
      { 'main/CMakeLists.txt': '\nidf_component_register(SRCS b.c)' },
      'main/CMakeLists.txt',
      2,
      /SRCS names b\.c, and there is no such file/,
    ],
    [
      'an unknown command',
      {
        'main/CMakeLists.txt': 'idf_component_register(SRCS a.c)\n\nadd_custom_command(x)',
        ...app,
      },
      'main/CMakeLists.txt',
      3,
      /add_custom_command\(\) is not understood here/,
    ],
    [
      'an unknown requirement',
      { 'main/CMakeLists.txt': 'idf_component_register(SRCS a.c REQUIRES nowhere)', ...app },
      'main/CMakeLists.txt',
      1,
      /requires nowhere, and there is no such component/,
    ],
    [
      'assembler',
      {
        'main/CMakeLists.txt': 'idf_component_register(SRCS a.c fast.S)',
        'main/fast.S': '',
        ...app,
      },
      'main/CMakeLists.txt',
      1,
      /fast\.S is no C or C\+\+ source/,
    ],
    [
      'an open parenthesis',
      { 'main/CMakeLists.txt': '\n\nidf_component_register(SRCS a.c', ...app },
      'main/CMakeLists.txt',
      3,
      /never closed/,
    ],
    [
      'an if without end',
      { 'main/CMakeLists.txt': 'if(A)\nset(x 1)', ...app },
      'main/CMakeLists.txt',
      1,
      /this if has no endif/,
    ],
    [
      'another chip',
      { ...register, 'sdkconfig.defaults': '\nCONFIG_IDF_TARGET="esp32p4"\n' },
      'sdkconfig.defaults',
      2,
      /the project is for esp32p4/,
    ],
    [
      'no setting',
      { ...register, 'sdkconfig.defaults': 'LAMP=1\n' },
      'sdkconfig.defaults',
      1,
      /CONFIG_NAME=value/,
    ],
    [
      'a value out of range',
      {
        ...register,
        'main/Kconfig': 'config N\n    int "n"\n    range 1 5\n',
        'sdkconfig.defaults': '\nCONFIG_N=9',
      },
      'sdkconfig.defaults',
      2,
      /takes 1 to 5/,
    ],
    [
      'a value of another type',
      {
        ...register,
        'main/Kconfig': 'config N\n    int "n"\n',
        'sdkconfig.defaults': 'CONFIG_N=many',
      },
      'sdkconfig.defaults',
      1,
      /takes a whole number/,
    ],
    [
      'broken Kconfig',
      { ...register, 'main/Kconfig': 'config N\n    int "n"\n    colour blue\n' },
      'main/Kconfig',
      3,
      /colour is not understood/,
    ],
    [
      'a menu without end',
      { ...register, 'main/Kconfig': 'menu "m"\nconfig N\n    int "n"\n' },
      'main/Kconfig',
      1,
      /this menu is not closed/,
    ],
    [
      'a dependency of the registry',
      {
        ...register,
        'main/idf_component.yml': 'dependencies:\n  idf: "*"\n  espressif/led_strip: "^2"\n',
      },
      'main/idf_component.yml',
      3,
      /depends on espressif\/led_strip/,
    ],
    [
      'broken YAML',
      { ...register, 'main/idf_component.yml': 'dependencies:\n  a: [1\n' },
      'main/idf_component.yml',
      3,
      /cannot be read as YAML/,
    ],
    [
      'a compile error',
      { ...register, 'main/a.c': 'void app_main(void) {\n  nonsense;\n}' },
      'main/a.c',
      2,
      /undeclared identifier 'nonsense'/,
    ],
    [
      'no app_main',
      { ...register, 'main/a.c': 'void other(void) {}' },
      '',
      0,
      /undefined symbol: app_main/,
    ],
  ];
  it.each(cases)(
    '%s',
    async (_, files, file, line, message) => {
      const [first] = await errorsOf(build(files));
      expect(first!.message).toMatch(message);
      expect(first!.line).toBe(line);
      expect(first!.file.endsWith(file)).toBe(true);
      if (message.source.includes('app_main')) expect(first!.hint).toMatch(/void app_main\(void\)/);
    },
    60_000,
  );

  it('a header of a component that is not required is not found', async () => {
    const [first] = await errorsOf(
      build({
        'main/CMakeLists.txt': 'idf_component_register(SRCS a.c REQUIRES freertos)',
        'main/a.c': '#include "lamp.h"\nvoid app_main(void) {}',
        'components/lamp/CMakeLists.txt': 'idf_component_register(INCLUDE_DIRS .)',
        'components/lamp/lamp.h': '',
      }),
    );
    expect(first!.message).toMatch(/'lamp\.h' file not found/);
    expect(first!.line).toBe(1);
  });

  it('an option that the project does not have', async () => {
    const [first] = await errorsOf(build(register, { settings: { OTA_SERVRE: 'x' } }));
    expect(first!.message).toMatch(/--set OTA_SERVRE: the project has no option of that name/);
  });
});
