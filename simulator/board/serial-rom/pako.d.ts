/** The part of pako that is used here; the package has no types. */
declare module 'pako' {
  export interface InflateOptions {
    /** Size of the pieces that `onData` is given. */
    chunkSize?: number;
    raw?: boolean;
  }
  export class Inflate {
    constructor(options?: InflateOptions);
    /** False after an error. `flush`: true for the last piece. */
    push(data: Uint8Array, flush?: boolean | number): boolean;
    onData: (chunk: Uint8Array) => void;
    onEnd: (status: number) => void;
    /** 0 while all is well. */
    err: number;
    msg: string;
    /** The end of the stream was seen. */
    ended: boolean;
    result: Uint8Array;
  }
  export interface DeflateOptions {
    level?: -1 | 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
    windowBits?: number;
    memLevel?: number;
    chunkSize?: number;
  }
  export function deflate(data: Uint8Array, options?: DeflateOptions): Uint8Array;
  export function inflate(data: Uint8Array, options?: InflateOptions): Uint8Array;
}
