import type { ReactElement } from 'react';
import { Tooltip as AriaTooltip, TooltipTrigger } from 'react-aria-components';
import { Keys } from '../actions/Keys.tsx';
import styles from './Popup.module.css';

/** Says what a control does, with its key, on hover after 600 ms and on focus at once. */
export function Tooltip({
  text,
  keys,
  children,
}: {
  text: string;
  keys?: string | undefined;
  children: ReactElement;
}) {
  return (
    <TooltipTrigger delay={600} closeDelay={0}>
      {children}
      <AriaTooltip className={styles.tooltip as string} offset={6}>
        {text}
        {keys && <Keys combination={keys} bare />}
      </AriaTooltip>
    </TooltipTrigger>
  );
}
