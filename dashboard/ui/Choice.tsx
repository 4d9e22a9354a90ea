import styles from './Choice.module.css';

/** One of a few, all of them in sight. Plain radio buttons underneath. */
export function Choice<Value extends string>(props: {
  readonly label: string;
  /** null: none of them, e.g. a range somebody typed. */
  readonly value: Value | null;
  readonly options: readonly { readonly value: Value; readonly word: string }[];
  readonly onChange: (value: Value) => void;
}) {
  return (
    <fieldset className={styles.choice}>
      <legend className="visually-hidden">{props.label}</legend>
      {props.options.map(({ value, word }) => (
        <label key={value} className={styles.option}>
          <input
            type="radio"
            className="visually-hidden"
            name={props.label}
            checked={props.value === value}
            onChange={() => props.onChange(value)}
          />
          <span>{word}</span>
        </label>
      ))}
    </fieldset>
  );
}
