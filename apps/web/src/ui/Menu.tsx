import type { ReactElement, ReactNode } from 'react';
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
} from 'react-aria-components';
import { Keys } from '../actions/Keys.tsx';
import { classes } from './classes.ts';
import styles from './Popup.module.css';

type MenuProps = {
  label: string;
  /** The button that opens the menu. */
  trigger: ReactElement;
  placement?: PopoverProps['placement'];
  children: ReactNode;
};

export function Menu({ label, trigger, placement = 'bottom start', children }: MenuProps) {
  return (
    <MenuTrigger>
      {trigger}
      <Popover className={styles.popup as string} offset={4} placement={placement}>
        <AriaMenu className={styles.list as string} aria-label={label}>
          {children}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}

type ItemProps = Omit<MenuItemProps, 'children'> & {
  icon?: ReactNode;
  keys?: string | undefined;
  danger?: boolean;
  children: string;
};

export function MenuItem({ icon, keys, danger, children, ...rest }: ItemProps) {
  return (
    <AriaMenuItem {...rest} textValue={children} className={classes(styles.item, danger && styles.danger)}>
      {icon && <span className={styles.itemIcon}>{icon}</span>}
      <span className={styles.itemName}>{children}</span>
      {keys && <Keys combination={keys} bare />}
    </AriaMenuItem>
  );
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
