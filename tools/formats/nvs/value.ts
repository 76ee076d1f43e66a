import { utf8, viewOf } from '../bytes.ts';
import { nvsError } from './nvs-errors.ts';

/** The types a program can store (`nvs_type_t`). */
export type NvsType =
  | 'u8'
  | 'i8'
  | 'u16'
  | 'i16'
  | 'u32'
  | 'i32'
  | 'u64'
  | 'i64'
  | 'float'
  | 'double'
  | 'str'
  | 'blob';

/** What a value of each type is in JavaScript. */
export type NvsValueOf<T extends NvsType> = T extends 'u64' | 'i64'
  ? bigint
  : T extends 'str'
    ? string
    : T extends 'blob'
      ? Uint8Array
      : number;
export type NvsValue = number | bigint | string | Uint8Array;

export type ScalarType = Exclude<NvsType, 'str' | 'blob'>;

interface Scalar {
  size: number;
  read(view: DataView): number | bigint;
  write(view: DataView, value: bigint | number): void;
}

function integer(bits: 8 | 16 | 32 | 64, signed: boolean): Scalar {
  const min = signed ? -(2n ** BigInt(bits - 1)) : 0n;
  const max = min + 2n ** BigInt(bits) - 1n;
  const [least, most] = [Number(min), Number(max)];
  const fits = (value: number | bigint): boolean =>
    typeof value === 'bigint'
      ? value >= min && value <= max
      : Number.isSafeInteger(value) && value >= least && value <= most;
  const wide = (view: DataView): bigint =>
    signed ? view.getBigInt64(0, true) : view.getBigUint64(0, true);
  return {
    size: bits / 8,
    read(view) {
      if (bits === 64) return wide(view);
      const value = view.getUint32(0, true) % 2 ** bits;
      return value > most ? value - 2 ** bits : value;
    },
    write(view, value) {
      if (!fits(value)) {
        throw nvsError(
          'ESP_ERR_INVALID_ARG',
          `${value} is no ${bits}-bit ${signed ? 'signed' : 'unsigned'} integer`,
        );
      }
      if (bits === 64) return view.setBigUint64(0, BigInt.asUintN(64, BigInt(value)), true);
      const number = Number(value);
      for (let i = 0; i < bits / 8; i++) view.setUint8(i, (number >> (8 * i)) & 0xff);
    },
  };
}

export const SCALARS: Record<ScalarType, Scalar> = {
  u8: integer(8, false),
  i8: integer(8, true),
  u16: integer(16, false),
  i16: integer(16, true),
  u32: integer(32, false),
  i32: integer(32, true),
  u64: integer(64, false),
  i64: integer(64, true),
  float: {
    size: 4,
    read: (view) => view.getFloat32(0, true),
    write: (view, value) => view.setFloat32(0, Number(value), true),
  },
  double: {
    size: 8,
    read: (view) => view.getFloat64(0, true),
    write: (view, value) => view.setFloat64(0, Number(value), true),
  },
};

export function isScalarType(type: NvsType): type is ScalarType {
  return type !== 'str' && type !== 'blob';
}

/** The value in the 8 data bytes of an entry. */
export function readScalar(type: ScalarType, data: Uint8Array): number | bigint {
  return SCALARS[type].read(viewOf(data));
}

/** The 8 data bytes, padded with 0xFF.
 * @throws FormatError ESP_ERR_INVALID_ARG */
export function scalarData(type: ScalarType, value: NvsValue): Uint8Array {
  if (typeof value !== 'number' && typeof value !== 'bigint') {
    throw nvsError('ESP_ERR_INVALID_ARG', `a ${type} is a number, not ${typeof value}`);
  }
  const data = new Uint8Array(8).fill(0xff);
  SCALARS[type].write(viewOf(data), value);
  return data;
}

/** The stored bytes of a string, its NUL included. Bytes stand for a string that is no UTF-8 and
 * bring their own NUL.
 * @throws FormatError ESP_ERR_INVALID_ARG */
export function stringBytes(value: NvsValue): Uint8Array {
  const bytes = typeof value === 'string' ? utf8(`${value}\0`) : value;
  if (!(bytes instanceof Uint8Array) || !endsWithOnlyNul(bytes)) {
    throw nvsError('ESP_ERR_INVALID_ARG', 'a str is text with one NUL, at its end');
  }
  return bytes;
}

export function endsWithOnlyNul(bytes: Uint8Array): boolean {
  return bytes.length > 0 && bytes.indexOf(0) === bytes.length - 1;
}
