import { Upload } from 'lucide-react';
import { useRef, useState } from 'react';
import { DropZone, type FileDropItem, FileTrigger, isFileDropItem } from 'react-aria-components';
import { explainAct } from '../../api/apiError.ts';
import { bytes, percent } from '../../format/numbers.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorState, Progress } from '../../ui/State.tsx';
import page from '../Page.module.css';
import styles from './Import.module.css';
import { ImportsTable } from './ImportsTable.tsx';
import { sendFile } from './importQueries.ts';

type Props = { onSent(fileId: string): void };

/** Drop a file or choose one; then the imports so far. */
export function DropStep({ onSent }: Props) {
  const [sending, setSending] = useState<{ name: string; size: number; share: number } | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const stop = useRef<(() => void) | null>(null);

  const begin = (file: File) => {
    setProblem(null);
    setSending({ name: file.name, size: file.size, share: 0 });
    const { done, stop: abort } = sendFile(file, (share) =>
      setSending((before) => before && { ...before, share }),
    );
    stop.current = abort;
    done
      .then(({ id }) => onSent(id))
      .catch((error: unknown) => {
        if (!(error instanceof DOMException)) setProblem(error);
      })
      .finally(() => setSending(null));
  };
  const drop = async (items: unknown[]) => {
    const item = (items as FileDropItem[]).find((one) => isFileDropItem(one));
    if (item) begin(await item.getFile());
  };

  const said = explainAct(problem, 'Nothing was written. Send the file again once it answers.');
  return (
    <div className={styles.drop}>
      <DropZone
        className={styles.zone as string}
        getDropOperation={() => 'copy'}
        onDrop={(event) => void drop(event.items)}
        aria-label="Drop a file here"
      >
        <Upload aria-hidden />
        {sending ? (
          <div className={styles.sending}>
            <p className={styles.zoneTitle}>Sending {sending.name}</p>
            <Progress label={`Sending ${sending.name}`} share={sending.share} />
            <p className={page.meta}>
              {bytes(sending.size * sending.share)} of {bytes(sending.size)}, {percent(sending.share)}
            </p>
            <Button onPress={() => stop.current?.()}>Stop</Button>
          </div>
        ) : (
          <>
            <p className={styles.zoneTitle}>Drop a file here</p>
            <p className={styles.zoneText}>
              CSV, TSV, JSON, NDJSON and XLSX with any columns; FollowTheMoney, STIX 2.1, GraphML and GEXF as
              they are. Gzip is read too.
            </p>
            <FileTrigger onSelect={(files) => files?.[0] && begin(files[0])}>
              <Button look="primary" height={32}>
                Choose a file
              </Button>
            </FileTrigger>
            <p className={page.meta}>
              You see what it would make before anything is written. The original is kept, so that every fact
              leads to its row.
            </p>
          </>
        )}
      </DropZone>
      {problem !== null && (
        <ErrorState
          title={said.title}
          requestId={said.requestId}
          acts={
            <Button look="edged" height={26} onPress={() => setProblem(null)}>
              Close
            </Button>
          }
        >
          {said.detail}
        </ErrorState>
      )}
      <ImportsTable title="Imports so far" />
    </div>
  );
}
