/** Buttons: `primary` once a view, `plain` elsewhere, `danger` for what cannot be taken back; IconButton is a 44 px square. */
import type { ButtonHTMLAttributes, ReactNode } from 'react';

type Native = ButtonHTMLAttributes<HTMLButtonElement>;

export type ButtonProps = Native & {
  readonly kind?: 'primary' | 'plain' | 'danger';
  readonly size?: 'normal' | 'large';
  readonly icon?: ReactNode;
};

export function Button({ kind = 'plain', size = 'normal', icon, className, children, ...rest }: ButtonProps) {
  const classes = ['r-button', `r-button-${kind}`, size === 'large' ? 'r-button-large' : '', className ?? ''];
  return (
    <button type="button" className={classes.filter(Boolean).join(' ')} {...rest}>
      {icon}
      {children !== undefined && <span>{children}</span>}
    </button>
  );
}

export type IconButtonProps = Omit<Native, 'aria-label'> & {
  /** Spoken name, also the tooltip. */
  readonly label: string;
  readonly children: ReactNode;
};

export function IconButton({ label, className, children, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      className={className ? `r-icon-button ${className}` : 'r-icon-button'}
      aria-label={label}
      title={label}
      {...rest}
    >
      {children}
    </button>
  );
}
