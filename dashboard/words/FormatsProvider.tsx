import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { createFormats, type Formats } from './formats.ts';
import { useWords } from './words.ts';

const FormatsContext = createContext<Formats | null>(null);

export function FormatsProvider(props: { readonly timeZone: string; readonly children: ReactNode }) {
  const { language } = useWords();
  const formats = useMemo(() => createFormats(language, props.timeZone), [language, props.timeZone]);
  return <FormatsContext value={formats}>{props.children}</FormatsContext>;
}

export function useFormats(): Formats {
  const formats = useContext(FormatsContext);
  if (!formats) throw new Error('FormatsProvider is missing above this component');
  return formats;
}
