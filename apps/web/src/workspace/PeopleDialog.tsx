import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { explainAct } from '../api/apiError.ts';
import { viewerQuery } from '../api/viewer.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Select, TextField } from '../ui/Field.tsx';
import { Avatar } from '../ui/State.tsx';
import { because, busy } from '../ui/whyNot.ts';
import styles from './People.module.css';
import { peopleQuery, useRemoveMember, useSetMember } from './people.ts';
import { type MemberRole, mayInvite, memberRoles } from './rights.ts';
import { useWorkspace } from './workspace.ts';

/** Who is in the investigation and as what; leads and owners add, change and remove people. */
export function PeopleDialog({ onClose }: { onClose(): void }) {
  const { id: investigationId, data } = useWorkspace();
  const { data: viewer } = useQuery(viewerQuery);
  const mayChange = mayInvite(data, viewer);
  const set = useSetMember();
  const remove = useRemoveMember();
  const isBusy = set.isPending || remove.isPending;
  const refused = set.error ?? remove.error;
  const setRole = (userId: string, role: string) => {
    remove.reset();
    set.mutate({ input: { investigationId, userId, role } });
  };
  const leads = data.members.filter((one) => one.role === 'lead').length;
  const whyNot = (role: string) =>
    because(
      isBusy && busy,
      role === 'lead' && leads === 1 && 'The only lead stays; make somebody else a lead first',
    );
  const takeOut = (userId: string) => {
    set.reset();
    remove.mutate({ input: { investigationId, userId } });
  };
  return (
    <Dialog
      title="People"
      isOpen
      onClose={onClose}
      width={560}
      foot={
        <Button look="primary" onPress={onClose}>
          Done
        </Button>
      }
    >
      <div className={styles.body}>
        <ul className={styles.members} aria-label="In the investigation">
          {data.members.map(({ user, role }) => (
            <li key={user.id}>
              <Avatar name={user.name} />
              <span className={styles.name}>
                {user.name}
                {user.id === viewer?.id && <span className={styles.meta}> you</span>}
              </span>
              {mayChange ? (
                <>
                  <Select
                    label={`Role of ${user.name}`}
                    hideLabel
                    small
                    soft
                    whyNot={whyNot(role)}
                    choices={[...memberRoles]}
                    shown={memberRoles.find((one) => one.id === role)?.name ?? role}
                    value={role}
                    onChange={(next) => next !== role && setRole(user.id, next)}
                  />
                  <IconButton
                    label={`Remove ${user.name}`}
                    whyNot={whyNot(role)}
                    onPress={() => takeOut(user.id)}
                  >
                    <X />
                  </IconButton>
                </>
              ) : (
                <span className={styles.meta}>
                  {memberRoles.find((one) => one.id === role)?.name ?? role}
                </span>
              )}
            </li>
          ))}
        </ul>
        {refused && (
          <p className={styles.error} role="alert">
            {explainAct(refused).title}. {explainAct(refused).detail}
          </p>
        )}
        {mayChange ? (
          <AddPerson isBusy={isBusy} onAdd={setRole} />
        ) : (
          <p className={styles.meta}>
            {data.readOnly
              ? 'The sample is everybody’s to read. Copy it to work on it with others.'
              : `Everybody of ${viewer?.tenant.name ?? 'the tenant'} may read it. Its leads say who changes it.`}
          </p>
        )}
      </div>
    </Dialog>
  );
}

function AddPerson({ isBusy, onAdd }: { isBusy: boolean; onAdd(userId: string, role: MemberRole): void }) {
  const { data } = useWorkspace();
  const [typed, setTyped] = useState('');
  const [role, setRole] = useState<MemberRole>('editor');
  const { data: people } = useQuery({
    ...peopleQuery(useDeferredValue(typed.trim())),
    placeholderData: keepPreviousData,
  });
  const inside = new Set(data.members.map(({ user }) => user.id));
  const others = people?.filter((person) => !inside.has(person.id)) ?? [];
  return (
    <section className={styles.add} aria-label="Add a person">
      <div className={styles.find}>
        <TextField
          label="Add a person"
          value={typed}
          onChange={setTyped}
          placeholder="Part of a name"
          autoFocus
          onKeyDown={(event) => {
            const [only, ...more] = others;
            if (event.key !== 'Enter' || !only || more.length > 0) return;
            onAdd(only.id, role);
            setTyped('');
          }}
        />
        <Select
          label="As"
          choices={[...memberRoles]}
          shown={memberRoles.find((one) => one.id === role)?.name}
          value={role}
          onChange={(next) => setRole(next as MemberRole)}
        />
      </div>
      <ul className={styles.members} aria-label="Not in the investigation yet">
        {others.slice(0, 8).map((person) => (
          <li key={person.id}>
            <Avatar name={person.name} />
            <span className={styles.name}>{person.name}</span>
            <Button
              height={26}
              whyNot={isBusy ? busy : undefined}
              aria-label={`Add ${person.name} as ${role}`}
              onPress={() => onAdd(person.id, role)}
            >
              Add
            </Button>
          </li>
        ))}
      </ul>
      {people && others.length === 0 && (
        <p className={styles.meta}>
          {typed.trim() === ''
            ? 'Everybody who can sign in is here already. The operator makes accounts: summit user add NAME --role analyst.'
            : `Nobody else is called “${typed.trim()}”. The operator makes accounts: summit user add NAME --role analyst.`}
        </p>
      )}
      {others.length > 8 && <p className={styles.meta}>8 of {others.length}; type more of the name.</p>}
    </section>
  );
}
