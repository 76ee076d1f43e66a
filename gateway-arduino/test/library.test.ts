// What the Arduino IDE, PlatformIO and a reader of the headers find in the library.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const LIBRARY = join(import.meta.dirname, '../libraries/MeshSwarm');
const read = (path: string) => readFileSync(join(LIBRARY, path), 'utf8');

/** The categories of the Arduino library specification 1.5. */
const CATEGORIES = [
  'Display',
  'Communication',
  'Signal Input/Output',
  'Sensors',
  'Device Control',
  'Timing',
  'Data Storage',
  'Data Processing',
  'Other',
];

function properties(): Record<string, string> {
  const lines = read('library.properties').split('\n').filter(Boolean);
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf('=');
      expect(at, line).toBeGreaterThan(0);
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}

/** The public methods of a class, by the text of its header. */
function publicMethods(header: string, name: string): string[] {
  const text = read(`src/${header}`)
    .replace(/\/\/.*$/gm, '')
    .replace(/^#.*$/gm, '');
  const begin = text.indexOf(`class ${name} {`);
  const body = text.slice(begin, text.indexOf('\n};', begin));
  const open = body.slice(body.indexOf('public:'), body.indexOf('private:'));
  const methods = [
    ...open.matchAll(/^ {2}(?! )(?:[\w:<>*& ,]+ )?[*&]?(\w+)\([^;{]*\)(?: const)?(?:;| \{)/gm),
  ];
  return [...new Set(methods.map((match) => match[1]!))].filter((method) => method !== name);
}

function keywords(): Map<string, string> {
  const lines = read('keywords.txt')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      expect(line, 'one tab between the word and its kind').toMatch(
        /^\w+\t(?:KEYWORD[123]|LITERAL1)$/,
      );
      return line.split('\t') as [string, string];
    }),
  );
}

describe('the library MeshSwarm', () => {
  it('has a library.properties as the Arduino IDE wants it', () => {
    const fields = properties();
    for (const field of ['name', 'version', 'author', 'maintainer', 'sentence', 'paragraph', 'url'])
      expect(fields[field], field).toBeTruthy();
    expect(fields.name).toMatch(/^[A-Za-z0-9][\w .-]{0,62}$/);
    expect(fields.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(CATEGORIES).toContain(fields.category);
    expect(fields.architectures).toBe('esp32');
    expect(fields.depends).toMatch(/^painlessMesh \(>=1\.5\.\d+\)$/);
    expect(existsSync(join(LIBRARY, 'src', fields.includes ?? '')), fields.includes).toBe(true);
  });

  it('has a library.json that says the same to PlatformIO', () => {
    const json = JSON.parse(read('library.json'));
    const fields = properties();
    expect(json).toMatchObject({
      name: fields.name,
      version: fields.version,
      license: 'MIT',
      frameworks: 'arduino',
      platforms: 'espressif32',
      headers: fields.includes,
    });
    expect(Object.keys(json.dependencies)).toEqual(['painlessmesh/painlessMesh']);
    for (const { base, files } of json.examples)
      for (const file of files) expect(existsSync(join(LIBRARY, base, file)), file).toBe(true);
    expect(json.examples.map(({ name }: { name: string }) => name).sort()).toEqual(
      readdirSync(join(LIBRARY, 'examples')).sort(),
    );
  });

  it.each([
    ['MeshSwarm.h', 'MeshSwarm', 41],
    ['DisplayPowerManager.h', 'DisplayPowerManager', 15],
  ])('names every public method of %s in keywords.txt', (header, name, least) => {
    const known = keywords();
    const methods = publicMethods(header, name);
    expect(methods.length).toBeGreaterThanOrEqual(least);
    expect(methods.filter((method) => known.get(method) !== 'KEYWORD2')).toEqual([]);
    expect(known.get(name)).toBe('KEYWORD1');
  });

  it('names no method in keywords.txt that is not there', () => {
    const methods = [
      ...publicMethods('MeshSwarm.h', 'MeshSwarm'),
      ...publicMethods('DisplayPowerManager.h', 'DisplayPowerManager'),
    ];
    const words = [...keywords()].filter(([, kind]) => kind === 'KEYWORD2').map(([word]) => word);
    expect(words.filter((word) => !methods.includes(word))).toEqual([]);
  });

  it('names every message type, and only macros that its headers know', () => {
    const headers = [
      'MeshSwarm.h',
      'MeshSwarmConfig.h',
      'MeshSwarmDisplay.h',
      'MeshSwarmImage.h',
      'DisplayPowerManager.h',
    ];
    const text = headers.map((header) => read(`src/${header}`)).join('\n');
    const known = keywords();
    for (const type of text.match(/\bMSG_[A-Z_]+(?= = )/g) ?? [])
      expect(known.get(type), type).toBe('LITERAL1');
    const literals = [...known].filter(([, kind]) => kind === 'LITERAL1').map(([word]) => word);
    expect(literals.filter((word) => !new RegExp(`\\b${word}\\b`).test(text))).toEqual([]);
  });

  it('says in front of every public method, or of its group, what it does', () => {
    for (const [header, name] of [
      ['MeshSwarm.h', 'MeshSwarm'],
      ['DisplayPowerManager.h', 'DisplayPowerManager'],
    ]) {
      const lines = read(`src/${header}`).split('\n');
      const first = lines.indexOf(`class ${name} {`);
      const last = lines.findIndex((line, i) => i > first && line.includes('private:'));
      const groups = lines
        .slice(first + 1, last)
        .join('\n')
        .split(/\n\s*\n/)
        .slice(1);
      for (const group of groups) expect(group, `${header}: ${group}`).toContain('//');
    }
  });
});
