import { useState } from 'react';
import { count, ofTotal } from '../format/numbers.ts';
import { Button } from './Button.tsx';
import styles from './More.module.css';
import { busy } from './whyNot.ts';

type Props = {
  shown: number;
  /** How many there are in all. */
  total: number;
  /** Where `total` is a bound: 'least' or 'most'. */
  bound?: 'least' | 'most' | undefined;
  /** What they are, many of them. */
  of?: string;
  onMore?: (() => void) | undefined;
  isReading?: boolean;
};

/** How many of how many a list shows, and the way to the next ones. */
export function More({ shown, total, bound, of, onMore, isReading }: Props) {
  const said =
    bound === 'most'
      ? `${count(shown)} of at most ${count(total)}`
      : ofTotal(shown, total, bound !== 'least');
  return (
    <p className={styles.more}>
      <span>
        {said}
        {of && ` ${of}`}
      </span>
      {onMore && (
        <Button look="edged" height={26} whyNot={isReading ? busy : undefined} onPress={onMore}>
          Show more
        </Button>
      )}
    </p>
  );
}

/** A list that is there as a whole, shown in steps; `more` stands at its foot while there is more of it. */
export function useSteps<Item>(items: readonly Item[], step: number, of?: string) {
  const [most, setMost] = useState(step);
  const shown = items.slice(0, most);
  const more = items.length > shown.length && (
    <More
      shown={shown.length}
      total={items.length}
      onMore={() => setMost(most + step)}
      {...(of !== undefined && { of })}
    />
  );
  return { shown, more };
}
