import { useQuery } from '@tanstack/react-query';
import { Archive, BriefcaseBusiness, ChevronDown, Copy, History, Pencil, Upload } from 'lucide-react';
import { Button } from 'react-aria-components';
import { viewerQuery } from '../api/viewer.ts';
import { paths } from '../paths.ts';
import { Menu, MenuDivider, MenuItem } from '../ui/Menu.tsx';
import { ActItem } from './ActButton.tsx';
import styles from './CaseMenu.module.css';
import { useCopy } from './CopyToWork.tsx';
import { useUpdateInvestigation } from './caseActs.ts';
import { mayInvite } from './rights.ts';
import { useWorkspace } from './workspace.ts';

/** The investigation's name, and what can be done with it as a whole. */
export function CaseMenu() {
  const { id, data, open, locked } = useWorkspace();
  const { data: viewer } = useQuery(viewerQuery);
  const { copy } = useCopy();
  const { mutate: update } = useUpdateInvestigation();
  return (
    <Menu
      label="Investigation"
      note={locked}
      trigger={
        <Button className={styles.name as string}>
          <BriefcaseBusiness aria-hidden />
          <h1>{data.title}</h1>
          <ChevronDown aria-hidden />
        </Button>
      }
    >
      <MenuItem icon={<Pencil />} whyNot={locked} onAction={() => open({ what: 'details' })}>
        Name and marking
      </MenuItem>
      <ActItem act="case.people" />
      <MenuItem icon={<History />} href={paths.investigationHistory(id)}>
        History
      </MenuItem>
      <ActItem act="history.undo" />
      <ActItem act="history.redo" />
      <MenuDivider />
      <ActItem act="edit.add" />
      <ActItem act="edit.newEntity" />
      <MenuItem icon={<Upload />} href={paths.import({ investigation: id })} whyNot={locked}>
        Import a file
      </MenuItem>
      <ActItem act="edit.export" />
      <MenuDivider />
      <MenuItem icon={<Copy />} onAction={copy}>
        Copy
      </MenuItem>
      <MenuItem
        icon={<Archive />}
        whyNot={data.archived && mayInvite(data, viewer) ? undefined : locked}
        onAction={() => update({ input: { id, archived: !data.archived } })}
      >
        {data.archived ? 'Open it again' : 'Close the investigation'}
      </MenuItem>
    </Menu>
  );
}
