/**
 * The part of the Reflect metadata proposal that a package of the test certificates asks for when it
 * is loaded: metadata of a class, looked up along its prototypes.
 */
type Keyed = Map<unknown, unknown>;

const all = new WeakMap<object, Keyed>();

function own(target: object): Keyed {
  let found = all.get(target);
  if (!found) {
    found = new Map();
    all.set(target, found);
  }
  return found;
}

function get(key: unknown, target: object): unknown {
  for (let at: object | null = target; at; at = Object.getPrototypeOf(at)) {
    if (all.get(at)?.has(key)) return all.get(at)?.get(key);
  }
  return undefined;
}

Object.assign(Reflect, {
  defineMetadata: (key: unknown, value: unknown, target: object) => own(target).set(key, value),
  getMetadata: get,
  getOwnMetadata: (key: unknown, target: object) => all.get(target)?.get(key),
  hasOwnMetadata: (key: unknown, target: object) => all.get(target)?.has(key) ?? false,
});
