import type { PlannedBoard } from './scenario.ts';
import type { BoardEntry, ImageEntry, ScenarioFile } from './schema.ts';
import { ROUTER_NAME } from './slots.ts';
import type { Path } from './yaml-document.ts';

type Blame = (at: Path, message: string) => void;

/** Entries with a count as single boards, and the groups that sentences may name. */
export function planBoards(file: ScenarioFile, blame: Blame) {
  const boards: PlannedBoard[] = [];
  const groups = new Map<string, string[]>();
  const join = (group: string, name: string) =>
    groups.set(group, [...(groups.get(group) ?? []), name]);
  file.boards.forEach((entry, i) => {
    oneSource(entry, ['boards', i], blame);
    const many = entry.count !== undefined;
    for (let number = 0; number < (entry.count ?? 1); number++) {
      const name = many ? `${entry.name}-${number + 1}` : entry.name;
      if (boards.some((board) => board.name === name) || name === ROUTER_NAME || name === 'all') {
        blame(['boards', i, 'name'], `the name ${name} is taken`);
      }
      boards.push({ name, entry, number });
      join('all', name);
      if (many) join(entry.name, name);
      if (entry.role && entry.role !== entry.name) join(entry.role, name);
    }
  });
  const names = new Set(boards.map(({ name }) => name));
  for (const group of groups.keys()) {
    if (names.has(group)) blame(['boards'], `${group} is both a board and a group`);
  }
  if (file.topology.layout === 'edges') {
    file.topology.edges.forEach(([a, b], i) => {
      for (const end of [a, b]) {
        if (!names.has(end) && end !== ROUTER_NAME) {
          blame(['topology', 'edges', i], `there is no board ${end}`);
        }
      }
      if (a === b) blame(['topology', 'edges', i], `${a} cannot be linked to itself`);
    });
  }
  if (file.topology.layout === 'places') {
    file.boards.forEach((entry, i) => {
      if (!entry.at) blame(['boards', i], `${entry.name} has no place: give at: [x, y] in metres`);
    });
  }
  return { boards, groups };
}

/** What sentences may call an image: what the server can publish, and what each entry of boards begins with. */
export function planImages(file: ScenarioFile, blame: Blame) {
  const images = new Map<string, ImageEntry | BoardEntry>();
  file.server.images.forEach((entry, i) => {
    oneSource(entry, ['server', 'images', i], blame);
    if (images.has(entry.name)) blame(['server', 'images', i], `the name ${entry.name} is taken`);
    images.set(entry.name, entry);
  });
  // `pir:first` is what the boards of an entry were flashed with.
  for (const entry of file.boards) images.set(`${entry.name}:first`, entry);
  return images;
}

function oneSource(entry: ImageEntry | BoardEntry, at: Path, blame: Blame): void {
  const given = (['sketch', 'project', 'image'] as const).filter((key) => entry[key] !== undefined);
  for (const [key, source] of [
    ['config', 'project'],
    ['defines', 'sketch'],
    ['libraries', 'sketch'],
  ] as const) {
    if (entry[key] !== undefined && given.length === 1 && given[0] !== source) {
      blame([...at, key], `${key} is for a ${source}, and ${entry.name} is of a ${given[0]}`);
    }
  }
  if (entry.chip !== undefined && given.length === 1 && given[0] === 'image') {
    blame([...at, 'chip'], `the chip of ${entry.name} is the one that its image file is for`);
  }
  if (given.length === 1) return;
  const found = given.length === 0 ? 'none of them' : given.join(' and ');
  blame(at, `${entry.name} needs one of sketch, project and image, and has ${found}`);
}
