-- A person decides. p_claims: who he is, as assignees are written. Gives back what became of it: decided, none (there
-- is no such approval), ended (by somebody else, or the time), not_assigned, initiator; and how many steps it woke.
create function tasker.decide_approval_v1(
  p_id bigint, p_approve boolean, p_actor text, p_claims text[], p_answer jsonb, out outcome text, out woken int
)
language plpgsql as $$
declare
  v_now timestamptz := tasker.clock_v1();
  v_approval tasker.approvals;
begin
  woken := 0;
  -- The lock that a deadline and an escalation take, too.
  perform 1 from tasker.approvals a join tasker.step_waits w on w.task_id = a.task_id and w.position = a.position
    where a.id = p_id for update of w;
  select * into v_approval from tasker.approvals a where a.id = p_id for update;
  outcome := case when v_approval.id is null then 'none' when v_approval.state <> 'open' then 'ended'
                  when v_approval.not_initiator and v_approval.initiator = p_actor then 'initiator'
                  when v_approval.assignees <> '{}' and not v_approval.assignees && p_claims then 'not_assigned'
                  else 'decided' end;
  if outcome <> 'decided' then return; end if;
  update tasker.approvals a
     set state = case when p_approve then 'approved' else 'rejected' end, ended_at = v_now, actor = p_actor,
         answer = p_answer
   where a.id = p_id;
  update tasker.step_waits w set woken_at = v_now, woken_by = 'decision'
   where w.task_id = v_approval.task_id and w.position = v_approval.position
     and w.generation = v_approval.generation and w.woken_at is null;
  get diagnostics woken = row_count;
  if woken > 0 then perform tasker.queue_wait_v1(v_approval.task_id, v_approval.position, v_now); end if;
end $$;
