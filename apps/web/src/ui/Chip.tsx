import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button, ToggleButton } from 'react-aria-components';
import styles from './Chip.module.css';
import { classes } from './classes.ts';
import { Tooltip } from './Tooltip.tsx';

type FilterChipProps = {
  /** What is filtered: 'Dataset'. */
  name: string;
  /** The value kept: '5 of 6'. */
  value: string;
  isOff?: boolean;
  onToggle?: () => void;
  onRemove?: () => void;
};

/** A filter that is in force, or switched off (dashed, struck through): both can be seen and undone. */
export function FilterChip({ name, value, isOff = false, onToggle, onRemove }: FilterChipProps) {
  return (
    <span className={classes(styles.chip, styles.filter, isOff && styles.off)}>
      <ToggleButton
        className={styles.face as string}
        isSelected={!isOff}
        onChange={() => onToggle?.()}
        aria-label={`${name} ${value}, filter ${isOff ? 'off' : 'on'}`}
      >
        <span className={styles.name}>{name}</span>
        <span className={styles.value}>{value}</span>
      </ToggleButton>
      {onRemove && (
        <Button className={styles.remove as string} aria-label={`Remove filter ${name}`} onPress={onRemove}>
          <X />
        </Button>
      )}
    </span>
  );
}

type FacetChipProps = {
  name: string;
  count?: string;
  icon?: ReactNode;
  isOn: boolean;
  onChange(on: boolean): void;
};

/** One value of a facet with its count; pressed = kept. */
export function FacetChip({ name, count, icon, isOn, onChange }: FacetChipProps) {
  return (
    <ToggleButton isSelected={isOn} onChange={onChange} className={classes(styles.chip, styles.facet)}>
      {icon}
      {name}
      {count !== undefined && <span className={styles.name}>{count}</span>}
    </ToggleButton>
  );
}

type SourceChipProps = {
  name: string;
  reliability?: string | undefined;
  /** Where in the source: 'row 12, also rows 40 and 77'. */
  place?: string | undefined;
  onPress?: () => void;
  isCurrent?: boolean;
};

/** Who says so. 20 px tall with a target of 24; a press opens the row or passage that says it. */
export function SourceChip({ name, reliability, place, onPress, isCurrent = false }: SourceChipProps) {
  const face = (
    <>
      <span className={styles.sourceName}>{name}</span>{' '}
      {reliability && <b title={`Reliability ${reliability}`}>{reliability}</b>}
    </>
  );
  if (!onPress) return <span className={styles.source}>{face}</span>;
  const chip = (
    <Button
      className={classes(styles.source, isCurrent && styles.current)}
      aria-label={`Source: ${name}${reliability ? ` ${reliability}` : ''}${place ? `, ${place}` : ''}`}
      onPress={onPress}
    >
      {face}
    </Button>
  );
  return place ? <Tooltip text={place}>{chip}</Tooltip> : chip;
}

/** A marking or a state beside a name. Amber markings ask for care. */
export function Tag({
  children,
  tone = 'plain',
}: {
  children: ReactNode;
  tone?: 'plain' | 'amber' | 'accent';
}) {
  return <span className={classes(styles.tag, styles[`tag-${tone}`])}>{children}</span>;
}

/** TLP markings, shown as they are written in the standard. */
export function Marking({ value }: { value: string | null | undefined }) {
  if (!value) return null;
  return <Tag tone={value.startsWith('TLP:AMBER') || value === 'TLP:RED' ? 'amber' : 'plain'}>{value}</Tag>;
}
