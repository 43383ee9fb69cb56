import { Users } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components';
import { Avatar } from '../ui/State.tsx';
import { Tooltip } from '../ui/Tooltip.tsx';
import styles from './People.module.css';
import { useWorkspace } from './workspace.ts';

/** Who is in the investigation, in the top bar; opens the list of them. */
export function People() {
  const { data, open } = useWorkspace();
  const names = data.members.map(({ user }) => user.name);
  return (
    <Tooltip text={names.length === 0 ? 'Nobody is in it yet' : names.join(', ')}>
      <AriaButton
        className={styles.presence as string}
        aria-label={`People: ${names.join(', ') || 'nobody yet'}`}
        onPress={() => open({ what: 'people' })}
      >
        {names.length === 0 && <Users aria-hidden />}
        {data.members.slice(0, 3).map(({ user }) => (
          <Avatar key={user.id} name={user.name} />
        ))}
        {names.length > 3 && <span>+{names.length - 3}</span>}
      </AriaButton>
    </Tooltip>
  );
}
