/** A button that lets one file be chosen; the browser's own field is hidden behind it. */
import { UploadOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useRef } from 'react';

type FileButtonProps = {
  readonly label: string;
  readonly accept: string;
  readonly primary?: boolean;
  readonly disabled?: boolean;
  /** Spoken name when the label alone does not tell whose file it is. */
  readonly name?: string;
  onFile(file: File): void;
};

export function FileButton({ label, accept, primary, disabled, name, onFile }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        // antd shows file fields of a form that are merely `hidden`.
        style={{ display: 'none' }}
        accept={accept}
        aria-label={name ?? label}
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          // The same file may be chosen again after a failure.
          event.target.value = '';
          if (file) onFile(file);
        }}
      />
      <Button
        type={primary ? 'primary' : 'default'}
        icon={<UploadOutlined aria-hidden="true" />}
        disabled={disabled === true}
        aria-label={name}
        onClick={() => input.current?.click()}
      >
        {label}
      </Button>
    </>
  );
}
