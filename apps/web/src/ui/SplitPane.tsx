import type { ReactNode } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import styles from './SplitPane.module.css';

type Props = {
  /** Panes side by side, first to last. */
  panes: { id: string; body: ReactNode /** Share of the width in percent. */; share?: number }[];
  /** Smallest width of a pane in px. */
  least?: number;
};

/** Panes parted by one hairline that can be dragged, or moved with the arrow keys. */
export function SplitPane({ panes, least = 260 }: Props) {
  const [first] = panes;
  if (panes.length === 1 && first) return <div className={styles.single}>{first.body}</div>;
  return (
    <Group orientation="horizontal" className={styles.group as string}>
      {panes.map((pane, index) => [
        index > 0 && <Separator key={`${pane.id}-edge`} className={styles.edge as string} />,
        <Panel
          key={pane.id}
          id={pane.id}
          minSize={`${least}px`}
          {...(pane.share ? { defaultSize: `${pane.share}%` } : {})}
          className={styles.pane as string}
        >
          {pane.body}
        </Panel>,
      ])}
    </Group>
  );
}
