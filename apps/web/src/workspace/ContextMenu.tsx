import { ExternalLink } from 'lucide-react';
import { Menu } from 'react-aria-components';
import { paths } from '../paths.ts';
import { MenuDivider, MenuItem, SaidAbove } from '../ui/Menu.tsx';
import popup from '../ui/Popup.module.css';
import { ActItem } from './ActButton.tsx';
import { Floating } from './Floating.tsx';
import { useWorkspace } from './workspace.ts';

/** The acts on what was right-clicked, in chart and table alike; every one of them is in the palette too. */
export function ContextMenu() {
  const { opened, open, selection, lead, locked } = useWorkspace();
  if (opened?.what !== 'menu') return null;
  const { id, x, y } = opened;
  const isOn = id !== null;
  const title = !isOn
    ? 'The chart'
    : selection.length > 1
      ? `${lead?.caption ?? 'Selection'} and ${selection.length - 1} more`
      : (lead?.caption ?? 'Selection');
  return (
    <Floating key={`${x} ${y}`} x={x} y={y} label={title} onClose={() => open(null)}>
      <header className={popup.head}>
        <h2>{title}</h2>
        {locked && <p>{locked}.</p>}
      </header>
      <SaidAbove value={locked}>
        <Menu
          className={popup.list as string}
          aria-label={isOn ? `Acts on ${lead?.caption ?? 'the selection'}` : 'Acts on the chart'}
          autoFocus="first"
          onClose={() => open(null)}
        >
          {isOn ? (
            <>
              <ActItem act="selection.details" />
              <ActItem act="chart.expand" />
              <ActItem act="selection.neighbours" />
              <MenuDivider />
              <ActItem act="find.paths" />
              <ActItem act="find.common" />
              <MenuDivider />
              <ActItem act="selection.judge" />
              <ActItem act="edit.link" />
              <ActItem act="edit.note" />
              <ActItem act="edit.facts" />
              <MenuDivider />
              <ActItem act="chart.pin" name={lead?.pinned ? 'Unpin' : 'Pin'} />
              <ActItem act="chart.hide" />
              <ActItem act="chart.fade" />
              <MenuDivider />
              {lead && (
                <MenuItem icon={<ExternalLink />} href={paths.entity(lead.id)}>
                  Open as a page
                </MenuItem>
              )}
              <ActItem act="edit.remove" />
              <ActItem act="edit.delete" danger />
            </>
          ) : (
            <>
              <ActItem act="edit.add" />
              <ActItem act="edit.newEntity" />
              <MenuDivider />
              <ActItem act="chart.fit" />
              <ActItem act="selection.all" />
              <ActItem act="chart.showHidden" />
              <ActItem act="view.references" />
              <MenuDivider />
              <ActItem act="chart.layout.force" />
              <ActItem act="chart.layout.circle" />
              <ActItem act="chart.layout.grid" />
            </>
          )}
        </Menu>
      </SaidAbove>
    </Floating>
  );
}
