import { createContext, type ReactElement, type ReactNode, useContext } from 'react';
import {
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  Header,
  type MenuItemProps,
  MenuSection,
  MenuTrigger,
  Popover,
  type PopoverProps,
  Separator,
  Text,
} from 'react-aria-components';
import { Keys } from '../actions/Keys.tsx';
import { classes } from './classes.ts';
import styles from './Popup.module.css';

type MenuProps = {
  label: string;
  /** The button that opens the menu. */
  trigger: ReactElement;
  placement?: PopoverProps['placement'];
  /** Why much of it cannot be done now, said once above the lines. */
  note?: string | undefined;
  children: ReactNode;
};

/** The reason that a menu says above its lines: a line that is off for the same reason does not repeat it. */
export const SaidAbove = createContext<string | undefined>(undefined);

export function Menu({ label, trigger, placement = 'bottom start', note, children }: MenuProps) {
  return (
    <MenuTrigger>
      {trigger}
      <Popover className={styles.popup as string} offset={4} placement={placement}>
        {note && <p className={styles.note}>{note}.</p>}
        <SaidAbove value={note}>
          <AriaMenu className={styles.list as string} aria-label={label}>
            {children}
          </AriaMenu>
        </SaidAbove>
      </Popover>
    </MenuTrigger>
  );
}

type ItemProps = Omit<MenuItemProps, 'children' | 'isDisabled' | 'render'> & {
  icon?: ReactNode;
  keys?: string | undefined;
  danger?: boolean;
  /** Why it cannot be done now: the line stays in reach of the arrow keys and says so. */
  whyNot?: string | undefined;
  children: string;
};

export function MenuItem({ icon, keys, danger, whyNot, children, ...given }: ItemProps) {
  const said = useContext(SaidAbove);
  return (
    <AriaMenuItem
      {...(whyNot === undefined ? given : off(given, whyNot, said))}
      textValue={children}
      className={classes(styles.item, danger && styles.danger, whyNot && styles.off)}
    >
      {icon && <span className={styles.itemIcon}>{icon}</span>}
      <span className={styles.itemName}>
        <Text slot="label">{children}</Text>
        {whyNot && whyNot !== said && (
          <Text slot="description" className={styles.itemWhy as string}>
            {whyNot}
          </Text>
        )}
      </span>
      {keys && <Keys combination={keys} bare />}
    </AriaMenuItem>
  );
}

/** The same line without what it would do or where it would lead. */
function off({ onAction: _, href: __, ...rest }: MenuItemProps, whyNot: string, said: string | undefined) {
  return {
    ...rest,
    shouldCloseOnSelect: false,
    render: (props: object) => (
      <div
        {...props}
        aria-disabled="true"
        {...(whyNot === said
          ? { 'aria-description': whyNot }
          : // All that stands in the line names it: a name that lacks some of it cannot be spoken to.
            { 'aria-labelledby': undefined, 'aria-describedby': undefined })}
      />
    ),
  };
}

export function MenuGroup({ name, children }: { name: string; children: ReactNode }) {
  return (
    <MenuSection>
      <Header className={styles.groupName as string}>{name}</Header>
      {children}
    </MenuSection>
  );
}

export function MenuDivider() {
  return <Separator className={styles.divider as string} />;
}
