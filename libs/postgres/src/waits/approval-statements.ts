const COLUMNS = `a.id::text as id, a.task_id::text as "taskId", a.namespace, a.task, a.step, a.state, a.title,
  a.description, a.form, a.assignees, a.not_initiator as "notInitiator", a.initiator, a.opened_at as "openedAt",
  a.deadline_at as "deadlineAt", a.escalated_at as "escalatedAt", a.ended_at as "endedAt", a.actor, a.answer`;

/** $1 approval. One row or none. */
export const FIND_APPROVAL = `select ${COLUMNS} from tasker.approvals a where a.id = $1`;

/**
 * $1 most rows, $2 below this approval or null, $3 state or null, $4 task or null, $5 namespaces or null for all, $6 claims
 * of whoever may decide or null, $7 assignee or null, $8 who must not be the initiator where that counts, or null. Newest
 * first.
 */
export const LIST_APPROVALS = `select ${COLUMNS} from tasker.approvals a
   where ($2::bigint is null or a.id < $2) and ($3::text is null or a.state = $3)
     and ($4::bigint is null or a.task_id = $4) and ($5::text[] is null or a.namespace = any ($5))
     and ($6::text[] is null or ((a.assignees = '{}' or a.assignees && $6)
                                 and not (a.not_initiator and a.initiator is not distinct from $8)))
     and ($7::text is null or a.assignees @> array[$7])
   order by a.id desc limit $1`;

/** $1 approval, $2 whether it is approved, $3 actor, $4 claims, $5 answer. One row. */
export const DECIDE_APPROVAL = 'select outcome, woken from tasker.decide_approval_v1($1, $2, $3, $4, $5)';

/** $1 approval, $2 claims, $3 assignees. One row. */
export const DELEGATE_APPROVAL = 'select outcome from tasker.delegate_approval_v1($1, $2, $3)';
