import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { Form } from 'react-aria-components';
import { viewerQuery } from '../../api/viewer.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Select, TextField } from '../../ui/Field.tsx';
import { because, busy } from '../../ui/whyNot.ts';
import page from '../Page.module.css';
import { useCreateInvestigation } from './investigationActs.ts';

const markings = ['TLP:CLEAR', 'TLP:GREEN', 'TLP:AMBER', 'TLP:AMBER+STRICT', 'TLP:RED'].map((id) => ({
  id,
  name: id,
}));

/** Begins an investigation from a question. */
export function NewInvestigation({ isOpen, onClose }: { isOpen: boolean; onClose(): void }) {
  const router = useRouter();
  const [title, setTitle] = useState('');
  const [question, setQuestion] = useState('');
  const [marking, setMarking] = useState('TLP:GREEN');
  const create = useCreateInvestigation();
  const { data: viewer } = useQuery(viewerQuery);
  const begin = () => {
    if (title.trim() === '' || create.isPending) return;
    create.mutate(
      { input: { title: title.trim(), description: question.trim() || null, marking } },
      {
        onSuccess: (data) => {
          onClose();
          const [id] = data.createInvestigation.ids;
          if (id) router.history.push(paths.investigation(id));
        },
      },
    );
  };
  return (
    <Dialog
      title="New investigation"
      isOpen={isOpen}
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            look="primary"
            whyNot={because(create.isPending && busy, title.trim() === '' && 'Give it a name first')}
            onPress={begin}
          >
            Begin investigation
          </Button>
        </>
      }
    >
      <Form
        style={{ display: 'grid', gap: 12 }}
        onSubmit={(event) => {
          event.preventDefault();
          begin();
        }}
      >
        <TextField
          label="Name"
          value={title}
          onChange={setTitle}
          placeholder="Baltic freight payments"
          autoFocus
          isRequired
        />
        <TextField
          label="Question"
          value={question}
          onChange={setQuestion}
          lines={3}
          placeholder="Who paid whom for the charters of 2024?"
        />
        <Select label="Marking" choices={markings} value={marking} onChange={setMarking} />
        <p className={page.meta}>
          Everybody of {viewer?.tenant.name ?? 'the tenant'} who is cleared for {marking} can read it and find
          it in their list. You change it, and so does whom you add.
        </p>
      </Form>
    </Dialog>
  );
}
