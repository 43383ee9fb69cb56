/** What a running Summit weighs. Linux only: the kernel's own accounts are read. */
import { readdir, readFile } from 'node:fs/promises';

/** Proportional set size of every process of the Summit whose data are in `home`, in megabytes: shared pages count once. */
export async function proportionalMegabytes(home: string): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const parents = new Map<string, string>();
  const ours = new Set<string>();
  for (const pid of pids) {
    const [stat, command, environment] = await Promise.all(
      ['stat', 'cmdline', 'environ'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')),
    );
    parents.set(pid, stat!.slice(stat!.lastIndexOf(')') + 2).split(' ')[1] ?? '0');
    const isOurs =
      environment!.split('\0').includes(`SUMMIT_HOME=${home}`) ||
      command!.split('\0').includes(`${home}/postgres`);
    if (isOurs && pid !== String(process.pid)) ours.add(pid);
  }
  const isOf = (pid: string | undefined): boolean =>
    pid !== undefined && pid !== String(process.pid) && (ours.has(pid) || isOf(parents.get(pid)));
  let kilobytes = 0;
  for (const pid of pids.filter(isOf)) {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
    kilobytes += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
  }
  return Math.round(kilobytes / 1024);
}

/** Most memory that the worker ever had resident, in megabytes. */
export async function workerPeakMegabytes(home: string): Promise<number> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (!/main\.ts\0worker/.test(command)) continue;
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (!environment.split('\0').includes(`SUMMIT_HOME=${home}`)) continue;
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return Math.round(Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024);
  }
  throw new Error('no worker of this Summit is running');
}
