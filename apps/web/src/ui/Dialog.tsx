import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { IconButton } from './Button.tsx';
import styles from './Popup.module.css';

type Props = {
  title: string;
  isOpen: boolean;
  onClose(): void;
  /** Width in px. */
  width?: number;
  /** The acts, main one last. */
  foot?: ReactNode;
  children: ReactNode;
};

/** A modal dialog for acts that need an answer first. Esc and a click outside close it and change nothing. */
export function Dialog({ title, isOpen, onClose, width = 480, foot, children }: Props) {
  return (
    <ModalOverlay
      className={styles.scrim as string}
      isOpen={isOpen}
      isDismissable
      onOpenChange={(open) => !open && onClose()}
    >
      <Modal className={styles.modal as string} style={{ ['--dialog-width' as string]: `${width}px` }}>
        <AriaDialog>
          <header className={styles.dialogHead}>
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            <IconButton label="Close" keys="Escape" onPress={onClose}>
              <X />
            </IconButton>
          </header>
          <div className={styles.dialogBody}>{children}</div>
          {foot && <footer className={styles.dialogFoot}>{foot}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
