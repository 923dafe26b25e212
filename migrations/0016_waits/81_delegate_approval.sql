-- A person who may decide asks others instead. Gives back what became of it, as decide_approval_v1 does.
create function tasker.delegate_approval_v1(p_id bigint, p_claims text[], p_assignees text[], out outcome text)
language plpgsql as $$
declare
  v_approval tasker.approvals;
begin
  select * into v_approval from tasker.approvals a where a.id = p_id for update;
  outcome := case when v_approval.id is null then 'none' when v_approval.state <> 'open' then 'ended'
                  when v_approval.assignees <> '{}' and not v_approval.assignees && p_claims then 'not_assigned'
                  else 'decided' end;
  if outcome = 'decided' then update tasker.approvals a set assignees = p_assignees where a.id = p_id; end if;
end $$;
