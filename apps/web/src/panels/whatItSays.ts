import { count } from '../format/numbers.ts';

type Said = readonly { name: string; values: readonly string[] }[];

/** What tells one link from the next: '1,200 EUR', '25 %', 'Director'. Empty when it says none of these. */
export function whatItSays(properties: Said): string {
  const first = (name: string) => properties.find((property) => property.name === name)?.values[0];
  const amount = first('amount') ?? first('amountEur') ?? first('amountUsd');
  const currency =
    first('currency') ??
    (first('amount') ? '' : first('amountEur') ? 'EUR' : first('amountUsd') ? 'USD' : '');
  const parts = [
    amount && `${Number.isFinite(Number(amount)) ? count(Number(amount)) : amount} ${currency}`.trim(),
    first('percentage') && `${first('percentage')?.replace(/\s*%$/, '')} %`,
    first('role') ?? first('relationship'),
  ];
  return parts.filter(Boolean).join(', ');
}
