/**
 * JSON as ArduinoJson 7.2 holds it, which decides what a forwarded frame looks like.
 *
 * `JSON.parse` would lose what the wire shows: integer-like keys move to the front of a plain object,
 * integers above 2^53 are rounded, and a float is printed in another way. So objects are Maps (insertion
 * order; a repeated key keeps its first place and takes the last value, as ArduinoJson does), integers
 * beyond the safe range are bigints, and floats know the precision they were stored with.
 */
export type JsonValue =
  | null
  | boolean
  | number
  | bigint
  | JsonFloat
  | string
  | JsonArray
  | JsonObject;
export type JsonArray = JsonValue[];
export type JsonObject = Map<string, JsonValue>;

/** A number that is no integer. `decimals`: digits printed, 6 for a 4-byte float, 9 for an 8-byte double. */
export class JsonFloat {
  readonly value: number;
  readonly decimals: 6 | 9;

  constructor(value: number) {
    const single = Math.fround(value);
    this.value = value;
    this.decimals = Object.is(single, value) || Number.isNaN(value) ? 6 : 9;
  }
}

/** The member of an object, or undefined when `value` is no object or has no such key. */
export function member(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return value instanceof Map ? value.get(key) : undefined;
}
