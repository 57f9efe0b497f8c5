/** Accounts of the installation: who may do what on it, and who is locked out. */
import { App, Button, Form, Input, Modal, Select, Tag } from 'antd';
import { useState } from 'react';
import type { Account } from '#contracts/people.ts';
import { type PlatformRole, platformRoles } from '#contracts/roles.ts';
import { request } from '../../api.ts';
import { useSession } from '../../session.ts';
import { useAct } from '../ask.ts';
import { c } from '../common-texts.ts';
import { FilterSelect, Listing, useList } from '../listing.tsx';
import { at } from '../office-api.ts';
import { pairs } from '../pairs.ts';
import { EmptyState, Section } from '../parts.tsx';
import { platformRoleText, timeText } from '../words.ts';

const t = pairs({
  title: ['账号', 'Accounts'],
  create: ['新建账号', 'New account'],
  searchHint: ['搜索姓名、邮箱或手机', 'Name, e-mail or phone'],
  contact: ['联系方式', 'Contact'],
  platform: ['平台角色', 'Platform role'],
  none: ['无（普通账号）', 'None'],
  ban: ['封禁', 'Ban'],
  unban: ['解封', 'Lift the ban'],
  banned: ['已封禁', 'Banned'],
  banTitle: ['封禁 {name}？', 'Ban {name}?'],
  banBody: [
    '立即退出所有登录，不能再登录和观看。之后可以解封。',
    'All log-ins end at once; no log-in and no watching until the ban is lifted.',
  ],
  createdAt: ['注册时间', 'Since'],
  empty: ['没有账号', 'No account'],
  emptyHint: ['为同事新建一个，或请他们自己登录。', 'Make one for a colleague, or let them log in.'],
  password: ['初始密码', 'First password'],
  passwordHint: [
    '至少 10 个字符，请让本人登录后修改',
    'At least 10 characters; have it changed after the first log-in',
  ],
  email: ['邮箱', 'E-mail'],
  name: ['姓名', 'Name'],
  roleOf: ['{name}的平台角色', 'Platform role of {name}'],
});

const path = '/users';
const change = (id: string, changes: { platform?: PlatformRole | null; banned?: boolean }) =>
  request<Account>('PATCH', at('users', id), changes);
const roleOptions = () => [
  { value: '' as const, label: t('none') },
  ...platformRoles.map((value) => ({ value, label: platformRoleText(value) })),
];

export function Accounts() {
  const { user } = useSession();
  const { modal } = App.useApp();
  const { run } = useAct();
  const [platform, setPlatform] = useState<string>();
  const list = useList<Account>(path, { platform });
  const [creating, setCreating] = useState(false);
  const set = (id: string, changes: Parameters<typeof change>[1]) =>
    run(() => change(id, changes), c('saved')).then(list.again);
  const ban = ({ id, name }: Account) =>
    void modal.confirm({
      title: t('banTitle', { name }),
      content: t('banBody'),
      okText: t('ban'),
      okButtonProps: { danger: true },
      cancelText: c('cancel'),
      onOk: () => set(id, { banned: true }),
    });
  return (
    <Section
      title={t('title')}
      extra={
        <Button type="primary" onClick={() => setCreating(true)}>
          {t('create')}
        </Button>
      }
    >
      <Listing<Account>
        label={t('title')}
        list={list}
        rowKey={({ id }) => id}
        searchHint={t('searchHint')}
        filtered={platform !== undefined}
        tools={
          <FilterSelect
            label={t('platform')}
            value={platform}
            options={platformRoles.map((value) => ({ value, label: platformRoleText(value) }))}
            onChange={setPlatform}
          />
        }
        empty={<EmptyState title={t('empty')} hint={t('emptyHint')} />}
        columns={[
          {
            title: t('name'),
            key: 'name',
            sorter: true,
            render: (_, { name, banned }) => (
              <>
                {name} {banned && <Tag color="red">{t('banned')}</Tag>}
              </>
            ),
          },
          {
            title: t('contact'),
            render: (_, { phone, email }) => [phone, email].filter(Boolean).join(' · ') || '—',
          },
          {
            title: t('platform'),
            render: (_, account) => (
              <Select<PlatformRole | ''>
                aria-label={t('roleOf', { name: account.name })}
                style={{ minWidth: 160 }}
                disabled={account.id === user.id}
                value={account.platform ?? ''}
                options={roleOptions()}
                onChange={(role) => void set(account.id, { platform: role || null })}
              />
            ),
          },
          {
            title: t('createdAt'),
            key: 'createdAt',
            sorter: true,
            className: 'digits',
            render: (_, { createdAt }) => timeText(createdAt),
          },
          {
            title: c('actions'),
            render: (_, account) =>
              account.id === user.id ? null : account.banned ? (
                <Button
                  type="link"
                  aria-label={`${t('unban')} · ${account.name}`}
                  onClick={() => void set(account.id, { banned: false })}
                >
                  {t('unban')}
                </Button>
              ) : (
                <Button
                  type="link"
                  danger
                  aria-label={`${t('ban')} · ${account.name}`}
                  onClick={() => ban(account)}
                >
                  {t('ban')}
                </Button>
              ),
          },
        ]}
      />
      {creating && (
        <CreateAccount
          onClose={(done) => {
            setCreating(false);
            if (done) list.again();
          }}
        />
      )}
    </Section>
  );
}

type Fields = { name: string; email: string; password: string; platform: PlatformRole | '' };

function CreateAccount({ onClose }: { onClose(done: boolean): void }) {
  const { busy, run } = useAct();
  const [form] = Form.useForm<Fields>();
  const rules = [{ required: true, message: c('required') }];
  return (
    <Modal
      open
      title={t('create')}
      okText={c('create')}
      cancelText={c('cancel')}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={() => onClose(false)}
    >
      <Form<Fields>
        form={form}
        layout="vertical"
        initialValues={{ platform: '' }}
        onFinish={({ platform, ...fields }) =>
          void run(() => request('POST', path, { ...fields, platform: platform || null }), c('saved')).then(
            (done) => done && onClose(true),
          )
        }
      >
        <Form.Item name="name" label={t('name')} rules={rules}>
          <Input maxLength={60} autoFocus />
        </Form.Item>
        <Form.Item name="email" label={t('email')} rules={[...rules, { type: 'email' }]}>
          <Input maxLength={200} inputMode="email" autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="password"
          label={t('password')}
          extra={t('passwordHint')}
          rules={[...rules, { min: 10, message: t('passwordHint') }]}
        >
          <Input.Password maxLength={128} autoComplete="new-password" />
        </Form.Item>
        <Form.Item name="platform" label={t('platform')}>
          <Select options={roleOptions()} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
