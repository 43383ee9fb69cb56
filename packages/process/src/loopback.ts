const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i;

/** Whether a host, as it stands in an address or alone, is this machine: what is said to it leaves no wire to listen on. */
export const isLoopback = (host: string): boolean => LOOPBACK.test(host);
