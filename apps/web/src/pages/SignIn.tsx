import { getRouteApi } from '@tanstack/react-router';
import { useEffect } from 'react';
import { signInHref } from '../api/session.ts';
import { Mark } from '../frame/Rail.tsx';
import { ButtonLink } from '../ui/Button.tsx';
import styles from './SignIn.module.css';

const route = getRouteApi('/signin');

/** The way in. The provider asks who it is; Summit keeps no password. */
export default function SignIn() {
  const { next } = route.useSearch();
  useEffect(() => {
    document.title = 'Sign in · Summit';
  }, []);
  return (
    <main className={styles.page}>
      <section className={styles.card}>
        <span className={styles.mark}>
          <Mark size={32} />
        </span>
        <h1>Sign in to Summit</h1>
        <p>
          What many sources say, as one graph: traced to its source, seen as of any moment, and undone at any
          time.
        </p>
        <ButtonLink look="primary" height={32} href={signInHref(next ?? '/')}>
          Sign in
        </ButtonLink>
        <div className={styles.first}>
          <h2>First time here?</h2>
          <p>Whoever runs Summit makes a link that works once, for 15 minutes:</p>
          <code>bin/summit signin-link</code>
        </div>
      </section>
    </main>
  );
}
