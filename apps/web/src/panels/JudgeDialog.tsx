import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Fragment, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { Verdict } from '../api/generated/graphql.ts';
import { queryClient } from '../api/queryClient.ts';
import { useJudge } from '../entity/entityActs.ts';
import { type EntityDetails, type EntityFact, entityQuery } from '../entity/entityQueries.ts';
import { groupFacts } from '../entity/groupFacts.ts';
import { shownFact } from '../entity/shownValue.ts';
import { TypeBadge } from '../entity/TypeBadge.tsx';
import { count, counted } from '../format/numbers.ts';
import { searchQuery } from '../pages/search/searchQueries.ts';
import { Button } from '../ui/Button.tsx';
import { classes } from '../ui/classes.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { RadioGroup, TextField } from '../ui/Field.tsx';
import { ReadError } from '../ui/ReadError.tsx';
import { SkeletonRows } from '../ui/State.tsx';
import { because, busy } from '../ui/whyNot.ts';
import styles from './JudgeDialog.module.css';
import { JudgedBefore } from './JudgedBefore.tsx';
import { judgedBetween, overturned } from './judgedBetween.ts';
import { NotTwo } from './NotTwo.tsx';

/** What is compared with, and what it was called when it was chosen: it may be gone since. */
type Chosen = { id: string; caption: string | undefined };

type Props = {
  entity: EntityDetails;
  /** The other side, when two are selected. */
  beside?: Chosen;
  isOpen: boolean;
  onClose(): void;
  investigationId: string | undefined;
};

const verdicts = [
  { id: 'SAME', name: 'The same', help: 'Their facts stand side by side under one name; split at any time.' },
  { id: 'DIFFERENT', name: 'Different', help: 'They are not offered as the same again.' },
  { id: 'UNSURE', name: 'Unsure', help: 'Kept open for someone who knows more.' },
];

const acts = { SAME: 'Judge the same', DIFFERENT: 'Judge different', UNSURE: 'Keep as unsure' } as const;

/** Two entities side by side, and what a person says of them. Records are never rewritten by it. */
export function JudgeDialog({ entity, beside, isOpen, onClose, investigationId }: Props) {
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<Chosen | undefined>(beside);
  const [picked, setPicked] = useState<Verdict | null>(null);
  const [reason, setReason] = useState('');
  const judge = useJudge();
  const query = typed || withoutLastWord(entity.caption);
  const { data: found } = useQuery({
    ...searchQuery({ q: query, first: 8 }),
    enabled: isOpen && !chosen,
    placeholderData: keepPreviousData,
  });
  const {
    data: other,
    error,
    refetch,
  } = useQuery({ ...entityQuery(chosen?.id ?? ''), enabled: chosen !== undefined, staleTime: 0 });
  const isNotTwo = other === null || other?.id === entity.id;
  const standing = other ? judgedBetween(entity, other) : [];
  // Where it is known that nothing was said before, the likeliest is chosen; what somebody said is overturned by nobody's default.
  const verdict = picked ?? (other && standing.length === 0 ? 'SAME' : null);
  const overturns = overturned(standing, verdict);
  const another = () => {
    setChosen(undefined);
    setPicked(null);
  };
  const close = () => {
    setChosen(beside);
    setPicked(null);
    setTyped('');
    setReason('');
    onClose();
  };
  const say = () => {
    if (!other || verdict === null) return;
    judge.mutate(
      {
        input: {
          left: entity.id,
          right: other.id,
          verdict,
          reason: reason.trim() || null,
          investigationId: investigationId ?? null,
        },
      },
      // Refused, it may be because one of them is not there any more: the dialog says what stands now.
      { onSuccess: close, onError: () => void queryClient.invalidateQueries({ queryKey: ['entity'] }) },
    );
  };
  const hits = found?.hits.filter((hit) => hit.entity.id !== entity.id) ?? [];
  return (
    <Dialog
      title="Same or different"
      isOpen={isOpen}
      onClose={close}
      width={640}
      foot={
        <>
          <Button onPress={close}>{isNotTwo ? 'Close' : 'Cancel'}</Button>
          {!isNotTwo && (
            <Button
              look="primary"
              whyNot={because(
                judge.isPending && busy,
                !chosen && 'Choose the other entity first',
                !other && 'The other entity is not read yet',
                verdict === null && 'They were judged before; choose a verdict',
                overturns.length > 0 && reason.trim() === '' && 'Say why the earlier judgement does not hold',
              )}
              onPress={say}
            >
              {verdict === null ? 'Judge' : acts[verdict]}
            </Button>
          )}
        </>
      }
    >
      {!chosen ? (
        <>
          <TextField
            label={`Compare ${entity.caption} with`}
            value={typed}
            onChange={setTyped}
            placeholder="Name or identifier"
            autoFocus
          />
          <ul className={styles.hits}>
            {hits.map((hit) => (
              <li key={hit.entity.id}>
                <AriaButton className={styles.hit as string} onPress={() => setChosen(hit.entity)}>
                  <TypeBadge schema={hit.entity.schema} />
                  <span>{hit.entity.caption}</span>
                  <span className={styles.meta}>
                    {hit.entity.datasets.map((dataset) => dataset.title).join(', ')}
                  </span>
                </AriaButton>
              </li>
            ))}
            {found && hits.length === 0 && (
              <li className={styles.meta}>
                {typed === ''
                  ? 'Nothing else is called nearly the same. Type the name or number to compare with.'
                  : `Nothing else is called “${typed}”. Try another spelling.`}
              </li>
            )}
          </ul>
        </>
      ) : other === undefined ? (
        // Nothing to choose before both sides stand there: what comes in later would move it away.
        error ? (
          <ReadError error={error} onAgain={() => void refetch()} />
        ) : (
          <SkeletonRows count={9} height={32} />
        )
      ) : other === null || isNotTwo ? (
        <NotTwo entity={entity} other={other} caption={chosen.caption} onAnother={another} />
      ) : (
        <>
          <Comparison left={entity} right={other} />
          <JudgedBefore judgements={standing} />
          <RadioGroup
            label="Verdict"
            value={verdict}
            onChange={(next) => setPicked(next as Verdict)}
            choices={verdicts}
          />
          <TextField
            label={overturns.length > 0 ? 'Reason, needed to overturn what was judged' : 'Reason'}
            value={reason}
            onChange={setReason}
            placeholder="Same registry number, for example"
          />
          <p className={styles.reach}>This holds for everybody, in every investigation.</p>
          {!beside && (
            <Button look="quiet" height={26} className={styles.again as string} onPress={another}>
              Compare with another
            </Button>
          )}
        </>
      )}
    </Dialog>
  );
}

/** 'Alder Timber AS' → 'Alder Timber': the same thing elsewhere often lacks its legal form or a last name. */
function withoutLastWord(caption: string): string {
  const words = caption.split(/\s+/);
  return words.length > 2 ? words.slice(0, -1).join(' ') : caption;
}

/** Whose column it is: namesakes are told apart by dataset and id. */
function Side({ entity }: { entity: EntityDetails }) {
  return (
    <th scope="col">
      {entity.caption}
      <span className={styles.whose}>{entity.datasets.map((dataset) => dataset.title).join(', ')}</span>
      <code className={styles.whose}>{entity.id.slice(0, 8)}</code>
    </th>
  );
}

const PROPERTIES = 14;
const VALUES = 4;

/** The properties of both, those that differ first on amber. What is refuted is struck through, and compared with nothing. */
function Comparison({ left, right }: { left: EntityDetails; right: EntityDetails }) {
  const [a, b] = [groupFacts(left.facts), groupFacts(right.facts)];
  const properties = [...new Map([...a, ...b].map((group) => [group.property, group.label]))];
  const facts = (groups: typeof a, property: string) =>
    groups.find((group) => group.property === property)?.facts ?? [];
  const standing = (of: EntityFact[]) => of.filter(({ refuted }) => refuted === null).map(shownFact);
  const more = properties.length - PROPERTIES;
  return (
    <>
      <table className={styles.compare}>
        <thead>
          <tr>
            <th scope="col">Property</th>
            <Side entity={left} />
            <Side entity={right} />
          </tr>
        </thead>
        <tbody>
          {properties.slice(0, PROPERTIES).map(([property, label]) => {
            const [ones, twos] = [facts(a, property), facts(b, property)];
            const [one, two] = [standing(ones), standing(twos)];
            const isShared = one.some((value) => two.includes(value));
            const differs = one.length > 0 && two.length > 0 && !isShared;
            return (
              <tr key={property} className={classes(differs && styles.differs, isShared && styles.shared)}>
                <th scope="row">{label}</th>
                <Values facts={ones} />
                <Values facts={twos} />
              </tr>
            );
          })}
        </tbody>
      </table>
      {more > 0 && (
        <p className={styles.reach}>
          {counted(more, 'property', 'properties')} more: open the entities as pages to see all.
        </p>
      )}
    </>
  );
}

function Values({ facts }: { facts: EntityFact[] }) {
  const more = facts.length - VALUES;
  return (
    <td>
      {facts.slice(0, VALUES).map((fact, at) => (
        <Fragment key={`${fact.value} ${fact.refuted === null}`}>
          {at > 0 && ', '}
          {fact.refuted === null ? shownFact(fact) : <del>{shownFact(fact)}</del>}
        </Fragment>
      ))}
      {more > 0 && ` and ${count(more)} more`}
    </td>
  );
}
