import { expect, it } from 'vitest';
import { commandOf } from './keys.ts';

/** `Alt+Shift+ArrowUp` */
const pressed = (text: string) => {
  const parts = text.split('+');
  const has = (name: string) => parts.includes(name);
  return commandOf({
    key: parts.at(-1) ?? '',
    ...{ altKey: has('Alt'), shiftKey: has('Shift'), ctrlKey: has('Ctrl'), metaKey: has('Meta') },
  });
};

it.each([
  ['ArrowLeft', { do: 'walk', way: 'left' }],
  ['Alt+ArrowUp', { do: 'move', minutes: -5, columns: 0 }],
  ['Alt+ArrowRight', { do: 'move', minutes: 0, columns: 1 }],
  ['Alt+Shift+ArrowDown', { do: 'resize', minutes: 5 }],
  ['Enter', { do: 'open' }],
  ['Delete', { do: 'cancel' }],
  ['Ctrl+z', { do: 'undo' }],
  ['Meta+Shift+Z', { do: 'redo' }],
  ['Ctrl+y', { do: 'redo' }],
  ['Shift+?', { do: 'help' }],
])('%s', (key, command) => {
  expect(pressed(key)).toEqual(command);
});
it.each(['n', 'Tab', 'Alt+Shift+ArrowLeft', 'Alt+Home', 'Shift+ArrowUp', 'Ctrl+a', 'Alt+Enter', 'F10'])(
  '%s is left to the browser',
  (key) => {
    expect(pressed(key)).toBeUndefined();
  },
);
