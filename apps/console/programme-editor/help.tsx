/** What mouse, finger and keys do in the grid. */
import { Modal } from 'antd';
import { t } from './texts.ts';

const lines = [
  'drag',
  'shift',
  'touch',
  'arrows',
  'altArrows',
  'altShift',
  'enter',
  'space',
  'delete',
  'undo',
  'menu',
  'question',
] as const;

export function Help({ onClose }: { onClose(): void }) {
  return (
    <Modal open title={t('helpTitle')} footer={null} onCancel={onClose} width={560}>
      <dl className="facts pe-help">
        {lines.map((line) => (
          <div key={line}>
            <dt>
              <kbd>{t(`help.${line}`)}</kbd>
            </dt>
            <dd>{t(`help.${line}What`)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
