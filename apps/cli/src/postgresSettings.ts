import { totalmem } from 'node:os';

export type Settings = Record<string, string | number | boolean>;

const MiB = 1024 * 1024;

/** Settings of the embedded server, scaled to `memoryBytes`; the caller's `overrides` win. */
export function postgresSettings(memoryBytes: number, overrides: Settings = {}): Settings {
  const memoryMb = Math.floor(memoryBytes / MiB);
  return {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    // The indexes of millions of links belong in here: with 1 GB an import of 5 million fell from 14,000 rows a second to 4,000.
    // Memory is taken as it is touched, not at the start.
    shared_buffers: `${Math.max(32, Math.min(4096, Math.floor(memoryMb * 0.25)))}MB`,
    effective_cache_size: `${Math.max(64, Math.floor(memoryMb * 0.5))}MB`,
    work_mem: '32MB',
    maintenance_work_mem: '256MB',
    // An import writes gigabytes of log: fewer checkpoints mean fewer full pages written again.
    max_wal_size: memoryMb >= 16_000 ? '8GB' : '4GB',
    checkpoint_timeout: '15min',
    // These binaries carry no LZ4 and PGLZ costs more processor time than the bytes are worth: nothing is compressed.
    wal_compression: 'off',
    // After a crash one flush of the file system instead of one for each of thousands of files.
    ...(process.platform === 'linux' ? { recovery_init_sync_method: 'syncfs' } : {}),
    random_page_cost: 1.1,
    max_connections: 60,
    // For the owner's login: commands of the operator.
    reserved_connections: 3,
    // The shapes of our queries are small; compiling them costs more than it saves.
    jit: 'off',
    // A forgotten prepared transaction would hold back the change log's stable prefix for ever.
    max_prepared_transactions: 0,
    password_encryption: 'scram-sha-256',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_line_prefix: '%m [%p] ',
    log_lock_waits: 'on',
    ...overrides,
  };
}

/** Memory that this process may use: the container's limit where there is one. */
export function machineMemoryBytes(): number {
  const limit = process.constrainedMemory?.() ?? 0;
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}

/** The settings as arguments of `postgres`. */
export function asArguments(settings: Settings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
