import { type ComboboxItem, isOptionsGroup, type OptionsFilter } from '@mantine/core';
import { matches } from '../words/search.ts';

/** Lets a list be searched without tone marks. */
export const toneFree: OptionsFilter = ({ options, search }) =>
  options.filter((option): option is ComboboxItem => !isOptionsGroup(option) && matches(search, option.label));
