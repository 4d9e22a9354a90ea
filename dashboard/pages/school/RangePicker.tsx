import { Button, Popover, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { DEFAULT_PRESET, PRESETS, type PresetId, presetOf, resolveRange } from '../../data/range.ts';
import { Choice } from '../../ui/Choice.tsx';
import { useFormats } from '../../words/FormatsProvider.tsx';
import { useWords } from '../../words/words.ts';
import styles from './History.module.css';

const ORDER: readonly PresetId[] = ['h6', 'h24', 'd7', 'today'];

/** The usual ranges in sight, any other one by two fields. */
export function RangePicker() {
  const { t } = useWords();
  const formats = useFormats();
  const { from = DEFAULT_PRESET.from, to = DEFAULT_PRESET.to } = useSearch({ from: '/desk/schools/$school' });
  const navigate = useNavigate({ from: '/schools/$school' });
  const [typed, setTyped] = useState({ from: '', to: '' });
  const preset = presetOf({ from, to });
  const show = (range: { readonly from: string; readonly to: string }) =>
    void navigate({ search: (before) => ({ ...before, ...range }), resetScroll: false });
  const isUsable = resolveRange(typed, Date.now(), formats.timeZone) !== null;
  return (
    <div className={styles.range}>
      <Choice
        label={t('range.label')}
        value={preset}
        options={ORDER.map((id) => ({ value: id, word: t(`range.${id}`) }))}
        onChange={(id) => show(PRESETS[id])}
      />
      <Popover position="bottom-end" withinPortal trapFocus>
        <Popover.Target>
          <Button variant={preset === null ? 'light' : 'default'} size="compact-sm">
            {t('range.custom')}
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <form
            className={styles.custom}
            onSubmit={(event) => {
              event.preventDefault();
              if (isUsable) show(typed);
            }}
          >
            {(['from', 'to'] as const).map((end) => (
              <TextInput
                key={end}
                type="datetime-local"
                label={t(`range.${end}`)}
                value={typed[end]}
                onChange={(event) => setTyped({ ...typed, [end]: event.currentTarget.value })}
              />
            ))}
            <Button type="submit" size="xs" disabled={!isUsable}>
              {t('range.apply')}
            </Button>
          </form>
        </Popover.Dropdown>
      </Popover>
    </div>
  );
}
