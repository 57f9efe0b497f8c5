/** The staff of a conference with their roles, and the invitations that brought them or will. */
import { UserAddOutlined } from '@ant-design/icons';
import { App, Button, Checkbox, Modal, Tag } from 'antd';
import { useState } from 'react';
import type { Invitation, Member } from '#contracts/people.ts';
import type { ConferenceRole } from '#contracts/roles.ts';
import { useSession } from '../../session.ts';
import { useAct } from '../ask.ts';
import { c } from '../common-texts.ts';
import { useConference } from '../conference-context.ts';
import { Listing, useList } from '../listing.tsx';
import { EmptyState, Part, Section } from '../parts.tsx';
import { roleHint, roleOptions, roleText, timeText } from '../words.ts';
import { Invite } from './invite.tsx';
import { peopleApi } from './people-api.ts';
import { t } from './texts.ts';

export function People() {
  const { conference, may } = useConference();
  const members = useList<Member>(peopleApi.members(conference.id));
  const [inviting, setInviting] = useState(false);
  const [round, setRound] = useState(0);
  const manages = may('people.manage');
  const invite = manages && (
    <Button type="primary" icon={<UserAddOutlined aria-hidden="true" />} onClick={() => setInviting(true)}>
      {t('invite')}
    </Button>
  );
  return (
    <Section title={t('title')} extra={invite}>
      <Part title={t('members')} hint={t('membersHint')}>
        <Members list={members} manages={manages} />
      </Part>
      {manages && <Invitations key={round} />}
      {inviting && (
        <Invite
          onClose={() => {
            setInviting(false);
            setRound(round + 1);
            members.again();
          }}
        />
      )}
    </Section>
  );
}

function Members({ list, manages }: { list: ReturnType<typeof useList<Member>>; manages: boolean }) {
  const { conference } = useConference();
  const { user } = useSession();
  const { modal } = App.useApp();
  const { run } = useAct();
  const [editing, setEditing] = useState<Member>();
  const remove = (member: Member) =>
    void modal.confirm({
      title: t('removeTitle', { name: member.name }),
      content: t('removeBody'),
      okText: t('remove'),
      okButtonProps: { danger: true },
      cancelText: c('cancel'),
      onOk: async () => {
        if (await run(() => peopleApi.remove(conference.id, member.userId), t('removed'))) list.again();
      },
    });
  return (
    <>
      <Listing<Member>
        label={t('members')}
        list={list}
        rowKey={({ userId }) => userId}
        searchHint={t('searchHint')}
        empty={<EmptyState title={t('empty')} hint={t('emptyHint')} />}
        columns={[
          {
            title: c('name'),
            key: 'name',
            sorter: true,
            render: (_, { name, banned }) => (
              <>
                {name} {banned && <Tag color="red">{t('banned')}</Tag>}
              </>
            ),
          },
          {
            title: t('roles'),
            render: (_, { roles }) => roles.map((role) => <Tag key={role}>{roleText(role)}</Tag>),
          },
          {
            title: t('contact'),
            render: (_, { phone, email }) => [phone, email].filter(Boolean).join(' · ') || '—',
          },
          ...(manages
            ? [
                {
                  title: c('actions'),
                  render: (_: unknown, member: Member) => (
                    <>
                      <Button
                        type="link"
                        aria-label={`${t('edit')} · ${member.name}`}
                        onClick={() => setEditing(member)}
                      >
                        {t('edit')}
                      </Button>
                      {member.userId !== user.id && (
                        <Button
                          type="link"
                          danger
                          aria-label={`${t('remove')} · ${member.name}`}
                          onClick={() => remove(member)}
                        >
                          {t('remove')}
                        </Button>
                      )}
                    </>
                  ),
                },
              ]
            : []),
        ]}
      />
      {editing && (
        <EditRoles
          member={editing}
          onClose={(done) => {
            setEditing(undefined);
            if (done) list.again();
          }}
        />
      )}
    </>
  );
}

function EditRoles({ member, onClose }: { member: Member; onClose(done: boolean): void }) {
  const { conference } = useConference();
  const { busy, run } = useAct();
  const [roles, setRoles] = useState<ConferenceRole[]>(member.roles);
  return (
    <Modal
      open
      title={`${t('edit')} · ${member.name}`}
      okText={c('save')}
      cancelText={c('cancel')}
      confirmLoading={busy}
      okButtonProps={{ disabled: roles.length === 0 }}
      onOk={() =>
        void run(() => peopleApi.update(conference.id, member.userId, roles), c('saved')).then(
          (done) => done && onClose(true),
        )
      }
      onCancel={() => onClose(false)}
    >
      <RoleChoice value={roles} onChange={setRoles} />
      {roles.length === 0 && <p className="bad-words">{t('needRole')}</p>}
    </Modal>
  );
}

/** Roles with what each may do; several are possible. */
export function RoleChoice({
  value = [],
  onChange,
}: {
  value?: ConferenceRole[];
  onChange?(roles: ConferenceRole[]): void;
}) {
  return (
    <fieldset aria-label={t('roles')} className="plain-list" style={{ border: 0 }}>
      {roleOptions().map(({ value: role, label }) => (
        <div key={role}>
          <Checkbox
            checked={value.includes(role)}
            onChange={({ target }) =>
              onChange?.(target.checked ? [...value, role] : value.filter((one) => one !== role))
            }
          >
            {label} <span className="hint">{roleHint(role)}</span>
          </Checkbox>
        </div>
      ))}
    </fieldset>
  );
}

function Invitations() {
  const { conference } = useConference();
  const list = useList<Invitation>(peopleApi.invitations(conference.id));
  const { run } = useAct();
  return (
    <Part title={t('invitations')}>
      <Listing<Invitation>
        label={t('invitations')}
        list={list}
        rowKey={({ id }) => id}
        empty={<EmptyState title={t('noInvitations')} hint={t('noInvitationsHint')} />}
        columns={[
          { title: t('to'), render: (_, { to }) => to ?? t('anyone') },
          { title: t('roles'), render: (_, { roles }) => roles.map(roleText).join(c('comma')) },
          {
            title: c('state'),
            render: (_, { state }) => (
              <Tag color={state === 'open' ? 'green' : 'default'}>{t(`state.${state}`)}</Tag>
            ),
          },
          { title: t('used'), className: 'digits', render: (_, { used, uses }) => `${used} / ${uses}` },
          { title: t('until'), className: 'digits', render: (_, { expiresAt }) => timeText(expiresAt) },
          { title: c('note'), dataIndex: 'note' },
          { title: t('by'), dataIndex: 'createdBy' },
          {
            title: c('actions'),
            render: (_, invitation) =>
              invitation.state === 'open' && (
                <Button
                  type="link"
                  danger
                  aria-label={`${t('revoke')} · ${invitation.to ?? invitation.note}`}
                  onClick={() =>
                    void run(() => peopleApi.revoke(conference.id, invitation), t('revoked')).then(list.again)
                  }
                >
                  {t('revoke')}
                </Button>
              ),
          },
        ]}
      />
    </Part>
  );
}
