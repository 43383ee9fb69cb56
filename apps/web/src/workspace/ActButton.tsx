import type { ReactNode } from 'react';
import { type Action, keysOf, run, useActions, whyNot } from '../actions/registry.ts';
import { Button, type ButtonLook, IconButton } from '../ui/Button.tsx';
import { MenuItem } from '../ui/Menu.tsx';

/** Said where the act is not known. */
const elsewhere = 'It works in an investigation; open one first';

const useAction = (id: string): Action | undefined => useActions().find((action) => action.id === id);

type Props = { act: string; on?: boolean; size?: 24 | 26 | 28; children?: ReactNode };

/** An act of the registry as an icon: its name, key and why not all come from there. */
export function ActIcon({ act, on, size = 26, children }: Props) {
  const action = useAction(act);
  const Icon = action?.icon;
  return (
    <IconButton
      label={action?.name ?? act}
      keys={action && keysOf(action)[0]}
      size={size}
      whyNot={action ? whyNot(action) : elsewhere}
      {...(on === undefined ? {} : { on })}
      onPress={() => run(act)}
    >
      {children ?? (Icon && <Icon />)}
    </IconButton>
  );
}

type ButtonProps = {
  act: string;
  name?: string;
  look?: ButtonLook;
  height?: 24 | 26 | 28 | 32;
  icon?: ReactNode;
  /** Why this person cannot, though others may open it to look. */
  whyNot?: string | undefined;
};

/** The same as a button with its name. */
export function ActButton({ act, name, look = 'plain', height = 26, icon, whyNot: given }: ButtonProps) {
  const action = useAction(act);
  return (
    <Button
      look={look}
      height={height}
      icon={icon}
      keys={action && keysOf(action)[0]}
      whyNot={given ?? (action ? whyNot(action) : elsewhere)}
      onPress={() => run(act)}
    >
      {name ?? action?.name}
    </Button>
  );
}

/** The same as a line of a menu. */
export function ActItem({ act, name, danger }: { act: string; name?: string; danger?: boolean }) {
  const action = useAction(act);
  if (!action) return null;
  const Icon = action.icon;
  return (
    <MenuItem
      icon={Icon && <Icon />}
      keys={keysOf(action)[0]}
      whyNot={whyNot(action)}
      danger={danger ?? false}
      onAction={() => run(act)}
    >
      {name ?? action.name}
    </MenuItem>
  );
}
