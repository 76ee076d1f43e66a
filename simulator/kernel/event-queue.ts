/** One thing that will happen. `run` may answer a promise; the kernel awaits it before anything else happens. */
export interface KernelEvent {
  readonly time: number;
  readonly priority: number;
  readonly board: number;
  readonly sequence: number;
  run: (() => void | Promise<void>) | undefined;
}

/** True when `a` happens before `b`: the key is (time, priority, board, sequence). */
function before(a: KernelEvent, b: KernelEvent): boolean {
  if (a.time !== b.time) return a.time < b.time;
  if (a.priority !== b.priority) return a.priority < b.priority;
  if (a.board !== b.board) return a.board < b.board;
  return a.sequence < b.sequence;
}

/** A binary heap of events. A cancelled event (`run` undefined) stays until it comes up, or until half are such. */
export class EventQueue {
  #heap: KernelEvent[] = [];
  #cancelled = 0;

  get size(): number {
    return this.#heap.length - this.#cancelled;
  }

  push(event: KernelEvent): void {
    const heap = this.#heap;
    let i = heap.length;
    heap.push(event);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(event, heap[parent]!)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = event;
  }

  cancel(event: KernelEvent): void {
    if (!event.run) return;
    event.run = undefined;
    this.#cancelled++;
    if (this.#cancelled > 64 && this.#cancelled * 2 > this.#heap.length) this.#sweep();
  }

  /** The next live event, without taking it. */
  peek(): KernelEvent | undefined {
    while (this.#heap.length > 0 && !this.#heap[0]!.run) {
      this.#take();
      this.#cancelled--;
    }
    return this.#heap[0];
  }

  pop(): KernelEvent | undefined {
    return this.peek() && this.#take();
  }

  #take(): KernelEvent {
    const heap = this.#heap;
    const top = heap[0]!;
    const last = heap.pop()!;
    if (heap.length > 0) this.#sink(0, last);
    return top;
  }

  #sink(start: number, event: KernelEvent): void {
    const heap = this.#heap;
    let i = start;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, event)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = event;
  }

  #sweep(): void {
    const live = this.#heap.filter((event) => event.run);
    this.#heap = [];
    this.#cancelled = 0;
    for (const event of live) this.push(event);
  }
}
