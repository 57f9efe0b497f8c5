/** Names of the conference's lists and batches and of the places and titles that rules speak of. */
import { useMemo } from 'react';
import type { ThingRules } from '#contracts/access.ts';
import { codedFields, type DictionaryEntry } from '#contracts/profile.ts';
import { language } from '../../../ui/i18n.ts';
import { useAsk } from '../ask.ts';
import { useConference } from '../conference-context.ts';
import { delegatesApi } from '../delegates/delegates-api.ts';
import { accessApi } from './access-api.ts';
import type { RuleNames } from './rule-sentence.ts';

/** Dictionaries are only asked for where a rule speaks of them. */
export function useRuleNames(rules: readonly ThingRules[]): RuleNames {
  const { conference } = useConference();
  const { id } = conference;
  const lists = useAsk((signal) => delegatesApi.lists(id, signal), [id]);
  const batches = useAsk((signal) => accessApi.batchList(id, signal), [id]);
  const spoken = codedFields.filter((field) =>
    rules.some(({ live, replay }) =>
      [live, replay].some(
        (rule) =>
          rule &&
          rule !== 'closed' &&
          rule.conditions.some((condition) => condition.kind === 'profile' && condition.field === field),
      ),
    ),
  );
  const dictionaries = useAsk(
    (signal) => Promise.all(spoken.map((field) => accessApi.dictionary(field, signal))),
    [spoken.join()],
  );
  const lang = language();
  return useMemo(() => {
    const codes = new Map<string, string>();
    for (const { field, entries } of dictionaries.data ?? []) {
      const walk = (list: readonly DictionaryEntry[]) => {
        for (const { code, zh, en, children } of list) {
          codes.set(`${field}:${code}`, lang === 'en' ? (en ?? zh) : zh);
          if (children) walk(children);
        }
      };
      walk(entries);
    }
    return {
      codes,
      lists: new Map((lists.data?.items ?? []).map((list) => [list.id, list.name])),
      batches: new Map((batches.data?.items ?? []).map((batch) => [batch.id, batch.name])),
    };
  }, [dictionaries.data, lists.data, batches.data, lang]);
}
