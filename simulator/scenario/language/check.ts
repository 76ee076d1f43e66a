import { ORACLES } from '../../oracles/index.ts';
import { ACTIONS } from './actions.ts';
import { CONDITIONS } from './conditions.ts';
import { type Grammar, SentenceError } from './grammar.ts';
import { planBoards, planImages } from './names.ts';
import { hint } from './nearest.ts';
import { type Problem, ScenarioError } from './problem.ts';
import { parseDuration } from './quantities.ts';
import type { Expectation, Scenario, Step, Trigger } from './scenario.ts';
import { SCENARIO, type ScenarioFile } from './schema.ts';
import { schemaProblems } from './schema-problems.ts';
import type { Names } from './slots.ts';
import { type Path, readYaml, type YamlDocument } from './yaml-document.ts';

/** What is to be done more often would keep a run from getting anywhere. µs. */
const EVERY_MIN = 100_000;

/**
 * Reads a scenario file. `path` names it in errors.
 * @throws ScenarioError with everything that is wrong in it, by line and column
 */
export function readScenario(text: string, path: string): Scenario {
  const document = readYaml(text);
  if (Array.isArray(document)) throw new ScenarioError(path, document);
  const parsed = SCENARIO.safeParse(document.value);
  if (!parsed.success) throw new ScenarioError(path, schemaProblems(document, parsed.error));
  const problems: Problem[] = [];
  const scenario = new Reader(document, parsed.data, problems).read(text, path);
  if (problems.length > 0) throw new ScenarioError(path, problems);
  return scenario;
}

class Reader {
  readonly #document: YamlDocument;
  readonly #file: ScenarioFile;
  readonly #problems: Problem[];

  constructor(document: YamlDocument, file: ScenarioFile, problems: Problem[]) {
    this.#document = document;
    this.#file = file;
    this.#problems = problems;
  }

  read(text: string, path: string): Scenario {
    const file = this.#file;
    const blame = (at: Path, message: string) => this.#blame(at, message);
    const { boards, groups } = planBoards(file, blame);
    const images = planImages(file, blame);
    this.#suspended(Object.keys(file.suspend));
    const names = {
      boards: boards.map(({ name }) => name),
      groups,
      images: [...images.keys()],
      plans: Object.keys(file.server.plans ?? {}),
    };
    return {
      path,
      text,
      file,
      boards,
      groups,
      images,
      timeline: file.timeline.flatMap((step, i) => this.#step(step, ['timeline', i], names)),
      expect: file.expect.flatMap((one, i) => this.#expectation(one, ['expect', i], names)),
      limitUs: parseDuration(file.limit)!,
      settleUs: parseDuration(file.settle)!,
    };
  }

  #suspended(names: readonly string[]): void {
    const known = ORACLES.map(({ name }) => name);
    for (const name of names.filter((one) => !known.includes(one))) {
      const message = `there is no oracle ${name} to suspend${hint(name, known)}`;
      this.#blame(['suspend', name], message, true);
    }
  }

  #step(step: ScenarioFile['timeline'][number], at: Path, names: Names): Step[] {
    const entry = this.#single(step, at, 'a step has one trigger and its actions');
    if (!entry) return [];
    const [key, value] = entry;
    const trigger = this.#trigger(key, [...at, key], names);
    const texts = Array.isArray(value) ? value : [value];
    const actions = texts.flatMap((text, i) => {
      const place = Array.isArray(value) ? [...at, key, i] : [...at, key];
      const action = this.#sentence(ACTIONS, text, place, names);
      return action ? [{ action, text }] : [];
    });
    return trigger ? [{ trigger, actions, place: this.#document.locateKey([...at, key]) }] : [];
  }

  #trigger(key: string, at: Path, names: Names): Trigger | undefined {
    const [, word, rest] = /^(at|after|when|every) +(.+)$/.exec(key)!;
    if (word === 'when') {
      const condition = this.#sentence(CONDITIONS, rest!, at, names, true);
      return condition && { when: 'condition', condition, text: rest! };
    }
    const us = this.#duration(rest!, at);
    if (word === 'every' && us !== undefined && us < EVERY_MIN) {
      this.#blame(at, `every ${rest}: at most ten times a second, every 100ms`, true);
    }
    return us === undefined ? undefined : { when: word as 'at' | 'after' | 'every', us };
  }

  #expectation(one: ScenarioFile['expect'][number], at: Path, names: Names): Expectation[] {
    const place = this.#document.locate(at);
    if (typeof one === 'string') {
      const condition = this.#sentence(CONDITIONS, one, at, names);
      return condition ? [{ text: one, condition, mode: 'end', place }] : [];
    }
    const entry = this.#single(one, at, 'an expectation has one condition');
    if (!entry) return [];
    const [key, text] = entry;
    const condition = this.#sentence(CONDITIONS, text, [...at, key], names);
    if (!condition) return [];
    if (key === 'always' || key === 'never') {
      return [{ text: `${key}: ${text}`, condition, mode: key, place }];
    }
    const byUs = this.#duration(key.slice(3).trim(), [...at, key]);
    if (byUs === undefined) return [];
    return [{ text: `${key}: ${text}`, condition, mode: 'by', byUs, place }];
  }

  #single<T>(record: Record<string, T>, at: Path, rule: string): [string, T] | undefined {
    const entries = Object.entries(record);
    if (entries.length === 1) return entries[0];
    this.#blame(at, `${rule}; here are ${entries.length}: begin each with "- "`);
    return undefined;
  }

  #duration(text: string, at: Path): number | undefined {
    const us = parseDuration(text);
    if (us === undefined) this.#blame(at, `${text} is no time: write 500ms, 30s, 5min or 2h`, true);
    return us;
  }

  #sentence<T>(
    grammar: Grammar<T>,
    text: string,
    at: Path,
    names: Names,
    isKey = false,
  ): T | undefined {
    try {
      return grammar.read(text, names);
    } catch (error) {
      if (!(error instanceof SentenceError)) throw error;
      this.#blame(at, `"${text}": ${error.message}`, isKey);
      return undefined;
    }
  }

  #blame(at: Path, message: string, isKey = false): void {
    const place = isKey ? this.#document.locateKey(at) : this.#document.locate(at);
    this.#problems.push({ ...place, message });
  }
}
