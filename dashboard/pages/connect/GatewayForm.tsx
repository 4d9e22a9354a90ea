import { Button, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { z } from 'zod';
import { gatewayCreated } from '../../../contracts/http/devices.ts';
import { gatewayId, type SchoolId } from '../../../contracts/ids.ts';
import { send } from '../../data/api.ts';
import { gatewaysQuery } from '../../data/queries.ts';
import { Action } from '../../ui/Action.tsx';
import { CopyBlock } from '../../ui/CopyBlock.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { problemWords } from '../../widgets/problemWords.ts';
import { GATEWAY_TONE } from '../../widgets/tone.ts';
import { useWords } from '../../words/words.ts';
import styles from './ConnectPage.module.css';

export type NewCredential = z.infer<typeof gatewayCreated> & { readonly school: SchoolId };

const EXAMPLE = 'gw-chinh';

/** Creates a gateway, or gives an existing one a new password. Either way the password is shown once. */
export function GatewayForm(props: {
  readonly school: SchoolId;
  readonly credential: NewCredential | null;
  readonly onCredential: (credential: NewCredential) => void;
}) {
  const { t } = useWords();
  const { school, credential } = props;
  const queryClient = useQueryClient();
  const { data: gateways } = useQuery(gatewaysQuery(school));
  const [id, setId] = useState('');
  const path = `/schools/${encodeURIComponent(school)}/gateways`;
  const issue = useMutation({
    mutationFn: (order: { readonly id: string; readonly isNew: boolean }) =>
      order.isNew
        ? send('POST', path, gatewayCreated, { id: order.id })
        : send('POST', `${path}/${encodeURIComponent(order.id)}/rotate`, gatewayCreated),
    onSuccess: async (created) => {
      props.onCredential({ ...created, school });
      setId('');
      await queryClient.invalidateQueries({ queryKey: ['gateways', school] });
    },
  });
  const isBad = id !== '' && !gatewayId.safeParse(id).success;
  return (
    <>
      <form
        className={styles.row}
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBad) issue.mutate({ id, isNew: true });
        }}
      >
        <TextInput
          label={t('connect.gatewayId')}
          description={t('connect.gatewayHint', { example: EXAMPLE })}
          placeholder={EXAMPLE}
          required
          withAsterisk={false}
          value={id}
          error={isBad ? t('connect.gatewayBad') : undefined}
          onChange={(event) => setId(event.currentTarget.value)}
        />
        <Button type="submit" loading={issue.isPending} disabled={isBad}>
          {t('connect.create')}
        </Button>
      </form>
      {issue.error ? (
        <p className={styles.fault} role="alert">
          {problemWords(issue.error, t)}
        </p>
      ) : null}
      {credential ? (
        <div className={styles.credential} role="status">
          <p className={styles.once}>{t('connect.once')}</p>
          <dl>
            <dt>{t('connect.username')}</dt>
            <dd>
              <code>{credential.username}</code>
            </dd>
          </dl>
          <CopyBlock
            text={credential.password}
            label={t('connect.password')}
            copyWord={t('app.copy')}
            copiedWord={t('app.copied')}
          />
        </div>
      ) : null}
      {gateways && gateways.length > 0 ? (
        <div>
          <p className={styles.hint}>{t('connect.existing')}</p>
          <ul className={styles.gateways}>
            {gateways.map((gateway) => (
              <li key={gateway.id}>
                <Tag tone={GATEWAY_TONE[gateway.state]} word={gateway.id} />
                <span className={styles.hint}>{t(`gateway.${gateway.state}`)}</span>
                <Action
                  onClick={() => {
                    if (window.confirm(t('connect.rotateWarn'))) issue.mutate({ id: gateway.id, isNew: false });
                  }}
                >
                  {t('connect.rotate')}
                </Action>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
    </>
  );
}
