import { arrange, type Problem } from './arrange.ts';

/** Layouts run off the main thread: a problem comes in, places go out. */
self.addEventListener('message', (event: MessageEvent<{ id: number; problem: Problem }>) => {
  const { id, problem } = event.data;
  arrange(problem);
  self.postMessage({ id, x: problem.x, y: problem.y }, { transfer: [problem.x.buffer, problem.y.buffer] });
});
