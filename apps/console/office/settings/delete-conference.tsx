/** Deletes the conference after its address was typed: everything in it goes for good. */
import { Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { homePath, navigate } from '../../router.ts';
import { useAct } from '../ask.ts';
import { c } from '../common-texts.ts';
import { useConference } from '../conference-context.ts';
import { titleOf } from '../conferences/conference-words.ts';
import { officeApi } from '../office-api.ts';
import { Part } from '../parts.tsx';
import { t } from './texts.ts';

export function DeleteConference() {
  const { conference } = useConference();
  const { busy, run } = useAct();
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const prompt = t('typeSlug', { slug: conference.slug });
  const remove = () =>
    run(async () => {
      await officeApi.deleteConference(conference.id, typed);
      navigate(homePath);
    }, c('deleted'));
  return (
    <Part title={t('danger')} hint={t('dangerHint')}>
      <Button danger onClick={() => setOpen(true)}>
        {t('danger')}
      </Button>
      <Modal
        open={open}
        title={t('deleteTitle', { title: titleOf(conference) })}
        okText={c('delete')}
        okButtonProps={{ danger: true, disabled: typed !== conference.slug }}
        cancelText={c('cancel')}
        confirmLoading={busy}
        onOk={() => void remove()}
        onCancel={() => setOpen(false)}
      >
        <p>{t('dangerHint')}</p>
        <label htmlFor="delete-slug">{prompt}</label>
        <Input id="delete-slug" value={typed} onChange={(event) => setTyped(event.target.value)} />
      </Modal>
    </Part>
  );
}
