/** How `at` of the address is asked for: an ISO time, or a position. */
export const momentOf = (at: string): { time: string } | { position: string } =>
  /^\d{4}-\d{2}/.test(at) ? { time: at } : { position: at };
