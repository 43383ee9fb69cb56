import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { Popover } from 'react-aria-components';
import popup from '../ui/Popup.module.css';

type Props = {
  /** CSS pixels of the page. */
  x: number;
  y: number;
  gap?: number;
  /** What it is called aloud, where nothing inside it is a dialog with a name of its own. */
  label?: string;
  onClose(): void;
  children: ReactNode;
};

/** A popup at a place instead of at a button: a context menu, or what belongs to an entity on the chart. */
export function Floating({ x, y, gap = 0, label, onClose, children }: Props) {
  const anchor = useRef<HTMLSpanElement>(null);
  const [isReady, setReady] = useState(false);
  // The popup asks for its anchor when it opens, so the anchor stands first.
  useLayoutEffect(() => setReady(true), []);
  return (
    <>
      <span
        ref={anchor}
        aria-hidden="true"
        style={{
          position: 'fixed',
          left: x - gap,
          top: y - gap,
          width: 2 * gap,
          height: 2 * gap,
          pointerEvents: 'none',
        }}
      />
      <Popover
        triggerRef={anchor}
        {...(label !== undefined && { 'aria-label': label })}
        isOpen={isReady}
        onOpenChange={(isOpen) => !isOpen && onClose()}
        placement={gap > 0 ? 'right top' : 'bottom start'}
        offset={gap > 0 ? 8 : 0}
        className={popup.popup as string}
      >
        {children}
      </Popover>
    </>
  );
}
