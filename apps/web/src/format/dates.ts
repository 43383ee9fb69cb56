const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A date as far as it is known: '2019', '2019-03' → 'Mar 2019', '2019-03-14' → '14 Mar 2019', with a time if any. */
export function knownDate(value: string): string {
  const match = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?(?:T(\d{2}:\d{2}))?/.exec(value);
  if (!match) return value;
  const [, year, month, day, time] = match;
  const parts = [day ? String(Number(day)) : '', month ? months[Number(month) - 1] : '', year];
  return [parts.filter(Boolean).join(' '), time && time !== '00:00' ? time : ''].filter(Boolean).join(', ');
}

/** A valid time: '2019 –', '– Mar 2020', 'Jun 2021 – 2023'; what happened on one day is that day. */
export function validTime(from: string | null | undefined, to: string | null | undefined): string {
  if (!from && !to) return '';
  if (from && from === to) return knownDate(from);
  return `${from ? knownDate(from) : ''} – ${to ? knownDate(to) : ''}`.trim();
}

const pad = (value: number) => String(value).padStart(2, '0');
const startOfDay = (moment: Date) =>
  new Date(moment.getFullYear(), moment.getMonth(), moment.getDate()).getTime();

/** Hours and minutes on this machine's clock. */
export function clock(at: string): string {
  const moment = new Date(at);
  return `${pad(moment.getHours())}:${pad(moment.getMinutes())}`;
}

/** A day in history: 'Today, 17 Nov 2026', 'Yesterday, 16 Nov 2026', 'Monday, 2 Nov 2026'. */
export function dayHeading(at: string, now = new Date()): string {
  const moment = new Date(at);
  const date = `${moment.getDate()} ${months[moment.getMonth()]} ${moment.getFullYear()}`;
  const days = Math.round((startOfDay(now) - startOfDay(moment)) / 86_400_000);
  const name =
    days === 0 ? 'Today' : days === 1 ? 'Yesterday' : moment.toLocaleDateString('en-GB', { weekday: 'long' });
  return `${name}, ${date}`;
}

/** A moment that something has lasted since: '16:58', 'yesterday 18:04', '14 Nov'. */
export const moment = (at: string, now = new Date()): string =>
  startOfDay(new Date(at)) === startOfDay(now) ? clock(at) : when(at, now);

/** A moment in a list: 'just now', '16:58', 'yesterday 18:04', '14 Nov', '2 Oct 2025'. */
export function when(at: string, now = new Date()): string {
  const moment = new Date(at);
  const days = Math.round((startOfDay(now) - startOfDay(moment)) / 86_400_000);
  if (Math.abs(now.getTime() - moment.getTime()) < 60_000) return 'just now';
  if (days === 0) return clock(at);
  if (days === 1) return `yesterday ${clock(at)}`;
  const day = `${moment.getDate()} ${months[moment.getMonth()]}`;
  return moment.getFullYear() === now.getFullYear() ? day : `${day} ${moment.getFullYear()}`;
}
