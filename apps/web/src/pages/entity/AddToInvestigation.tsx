import { useInfiniteQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useAddItems } from '../../entity/itemActs.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/Button.tsx';
import { Menu, MenuGroup, MenuItem } from '../../ui/Menu.tsx';
import { because, busy } from '../../ui/whyNot.ts';
import { investigationsQuery } from '../home/homeQueries.ts';

/** Puts entities on the chart of an investigation of one's own. */
export function AddToInvestigation({ entityIds, icon }: { entityIds: string[]; icon?: ReactNode }) {
  const router = useRouter();
  const { data, hasNextPage, fetchNextPage } = useInfiniteQuery(investigationsQuery);
  const add = useAddItems();
  const open = (data?.rows ?? []).filter((one) => !one.readOnly && !one.archived);
  const addTo = (id: string) =>
    add.mutate(
      { input: { investigationId: id, items: entityIds.map((entityId) => ({ entityId })) } },
      { onSuccess: () => router.history.push(paths.investigation(id, { sel: entityIds })) },
    );
  return (
    <Menu
      label="Add to investigation"
      placement="bottom end"
      trigger={
        <Button
          look="primary"
          icon={icon}
          whyNot={because(add.isPending && busy, entityIds.length === 0 && 'Select an entity first')}
        >
          Add to investigation
        </Button>
      }
    >
      {open.length > 0 && (
        <MenuGroup name="Your investigations">
          {open.map((one) => (
            <MenuItem key={one.id} onAction={() => addTo(one.id)}>
              {one.title}
            </MenuItem>
          ))}
        </MenuGroup>
      )}
      {hasNextPage && (
        <MenuItem shouldCloseOnSelect={false} onAction={() => void fetchNextPage()}>
          Show more
        </MenuItem>
      )}
      {open.length === 0 && !hasNextPage && (
        <MenuItem onAction={() => router.history.push(paths.home())}>Begin one on the home page</MenuItem>
      )}
    </Menu>
  );
}
