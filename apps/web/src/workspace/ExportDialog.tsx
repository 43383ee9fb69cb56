import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { graphql } from '../api/generated/gql.ts';
import type { ExportInput } from '../api/generated/graphql.ts';
import { request } from '../api/request.ts';
import { count, counted } from '../format/numbers.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { RadioGroup } from '../ui/Field.tsx';
import { SkeletonRows } from '../ui/State.tsx';
import styles from './Dialogs.module.css';
import { useWorkspace } from './workspace.ts';

const ManifestDocument = graphql(`
  query ExportManifest($input: ExportInput!) {
    exportManifest(input: $input) {
      url
      records
      relationships
      references
      complete
      losses {
        what
        count
      }
    }
  }
`);

const manifestQuery = (input: ExportInput) =>
  queryOptions({
    queryKey: ['export', input],
    queryFn: ({ signal }) =>
      request(ManifestDocument, { input }, { signal }).then((data) => data.exportManifest),
    staleTime: 0,
  });

const formats = [
  { id: 'csv', name: 'CSV', help: 'A table for a spreadsheet.' },
  { id: 'json', name: 'JSON', help: 'Records and relationships for programs.' },
  { id: 'ftm', name: 'FollowTheMoney', help: 'One entity a line; other tools of investigation read it.' },
];

/** Takes the investigation, or what is selected, along; says beforehand what a format cannot carry. */
export function ExportDialog({ onClose }: { onClose(): void }) {
  const { id, selection } = useWorkspace();
  const [format, setFormat] = useState('csv');
  const [what, setWhat] = useState(selection.length > 0 ? 'selection' : 'all');
  const input: ExportInput =
    what === 'selection' ? { entityIds: [...selection], format } : { investigationId: id, format };
  const { data, isPending } = useQuery({ ...manifestQuery(input), placeholderData: keepPreviousData });
  return (
    <Dialog
      title="Export"
      isOpen
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            look="primary"
            whyNot={data ? undefined : 'What the file will hold is still counted'}
            onPress={() => {
              if (data) location.assign(data.url);
              onClose();
            }}
          >
            Download
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        {selection.length > 0 && (
          <RadioGroup
            label="What"
            value={what}
            onChange={setWhat}
            choices={[
              { id: 'selection', name: `The selection, ${counted(selection.length, 'entity', 'entities')}` },
              { id: 'all', name: 'The whole investigation' },
            ]}
          />
        )}
        <RadioGroup label="Format" value={format} onChange={setFormat} choices={formats} />
        {isPending || !data ? (
          <SkeletonRows count={1} />
        ) : (
          <div>
            <p>
              {!data.complete && 'Too much to count quickly; at least '}
              {counted(data.records, 'record')}, {counted(data.relationships, 'relationship')},{' '}
              {counted(data.references, 'reference')}
            </p>
            <ul className={styles.losses}>
              {data.losses.map((loss) => (
                <li key={loss.what} className={styles.meta}>
                  Not carried: {loss.what}, {count(loss.count)}
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </Dialog>
  );
}
