import { useRouter } from '@tanstack/react-router';
import { Copy } from 'lucide-react';
import { useCopyInvestigation } from '../pages/home/investigationActs.ts';
import { paths } from '../paths.ts';
import { Button } from '../ui/Button.tsx';
import { busy } from '../ui/whyNot.ts';
import { useWorkspace } from './workspace.ts';

/** A writable copy of a read-only investigation, opened at the same view. */
export function useCopy(): { copy(): void; isPending: boolean } {
  const { id, state } = useWorkspace();
  const router = useRouter();
  const { mutate, isPending } = useCopyInvestigation();
  const copy = () =>
    mutate(
      { input: { id } },
      {
        onSuccess: ({ copyInvestigation }) => {
          const [made] = copyInvestigation.ids;
          if (made) router.history.push(paths.investigation(made, { ...state, at: undefined }));
        },
      },
    );
  return { copy, isPending };
}

export function CopyToWork() {
  const { copy, isPending } = useCopy();
  return (
    <Button look="primary" icon={<Copy />} whyNot={isPending ? busy : undefined} onPress={copy}>
      Copy to work on it
    </Button>
  );
}
