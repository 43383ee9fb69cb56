import { useRouter } from '@tanstack/react-router';
import { Check, Plus, Upload } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components';
import { Keys } from '../../actions/Keys.tsx';
import { counted } from '../../format/numbers.ts';
import { markTried, type Tried, useTried } from '../../frame/tried.ts';
import { paths } from '../../paths.ts';
import { Button, ButtonLink } from '../../ui/Button.tsx';
import { Tag } from '../../ui/Chip.tsx';
import { classes } from '../../ui/classes.ts';
import { EmptyState } from '../../ui/State.tsx';
import { busy } from '../../ui/whyNot.ts';
import page from '../Page.module.css';
import styles from './Home.module.css';
import type { InvestigationRow } from './homeQueries.ts';
import { useCopyInvestigation } from './investigationActs.ts';
import { SamplePicture } from './SamplePicture.tsx';

const steps: { id: Tried; name: string; help: string; keys?: string }[] = [
  { id: 'search', name: 'Search for a name', help: 'Any script, typing errors forgiven', keys: 'Mod+K' },
  { id: 'expand', name: 'Expand a company', help: 'Counts by kind first, then how many', keys: 'E' },
  { id: 'source', name: 'Check who says so', help: 'Click a source on any fact' },
  {
    id: 'judge',
    name: 'Judge two records the same',
    help: 'Then see both values stand side by side',
    keys: 'M',
  },
  { id: 'undo', name: 'Undo it', help: 'Nothing is lost: history keeps both', keys: 'Mod+Z' },
];

/** What a newcomer sees: the sample, five things to try on it, and two ways to begin. */
export function FirstRun({ sample, onNew }: { sample: InvestigationRow | undefined; onNew(): void }) {
  const router = useRouter();
  const copy = useCopyInvestigation();
  const copyAndOpen = () => {
    if (!sample) return;
    copy.mutate(
      { input: { id: sample.id } },
      {
        onSuccess: (data) =>
          data.copyInvestigation.ids[0] &&
          router.history.push(paths.investigation(data.copyInvestigation.ids[0])),
      },
    );
  };
  return (
    <div className={styles.first}>
      {sample && (
        <div className={styles.firstRow}>
          <section className={styles.sample} aria-label={sample.title}>
            <SamplePicture id={sample.id} />
            <div className={styles.sampleBody}>
              <h2>
                {sample.title} <Tag>read-only sample</Tag>
              </h2>
              <p>
                {sample.description ??
                  `${counted(sample.itemCount, 'entity', 'entities')}, made for learning. Copy it to change it.`}
              </p>
              <div className={styles.acts}>
                <ButtonLink look="primary" height={32} href={paths.investigation(sample.id)}>
                  Open the sample
                </ButtonLink>
                <Button height={32} whyNot={copy.isPending ? busy : undefined} onPress={copyAndOpen}>
                  Copy and change it
                </Button>
              </div>
            </div>
          </section>
          <Steps />
        </div>
      )}
      <Begin onNew={onNew} isFirst />
    </div>
  );
}

/** Five acts that tick as they are done, until they are all done or put away. */
export function Steps() {
  const tried = useTried();
  if (tried.has('hide')) return null;
  return (
    <section className={styles.steps} aria-label="Five things to try">
      <header>
        <h2>Five things to try</h2>
        <span className={page.meta}>{steps.filter((step) => tried.has(step.id)).length} of 5</span>
      </header>
      <ol>
        {steps.map((step, i) => (
          <li key={step.id}>
            <span className={classes(styles.tick, tried.has(step.id) && styles.ticked)}>
              {tried.has(step.id) ? <Check aria-label="done" /> : i + 1}
            </span>
            <div>
              <p className={classes(tried.has(step.id) ? styles.doneStep : styles.step)}>{step.name}</p>
              <p className={page.meta}>{step.help}</p>
            </div>
            {step.keys && !tried.has(step.id) && <Keys combination={step.keys} />}
          </li>
        ))}
      </ol>
      <p className={page.meta}>
        Ticks follow what you do.{' '}
        <AriaButton className={page.link as string} onPress={() => markTried('hide')}>
          Hide this
        </AriaButton>
      </p>
    </section>
  );
}

/** The two ways to begin: from a file, or from a question. */
export function Begin({ onNew, isFirst }: { onNew(): void; isFirst?: boolean }) {
  return (
    <div className={styles.firstRow}>
      <EmptyState
        dashed
        icon={<Upload />}
        title={isFirst ? 'Bring in your first file' : 'Bring in a file'}
        acts={
          <ButtonLink look="edged" href={paths.import()}>
            Choose a file
          </ButtonLink>
        }
      >
        CSV, JSON, XLSX, FollowTheMoney, STIX, GraphML or GEXF. You see what it would make before anything is
        written.
      </EmptyState>
      <EmptyState
        icon={<Plus />}
        title="Start from a question"
        acts={
          <Button look="edged" onPress={onNew}>
            New investigation
          </Button>
        }
      >
        Name what you want to know; records join as you find them, and each keeps its source.
      </EmptyState>
    </div>
  );
}
