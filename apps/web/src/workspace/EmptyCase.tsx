import { Upload, Waypoints } from 'lucide-react';
import { keyFor, run } from '../actions/registry.ts';
import { paths } from '../paths.ts';
import { Button, ButtonLink } from '../ui/Button.tsx';
import { EmptyState } from '../ui/State.tsx';
import { useWorkspace } from './workspace.ts';

/** Nothing is in the investigation yet: teaches adding the first entity, and offers it. */
export function EmptyCase() {
  const { id, locked, at } = useWorkspace();
  if (at)
    return <EmptyState title="Nothing was in the investigation then">Choose a later moment.</EmptyState>;
  return (
    <EmptyState
      icon={<Waypoints />}
      title="Begin with one name"
      acts={
        <>
          <Button look="primary" keys={keyFor('edit.add')} whyNot={locked} onPress={() => run('edit.add')}>
            Add an entity
          </Button>
          <ButtonLink icon={<Upload />} href={paths.import({ investigation: id })}>
            Import a file
          </ButtonLink>
        </>
      }
    >
      Search for a person, company or number you know and add it. From there Expand brings its neighbours, as
      many as you ask for.
    </EmptyState>
  );
}
