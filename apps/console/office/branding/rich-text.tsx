/** A field of formatted text, HTML in and out. What the server does not allow (scripts, styles) it takes out again. */
import {
  BoldOutlined,
  ItalicOutlined,
  OrderedListOutlined,
  RedoOutlined,
  UndoOutlined,
  UnorderedListOutlined,
} from '@ant-design/icons';
import { type Editor, EditorContent, useEditor } from '@tiptap/react';
import StarterKit from '@tiptap/starter-kit';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { t } from './texts.ts';

type RichTextProps = { readonly label: string; readonly value?: string; onChange?(html: string): void };

export default function RichText({ label, value = '', onChange }: RichTextProps) {
  const editor = useEditor({
    extensions: [StarterKit.configure({ heading: { levels: [3, 4] }, codeBlock: false, code: false })],
    content: value,
    shouldRerenderOnTransaction: true,
    editorProps: { attributes: { 'aria-label': label, role: 'textbox', 'aria-multiline': 'true' } },
    onUpdate: ({ editor: now }) => onChange?.(now.isEmpty ? '' : now.getHTML()),
  });
  return (
    <div className="rich-text">
      <Bar editor={editor} />
      <EditorContent editor={editor} />
    </div>
  );
}

function Bar({ editor }: { editor: Editor }) {
  const chain = () => editor.chain().focus();
  const items: readonly [
    name: Parameters<typeof t>[0],
    icon: ReactNode,
    on: boolean | undefined,
    act: () => void,
  ][] = [
    [
      'bold',
      <BoldOutlined key="b" aria-hidden="true" />,
      editor.isActive('bold'),
      () => chain().toggleBold().run(),
    ],
    [
      'italic',
      <ItalicOutlined key="i" aria-hidden="true" />,
      editor.isActive('italic'),
      () => chain().toggleItalic().run(),
    ],
    [
      'heading',
      'H',
      editor.isActive('heading', { level: 3 }),
      () => chain().toggleHeading({ level: 3 }).run(),
    ],
    [
      'bullets',
      <UnorderedListOutlined key="u" aria-hidden="true" />,
      editor.isActive('bulletList'),
      () => chain().toggleBulletList().run(),
    ],
    [
      'numbers',
      <OrderedListOutlined key="o" aria-hidden="true" />,
      editor.isActive('orderedList'),
      () => chain().toggleOrderedList().run(),
    ],
    ['quote', '❝', editor.isActive('blockquote'), () => chain().toggleBlockquote().run()],
    ['undo', <UndoOutlined key="z" aria-hidden="true" />, undefined, () => chain().undo().run()],
    ['redo', <RedoOutlined key="y" aria-hidden="true" />, undefined, () => chain().redo().run()],
  ];
  return (
    <div className="rich-bar" role="toolbar" aria-label={t('bar')}>
      {items.map(([name, icon, on, act]) => (
        <Button
          key={name}
          type={on ? 'primary' : 'text'}
          aria-label={t(name)}
          title={t(name)}
          aria-pressed={on}
          onClick={act}
        >
          {icon}
        </Button>
      ))}
    </div>
  );
}
