import type { ReactElement } from 'react';
import { Tooltip as AriaTooltip, TooltipTrigger } from 'react-aria-components';
import { Keys } from '../actions/Keys.tsx';
import styles from './Popup.module.css';

/** Says what a control does, with its key, on hover after 600 ms and on focus at once. */
export function Tooltip({
  text,
  keys,
  note,
  isOff = false,
  children,
}: {
  text: string;
  keys?: string | undefined;
  /** A second line: why it cannot be done now. */
  note?: string | undefined;
  isOff?: boolean;
  children: ReactElement;
}) {
  return (
    <TooltipTrigger delay={600} closeDelay={0} isDisabled={isOff}>
      {children}
      <AriaTooltip className={styles.tooltip as string} offset={6}>
        <span>
          {text}
          {note && <span className={styles.tooltipNote}>{note}</span>}
        </span>
        {keys && <Keys combination={keys} bare />}
      </AriaTooltip>
    </TooltipTrigger>
  );
}
