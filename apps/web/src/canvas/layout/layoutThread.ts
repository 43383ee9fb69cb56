import type { Problem } from './arrange.ts';

type Places = { x: Float64Array; y: Float64Array };

/** A worker for layouts. A newer problem of the same chart does not wait for an older one: that one is dropped. */
export class LayoutThread {
  #worker: Worker | undefined;
  #last = 0;
  #waiting: { id: number; done(places: Places | undefined): void } | undefined;

  /** Resolves with the places, or with undefined when a newer problem came first. */
  solve(problem: Problem): Promise<Places | undefined> {
    this.stop();
    const worker = new Worker(new URL('./layout.worker.ts', import.meta.url), { type: 'module' });
    this.#worker = worker;
    this.#last += 1;
    const id = this.#last;
    return new Promise((done, fail) => {
      this.#waiting = { id, done };
      worker.onmessage = (event: MessageEvent<{ id: number } & Places>) => {
        if (event.data.id !== id) return;
        this.#waiting = undefined;
        this.stop();
        done(event.data);
      };
      worker.onerror = (event) => {
        this.stop();
        fail(new Error(event.message || 'The layout failed.'));
      };
      worker.postMessage({ id, problem });
    });
  }

  stop(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#waiting?.done(undefined);
    this.#waiting = undefined;
  }
}
