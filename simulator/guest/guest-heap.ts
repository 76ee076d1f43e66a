import type { Guest } from './guest.ts';

/** hal_heap_t of simulator/hal/host/hal_internal.h */
const ALLOCATIONS = 8;
const UNASKED = 12;
const PLENTY = 16;
/** While half of the heap is free, what waits, which changes by a frame at a time, is looked at once in so many allocations. */
const LOOK_EVERY = 16;

/** A firmware's heap: malloc is the guest's own, how much there is to give is the board's. */
export class GuestHeap {
  readonly #guest: Guest;
  /** Of the guest's hal_heap_t. */
  readonly #address: number;

  constructor(guest: Guest, address: number) {
    this.#guest = guest;
    this.#address = address;
  }

  /** Bytes left when the firmware itself uses `inUse`: what waits in network buffers stands on the same heap. */
  free(inUse = this.#guest.memory.getU32(this.#address)): number {
    const { host, binding } = this.#guest;
    return Math.max(0, host.heapBytes - inUse - binding.waitingBytes());
  }

  /** One allocation of `bytes`, block header included: is there room, and does nobody want it to fail? */
  mayAllocate(bytes: number, inUse: number): boolean {
    const { host, binding, memory, scheduler } = this.#guest;
    const { failAllocation, heapBytes } = host;
    if (failAllocation) {
      const nth = memory.getU32(this.#address + ALLOCATIONS);
      if (failAllocation(nth, bytes, scheduler.current?.name ?? 'main')) return false;
    }
    const waiting = binding.waitingBytes();
    memory.putU32(this.#address + UNASKED, failAllocation ? 0 : LOOK_EVERY - 1);
    memory.putU32(this.#address + PLENTY, Math.max(0, heapBytes / 2 - waiting));
    return bytes <= heapBytes - inUse - waiting;
  }

  /** Somebody wants allocations to fail from now on. */
  askEach(): void {
    this.#guest.memory.putU32(this.#address + UNASKED, 0);
  }
}
