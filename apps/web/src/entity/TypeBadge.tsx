import { entityIcons } from './entityIcons.ts';
import { entityType } from './entityTypes.ts';
import { iconShare, shapePath } from './shapes.ts';
import styles from './TypeBadge.module.css';

type Props = {
  schema: string;
  /** Edge in px: 14 in chips, 18 in rows, 32 in a header. */
  size?: number;
  /** Draws the amber corner: sources disagree about this entity. */
  disagree?: boolean;
  /** Leave out when the type's name stands right beside the badge. */
  labelled?: boolean;
};

/** The type of an entity as colour, shape and icon. */
export function TypeBadge({ schema, size = 18, disagree = false, labelled = true }: Props) {
  const type = entityType(schema);
  const share = iconShare[type.shape];
  const inset = (24 * (1 - share)) / 2;
  const label = disagree ? `${type.name}, sources disagree` : type.name;
  return (
    <span className={styles.badge} style={{ width: size, height: size }}>
      <svg
        width={size}
        height={size}
        viewBox="0 0 24 24"
        role="img"
        aria-hidden={!labelled}
        aria-label={label}
      >
        <path d={shapePath(type.shape, 24)} fill={`var(--${type.hue})`} />
        <path
          d={entityIcons[type.icon]}
          transform={`translate(${inset} ${inset + (type.shape === 'sheet' ? 1.5 : 0)}) scale(${share})`}
          fill="none"
          stroke={`var(--${type.hue}-ink)`}
          strokeWidth={2.1}
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      {disagree && <Corner />}
    </span>
  );
}

/** The amber corner: sources disagree. The same sign in chart, table and inspector. */
export function Corner({ inline = false }: { inline?: boolean }) {
  return (
    <svg className={inline ? styles.inlineCorner : styles.corner} viewBox="0 0 9 9" aria-hidden="true">
      <path d="M.5.5h8v8z" />
    </svg>
  );
}
