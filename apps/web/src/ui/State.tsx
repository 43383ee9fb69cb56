import { CircleAlert } from 'lucide-react';
import type { CSSProperties, ReactNode } from 'react';
import { ProgressBar } from 'react-aria-components';
import { classes } from './classes.ts';
import styles from './State.module.css';

type BoxProps = {
  icon?: ReactNode;
  title: string;
  /** One sentence or two. */
  children?: ReactNode;
  acts?: ReactNode;
};

/** Nothing here yet: teaches one act and offers it. */
export function EmptyState({ icon, title, children, acts, dashed }: BoxProps & { dashed?: boolean }) {
  return (
    <section className={classes(styles.box, dashed && styles.dashed)}>
      {icon && <span className={styles.icon}>{icon}</span>}
      <div className={styles.body}>
        <h2>{title}</h2>
        {children && <p>{children}</p>}
        {acts && <div className={styles.acts}>{acts}</div>}
      </div>
    </section>
  );
}

type ErrorProps = {
  /** What happened. */
  title: string;
  /** What was kept, then what to do. */
  children?: ReactNode;
  acts?: ReactNode;
  requestId?: string | undefined;
};

/** What happened, what was kept, what to do: in that order, without apology. */
export function ErrorState({ title, children, acts, requestId }: ErrorProps) {
  return (
    <section className={classes(styles.box, styles.error)} role="alert">
      <span className={styles.errorIcon}>
        <CircleAlert aria-hidden />
      </span>
      <div className={styles.body}>
        <h2>{title}</h2>
        {children && <p>{children}</p>}
        {requestId && (
          <p className={styles.request}>
            Request <code>{requestId}</code>
          </p>
        )}
        {acts && <div className={styles.acts}>{acts}</div>}
      </div>
    </section>
  );
}

/** A box for something to look at before going on. */
export function Warning({ title, icon, children }: BoxProps) {
  return (
    <section className={classes(styles.box, styles.warning)} aria-label={title}>
      {icon && <span className={styles.warnIcon}>{icon}</span>}
      <div className={styles.body}>
        <h2>{title}</h2>
        {children}
      </div>
    </section>
  );
}

/** A grey bar in place of text that is being read. Width in px or %. */
export function Skeleton({ width = '60%', height = 12 }: { width?: number | string; height?: number }) {
  const style: CSSProperties = { width, height };
  return <span className={styles.skeleton} style={style} aria-hidden="true" />;
}

export function SkeletonRows({ count = 6, height = 28 }: { count?: number; height?: number }) {
  return (
    <div role="status" aria-label="Reading">
      {Array.from({ length: count }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: identical bars that never move
        <div key={row} className={styles.skeletonRow} style={{ height }}>
          <Skeleton width={`${35 + ((row * 17) % 30)}%`} />
        </div>
      ))}
    </div>
  );
}

type ProgressProps = {
  label: string;
  /** 0 to 1; undefined while the whole is unknown. */
  share: number | undefined;
  tone?: 'accent' | 'danger' | 'done';
};

export function Progress({ label, share, tone = 'accent' }: ProgressProps) {
  const known = share !== undefined;
  return (
    <ProgressBar
      aria-label={label}
      value={known ? share * 100 : 0}
      isIndeterminate={!known}
      className={styles.progress as string}
    >
      <span
        className={classes(styles.fill, styles[tone], !known && styles.unknown)}
        style={{ width: known ? `${Math.min(100, share * 100)}%` : '30%' }}
      />
    </ProgressBar>
  );
}

/** Two letters of a person's name in one of five colours, the same for the same name. */
export function Avatar({ name, size = 24 }: { name: string; size?: number }) {
  const initials = name
    .split(/\s+/)
    .map((word) => word.charAt(0))
    .filter(Boolean)
    .slice(0, 2)
    .join('')
    .toUpperCase();
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 997;
  return (
    <span
      className={classes(styles.avatar, styles[`avatar${sum % 5}`])}
      style={{ width: size, height: size }}
      title={name}
      role="img"
      aria-label={name}
      // Drawn, not written: they are no part of the name of a control that holds it.
      data-initials={initials}
    />
  );
}
