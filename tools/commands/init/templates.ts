import type { FoundFirmware } from './firmware-found.ts';

/** A file that is to be written, its path from the repository. */
export interface NewFile {
  path: string;
  text: string;
}

export interface Versions {
  /** Of this package. */
  own: string;
  /** Of vitest, as a range. */
  vitest: string;
}

/** All that a repository needs to have its firmware tested: configuration, a scenario, a test, a CI workflow. */
export function starterFiles(firmware: FoundFirmware, versions: Versions): NewFile[] {
  return [
    { path: 'bench.config.ts', text: benchConfig(firmware) },
    { path: `ota/${firmware.role ? 'mesh-update' : 'power-cut'}.yaml`, text: scenario(firmware) },
    { path: `ota/${firmware.name}.test.ts`, text: hilTest(firmware) },
    { path: 'vitest.config.ts', text: VITEST },
    { path: '.github/workflows/firmware.yml', text: WORKFLOW },
    { path: 'package.json', text: packageJson(firmware, versions) },
    { path: '.gitignore', text: 'node_modules/\nhil-logs/\n*.xml\n' },
  ];
}

function benchConfig({ folder, name, role }: FoundFirmware): string {
  const hello = role ? `, version: '1.0.0'` : '';
  return `import { defineBench } from 'esp-ota-bench/hil';

// Tests run on simulated boards. With OTA_BENCH=hardware they run on the boards of your desk: give each a port,
// mac or serialNumber (npx ota ports shows them).
export default defineBench({
  boards: [
    { name: 'node-1' }, // { name: 'node-1', mac: '24:6f:28:aa:bb:cc', power: { off: 'relay 1 off', on: 'relay 1 on' } }
    { name: 'node-2' },
  ],
  firmware: {
    ${quoted(name)}: { sketch: '${folder}'${hello} },
  },
  // For updates over the air on the desk:
  // wifi: { ssid: 'lab', password: '…' },
  // server: { host: '192.168.1.10' },
});
`;
}

function scenario(firmware: FoundFirmware): string {
  const { folder, name, kind, role } = firmware;
  const place = folder === '.' ? '..' : `../${folder}`;
  const source = kind === 'sketch' ? `sketch: ${place}` : `project: ${place}`;
  if (role) return meshScenario(source, role);
  return `# Run it: npx ota sim run ota/power-cut.yaml        Words: npx ota sim words
name: Two boards start, and come back after a power cut
boards:
  - name: ${name}
    count: 2
    ${source}
timeline:
  - at 5s: cut power ${name}-2 for 2s
  - at 20s: note "both have had their time"
expect:
  - ${name} are running
  - ${name} can boot
  - serial ${name} never matches /Guru Meditation|abort\\(\\) was called/
  - ${name}-1 resets at most 0 times
limit: 1min
`;
}

function meshScenario(source: string, role: string): string {
  return `# Run it: npx ota sim run ota/mesh-update.yaml        Words: npx ota sim words
name: A release reaches both nodes, and a power cut on the way does no harm
boards:
  - name: gateway
    sketch: mesh_gateway            # one of the sketches that come with ota
  - name: ${role}
    count: 2
    ${source}
    version: "1.0.0"
server:
  images:
    - { name: release, ${source}, version: "1.1.0" }
timeline:
  - when mesh is whole: publish release
  - when ${role}-1 asked for 20 parts of release: cut power ${role}-1 for 5s
expect:
  - ${role} run release
  - update release is completed
limit: 30min
`;
}

function hilTest({ name, role }: FoundFirmware): string {
  const banner = role ? `'Image: ${role} 1.0.0'` : '/Loaded app from partition/';
  return `import { expect, test } from 'esp-ota-bench/hil';

test('a board that is flashed starts, and stays up', async ({ board }) => {
  const node = await board('node-1');
  await node.flash('${name}');
  await node.expect(${banner}, { timeout: 60_000 });
  // A crash fails the test by itself; a restart for another reason is seen here.
  await expect(node.expect(/^rst:/, { timeout: 10_000 })).rejects.toThrow('did not come');
});
`;
}

const VITEST = `import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['ota/**/*.test.ts'],
    // The first run compiles; boards on a desk take their time.
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
`;

const WORKFLOW = `name: firmware
on: [push, pull_request]
jobs:
  simulated-boards:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v5
        with:
          node-version: 26
      - run: npm install
      - run: npx ota sim run ota/*.yaml --junit scenarios.xml
      - run: npx vitest run --reporter=default --reporter=junit --outputFile.junit=boards.xml
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: reports
          path: |
            *.xml
            hil-logs/
`;

function packageJson({ name }: FoundFirmware, { own, vitest }: Versions): string {
  const content = {
    name: `${name.toLowerCase()}-bench`,
    private: true,
    type: 'module',
    scripts: { test: 'ota sim run ota/*.yaml && vitest run' },
    devDependencies: { 'esp-ota-bench': `^${own}`, vitest },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

const quoted = (name: string): string => (/^[a-z_]\w*$/i.test(name) ? name : `'${name}'`);
