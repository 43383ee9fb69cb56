const whole = new Intl.NumberFormat('en-GB');
const oneDigit = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 });

/** 25410 → '25,410'. */
export const count = (value: number): string => whole.format(value);

/** 'N of M', or 'N of at least M' where the total is a lower bound. */
export function ofTotal(shown: number, total: number, isExact = true): string {
  return `${count(shown)} of ${isExact ? '' : 'at least '}${count(total)}`;
}

/** The count with its noun: '1 record', '2 records'. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** Bytes as kB, MB or GB, one digit. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let step = 0;
  let left = value;
  while (left >= 1000 && step < units.length - 1) {
    left /= 1000;
    step += 1;
  }
  return `${step === 0 ? whole.format(left) : oneDigit.format(left)} ${units[step]}`;
}

/** Seconds as a person says them: '7 s', '2 min', '1 h 20 min'. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  const hours = Math.floor(seconds / 3600);
  return `${hours} h ${Math.round((seconds - hours * 3600) / 60)} min`;
}

/** 0.661 → '66 %'. */
export const percent = (share: number): string => `${Math.floor(share * 100)} %`;
