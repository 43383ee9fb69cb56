import type { ReactNode } from 'react';
import {
  Tabs as AriaTabs,
  type Key,
  Tab,
  TabList,
  TabPanel,
  ToggleButton,
  ToggleButtonGroup,
} from 'react-aria-components';
import styles from './Tabs.module.css';

export type TabItem = { id: string; name: string; count?: number | undefined; panel: ReactNode };

type TabsProps = { label: string; items: TabItem[]; value: string; onChange(id: string): void };

export function Tabs({ label, items, value, onChange }: TabsProps) {
  return (
    <AriaTabs
      className={styles.tabs as string}
      selectedKey={value}
      onSelectionChange={(key) => onChange(String(key))}
    >
      <TabList aria-label={label} className={styles.list as string}>
        {items.map((item) => (
          <Tab key={item.id} id={item.id} className={styles.tab as string}>
            {item.name}
            {item.count !== undefined && <span className={styles.count}>{item.count}</span>}
          </Tab>
        ))}
      </TabList>
      {items.map((item) => (
        <TabPanel key={item.id} id={item.id} className={styles.panel as string}>
          {item.panel}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}

type SegmentsProps = {
  label: string;
  choices: { id: string; name: ReactNode; count?: number }[];
  value: string;
  onChange(id: string): void;
};

/** One of a few, as a row of joined buttons. */
export function Segments({ label, choices, value, onChange }: SegmentsProps) {
  return (
    <ToggleButtonGroup
      aria-label={label}
      className={styles.segments as string}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={new Set<Key>([value])}
      onSelectionChange={(keys) => {
        const [first] = keys;
        if (first !== undefined) onChange(String(first));
      }}
    >
      {choices.map((choice) => (
        <ToggleButton key={choice.id} id={choice.id} className={styles.segment as string}>
          {choice.name}
          {choice.count !== undefined && <span>{choice.count.toLocaleString('en')}</span>}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
