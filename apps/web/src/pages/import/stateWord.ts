const words: Record<string, string> = {
  QUEUED: 'waiting',
  RUNNING: 'running',
  DONE: 'done',
  FAILED: 'failed',
  CANCELLED: 'stopped',
  PREVIEWED: 'checked',
  UNDOING: 'being undone',
  UNDONE: 'undone',
};

/** The state of an import in a word. */
export const stateWord = (state: string): string => words[state] ?? state.toLowerCase();
