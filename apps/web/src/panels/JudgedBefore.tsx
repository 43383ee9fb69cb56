import { when } from '../format/dates.ts';
import styles from './JudgeDialog.module.css';
import type { Judgement } from './judgedBetween.ts';

const words = { SAME: 'the same', DIFFERENT: 'different', UNSURE: 'unsure' } as const;

/** What was judged of the two before: by whom, when and why. */
export function JudgedBefore({ judgements }: { judgements: readonly Judgement[] }) {
  if (judgements.length === 0) return null;
  return (
    <section className={styles.standing} aria-label="Judged before">
      <h3>Judged before</h3>
      <ul>
        {judgements.map((judgement) => (
          <li key={judgement.id}>
            <b>{words[judgement.verdict]}</b>, by {judgement.by.name}, {when(judgement.at)}
            {judgement.reason ? `: “${judgement.reason}”` : ', without a reason'}
          </li>
        ))}
      </ul>
    </section>
  );
}
